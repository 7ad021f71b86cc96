import assert from "node:assert/strict";
import test from "node:test";

import { h } from "../../static/js/lib/dom.js";
import { createFollow, passageOf } from "../../static/js/mistakes/follow.js";
import { boxAt, layoutFollow } from "../../static/js/mistakes/followLayout.js";
import { boxesAt, linesOf, linksOf, phasesFor, picturesOf, valueText } from "../../static/js/mistakes/followScene.js";
import { boxOf, openPage } from "./fakepage.js";

/** Pictures of 2 × 2 pixels, two hidden neurons, three outputs. */
const SIZES = [2, 3];
const ROOM = { width: 600, height: 240, type: 14 };
/** Of each output: the weights from both neurons, and the bias. */
const LINKS = Float32Array.of(1, -2, 9, 3, 4, 9, 0, 0.5, 9);
const passage = /** @type {any} */ ({
  sizes: SIZES, z: [1, -1, 2, 0, -2], a: [0.5, 0.25, 0.9, 0.5, 0.1], delta: [0.1, -0.2, -0.4, 0.3, 0.05], target: [1, 0, 0], loss: 0.13,
  pixels: Uint8Array.of(255, 0, 51, 0), weights: [2, 0, -2, 0], unit: { layer: 1, row: 0 }, links: LINKS,
});
const phases = phasesFor(SIZES, true);
const { units } = layoutFollow(SIZES, ROOM);
const kindsOf = (list) => list.map(({ kind, layer }) => `${kind} ${layer}`);

/* ---- Layout ---- */

test("boxes stay in their room without overlap", () => {
  for (const sizes of [[30, 10], [10], [100, 10], [30, 30, 30, 10]]) {
    for (const room of [{ width: 900, height: 230, type: 14 }, { width: 330, height: 240, type: 14 }]) {
      const { picture, units: placed } = layoutFollow(sizes, room);
      const boxes = placed.flat();
      const edges = boxes.map(({ x, y, width, height }) => ({ left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 }));
      for (const [index, one] of edges.entries()) {
        assert.ok(one.left >= picture.side && one.right <= room.width && one.top >= 0 && one.bottom <= room.height, JSON.stringify({ sizes, room, one }));
        assert.ok(edges.slice(index + 1).every((other) => one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top));
      }
    }
  }
});

test("a place is on a box or not", () => {
  const { x, y, height } = units[1][2];
  assert.deepEqual([boxAt({ picture: { x: 0, y: 0, side: 0 }, units }, x, y), boxAt({ picture: { x: 0, y: 0, side: 0 }, units }, x, y + 5 * height)], [units[1][2], undefined]);
});

/* ---- What is shown ---- */

test("a known digit has a way back", () => {
  assert.deepEqual(kindsOf(phases), ["forward 1", "forward 2", "loss 0", "backward 2", "backward 1", "update 0"]);
  assert.deepEqual(kindsOf(phasesFor(SIZES, false)), ["forward 1", "forward 2"]);
});

test("values appear when they are known", () => {
  assert.deepEqual(boxesAt(passage, phases, 0, units).map(({ value }) => value), [0.5, 0.25, null, null, null]);
  assert.deepEqual(boxesAt(passage, phases, 3, units).map(({ value }) => value), [0.5, 0.25, -0.4, 0.3, 0.05]);
  assert.deepEqual(boxesAt(passage, phases, 4, units).map(({ isDelta }) => isDelta), [true, true, true, true, true]);
});

test("small activations are shown as zero", () => {
  const box = units[0][0];
  const texts = [[1e-9, false], [0.5, false], [1e-9, true], [null, false]].map(([value, isDelta]) => valueText(/** @type {any} */ ({ box, value, shade: 0, isDelta })));
  assert.deepEqual(texts, ["0.00", "0.50", "1·10⁻⁹", ""]);
});

test("deltas are colored relative to the largest", () => {
  assert.deepEqual(boxesAt(passage, phases, 5, units).map(({ shade }) => shade.toFixed(2)), ["0.25", "-0.50", "-1.00", "0.75", "0.13"]);
});

test("forward links are weights times activations", () => {
  const links = linksOf(passage, phases[1], units, null).map(({ from, to, value }) => [from.row, to.row, value]);
  assert.deepEqual(links.slice(0, 3), [[0, 1, 1.5], [1, 1, 1], [0, 0, 0.5]]);
  assert.deepEqual(linksOf(passage, phases[1], units, units[1][2]).map(({ value }) => value), [0.125, 0]);
});

test("backward links are weights times deltas", () => {
  const own = linksOf(passage, phases[4], units, units[0][0]).map(({ to, value }) => [to.row, value.toFixed(2)]);
  assert.deepEqual(own, [[1, "0.90"], [0, "-0.40"], [2, "0.00"]]);
  assert.deepEqual(linksOf(passage, phases[3], units, null), [], "behind the outputs there is no layer");
});

test("a neuron's gradient is delta times picture", () => {
  const [weights, product, gradient] = picturesOf(passage, { isForward: true, isBack: true });
  assert.deepEqual([weights.name, ...weights.bytes], ["Weights w", 255, 128, 1, 128]);
  assert.deepEqual([product.largest, ...product.bytes], [2, 255, 128, Math.round(128 - 0.2 * 127), 128]);
  assert.deepEqual([gradient.largest.toFixed(3), ...gradient.bytes], ["0.100", 255, 128, Math.round(128 + 0.2 * 127), 128]);
  assert.deepEqual(picturesOf(passage, { isForward: true, isBack: false }).map(({ name }) => name), ["Weights w", "w · x"]);
});

test("numbers of a hidden neuron have their phases", () => {
  const lines = linesOf(passage, { layer: 1, row: 1 }, { loss: "squared_error", learningRate: 3, isPlain: true });
  assert.deepEqual(lines.map(({ text }) => text), [
    "z = Σ w · x + b = −1.00", "a = f(z) = 0.25", "δ = f′(z) · Σ w · δ of the next layer = −0.20", "Δw = −η · δ · x = −3.00 · −0.20 · x",
  ]);
  assert.deepEqual(lines.map(({ stage }) => stage.join(" ")), ["forward 1", "forward 1", "backward 1", "update 0"]);
});

test("deltas of outputs follow from the loss", () => {
  const deltaOf = (loss) => linesOf(passage, { layer: 2, row: 0 }, { loss, learningRate: 3, isPlain: false }).at(-2)?.text;
  assert.equal(deltaOf("squared_error"), "δ = (a − y) · f′(z) = −0.40");
  assert.equal(deltaOf("cross_entropy"), "δ = a − y = −0.40");
});

/* ---- On the page ---- */

const look = (parts = {}) => /** @type {any} */ ({
  values: { sizes: SIZES, label: 0, answer: 0, loss: 0.13, unit: 7 }, arrays: { z: passage.z, a: passage.a, weights: passage.weights, delta: passage.delta, target: passage.target },
  frame: { learning_rate: 3, digits: { side: 2, links: LINKS } }, ...parts,
});
const stateOf = (parts = {}) => /** @type {any} */ ({
  data: { side: 2, trainSize: 8, validationSize: 1, testSize: 1, labels: Uint8Array.of(0), pictures: passage.pixels },
  followed: { example: 9 }, config: { loss: "squared_error", optimizer: "sgd", regularizer: "none" }, inside: { options: {} }, ...parts,
});

function open() {
  const page = openPage();
  const calls = /** @type {any[]} */ ([]);
  const element = h("div");
  page.body.append(element);
  const view = createFollow(/** @type {any} */ (element), /** @type {any} */ ({ actions: { setLookOptions: (...values) => calls.push(values) }, schema: { features: Array(7) } }));
  const plot = page.body.querySelector(".plot");
  for (const part of [plot, plot.querySelector("canvas")]) part.box = boxOf(0, 0, ROOM.width, ROOM.height);
  page.resize();
  view.draw(look(), stateOf());
  const find = (selector) => page.body.querySelector(selector);
  return {
    page, view, calls, find, plot,
    lines: () => page.body.querySelectorAll(".formula p").filter(({ style }) => style.visibility !== "hidden").map(({ textContent }) => textContent),
    pictures: () => page.body.querySelectorAll(".follow-pictures figure").filter(({ hidden }) => !hidden).length,
    goTo(at) {
      find("#follow-phase").value = String(at);
      page.fire(find("#follow-phase"), "input");
    },
  };
}

test("without a picture there is an invitation", () => {
  const { view } = open();
  assert.match(String(view.why(look(), stateOf({ followed: null }))), /Draw a digit/);
  assert.equal(view.why(look({ arrays: {} }), stateOf()), "Loading…");
  assert.equal(view.why(look(), stateOf()), null);
});

test("a look at other pictures is no passage", () => {
  assert.equal(passageOf(look(), stateOf({ followed: { pixels: new Uint8Array(9) } }), 7), null);
  assert.equal(passageOf(look(), stateOf(), 7)?.loss, 0.13);
});

test("numbers and pictures appear phase by phase", () => {
  const { lines, pictures, goTo, find } = open();
  assert.deepEqual([lines().length, pictures(), find(".stage").textContent], [2, 2, "Forward: layer 1"]);
  goTo(4);
  assert.deepEqual([lines().length, pictures(), find(".stage").textContent], [3, 3, "Backward: layer 1"]);
  goTo(5);
  assert.equal(lines().length, 4);
});

test("a click on a box chooses the neuron", () => {
  const { page, plot, find, lines, goTo, calls, pictures } = open();
  goTo(5);
  const { x, y } = units[1][0];
  page.fire(plot, "click", { clientX: x, clientY: y });
  assert.equal(find("#follow-neuron").value, "2 0");
  assert.deepEqual([calls, pictures()], [[["follow", { unit: 9 }]], 0]);
  assert.ok(lines().some((text) => text.startsWith("wanted: y = 1")));
});

test("a drawing can be given its digit", () => {
  const { view, find, page, calls } = open();
  view.draw(look(), stateOf({ followed: { pixels: passage.pixels } }));
  const choice = find("#follow-digit");
  assert.equal(choice.closest(".field").hidden, false);
  choice.value = "7";
  page.fire(choice, "change");
  assert.deepEqual(calls, [["follow", { label: 7 }]]);
});
