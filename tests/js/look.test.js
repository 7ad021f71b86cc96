import assert from "node:assert/strict";
import test from "node:test";

import { NOTHING_YET, lookAt, outputsOf, rampsFor, summandsIn } from "../../static/js/map/look.js";
import { featuresOf } from "./fields.js";

const features = featuresOf({ x: "x₁", y: "x₂" });

/** A frame of two hidden units and some outputs, next to two features, with 2 × 2 thumbnails. @returns {any} */
function frameOf({ outputs = 1, arrays = {} } = {}) {
  const units = 2 + outputs;
  const thumbnails = Uint8Array.from({ length: 4 * units }, (_, i) => 20 + 10 * Math.floor(i / 4) + (i % 4));
  return {
    selected: 4, thumbnailSize: 2, shapes: { thumbnails: [units, 2, 2], surface: [3, 3] },
    arrays: { surface: new Uint8Array(9).fill(77), thumbnails, params: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), ...arrays },
  };
}

/** @returns {any} */
function stateOf({ outputs = 1, hovered = null, selected = null, labels = [], dimensions = 2, loss = "cross_entropy" } = {}) {
  return {
    hovered, selected, layers: [2, 2, outputs],
    config: { problem: "classification", loss, hidden_layer_sizes: [2] },
    data: { dimensions, own: { labels } },
  };
}

const look = (frame, state) => lookAt(frame, state, features);

test("without a selected unit the output shows fully", () => {
  const shown = look(frameOf(), stateOf());
  assert.deepEqual([shown.name, shown.role, shown.picture.size, shown.picture.picture[0], shown.curve], ["Output", "output", 3, 77, null]);
});

test("hovered units come before pinned ones", () => {
  assert.equal(look(frameOf(), stateOf({ hovered: 2, selected: 3 })).name, "Layer 1, neuron 1");
  assert.equal(look(frameOf(), stateOf({ selected: 3 })).name, "Layer 1, neuron 2");
  assert.equal(look(frameOf(), stateOf({ hovered: 1 })).name, "x₂");
});

test("other units are shown from their thumbnails", () => {
  const { picture } = look(frameOf(), stateOf({ hovered: 2 }));
  assert.deepEqual([picture.size, ...picture.picture], [2, 20, 21, 22, 23]);
});

test("features are shown from their own pictures", () => {
  const { picture } = look(frameOf(), stateOf({ hovered: 1 }));
  assert.deepEqual([picture.size, ...picture.picture], [2, 10, 11, 12, 13]);
  assert.equal(look({ ...frameOf(), selected: 1 }, stateOf({ hovered: 1 })).picture.size, 3, "in full once it is selected");
});

test("removed units give way to the output", () => {
  assert.equal(look(frameOf(), stateOf({ selected: 99 })).name, "Output");
});

test("only the output of cross-entropy is a probability", () => {
  assert.equal(look(frameOf(), stateOf()).kind, "probability");
  assert.equal(look(frameOf(), stateOf({ loss: "squared" })).kind, "value");
  assert.equal(look(frameOf(), stateOf({ hovered: 2 })).kind, "value");
  const regression = stateOf();
  regression.config.problem = "regression";
  assert.equal(look(frameOf(), regression).kind, "value");
});

test("several outputs are shown as the likeliest class", () => {
  const shown = look(frameOf({ outputs: 3 }), stateOf({ outputs: 3 }));
  assert.deepEqual([shown.kind, shown.name, shown.count, shown.number], ["classes", "Output", 3, null]);
  assert.deepEqual([...shown.picture.classes], [2, 2, 2, 2]);
});

test("likeliest classes in full replace the thumbnails", () => {
  const classes = new Uint8Array(9).fill(1);
  const shown = look(frameOf({ outputs: 3, arrays: { classes } }), stateOf({ outputs: 3 }));
  assert.deepEqual([shown.picture.size, shown.picture.classes], [3, classes]);
});

test("one of several outputs is its class's probability", () => {
  const shown = look(frameOf({ outputs: 3 }), stateOf({ outputs: 3, selected: 5, labels: ["cat", "dog"] }));
  assert.deepEqual([shown.name, shown.kind, shown.number, shown.count], ["dog", "probability", 1, 3]);
  assert.equal(look(frameOf({ outputs: 3 }), stateOf({ outputs: 3, selected: 6 })).name, "Class 2");
});

test("hidden units keep their values among several outputs", () => {
  const shown = look(frameOf({ outputs: 3 }), stateOf({ outputs: 3, hovered: 3 }));
  assert.deepEqual([shown.name, shown.kind, shown.count, shown.role], ["Layer 1, neuron 2", "value", 0, "neuron"]);
});

test("with one input the output is a curve", () => {
  const curve = Float32Array.of(1, 2, 3);
  const shown = look(frameOf({ arrays: { curve } }), stateOf({ dimensions: 1 }));
  assert.deepEqual([shown.curve, shown.picture, shown.role], [curve, null, "output"]);
});

test("curves of other units come from their thumbnails", () => {
  const shown = look(frameOf({ arrays: { curve: Float32Array.of(1) } }), stateOf({ dimensions: 1, hovered: 0 }));
  assert.deepEqual([shown.curve?.length, shown.role], [2, "feature"]);
});

test("summands have their weights in the output", () => {
  const frame = frameOf({ arrays: { summands: Float32Array.of(1, 2, 3, 4) } });
  assert.equal(summandsIn(frame, [1, 2, 1]), null);
  frame.shapes.summands = [2, 2];
  const summands = summandsIn(frame, [1, 2, 1]);
  assert.deepEqual([summands?.curves.map((curve) => [...curve]), summands?.weights], [[[1, 2], [3, 4]], [5, 6]]);
});

test("ramps follow what is shown", () => {
  const palette = /** @type {any} */ ({
    mapRamp: "map", discreteMapRamp: "two colors",
    forClasses: (count) => ({ bestRamps: [`best of ${count}`], fullRamps: ["full"], mapRamps: ["m0", "m1"], discreteMapRamps: ["d0", "d1"] }),
  });
  const ramps = (kind, number, count, isDiscrete) => rampsFor({ kind, number, count }, isDiscrete, palette);
  assert.deepEqual([ramps("value", null, 0, false), ramps("probability", null, 0, true)], [["map"], ["two colors"]]);
  assert.deepEqual([ramps("classes", null, 3, false), ramps("classes", null, 3, true)], [["best of 3"], ["full"]]);
  assert.deepEqual([ramps("probability", 1, 3, false), ramps("probability", 1, 3, true)], [["m1"], ["d1"]]);
});

test("the last layer counts the outputs", () => {
  assert.deepEqual([outputsOf({ layers: [2, 4, 3] }), outputsOf({ layers: [] })], [3, 1]);
  assert.equal(NOTHING_YET.picture, null);
});
