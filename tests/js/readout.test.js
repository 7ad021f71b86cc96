import assert from "node:assert/strict";
import test from "node:test";

import { curveName, legendOf, mapLabel, markAt, movedBy, onMap, pointAt, readoutOf, showingOf, signOf, valueTicks } from "../../static/js/map/readout.js";

/** A picture of one value everywhere. */
const flat = (byte, classes = null) => ({ picture: new Uint8Array(4).fill(byte), size: 2, classes: classes === null ? null : new Uint8Array(4).fill(classes) });
const lookOf = (parts) => ({ name: "Output", role: "output", picture: null, curve: null, kind: "value", number: null, count: 0, ...parts });

test("map corners match the corners of the plane", () => {
  assert.deepEqual(pointAt(0, 0), { x1: -6, x2: 6 });
  assert.deepEqual(pointAt(1, 1), { x1: 6, x2: -6 });
  assert.deepEqual(pointAt(0.5, 0.5), { x1: 0, x2: 0 });
});

test("points beyond the map move to its edge", () => {
  assert.deepEqual(onMap({ x1: 7, x2: -9 }), { x1: 6, x2: -6 });
});

test("arrow keys move the probe", () => {
  assert.deepEqual(movedBy(null, "ArrowRight", false), { x1: 0.25, x2: 0 });
  assert.deepEqual(movedBy({ x1: 1, x2: 1 }, "ArrowDown", true), { x1: 1, x2: 0 });
  assert.deepEqual(movedBy({ x1: 6, x2: 0 }, "ArrowRight", false), { x1: 6, x2: 0 });
  assert.equal(movedBy(null, "Enter", false), null);
});

test("values are read with two decimals", () => {
  assert.equal(readoutOf(lookOf({ picture: flat(255) }), { x1: 1, x2: -2.04 }, false, []), "x₁ 1.0  x₂ −2.0  value 1.00");
  assert.equal(readoutOf(lookOf({ picture: flat(64) }), { x1: 0, x2: 0 }, false, []), "x₁ 0.0  x₂ 0.0  value −0.50");
});

test("discrete readouts show one of two values", () => {
  assert.match(readoutOf(lookOf({ picture: flat(140) }), { x1: 0, x2: 0 }, true, []), /value 1\.00$/);
  assert.match(readoutOf(lookOf({ picture: flat(100) }), { x1: 0, x2: 0 }, true, []), /value −1\.00$/);
});

test("probabilities run from 0 to 1", () => {
  const read = (byte, isDiscrete) => readoutOf(lookOf({ picture: flat(byte), kind: "probability" }), { x1: 0, x2: 0 }, isDiscrete, []);
  assert.match(read(255, false), /probability 1\.00$/);
  assert.match(read(0, false), /probability 0\.00$/);
  assert.deepEqual([read(200, true).slice(-4), read(100, true).slice(-4)], ["1.00", "0.00"]);
});

test("the likeliest class is read with its probability", () => {
  const read = (labels) => readoutOf(lookOf({ picture: flat(255, 2), kind: "classes" }), { x1: 0, x2: 0 }, false, labels);
  assert.equal(read([]), "x₁ 0.0  x₂ 0.0  class 2  100.0%");
  assert.equal(read(["", "", "cat"]), "x₁ 0.0  x₂ 0.0  cat  100.0%");
  assert.match(read(["", "", "a very long name indeed"]), / {2}a very long…  100/u);
});

test("curves are read at x₁", () => {
  assert.equal(readoutOf(lookOf({ curve: [0, 1, 2] }), { x1: 3, x2: 5 }, false, []), "x₁ 3.0  value 1.50");
});

test("without values only the coordinates are read", () => {
  assert.equal(readoutOf(lookOf({}), { x1: 3, x2: 5 }, false, []), "x₁ 3.0  x₂ 5.0");
});

test("the mark lies on the plane or curve", () => {
  assert.deepEqual(markAt(lookOf({}), { x1: 3, x2: -6 }, false, 1), { left: 75, top: 100 });
  assert.deepEqual(markAt(lookOf({ curve: [1, 1] }), { x1: 0, x2: -6 }, false, 2), { left: 50, top: 25 });
  assert.deepEqual(markAt(lookOf({ curve: [0.1, 0.1] }), { x1: 0, x2: 0 }, true, 2), { left: 50, top: 25 });
  assert.deepEqual(markAt(lookOf({ curve: [99, 99] }), { x1: 0, x2: 0 }, false, 2), { left: 50, top: 0 });
});

test("the map's label says how to read it", () => {
  assert.equal(mapLabel(lookOf({ picture: flat(0) }), ["x"]), "Map of Output over x₁ and x₂. Use the arrow keys to read values.");
  assert.match(mapLabel(lookOf({ curve: [0, 1] }), ["x"]), /^Curve of Output over x₁\. Use the left and right/);
  assert.match(mapLabel(lookOf({ curve: [0, 1] }), ["y"]), /^Curve of Output over x₁, at x₂ = 0\./);
});

test("curves are named after their unit", () => {
  const name = (role, features) => curveName(lookOf({ curve: [0], role }), features).text;
  assert.deepEqual([name("output", ["x"]), name("neuron", ["x"]), name("feature", ["x", "y"])], ["Network", "Neuron", "Feature at x₂ = 0"]);
  assert.match(curveName(lookOf({ curve: [0] }), ["y"]).title, /x₂ is always 0/);
  assert.equal(curveName(lookOf({}), ["y"]).title, "");
});

test("the ramp runs from −1 to 1", () => {
  const { shows, ends, label, isNamed } = legendOf(lookOf({}), []);
  assert.deepEqual([shows, ends.map(({ text }) => text), isNamed], ["ramp", ["−1", "1"], false]);
  assert.equal(label, "Colors: orange is −1 and below, blue is 1 and above");
});

test("the ramp of a probability starts at 0", () => {
  const { ends, label } = legendOf(lookOf({ kind: "probability" }), []);
  assert.deepEqual(ends.map(({ text }) => text), ["0", "1"]);
  assert.equal(label, "Colors: the probability of blue, from 0 to 1");
  assert.match(legendOf(lookOf({ kind: "probability", number: 2, count: 3 }), []).label, /of class 2,/);
  assert.match(legendOf(lookOf({ kind: "probability", number: 2, count: 3 }), ["", "", "cat"]).label, /of cat,/);
});

test("named classes appear at the ramp's ends", () => {
  const { ends, hasNamedEnds, isNamed, label } = legendOf(lookOf({}), ["", "dog"]);
  assert.deepEqual([ends, hasNamedEnds, isNamed], [[{ text: "−1", title: "" }, { text: "dog", title: "dog" }], true, true]);
  assert.match(label, /orange is −1 and below, blue is dog and above/);
});

test("classes are listed with names or numbers", () => {
  const { shows, classes, isNamed } = legendOf(lookOf({ kind: "classes", count: 3 }), ["cat"]);
  assert.deepEqual([shows, isNamed], ["classes", true]);
  assert.deepEqual(classes, [{ text: "cat", title: "cat" }, { text: "1", title: "" }, { text: "2", title: "" }]);
});

test("curves have a legend of lines", () => {
  assert.equal(legendOf(lookOf({ curve: [0] }), []).shows, "curve");
});

test("ticks of values lie on the axis", () => {
  assert.deepEqual(valueTicks([-2, 0, 2], 4), [{ text: "−2", top: 75 }, { text: "0", top: 50 }, { text: "2", top: 25 }]);
  assert.deepEqual(valueTicks([0.5], 1).map(({ text }) => text), ["0.5"]);
});

test("zero counts as positive", () => {
  assert.deepEqual([-0.1, 0, 2].map(signOf), [-1, 1, 1]);
});

test("what is shown is named in full", () => {
  const names = [["", "none"], ["Output", "output"], ["class 2", "output"], ["Layer 1, neuron 2", "neuron"], ["x₁", "feature"]];
  assert.deepEqual(names.map(([name, role]) => showingOf(lookOf({ name, role }))), [
    "Showing the output", "Showing the output", "Showing: output, class 2", "Showing: hidden layer 1, neuron 2", "Showing: feature x₁",
  ]);
});
