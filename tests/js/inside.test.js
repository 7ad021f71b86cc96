import assert from "node:assert/strict";
import test from "node:test";

import { createActions } from "../../static/js/core/actions.js";
import { firstFrom } from "../../static/js/chart/series.js";
import { createStore } from "../../static/js/core/store.js";
import { layerNames, lookOf, rowOf, whyNothing } from "../../static/js/inside/look.js";
import { createRecord, createRunCounter } from "../../static/js/inside/record.js";
import { borders, contour, projection, polygonsOn, sidesOf } from "../../static/js/inside/contours.js";
import { PANELS } from "../../static/js/inside/panels.js";

const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);
const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 1e-9, `${value} is not ${wanted}`);

/* ---- What is asked for ---- */

/** Actions with nothing open, and what they send. */
function begin() {
  const inside = { panel: null, last: "gradients", options: {}, format: "numpy" };
  const store = createStore({ schema: { features: [] }, selected: null, hovered: null, inside, exported: null, view: { hidden: [], locked: [] } });
  const sent = [];
  return { store, sent, actions: createActions({ store, send: (message) => sent.push(message), panels: PANELS }) };
}

test("opening a panel requests looks, closing ends them", () => {
  const { sent, actions } = begin();
  actions.lookInside("weights");
  actions.lookInside("weights");
  actions.lookInside(null);
  assert.deepEqual(sent, [{ type: "inspect", panel: "weights", options: {} }, { type: "inspect", panel: null }]);
});

test("the key reopens the last panel", () => {
  const { store, actions } = begin();
  actions.lookInside("space");
  actions.run("toggle_inside");
  assert.equal(store.get().inside.panel, null);
  actions.run("toggle_inside");
  assert.equal(store.get().inside.panel, "space");
});

test("only panels about units follow the selection", () => {
  const { sent, actions } = begin();
  actions.lookInside("gradients");
  actions.select(9);
  assert.deepEqual(sent.at(-1), { type: "inspect", panel: "gradients", options: { unit: 9 } });
  actions.lookInside("weights");
  const before = sent.length;
  actions.select(8);
  assert.deepEqual(sent.slice(before).map(({ type }) => type), ["select"]);
});

test("options stay with their panel", () => {
  const { store, sent, actions } = begin();
  actions.lookInside("landscape");
  actions.setLookOptions("landscape", { directions: "path", compute: true });
  assert.deepEqual(sent.at(-1).options, { directions: "path", compute: true });
  assert.deepEqual(store.get().inside.options.landscape, { directions: "path" });
  actions.lookInside("confusion");
  actions.setLookOptions("confusion", { threshold: 0.7 });
  assert.deepEqual(sent.at(-1), { type: "inspect", panel: "confusion", options: { threshold: 0.7 } });
});

test("an unchanged option sends nothing", () => {
  const { sent, actions } = begin();
  actions.lookInside("step");
  actions.setLookOptions("step", { example: 3 });
  const before = sent.length;
  actions.setLookOptions("step", { example: 3 });
  assert.equal(sent.length, before);
});

test("a new greeting opens the panel again", () => {
  const { sent, actions } = begin();
  actions.lookAgain();
  assert.deepEqual(sent, []);
  actions.lookInside("regions");
  actions.lookAgain();
  assert.deepEqual(sent[1], sent[0]);
});

test("opening Export code exports, without looks", () => {
  const { sent, actions } = begin();
  actions.lookInside("code");
  actions.exportCode("keras");
  actions.exportArchive("keras");
  assert.deepEqual(sent, [{ type: "inspect", panel: null }, { type: "export", format: "numpy" }, { type: "export", format: "keras" }, { type: "export", format: "keras", archive: true }]);
});

/* ---- Looks ---- */

const frame = (parts = {}) => ({
  epoch: 3, step: 30, shapes: { inside_norms: [3], thumbnails: [10, 16, 16], params: [25] },
  arrays: { inside_norms: Float32Array.of(1, 2, 3), params: new Float64Array(25) },
  inside: { panel: "gradients", values: { notice: null } }, ...parts,
});

test("a look shortens its panel's array names", () => {
  const look = lookOf(frame(), "1");
  assert.deepEqual(Object.keys(look.arrays), ["norms"]);
  assert.deepEqual(look.shapes, { norms: [3] });
  assert.deepEqual(look.values, { notice: null });
});

test("a frame without a look gives none", () => {
  assert.equal(lookOf(frame({ inside: undefined }), "1"), null);
});

test("rows of an array are selected by index", () => {
  const look = { arrays: { h: Float32Array.of(1, 2, 3, 4, 5, 6) }, shapes: { h: [2, 3] } };
  assert.deepEqual([...rowOf(look, "h", 1)], [4, 5, 6]);
});

test("the last layer is the output", () => {
  assert.deepEqual(layerNames(3), ["Layer 1", "Layer 2", "Output"]);
});

test("a panel that does not apply says why", () => {
  assert.equal(whyNothing({ values: { applies: false, why: "Choose ReLU." } }), "Choose ReLU.");
  assert.equal(whyNothing({ values: { norms: 1 } }), null);
  assert.match(whyNothing(null), /Loading/);
});

/* ---- What was shown over the epochs ---- */

test("the newest row of an epoch counts", () => {
  const record = createRecord(100);
  record.add("1", 0, "a");
  record.add("1", 5, "b");
  record.add("1", 5, "c");
  assert.deepEqual(record.epochs, [0, 5]);
  assert.deepEqual(record.rows, ["a", "c"]);
});

test("a new run replaces the rows of another", () => {
  const record = createRecord(100);
  record.add("1", 7, "a");
  record.add("2", 9, "b");
  assert.deepEqual(record.epochs, [9]);
});

test("the record stays bounded, keeping first and newest", () => {
  const record = createRecord(16);
  for (const epoch of range(0, 500)) record.add("1", epoch, epoch);
  assert.ok(record.rows.length <= 16);
  assert.equal(record.epochs[0], 0);
  assert.equal(record.epochs.at(-1), 499);
  assert.deepEqual(record.rows, record.epochs);
});

test("rewinding or another network starts a new record", () => {
  const runOf = createRunCounter();
  const names = [
    frame({ epoch: 0, step: 0 }), frame({ epoch: 4, step: 40 }),
    frame({ epoch: 2, step: 20 }), frame({ epoch: 2, step: 19 }),
    frame({ epoch: 3, step: 30, shapes: { thumbnails: [12, 16, 16], params: [30] } }),
  ].map(runOf);
  assert.equal(names[0], names[1]);
  assert.equal(new Set(names).size, 4);
});

/* ---- Contours ---- */

const slope = { values: Float32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2), columns: 3, rows: 3 };

test("a contour follows its level in the field", () => {
  const segments = contour(slope, 0.5);
  assert.equal(segments.length, 2);
  for (const [x1, , x2] of segments) {
    near(x1, 0.5);
    near(x2, 0.5);
  }
  assert.deepEqual(contour(slope, 5), []);
});

test("a saddle is crossed twice", () => {
  assert.equal(contour({ values: [1, 0, 0, 1], columns: 2, rows: 2 }, 0.5).length, 2);
});

test("borders run between pixels of two regions", () => {
  assert.deepEqual(borders({ values: [7, 7, 7, 7], columns: 2, rows: 2 }), []);
  assert.deepEqual(borders({ values: [7, 8, 7, 8], columns: 2, rows: 2 }), [[1, 0, 1, 1], [1, 1, 1, 2]]);
});

test("heights show only from the side", () => {
  const above = projection({ turn: 0, tilt: Math.PI / 2 });
  near(above(0.3, 0.4, 0.9).x, 0.3);
  near(above(0.3, 0.4, 0.9).y, -0.4);
  const side = projection({ turn: 0, tilt: 0 });
  near(side(0.3, 0.4, 0.9).y, -0.9);
  assert.ok(side(0, -1, 0).depth > side(0, 1, 0).depth);
});

test("an insertion position counts the smaller values", () => {
  assert.deepEqual([0, 1, 1.5, 9].map((value) => firstFrom([1, 1, 2, 3], value)), [0, 0, 2, 4]);
});

test("the map's edge is not a border", () => {
  const halves = polygonsOn({ corners: [-6, -6, 0, -6, 0, 6, -6, 6, 0, -6, 6, -6, 6, 6, 0, 6], sizes: [4, 4], extent: 6 });
  assert.deepEqual(halves[0], [[0, 1], [0.5, 1], [0.5, 0], [0, 0]]);
  assert.deepEqual(sidesOf(halves), [[0.5, 1, 0.5, 0], [0.5, 0, 0.5, 1]]);
});
