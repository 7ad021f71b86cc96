import assert from "node:assert/strict";
import test from "node:test";

import { layoutNetwork } from "../../static/js/network/layout.js";
import {
  boardHeight, isFeatureLocked, isFrameOf, layoutOptions, leftOutIn, mapBeside, namingOf, neighborOf, pinnedBy, structureOf, unitLooks,
} from "../../static/js/network/shape.js";
import { featuresOf } from "./fields.js";

const features = featuresOf({ x: "x₁", y: "x₂", xSquared: "x₁²" });

/** @returns {any} */
function stateOf(parts = {}) {
  return {
    config: { features: ["x"], hidden_layer_sizes: [2, 1] }, layers: [1, 2, 1, 1], data: null, presentation: false,
    view: { hidden: [], locked: [], discretize: false, show_bias_units: false }, status: { playing: false },
    selected: null, hovered: null, inside: { panel: null }, ...parts,
  };
}
const naming = namingOf(stateOf(), features);
const { units } = layoutNetwork({ ...layoutOptions(stateOf(), naming, features), width: 900, height: 600 });

test("the structure follows layers and locks", () => {
  const key = structureOf(stateOf());
  assert.equal(structureOf(stateOf({ selected: 3, status: { playing: true } })), key);
  const others = [stateOf({ presentation: true }), stateOf({ lockReason: "Watching" }), stateOf({ layers: [1, 2, 1, 3] }), stateOf({ view: { hidden: ["x"], locked: [], show_bias_units: false } })];
  for (const other of others) assert.notEqual(structureOf(other), key);
});

test("names count layers and outputs", () => {
  assert.deepEqual([naming.last, naming.outputs, naming.labels], [3, 1, []]);
  assert.equal(namingOf(stateOf({ layers: [1, 2, 1, 4] }), features).outputs, 4);
});

test("hidden features stay while in use", () => {
  const state = stateOf({ view: { hidden: ["x", "y"], locked: [], show_bias_units: true } });
  const options = layoutOptions(state, naming, features);
  assert.deepEqual(options.features.map(({ name, used }) => [name, used]), [["x", true], ["xSquared", false]]);
  assert.deepEqual([options.firstUnit, options.biasUnits, options.layers], [3, true, [2, 1]]);
});

test("the board ends with the window", () => {
  assert.equal(boardHeight({ element: 2000, top: 100, view: 900 }, 1), 786);
  assert.equal(boardHeight({ element: 500, top: 100, view: 900 }, 1), 500);
});

test("a board below the fold keeps its height", () => {
  assert.equal(boardHeight({ element: 2000, top: 1500, view: 900 }, 1), 870);
  assert.equal(boardHeight({ element: 2000, top: 100, view: 3000 }, 1), 870);
  assert.equal(boardHeight({ element: 2000, top: 3000, view: 900 }, 2), 1740);
});

test("frames of other networks do not fit", () => {
  const arranged = { layout: { units }, naming };
  const frame = (layers, pictures = 4) => /** @type {any} */ ({ layers, shapes: { thumbnails: [pictures, 2, 2] }, arrays: { params: new Float64Array(9) } });
  assert.equal(isFrameOf(frame([1, 2, 1, 1]), arranged, [2, 1]), true);
  assert.equal(isFrameOf(frame([2, 2, 1, 1]), arranged, [2, 1]), false);
  assert.equal(isFrameOf(frame([1, 2, 1, 1], 3), arranged, [2, 1]), false);
});

test("features are locked by name", () => {
  const state = { view: { locked: ["y"] } };
  assert.deepEqual([0, 1].map((index) => isFeatureLocked({ index }, state, features)), [false, true]);
});

test("neighbors are in the same layer", () => {
  const [first, second] = units.filter(({ layer }) => layer === 1);
  assert.equal(neighborOf(units, first, 1), second);
  assert.equal(neighborOf(units, second, 1), undefined);
  assert.equal(neighborOf(units, first, -1), undefined);
});

test("clicking a pinned output shows the whole output", () => {
  assert.equal(pinnedBy({ layer: 1, index: 4 }, naming, null), 4);
  assert.equal(pinnedBy({ layer: 3, index: 6 }, naming, null), null);
  const classes = { ...naming, outputs: 3 };
  assert.deepEqual([pinnedBy({ layer: 3, index: 6 }, classes, 5), pinnedBy({ layer: 3, index: 6 }, classes, 6)], [6, null]);
});

test("dropout is remembered while its panel is open", () => {
  const mask = Uint8Array.of(1, 0);
  const frame = /** @type {any} */ ({ inside: { panel: "step" }, arrays: { inside_left_out: mask } });
  const open = { inside: /** @type {any} */ ({ panel: "step" }) };
  assert.equal(leftOutIn(null, frame, open), mask);
  assert.equal(leftOutIn(mask, /** @type {any} */ ({ arrays: {} }), open), mask);
  assert.equal(leftOutIn(mask, null, open), mask);
  assert.equal(leftOutIn(mask, frame, { inside: /** @type {any} */ ({ panel: null }) }), null);
  assert.equal(leftOutIn(mask, /** @type {any} */ ({ inside: { panel: "step" }, arrays: {} }), open), null);
});

const palette = /** @type {any} */ ({
  ramp: "ramp", discreteRamp: "discrete",
  forClasses: (count) => ({ ramps: ["r0", "r1", "r2"].slice(0, count), discreteRamps: ["d0", "d1", "d2"], colors: ["c0", "c1", "c2"] }),
});
const looks = (state, network = {}) => unitLooks(stateOf(state), { naming, layout: { units: [{ index: 6 }] }, leftOut: null, ...network }, palette);

test("a single output is pinned unless another is", () => {
  assert.deepEqual([5, 6].map((index) => looks({})(index).isPinned), [false, true]);
  assert.deepEqual([5, 6].map((index) => looks({ selected: 5 })(index).isPinned), [true, false]);
});

test("hovered units stand out", () => {
  assert.deepEqual([0, 1].map((index) => looks({ hovered: 1 })(index).isHovered), [false, true]);
});

test("units share a ramp", () => {
  assert.deepEqual([looks({})(6).ramp, looks({})(6).color], ["ramp", null]);
  assert.equal(looks({ view: { discretize: true } })(0).ramp, "discrete");
});

test("class outputs have their own ramps", () => {
  const network = { naming: { ...naming, outputs: 3 }, layout: { units: [{ index: 8 }] } };
  assert.deepEqual([5, 6, 8].map((index) => looks({}, network)(index).ramp), ["ramp", "r0", "r2"]);
  assert.deepEqual([5, 6, 8].map((index) => looks({}, network)(index).color), [null, "c0", "c2"]);
  assert.equal(looks({ view: { discretize: true } }, network)(7).ramp, "d1");
  assert.equal(looks({}, network)(8).isPinned, false);
});

test("dropout shows only while paused", () => {
  const leftOut = Uint8Array.of(0, 1, 0, 0);
  assert.deepEqual([3, 4].map((index) => looks({}, { leftOut })(index).isLeftOut), [false, true]);
  assert.equal(looks({ status: { playing: true } }, { leftOut })(4).isLeftOut, false);
});

test("the board ends at a map beside it", () => {
  const rect = (left, top, width, height) => ({ left, top, width, height, right: left + width, bottom: top + height });
  const board = rect(200, 100, 700, 600);
  assert.deepEqual(mapBeside(board, rect(940, 150, 400, 400)), { left: 740, top: 50, bottom: 450 });
  assert.equal(mapBeside(board, rect(200, 710, 400, 400)), null, "below");
  assert.equal(mapBeside(board, rect(940, 660, 400, 400)), null, "hardly next to it");
  assert.equal(mapBeside(board, rect(1300, 150, 400, 400)), null, "far away");
  assert.equal(mapBeside(board, rect(940, 150, 0, 0)), null, "not on the screen");
  assert.equal(mapBeside(board, null), null);
});
