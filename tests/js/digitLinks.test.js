import assert from "node:assert/strict";
import test from "node:test";

import { contributions, indexOf, largest, levelsOf, linksFrom, linksInto, outputsOf, shownLinks, weightOf } from "../../static/js/digits/links.js";
import { labelOf, shownOf } from "../../static/js/digits/reading.js";
import { captionOf, cardPlace, linesOf, nameOf, nextMistake, partsText, verdictOf } from "../../static/js/digits/texts.js";

const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 1e-6, `${value} is not ${wanted}`);

/** 3 neurons, 2 neurons, 2 outputs: each weight tells where it is, as layer, unit, source. */
const SIZES = [3, 2, 2];
const READER = {
  sizes: SIZES,
  links: Float32Array.from([1.01, 1.02, 1.03, -0.5, -1.11, 1.12, 1.13, 0.5, 2.01, -2.02, 0.25, 2.11, 2.12, -0.25]),
  activations: Float32Array.from([0.1, 0.2, 0.3, 1, 0.5, 0.7, 0.9]),
};

/* ---- Links ---- */

test("weights are found unit by unit", () => {
  near(weightOf(READER, { layer: 1, unit: 1 }, 2), 1.13);
  near(weightOf(READER, { layer: 1, unit: 0 }, null), -0.5);
  near(weightOf(READER, { layer: 2, unit: 0 }, 1), -2.02);
  near(weightOf(READER, { layer: 2, unit: 1 }, null), -0.25);
});

test("links lead into and out of a unit", () => {
  const values = (links) => links.map(({ value }) => Number(value.toFixed(2)));
  assert.deepEqual(values(linksInto(READER, { layer: 1, unit: 1 })), [-1.11, 1.12, 1.13]);
  assert.deepEqual(values(linksFrom(READER, { layer: 1, unit: 1 })), [-2.02, 2.12]);
  assert.deepEqual([linksInto(READER, { layer: 0, unit: 1 }), linksFrom(READER, { layer: 2, unit: 0 })], [[], []]);
});

test("contributions are weights times activations", () => {
  const values = contributions(READER, 0).map(({ value }) => value);
  near(values[0], 2.01);
  near(values[1], -1.01);
  assert.deepEqual(contributions({ ...READER, activations: null }, 0), []);
});

test("without focus, the answer's links are shown", () => {
  assert.deepEqual(shownLinks(READER, null, 1).map(({ to }) => to.unit), [1, 1]);
  assert.deepEqual(shownLinks(READER, null, null), []);
  assert.equal(shownLinks(READER, { layer: 1, unit: 0 }, 1).length, 5);
});

test("a neuron shows its strongest links only", () => {
  const sizes = [1, 40];
  const links = Float32Array.from({ length: 80 }, (_, index) => (index % 2 === 0 ? index : 0));
  const shown = shownLinks({ sizes, links, activations: null }, { layer: 0, unit: 0 }, null);
  assert.equal(shown.length, 12);
  assert.deepEqual([shown[0].value, shown[11].value], [78, 56]);
});

/* ---- Activations ---- */

test("units are counted layer by layer", () => {
  assert.deepEqual([indexOf(SIZES, { layer: 0, unit: 2 }), indexOf(SIZES, { layer: 1, unit: 0 }), indexOf(SIZES, { layer: 2, unit: 1 })], [2, 3, 6]);
  assert.deepEqual(outputsOf(SIZES, READER.activations).map((value) => Number(value.toFixed(1))), [0.7, 0.9]);
});

test("bars of a layer share a scale", () => {
  assert.deepEqual(levelsOf([0.25, -0.5, 9], 0, 2), [0.25, -0.5]);
  assert.deepEqual(levelsOf([9, 4, -2], 1, 2), [1, -0.5]);
});

test("the largest output is the answer", () => {
  assert.deepEqual([largest([0.1, 0.9, 0.9]), largest([]), largest(Float32Array.from([-2, -1]))], [1, -1, 1]);
});

/* ---- Words ---- */

test("neurons are named by layer only if needed", () => {
  assert.deepEqual([nameOf([30, 10], { layer: 0, unit: 4 }), nameOf([30, 30, 10], { layer: 1, unit: 4 }), nameOf([30, 10], { layer: 1, unit: 4 })], ["Neuron 5", "Layer 2, neuron 5", "Output 4"]);
});

test("a card lists numbers and strongest links", () => {
  assert.deepEqual(linesOf(READER, { layer: 1, unit: 1 }, 0.5), [
    { name: "Activation", value: "0.500" }, { name: "Bias", value: "0.500" },
    { name: "From neurons", value: "3: +1.13 · 2: +1.12 · 1: −1.11" }, { name: "To digits", value: "1: +2.12 · 0: −2.02" },
  ]);
  assert.deepEqual(linesOf({ ...READER, activations: null }, { layer: 2, unit: 0 }, null).map(({ value }) => value).slice(0, 2), ["–", "–"]);
});

test("the verdict names the true digit of mistakes", () => {
  assert.deepEqual([verdictOf(7, 7), verdictOf(7, 1), verdictOf(7, null), verdictOf(null, 3)].map(({ text, kind }) => `${kind}: ${text}`),
    ["right: Reads 7: correct", "wrong: Reads 7, but it is a 1", "open: Reads 7", "open: "]);
});

test("the next mistake is found after the place", () => {
  assert.deepEqual([nextMistake([1, 2, 3], [1, 5, 6], 1), nextMistake([1, 2, 3], [1, 5, 6], 2), nextMistake([1, 2], [1, 2], 0)], [2, 1, null]);
});

test("pictures and parts are said in words", () => {
  assert.equal(captionOf({ place: 999, count: 1000 }), "Picture 1,000 of 1,000");
  assert.equal(captionOf(null), "Your drawing");
  assert.equal(partsText({ trainSize: 8000, validationSize: 1000, testSize: 1000 }), "8,000 to train, 1,000 to validate, 1,000 to test.");
});

test("a card leaves its links free", () => {
  const [card, view] = [{ width: 300, height: 160 }, { width: 1400, height: 900 }];
  const at = { left: 500, top: 400, right: 540, bottom: 440 };
  assert.deepEqual(cardPlace(at, card, view, false), { x: 188, y: 340 });
  assert.deepEqual(cardPlace(at, card, view, true), { x: 552, y: 340 });
  assert.deepEqual(cardPlace({ ...at, left: 20, right: 60 }, card, view, false), { x: 72, y: 340 });
  assert.deepEqual(cardPlace({ left: 100, top: 700, right: 140, bottom: 740 }, card, { width: 320, height: 800 }, false), { x: 8, y: 528 });
});

/* ---- The picture that is read ---- */

const DATA = /** @type {any} */ ({ side: 2, trainSize: 5, validationSize: 2, testSize: 3, labels: Uint8Array.from([4, 5, 6]) });

test("test pictures follow those for training and validation", () => {
  assert.deepEqual([shownOf({ followed: { example: 8 }, data: DATA }), labelOf({ followed: { example: 8 }, data: DATA })], [{ place: 1 }, 5]);
  assert.equal(shownOf({ followed: { example: 6 }, data: DATA }), null);
  assert.equal(shownOf({ followed: { example: 10 }, data: DATA }), null);
});

test("a drawing has no label", () => {
  const pixels = new Uint8Array(4);
  assert.deepEqual([shownOf({ followed: { pixels }, data: DATA }), labelOf({ followed: { pixels }, data: DATA })], [{ pixels }, null]);
  assert.equal(shownOf({ followed: { pixels: new Uint8Array(64) }, data: DATA }), null);
});
