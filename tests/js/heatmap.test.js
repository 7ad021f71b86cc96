import assert from "node:assert/strict";
import test from "node:test";

import { createHeatmap } from "../../static/js/map/heatmap.js";
import { openPage } from "./fakepage.js";
import { featuresOf } from "./fields.js";

const features = featuresOf({ x: "x₁", y: "x₂" });

/** @returns {any} */
const stateOf = (parts = {}) => ({
  hovered: null, selected: null, layers: [2, 2, 1], view: { show_test_data: false, discretize: false },
  config: { features: ["x", "y"], hidden_layer_sizes: [2], problem: "classification", loss: "squared" },
  data: { dimensions: 2, classes: 2, trainSize: 1, validationSize: 0, points: Float32Array.of(1, 1), targets: Float32Array.of(1), own: null }, ...parts,
});

/** @returns {any} */
const frameOf = (arrays = {}, units = 3) => ({
  selected: 4, thumbnailSize: 2, shapes: { thumbnails: [units, 2, 2], surface: [2, 2] },
  arrays: { surface: Uint8Array.of(255, 255, 255, 255), thumbnails: new Uint8Array(4 * units).fill(128), params: new Float64Array(9), ...arrays },
});

/** A map of 120 pixels. */
function open() {
  const page = openPage({ "map-showing": "div", "show-test-label": "span", "summands-row": "span", "show-summands": "input" });
  const selected = [];
  const heatmap = createHeatmap(/** @type {any} */ (page.body), { schema: /** @type {any} */ ({ features }), actions: /** @type {any} */ ({ select: (unit) => selected.push(unit) }) });
  const map = /** @type {any} */ (heatmap.map);
  Object.assign(map.box, { width: 120, height: 120 });
  page.resize();
  return {
    page, heatmap, map, selected, readout: page.byId("map-readout"), draw: (frame = frameOf(), state = stateOf()) => heatmap.draw(frame, state),
    find: (selector) => page.body.querySelector(selector), point: (x, y) => page.fire(map, "pointermove", { clientX: x, clientY: y }),
  };
}

test("the map shows the output's picture", () => {
  const { draw, find, map } = open();
  draw();
  assert.deepEqual([find(".surface").hidden, find(".curve").hidden, find(".shown").textContent], [false, true, "Showing the output"]);
  assert.match(map.getAttribute("aria-label"), /^Map of Output/);
});

test("the canvas matches the screen's pixels", () => {
  const { page, draw, find } = open();
  Object.assign(globalThis, { devicePixelRatio: 2 });
  page.resize();
  draw();
  assert.equal(find(".surface").width, 240);
});

test("the pointer reads values", () => {
  const { draw, point, readout, page, map, find, heatmap } = open();
  draw();
  point(60, 100);
  assert.equal(readout.classList.contains("above"), true, "it is where the pointer is not");
  point(60, 30);
  assert.equal(readout.textContent, "x₁ 0.0  x₂ 3.0  value 1.00");
  assert.deepEqual([heatmap.whereProbed(), readout.classList.contains("above")], [{ x1: 0, x2: 3 }, false]);
  page.fire(map, "pointerleave");
  assert.deepEqual([readout.textContent, heatmap.whereProbed(), find(".legend").checkVisibility()], ["", null, true]);
});

test("arrow keys move the probe", () => {
  const { draw, map, page, readout, find } = open();
  draw();
  map.focus();
  page.fire(map, "keydown", { key: "ArrowRight" });
  page.fire(map, "keydown", { key: "ArrowUp", shiftKey: true });
  assert.match(readout.textContent, /^x₁ 0\.3 {2}x₂ 1\.0/);
  assert.deepEqual([find(".probe").hidden, readout.getAttribute("aria-live")], [false, "polite"]);
  map.blur();
  assert.deepEqual([readout.textContent, readout.getAttribute("aria-live")], ["", "off"]);
});

test("keys with a modifier are left alone", () => {
  const { draw, map, page } = open();
  draw();
  assert.equal(page.fire(map, "keydown", { key: "ArrowRight", ctrlKey: true }).defaultPrevented, false);
});

test("nothing is painted twice", () => {
  const { draw, find } = open();
  const [frame, state] = [frameOf(), stateOf()];
  draw(frame, state);
  const { calls } = find(".surface");
  const before = calls.length;
  draw(frame, { ...state });
  assert.equal(calls.length, before);
  draw(frame, { ...state, hovered: 2 });
  assert.ok(calls.length > before);
});

test("classes have a legend of names", () => {
  const { draw, find } = open();
  const data = { ...stateOf().data, classes: 3, own: { labels: ["cat", "", "dog"] } };
  draw(frameOf({}, 7), stateOf({ layers: [2, 2, 3], data }));
  assert.equal(find(".legend.classes").textContent, "Classes: cat1dog");
  assert.equal(find(".map-foot").classList.contains("named"), true);
});

test("one input is shown as a curve", () => {
  const { draw, find, map } = open();
  const data = { ...stateOf().data, dimensions: 1, targets: Float32Array.of(2) };
  draw(frameOf({ curve: Float32Array.of(0, 1) }), stateOf({ data }));
  assert.deepEqual([find(".surface").hidden, find(".curve").hidden, map.classList.contains("plotted")], [true, false, true]);
  assert.match(find(".values").textContent, /^y/);
  draw();
  assert.deepEqual([find(".surface").hidden, find(".curve").hidden, map.classList.contains("plotted")], [false, true, false]);
});

test("summands are offered where there are any", () => {
  const { draw, page, find } = open();
  const data = { ...stateOf().data, dimensions: 1 };
  const frame = frameOf({ curve: Float32Array.of(0, 1), summands: Float32Array.of(1, 2, 3, 4) });
  frame.shapes.summands = [2, 2];
  draw(frame, stateOf({ data }));
  assert.equal(page.byId("summands-row").hidden, false);
  page.byId("show-summands").checked = true;
  page.fire(page.byId("show-summands"), "change");
  assert.equal(find(".shown").textContent, "Showing the output");
  draw();
  assert.equal(page.byId("summands-row").hidden, true);
});

test("held-out data are named by their parts", () => {
  const { draw, page } = open();
  draw();
  assert.equal(page.byId("show-test-label").textContent, "Show test data");
  draw(frameOf(), stateOf({ data: { ...stateOf().data, validationSize: 3 } }));
  assert.equal(page.byId("show-test-label").textContent, "Show held-out data");
});

test("the legend appears even without a frame", () => {
  const { heatmap, find } = open();
  heatmap.draw(null, stateOf({ data: null }));
  assert.equal(find(".legend").getAttribute("aria-label"), "Colors: orange is −1 and below, blue is 1 and above");
});

test("the map names what it shows", () => {
  const { draw, find, page, selected } = open();
  const back = page.byId("map-showing").querySelector("button");
  draw();
  assert.equal(back.hidden, true);
  draw(frameOf(), stateOf({ hovered: 3 }));
  assert.deepEqual([find(".shown").textContent, back.hidden], ["Showing: hidden layer 1, neuron 2", true]);
  draw(frameOf(), stateOf({ selected: 2 }));
  assert.deepEqual([find(".shown").textContent, back.hidden], ["Showing: hidden layer 1, neuron 1", false]);
  back.click();
  assert.deepEqual(selected, [null]);
});
