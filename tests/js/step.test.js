import assert from "node:assert/strict";
import test from "node:test";

import { layoutStep } from "../../static/js/inside/phases.js";
import { panel } from "../../static/js/inside/step.js";
import { h } from "../../static/js/lib/dom.js";
import { boxOf, openPage } from "./fakepage.js";

const LAYERS = [2, 2, 1];
const FEATURES = ["x", "y"].map((name) => ({ name, label: name.toUpperCase() }));
const ROOM = boxOf(0, 0, 480, 210);
const STAGES = [["forward", 1], ["forward", 2], ["loss", 0], ["backward", 2], ["backward", 1], ["update", 0]];
const LINES = ["z = 1", "a = 0.76", "loss = 0.25", "δ = 0.4", "δ = 0.1", "w = 2 − 0.01"];

/**
 * The panel on a page, with a look at a network of two inputs, two hidden neurons and an output.
 * @param {import("node:test").TestContext} t
 */
function open(t) {
  const page = openPage();
  const [calls, timers] = [/** @type {any[]} */ ([]), /** @type {any[]} */ ([])];
  t.mock.method(globalThis, "setInterval", (run) => timers.push({ run, isOn: true }) - 1);
  t.mock.method(globalThis, "clearInterval", (timer) => (timers[timer].isOn = false));
  const note = (name) => (...values) => void calls.push([name, ...values]);
  const actions = /** @type {any} */ ({ setLookOptions: note("setLookOptions"), select: note("select"), run: note("run") });
  const element = h("div", { class: "panel" });
  page.body.append(element);
  Object.defineProperty(element, "offsetParent", { value: page.body, writable: true });
  const step = panel.create(/** @type {any} */ (element), { actions, schema: /** @type {any} */ ({ features: FEATURES }) });
  for (const plot of element.querySelectorAll(".plot")) {
    plot.box = ROOM;
    plot.querySelector("canvas").box = ROOM;
  }
  page.resize();
  const draw = ({ options = {}, layers = LAYERS, selected = null, values = {} } = /** @type {any} */ ({})) => step.draw(/** @type {any} */ ({
    values: { applies: true, stages: STAGES, formula: LINES, loss: 0.25, note: "All at once.", example: { x1: 1, x2: -0.5, target: -1 }, ...values },
    arrays: { activations: [0.76, -0.4, 0.5], deltas: [0.1, 0, 0.4], changes: Array(9).fill(0.01), left_out: [0, 0, 0] },
    frame: { arrays: { params: Array(9).fill(0.5) } },
  }), /** @type {any} */ ({
    layers, selected, config: { features: ["x", "y"], hidden_layer_sizes: [2], batch_norm: false }, schema: { features: FEATURES },
    data: { points: [1, -0.5, 3, 3, -4, 2], targets: [-1, 1, 1], trainSize: 3, classes: 2 }, inside: { options: { step: options } },
  }));
  const find = (selector) => element.querySelector(selector);
  const [play, train] = element.querySelectorAll("button");
  return {
    page, element, calls, timers, draw, find, play, train, why: step.why,
    phase: () => find(".stage").textContent,
    goTo(at) {
      find("#step-stage").value = String(at);
      page.fire(find("#step-stage"), "input");
    },
    visible: () => find(".formula").querySelectorAll("p").filter((row) => row.style.visibility === "").map((row) => row.textContent),
    tick: () => timers.filter(({ isOn }) => isOn).forEach(({ run }) => run()),
  };
}

test("the panel begins with the forward pass", (t) => {
  const { draw, phase, find, visible } = open(t);
  draw();
  assert.deepEqual([phase(), find("#step-stage").max, visible()], ["Forward: layer 1", "5", [LINES[0]]]);
});

test("the slider goes through all phases", (t) => {
  const { draw, goTo, phase, visible, find } = open(t);
  draw();
  goTo(2);
  assert.deepEqual([phase(), visible(), find("#step-stage").style["--fill"]], ["Loss", LINES.slice(0, 3), "40%"]);
  assert.match(find(".step-foot").textContent, /^The loss of this example is 0\.250\./);
  goTo(5);
  assert.deepEqual([phase(), visible().length], ["Update: all weights", 6]);
});

test("hidden lines keep their space", (t) => {
  const { draw, find } = open(t);
  draw();
  const rows = find(".formula").querySelectorAll("p");
  assert.deepEqual([rows.length, rows[5].textContent, rows[5].style.visibility, rows[5].style.minHeight], [6, LINES[5], "hidden", "100px"]);
});

test("a new subject forgets the old heights", (t) => {
  const { draw, find } = open(t);
  draw();
  const [row] = find(".formula").querySelectorAll("p");
  row.box = { ...row.box, height: 20 };
  draw({ options: { parameter: 3 } });
  assert.equal(row.style.minHeight, "20px");
});

test("new numbers do not change the phase", (t) => {
  const { draw, goTo, phase } = open(t);
  draw();
  goTo(3);
  draw({ values: { loss: 0.125 } });
  assert.equal(phase(), "Backward: output");
});

test("a new depth starts over", (t) => {
  const { draw, goTo, phase, find } = open(t);
  draw();
  goTo(3);
  draw({ layers: [2, 1], values: { stages: [["forward", 1], ["loss", 0], ["backward", 1], ["update", 0]], formula: LINES.slice(0, 4) } });
  assert.deepEqual([phase(), find("#step-stage").value, find("#step-stage").max], ["Forward: output", "0", "3"]);
});

/* ---- Play slowly ---- */

test("playing continues to the last phase", (t) => {
  const { draw, play, tick, timers, phase } = open(t);
  draw();
  play.click();
  assert.equal(play.textContent, "Stop");
  for (let count = 0; count < 4; count++) tick();
  assert.deepEqual([phase(), play.textContent], ["Backward: layer 1", "Stop"]);
  tick();
  assert.deepEqual([phase(), play.textContent, timers.some(({ isOn }) => isOn)], ["Update: all weights", "Play slowly", false]);
});

test("playing at the end starts over", (t) => {
  const { draw, goTo, play, phase } = open(t);
  draw();
  goTo(5);
  play.click();
  assert.equal(phase(), "Forward: layer 1");
});

test("a second click stops playing", (t) => {
  const { draw, play, tick, phase } = open(t);
  draw();
  play.click();
  play.click();
  tick();
  assert.deepEqual([phase(), play.textContent], ["Forward: layer 1", "Play slowly"]);
});

test("moving the slider stops playing", (t) => {
  const { draw, play, goTo, tick, phase } = open(t);
  draw();
  play.click();
  goTo(1);
  tick();
  assert.equal(phase(), "Forward: output");
});

test("a hidden panel stops playing", (t) => {
  const { element, draw, play, tick, phase } = open(t);
  draw();
  play.click();
  /** @type {any} */ (element).offsetParent = null;
  tick();
  assert.deepEqual([phase(), play.textContent], ["Forward: layer 1", "Play slowly"]);
});

/* ---- The example ---- */

test("the example is shown and counted from one", (t) => {
  const { draw, find, element } = open(t);
  draw({ options: { example: 2 } });
  assert.equal(find("#step-example").value, "3");
  assert.ok(element.textContent.includes("x₁ 1.00, x₂ −0.50"));
});

test("typing a number follows that example", (t) => {
  const { page, draw, find, calls } = open(t);
  draw();
  find("#step-example").value = "2";
  page.fire(find("#step-example"), "change");
  assert.deepEqual(calls, [["setLookOptions", "step", { example: 1 }]]);
});

test("a number beyond the examples is refused", (t) => {
  const { page, draw, find, calls, element } = open(t);
  draw();
  find("#step-example").value = "4";
  page.fire(find("#step-example"), "change");
  assert.deepEqual([calls, element.querySelector(".number-fault").hidden], [[], false]);
});

test("a field in use keeps what is typed", (t) => {
  const { draw, find } = open(t);
  draw();
  find("#step-example").focus();
  find("#step-example").value = "2";
  draw();
  assert.equal(find("#step-example").value, "2");
});

test("clicking the map follows the nearest example", (t) => {
  const { page, draw, find, calls } = open(t);
  draw();
  page.fire(find(".map-small"), "click", { clientX: 480 * 0.74, clientY: 210 * 0.26 });
  assert.deepEqual(calls, [["setLookOptions", "step", { example: 1 }]]);
});

test("one minibatch can be trained", (t) => {
  const { draw, train, calls } = open(t);
  draw();
  train.click();
  assert.deepEqual(calls, [["run", "advance_minibatch"]]);
});

/* ---- Weights and neurons ---- */

test("the numbers are about the selected neuron", (t) => {
  const { draw, find } = open(t);
  draw({ selected: 3 });
  assert.match(find(".inside-label").textContent, /: the numbers$/);
  const labels = find("#step-link").querySelectorAll("option").map((option) => option.textContent);
  assert.deepEqual(labels, ["of the neuron", "of the weight from X", "of the weight from Y", "of the bias"]);
});

test("choosing a weight shows its update", (t) => {
  const { page, draw, find, calls, phase, play } = open(t);
  draw();
  play.click();
  const [, weight] = find("#step-link").querySelectorAll("option");
  find("#step-link").value = weight.value;
  page.fire(find("#step-link"), "change");
  assert.deepEqual([calls, phase(), play.textContent], [[["setLookOptions", "step", { parameter: Number(weight.value) }]], "Update: all weights", "Play slowly"]);
});

test("choosing the neuron keeps the phase", (t) => {
  const { page, draw, find, calls, phase } = open(t);
  draw({ options: { parameter: 0 } });
  find("#step-link").value = "";
  page.fire(find("#step-link"), "change");
  assert.deepEqual([calls, phase()], [[["setLookOptions", "step", { parameter: null }]], "Forward: layer 1"]);
});

/** Where the network draws its units. */
const PLACED = layoutStep(LAYERS, { width: 480, height: 210, type: 14 });

test("clicking a neuron selects it", (t) => {
  const { page, draw, find, calls } = open(t);
  draw();
  const { x, y } = PLACED.units[1][1];
  page.fire(find(".pointed"), "click", { clientX: x, clientY: y });
  assert.deepEqual(calls, [["setLookOptions", "step", { parameter: null }], ["select", 3]]);
});

test("clicking a link chooses its weight", (t) => {
  const { page, draw, find, calls, phase } = open(t);
  draw();
  const { source, target } = PLACED.links[0];
  page.fire(find(".pointed"), "click", { clientX: (source.x + target.x) / 2, clientY: (source.y + target.y) / 2 });
  assert.deepEqual([calls, phase()], [[["setLookOptions", "step", { parameter: 0 }]], "Update: all weights"]);
});

test("clicking empty space does nothing", (t) => {
  const { page, draw, find, calls } = open(t);
  draw();
  page.fire(find(".pointed"), "click", { clientX: 2, clientY: 2 });
  assert.deepEqual(calls, []);
});

test("a missing look says it is loading", (t) => {
  assert.equal(open(t).why(null, /** @type {any} */ ({})), "Loading…");
});
