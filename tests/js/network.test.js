import assert from "node:assert/strict";
import test from "node:test";

import { createMemory } from "../../static/js/lib/storage.js";
import { createNetwork } from "../../static/js/network/network.js";
import { boxOf, openPage } from "./fakepage.js";
import { featuresOf } from "./fields.js";
import { h } from "../../static/js/lib/dom.js";

const features = featuresOf({ x: "x₁", y: "x₂", xSquared: "x₁²" });

/** @returns {any} */
function stateOf(parts = {}) {
  return {
    config: { features: ["x", "y"], hidden_layer_sizes: [2], activation: "tanh", layer_activations: [], problem: "classification", loss: "squared" },
    layers: [2, 2, 1], lockReason: "Locked for now", data: null, presentation: false, view: { hidden: [], locked: [], discretize: false, show_bias_units: false },
    status: { playing: false }, selected: null, hovered: null, inside: { panel: null }, ...parts,
  };
}

/** @returns {any} */
const frameOf = (layers = [2, 2, 1], units = 3) => ({
  layers, shapes: { thumbnails: [units, 2, 2] }, thumbnailSize: 2, arrays: { thumbnails: new Uint8Array(units * 4), params: Float64Array.of(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9) },
});

/** A network on a page, and what it asked for. */
function open(parts = {}, { storage = createMemory(), mapBox = boxOf(0, 800, 300, 300), isReduced = false, frame = frameOf() } = {}) {
  const page = openPage();
  const { matchMedia } = globalThis;
  globalThis.matchMedia = /** @type {any} */ ((query) => (query.includes("reduce") ? { matches: isReduced } : matchMedia(query)));
  page.body.box = boxOf(0, 0, 900, 700);
  const map = Object.assign(/** @type {any} */ (h("div")), { box: mapBox });
  const done = [];
  const actions = /** @type {any} */ (new Proxy({}, { get: (_, name) => (...values) => done.push([name, ...values]) }));
  const schema = /** @type {any} */ ({ features, paired: ["maxout"], switching: ["tanh"], controls: [], limits: { page_layers: 6, page_units: 8 } });
  const network = createNetwork(/** @type {any} */ (page.body), { actions, schema, storage, map });
  let state = stateOf(parts);
  network.draw(frame, state);
  const unit = (index) => page.body.querySelector(`[data-unit=${index}]`);
  return {
    page, network, done, unit, map, board: page.body.querySelector(".board"), canvas: page.body.querySelector(".links"), card: page.byId("hovercard"),
    draw: (next, frame = frameOf()) => network.draw(frame, (state = stateOf(next))),
    press: (element, key) => page.fire(element, "keydown", { key }),
  };
}

test("units are buttons with names", () => {
  const { unit } = open();
  assert.match(unit(0).getAttribute("aria-label"), /^x₁, in use/);
  assert.match(unit(2).getAttribute("aria-label"), /^x₁², not in use/);
  assert.match(unit(3).getAttribute("aria-label"), /^Layer 1, neuron 1/);
  assert.match(unit(5).getAttribute("aria-label"), /^Output/);
});

test("features have pictures before the first frame", () => {
  const { draw, unit } = open({}, { frame: null });
  const isPainted = (index) => unit(index).querySelector("canvas").calls.includes("putImageData");
  assert.deepEqual([0, 1, 2, 3, 4].map(isPainted), [true, true, true, false, false]);
  draw();
  assert.deepEqual([3, 4].map(isPainted), [true, true]);
});

test("units are placed by the layout", () => {
  const { network, unit } = open();
  const box = network.scene()?.layout.units.find(({ index }) => index === 3);
  assert.deepEqual([unit(3).style.left, unit(3).style.top], [`${box?.x}px`, `${box?.y}px`]);
});

test("clicking a feature toggles it", () => {
  const { unit, done } = open();
  unit(2).click();
  assert.deepEqual(done, [["toggleFeature", "xSquared"]]);
});

test("locked features cannot be toggled", () => {
  const { unit, done } = open({ view: { hidden: [], locked: ["x"], discretize: false } });
  unit(0).click();
  assert.deepEqual(done, []);
  assert.equal(unit(0).title, "Locked for now");
});

test("clicking a neuron pins it", () => {
  const { unit, done } = open();
  unit(3).click();
  unit(5).click();
  assert.deepEqual(done, [["select", 3], ["select", null]]);
});

test("the pointer hovers over units", () => {
  const { page, unit, done, board } = open();
  page.fire(unit(3), "pointerover", { pointerType: "mouse" });
  page.fire(unit(4), "pointerover", { pointerType: "touch" });
  page.fire(unit(3), "pointerout", { relatedTarget: board });
  assert.deepEqual(done, [["hover", 3], ["hover", null]]);
});

test("one unit per layer takes the Tab key", () => {
  const { unit } = open();
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((index) => unit(index).tabIndex), [0, -1, -1, 0, -1, 0]);
  unit(4).focus();
  assert.deepEqual([unit(3).tabIndex, unit(4).tabIndex], [-1, 0]);
});

test("arrow keys go to neighbors", () => {
  const { unit, press } = open();
  unit(3).focus();
  press(unit(3), "ArrowDown");
  assert.equal(document.activeElement, unit(4));
  press(unit(4), "ArrowUp");
  assert.equal(document.activeElement, unit(3));
});

test("the left key goes to incoming weights", () => {
  const { unit, press, card } = open();
  unit(3).focus();
  press(unit(3), "ArrowLeft");
  assert.match(card.textContent, /^Weightx₁ → neuron 1, layer 1/);
  press(unit(3), "ArrowDown");
  press(unit(3), "ArrowDown");
  assert.match(card.textContent, /^Biasneuron 1, layer 1/);
  press(unit(3), "ArrowRight");
  assert.equal(card.hidden, true);
});

test("weights are edited by keys", () => {
  const { unit, press, card, done } = open();
  unit(3).focus();
  press(unit(3), "ArrowLeft");
  press(unit(3), "Enter");
  const input = card.querySelector("input");
  input.value = "2";
  press(input, "Enter");
  assert.deepEqual(done.filter(([name]) => name === "setParameter"), [["setParameter", 0, 2]]);
  assert.equal(document.activeElement, unit(3));
});

test("links under the pointer show their weight", () => {
  const { page, network, board, canvas, card } = open();
  const [link] = network.scene()?.layout.links ?? [];
  page.fire(canvas, "pointermove", { clientX: link.x1 + 1, clientY: link.y1, pointerType: "mouse" });
  assert.match(card.textContent, /^Weightx₁ → neuron 1, layer 1/);
  assert.equal(board.classList.contains("pointing"), true);
  page.fire(board, "pointerleave");
  assert.equal(card.hidden, true);
});

test("clicking a link edits it", () => {
  const { page, network, canvas, card } = open();
  const [link] = network.scene()?.layout.links ?? [];
  page.fire(canvas, "click", { clientX: link.x1 + 1, clientY: link.y1 });
  assert.equal(card.classList.contains("editing"), true);
});

test("locked weights are only shown", () => {
  const { page, network, canvas, card } = open({ view: { hidden: [], locked: ["weights"], discretize: false } });
  const [link] = network.scene()?.layout.links ?? [];
  page.fire(canvas, "click", { clientX: link.x1 + 1, clientY: link.y1 });
  assert.equal(card.classList.contains("editing"), false);
});

test("new layers keep other layers' buttons", () => {
  const { draw, unit, page } = open();
  const first = unit(3);
  draw({ config: { ...stateOf().config, hidden_layer_sizes: [2, 1] }, layers: [2, 2, 1, 1] }, frameOf([2, 2, 1, 1], 4));
  assert.equal(unit(3), first);
  assert.equal(page.body.querySelectorAll(".unit").length, 7);
});

test("frames of another network are not drawn", () => {
  const { network, draw } = open();
  draw({}, frameOf([2, 3, 1], 4));
  assert.equal(network.scene(), null);
});

test("pinned and hovered units stand out", () => {
  const { draw, unit } = open();
  assert.equal(unit(5).getAttribute("aria-pressed"), "true");
  draw({ selected: 4, hovered: 3 });
  assert.deepEqual([unit(4).getAttribute("aria-pressed"), unit(3).classList.contains("hovered"), unit(5).classList.contains("pinned")], ["true", true, false]);
});

test("dashes move while training plays", () => {
  const { page, draw, canvas } = open();
  draw({ status: { playing: true } });
  const before = canvas.calls.length;
  Object.assign(document.timeline, { currentTime: 20 });
  page.frames.shift()?.();
  assert.ok(canvas.calls.length > before);
  draw({});
  page.frames.splice(0).forEach((run) => run());
  assert.equal(page.frames.length, 0);
});

/** Draws a network with one more layer. */
const grow = (draw) => draw({ config: { ...stateOf().config, hidden_layer_sizes: [2, 1] }, layers: [2, 2, 1, 1] }, frameOf([2, 2, 1, 1], 4));

test("new layers ease in, old ones fade", () => {
  const { page, draw, unit } = open();
  grow(draw);
  assert.match(unit(3).style.translate, /px/);
  assert.notEqual(unit(5).style.opacity, "");
  draw({});
  assert.equal(page.body.querySelectorAll(".leaving").length, 1);
  assert.equal(page.body.querySelectorAll(".leaving .unit").length, 0);
  draw({ config: { ...stateOf().config, hidden_layer_sizes: [2, 2] }, layers: [2, 2, 2, 1] }, frameOf([2, 2, 2, 1], 5));
  assert.equal(page.body.querySelectorAll(".leaving").length, 0, "no ghost is left");
});

test("with reduced motion layers are there at once", () => {
  const { page, draw, unit } = open({}, { isReduced: true });
  grow(draw);
  draw({});
  assert.deepEqual([unit(3).style.translate ?? "", page.body.querySelectorAll(".leaving").length, page.frames.length], ["", 0, 0]);
});

test("a single minibatch sends pulses", () => {
  for (const [isReduced, expected] of /** @type {const} */ ([[false, true], [true, false]])) {
    const { page, draw, canvas } = open({}, { isReduced });
    const frame = (step) => ({ ...frameOf(), run: 1, past: false, step });
    draw({}, frame(1));
    canvas.calls.length = 0;
    draw({}, frame(2));
    assert.deepEqual([canvas.calls.includes("arc"), page.frames.length > 0], [expected, expected]);
  }
});

test("bias units are drawn as ones", () => {
  const { page } = open({ view: { hidden: [], locked: [], discretize: false, show_bias_units: true } });
  assert.deepEqual(page.body.querySelectorAll(".one").map(({ textContent }) => textContent), ["+1", "+1"]);
});

test("links run into the map beside them", () => {
  const { page, network, map, unit, board } = open({}, { mapBox: boxOf(940, 100, 400, 400) });
  const port = () => /** @type {any} */ (network.scene()).layout.units.at(-1);
  assert.deepEqual([port().x + port().size, port().y + port().height / 2, board.style.width], [940, 300, "940px"]);
  assert.equal(page.body.querySelector(".port-name").hidden, true);
  map.box = boxOf(940, 200, 400, 400);
  page.fireOnWindow("scroll");
  assert.equal(port().y + port().height / 2, 400);
  map.box = boxOf(0, 800, 400, 400);
  page.resize();
  assert.deepEqual([unit(5).classList.contains("port"), page.body.querySelector(".port-name").hidden, board.style.width], [true, false, "900px"]);
});

test("several outputs have pictures and names", () => {
  const { draw, page } = open();
  draw({ layers: [2, 2, 3], data: { own: null } }, frameOf([2, 2, 3], 5));
  assert.equal(page.body.querySelectorAll(".port").length, 0);
  assert.deepEqual(page.body.querySelectorAll(".class-name").map(({ textContent }) => textContent), ["0", "1", "2"]);
});

test("an edited weight dismisses its callout", () => {
  const storage = createMemory();
  const { unit, press, card, page } = open({}, { storage });
  const shown = () => page.body.querySelectorAll(".callout").map(({ hidden }) => !hidden);
  assert.deepEqual(shown(), [true, true]);
  unit(3).focus();
  press(unit(3), "ArrowLeft");
  press(unit(3), "Enter");
  card.querySelector("input").value = "2";
  press(card.querySelector("input"), "Enter");
  assert.deepEqual(shown(), [true, false]);
  unit(3).click();
  assert.deepEqual(shown(), [false, false]);
  assert.deepEqual(open({}, { storage }).page.body.querySelectorAll(".callout").map(({ hidden }) => !hidden), [false, false]);
});

test("boards fade where there is more", () => {
  const { page, board } = open();
  Object.assign(board, { box: boxOf(0, 0, 400, 100) });
  const scroller = /** @type {any} */ (page.body.querySelector(".network-scroll"));
  const ends = () => ["more-left", "more-right"].map((end) => scroller.classList.contains(end));
  for (const [scrollLeft, expected] of /** @type {const} */ ([[0, [false, true]], [50, [true, true]], [300, [true, false]]])) {
    Object.assign(scroller, { scrollLeft, box: boxOf(0, 0, 100, 100) });
    page.fire(scroller, "scroll");
    assert.deepEqual(ends(), expected);
  }
});
