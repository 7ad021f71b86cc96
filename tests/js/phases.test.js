import assert from "node:assert/strict";
import { test } from "node:test";

import {
  captionOf, chosenUnit, clickedOn, distanceTo, exampleTexts, isOfPresentNetwork, isRevealed, knownAt, laterText, layoutStep, nearestExample, phasesOf,
  sceneOf, selectionOf, subjectOf,
} from "../../static/js/inside/phases.js";

const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 1e-9, `${value} is not ${wanted}`);
const FEATURES = ["x", "y", "xSquared"].map((name) => ({ name, label: name.toUpperCase() }));
const SCHEMA = { features: FEATURES };
const LAYERS = [2, 3, 1];
const PLACED = layoutStep(LAYERS, { width: 480, height: 210, type: 14 });

/** A state of a network of 2 inputs, 3 hidden neurons and 1 output. @param {object} [changes] */
const stateOf = (changes = {}) => /** @type {any} */ ({
  layers: LAYERS, selected: null, config: { features: ["x", "xSquared"], hidden_layer_sizes: [3], batch_norm: false }, ...changes,
});

/** A look at it: 3 hidden neurons and the output, 3 · 3 + 4 parameters. @param {object} [arrays] */
const lookOf = (arrays = {}) => /** @type {any} */ ({
  arrays: { activations: [0.5, 0, -1, 0.25], deltas: [0.1, 0, -0.2, 0.4], changes: Array(13).fill(0).map((_, index) => -index / 100), left_out: [0, 1, 0, 0], ...arrays },
  frame: { arrays: { params: Array(13).fill(0).map((_, index) => index / 10) } },
});

const sceneAt = (/** @type {number} */ at, parameter = /** @type {number | null} */ (null)) =>
  sceneOf({ placed: PLACED, layers: LAYERS, phases: phasesOf(2), at, look: lookOf(), chosen: { layer: 1, row: 2 }, parameter });

test("steps go forward, loss, backward, then update", () => {
  assert.deepEqual(phasesOf(2).map(({ label }) => label),
    ["Forward: layer 1", "Forward: output", "Loss", "Backward: output", "Backward: layer 1", "Update: all weights"]);
});

test("what is known about a layer grows", () => {
  const phases = phasesOf(2);
  const known = (layer) => phases.map((_, at) => knownAt(phases, at, layer));
  assert.deepEqual(known(2).map(({ isReached }) => isReached), [false, true, true, true, true, true]);
  assert.deepEqual(known(1).map(({ hasDelta }) => hasDelta), [false, false, false, false, true, true]);
});

test("numbers stay hidden until their phase", () => {
  const phases = phasesOf(2);
  const seen = (of) => phases.map((_, at) => isRevealed(phases, at, of));
  assert.deepEqual(seen(["forward", 1]), [true, true, true, true, true, true]);
  assert.deepEqual(seen(["forward", 2]), [false, true, true, true, true, true]);
  assert.deepEqual(seen(["loss", 0]), [false, false, true, true, true, true]);
  assert.deepEqual(seen(["backward", 2]), [false, false, false, true, true, true]);
  assert.deepEqual(seen(["backward", 1]), [false, false, false, false, true, true]);
  assert.deepEqual(seen(["update", 0]), [false, false, false, false, false, true]);
});

test("the caption names the phase's numbers", () => {
  const [forward, , loss, backward, , update] = phasesOf(2);
  assert.match(captionOf(forward, {}, [0]), /^Boxes: the output of each neuron/);
  assert.equal(captionOf(loss, { loss: 0.25 }, [1]), "The loss of this example is 0.250.");
  assert.match(captionOf(backward, {}, [0, 1]), /deltas.*Dashed: left out by dropout\.$/);
  assert.match(captionOf(update, { note: "All at once." }, [0]), /All at once\.$/);
});

test("hidden numbers are announced", () => {
  assert.equal(laterText([true, true]), "");
  assert.match(laterText([true, false]), /^More numbers/);
  assert.match(laterText([false, false]), /^These numbers/);
});

test("an example shows inputs and class or target", () => {
  const example = { x1: 1.234, x2: -0.5, target: 2 };
  assert.deepEqual(exampleTexts(example, 3), ["x₁ 1.23, x₂ −0.50", "Class 2"]);
  assert.deepEqual(exampleTexts({ ...example, target: -1 }, 2)[1], "Target −1.00");
  assert.deepEqual(exampleTexts(example, 0)[1], "Target 2.00");
});

test("the selected unit is found in its layer", () => {
  assert.deepEqual(chosenUnit(LAYERS, 5, 3), { layer: 1, row: 2 });
  assert.deepEqual(chosenUnit(LAYERS, 6, 3), { layer: 2, row: 0 });
  for (const other of [null, 0, 2, 99]) assert.deepEqual(chosenUnit(LAYERS, other, 3), { layer: 2, row: 0 });
});

test("picture units are selected by index", () => {
  assert.equal(selectionOf(LAYERS, { layer: 1, row: 2 }, 3), 5);
  assert.equal(selectionOf(LAYERS, { layer: 2, row: 0 }, 3), null);
  assert.equal(selectionOf([2, 3, 4], { layer: 2, row: 1 }, 3), 7);
  for (const index of [3, 4, 5]) assert.equal(selectionOf(LAYERS, chosenUnit(LAYERS, index, 3), 3), index);
});

test("numbers describe a neuron or its incoming link", () => {
  const { subject, options } = subjectOf(stateOf({ selected: 4 }), SCHEMA);
  assert.equal(subject, "Layer 1, neuron 2: the numbers");
  assert.deepEqual(options, [
    { value: "", label: "of the neuron" },
    { value: "3", label: "of the weight from X" },
    { value: "4", label: "of the weight from XSQUARED" },
    { value: "5", label: "of the bias" },
  ]);
});

test("a normalized neuron has a scale and shift", () => {
  const config = { ...stateOf().config, batch_norm: true };
  const labels = subjectOf(stateOf({ selected: 4, config }), SCHEMA).options.slice(4);
  assert.deepEqual(labels, [{ value: "14", label: "of the scale γ" }, { value: "17", label: "of the shift β" }]);
  assert.equal(subjectOf(stateOf({ config }), SCHEMA).options.length, 5, "the output is not normalized");
});

test("the nearest training example is found", () => {
  const data = { points: Float32Array.of(0, 0, 3, 3, -2, 1, 2.9, 2.9), trainSize: 3 };
  assert.equal(nearestExample(data, -3, 1), 2);
  assert.equal(nearestExample(data, 2.9, 2.9), 1, "a test example does not count");
  assert.equal(nearestExample({ points: new Float32Array(), trainSize: 0 }, 1, 1), 0);
});

test("the small network fits and nothing overlaps", () => {
  for (const layers of [[2, 4, 2, 1], [7, 1], [2, ...Array.from({ length: 10 }, () => 16), 1], [0, 3, 1]]) {
    const { units, links } = layoutStep(layers, { width: 480, height: 210, type: 14 });
    const boxes = units.flat();
    for (const { x, y, width, height } of boxes) {
      assert.ok(x - width / 2 >= 0 && x + width / 2 <= 480 && y - height / 2 >= -1e-9 && y + height / 2 <= 210 + 1e-9);
    }
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
      assert.ok(Math.abs(a.x - b.x) >= a.width - 1e-9 || Math.abs(a.y - b.y) >= a.height - 1e-9);
    }));
    assert.equal(links.length, layers.slice(1).reduce((sum, count, i) => sum + count * layers[i], 0));
  }
});

test("distance to a link uses its nearest point", () => {
  const box = (x, y) => ({ layer: 0, row: 0, x, y, width: 10, height: 10 });
  const link = { layer: 1, source: box(0, 0), target: box(110, 0) };
  near(distanceTo(link, 50, 7), 7);
  near(distanceTo(link, 0, 0), 5);
});

test("a click hits unit, link or nothing", () => {
  const [, [first]] = PLACED.units;
  assert.equal(clickedOn(PLACED, first.x, first.y).unit, first);
  const { source, target } = PLACED.links[0];
  const middle = clickedOn(PLACED, (source.x + target.x) / 2, (source.y + target.y) / 2 + 1);
  assert.equal(middle.link, PLACED.links[0]);
  assert.deepEqual(clickedOn(PLACED, PLACED.units[0][0].x, 0), {}, "inputs are not chosen");
});

test("values appear layer by layer", () => {
  assert.deepEqual(sceneAt(0).boxes.map(({ value }) => value), [0.5, 0, -1, null]);
  assert.deepEqual(sceneAt(1).boxes.map(({ value }) => value), [0.5, 0, -1, 0.25]);
  assert.deepEqual(sceneAt(3).boxes.map(({ value, isDelta }) => [value, isDelta]), [[0.5, false], [0, false], [-1, false], [0.4, true]]);
  assert.deepEqual(sceneAt(5).boxes.map(({ value }) => value), [0.1, 0, -0.2, 0.4]);
});

test("deltas are colored relative to the largest", () => {
  assert.deepEqual(sceneAt(5).boxes.map(({ shade }) => shade), [0.25, 0, -0.5, 1]);
});

test("the chosen and the dropped neurons are marked", () => {
  assert.deepEqual(sceneAt(0).boxes.map(({ isChosen }) => isChosen), [false, false, true, false]);
  assert.deepEqual(sceneAt(1).boxes.map(({ isOut }) => isOut), [false, true, false, false]);
});

test("the links of the present phase are active", () => {
  const active = (at) => sceneAt(at).links.filter(({ isActive }) => isActive).map(({ link }) => link.layer);
  assert.deepEqual([new Set(active(0)), new Set(active(1)), active(2), new Set(active(4))], [new Set([1]), new Set([2]), [], new Set([2])]);
  assert.equal(active(5).length, PLACED.links.length);
});

test("links show weights and finally their changes", () => {
  const [weights, changes] = [sceneAt(0, 3), sceneAt(5, 3)].map(({ links }) => links.map(({ value }) => value));
  assert.ok(weights.every((value) => value >= 0) && changes.every((value) => value <= 0));
  assert.equal(Math.max(...sceneAt(0).links.map(({ share }) => share)), 1);
  assert.deepEqual(sceneAt(0, 3).links.filter(({ isChosen }) => isChosen).length, 1);
});

test("a look at the previous network is recognized", () => {
  assert.ok(isOfPresentNetwork(lookOf(), stateOf()));
  assert.ok(!isOfPresentNetwork(lookOf({ activations: [1, 2] }), stateOf()));
  assert.ok(!isOfPresentNetwork(lookOf(), stateOf({ layers: [3, 3, 1] })));
});
