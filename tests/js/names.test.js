import assert from "node:assert/strict";
import test from "node:test";

import { classNameOf, labelsOf } from "../../static/js/map/classes.js";
import { shortUnitName, unitKey, unitLabel, unitName } from "../../static/js/network/names.js";

const naming = { features: [{ label: "x₁" }, { label: "x₂" }], last: 2, outputs: 3, labels: ["cat", "", "dog"] };
const place = (parts) => ({ index: 9, layer: 2, row: 0, used: true, x: 0, y: 0, size: 0, ...parts });

test("full names count features, layers and outputs", () => {
  const network = { features: naming.features, layers: [2, 1] };
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6].map((unit) => unitName(unit, network)),
    ["x₁", "x₂", "Layer 1, neuron 1", "Layer 1, neuron 2", "Layer 2, neuron 1", "Output", "Output 2"]);
});

test("short names of outputs are their classes", () => {
  assert.deepEqual([0, 1, 2].map((row) => shortUnitName(place({ row }), 9, naming)), ["cat", "class 1", "dog"]);
  assert.equal(shortUnitName(place({}), 9, { ...naming, outputs: 1 }), "output");
});

test("short names of features and hidden units", () => {
  assert.equal(shortUnitName(place({ layer: 1, row: 3 }), 9, naming), "neuron 4");
  assert.equal(shortUnitName(undefined, 1, naming), "x₂");
  assert.equal(shortUnitName(undefined, 7, naming), "");
});

test("labels of features say what Enter does", () => {
  const feature = (used) => place({ layer: 0, index: 0, used });
  assert.equal(unitLabel(feature(false), naming, ""), "x₁, not in use: press Enter to add it to the network");
  assert.equal(unitLabel(feature(true), naming, ""), "x₁, in use: press Enter to remove it from the network");
  assert.match(unitLabel(feature(true), naming, "You are watching"), /^x₁, in use: you are watching/);
});

test("labels of units say what Enter does", () => {
  assert.match(unitLabel(place({ row: 2 }), naming, ""), /^Output, class dog: press Enter to pin its probability/);
  assert.match(unitLabel(place({ row: 1 }), naming, ""), /^Output, class 1: /);
  assert.equal(unitLabel(place({ layer: 1, row: 1 }), naming, ""), "Layer 1, neuron 2: press Enter to pin its picture to the map");
  assert.match(unitLabel(place({}), { ...naming, outputs: 1 }, ""), /^Output: /);
});

test("keys outlast layers added before the output", () => {
  const more = { ...naming, last: 3 };
  assert.equal(unitKey(place({ layer: 2 }), naming), unitKey(place({ layer: 3 }), more));
  assert.notEqual(unitKey(place({}), naming), unitKey(place({}), { ...naming, outputs: 1 }));
  assert.notEqual(unitKey(place({ layer: 1 }), naming), unitKey(place({ layer: 1, row: 1 }), naming));
});

test("unnamed classes are named by color", () => {
  assert.deepEqual([0, 1, 5].map((number) => classNameOf(number, ["", "dog"])), ["Orange", "dog", "Violet"]);
});

test("class names come with the user's data", () => {
  assert.deepEqual(labelsOf({ data: null }), []);
  assert.deepEqual(labelsOf({ data: /** @type {any} */ ({ own: null }) }), []);
  assert.deepEqual(labelsOf({ data: /** @type {any} */ ({ own: { labels: ["a"] } }) }), ["a"]);
});
