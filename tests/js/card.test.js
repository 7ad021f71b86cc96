import assert from "node:assert/strict";
import test from "node:test";

import { HINTS, cardPosition, thresholdText } from "../../static/js/network/card.js";
import { anchorOf, incomingOf, modeOf, nearestIn, subjectOf, targetOf } from "../../static/js/network/incoming.js";
import { layoutNetwork } from "../../static/js/network/layout.js";

const VIEW = { width: 1000, height: 800 };
const CARD = { width: 200, height: 100 };

const options = { features: [{ index: 0, used: true }, { index: 1, used: true }], firstUnit: 2, layers: [2], width: 800, height: 600 };
const plain = layoutNetwork(options);
const withOnes = layoutNetwork({ ...options, biasUnits: true });
const config = /** @type {any} */ ({ hidden_layer_sizes: [2], activation: "tanh", layer_activations: [], problem: "classification", loss: "cross_entropy" });
const named = { state: { config, data: null }, last: 2, unitName: (index) => `unit ${index}`, paired: ["maxout"], switching: ["tanh", "relu"] };

test("the card appears below and to the right", () => {
  assert.deepEqual(cardPosition({ x: 100, y: 100 }, CARD, VIEW), { x: 114, y: 114 });
});

test("the card stays in the window", () => {
  assert.deepEqual(cardPosition({ x: 900, y: 750 }, CARD, VIEW), { x: 686, y: 636 });
  assert.deepEqual(cardPosition({ x: 100, y: 50 }, CARD, { width: 150, height: 90 }), { x: 8, y: 8 });
});

test("the threshold is minus the bias", () => {
  assert.match(thresholdText(0.25), /θ = −b = −0\.250:/);
  assert.match(thresholdText(0), /−b = 0\.000:/);
});

test("every mode has a hint", () => {
  assert.deepEqual([HINTS.look, HINTS.keys, HINTS.edit], ["Click to edit", "Press Enter to edit", "Enter to apply · Esc to cancel"]);
});

test("weights are named after both ends", () => {
  const { kind, name, index } = subjectOf(plain.links[0], named);
  assert.deepEqual([kind, name, index], ["Weight", "unit 0 → unit 2, layer 1", 0]);
});

test("weights into the output need no layer", () => {
  const link = plain.links.find(({ layer }) => layer === 2);
  assert.equal(link && subjectOf(link, named).name, "unit 2 → unit 4");
});

test("biases are named after their unit", () => {
  const subject = subjectOf(plain.biases[0], named);
  assert.deepEqual([subject.kind, subject.name], ["Bias", "unit 2, layer 1"]);
  const link = withOnes.links.find(({ isBias }) => isBias);
  assert.deepEqual(link && [subjectOf(link, named).kind, subjectOf(link, named).name], ["Bias", "+1 → unit 2, layer 1"]);
});

test("only biases have thresholds", () => {
  assert.equal(subjectOf(plain.links[0], named).hasThreshold, false);
  assert.equal(subjectOf(plain.biases[0], named).hasThreshold, true);
});

test("maxout links belong to the first piece", () => {
  const maxout = { ...named, state: { config: { ...config, activation: "maxout" }, data: null } };
  assert.equal(subjectOf(plain.links[0], maxout).name, "unit 0 → unit 2, layer 1, first piece");
});

test("locked or hidden weights cannot be edited", () => {
  const mode = (locked, hidden) => modeOf({ locked, hidden }, "keys");
  assert.deepEqual([mode([], []), mode(["weights"], []), mode([], ["weights"]), mode(["weights"], ["weights"])], ["keys", "locked", "hidden", "locked"]);
  assert.equal(modeOf(undefined, "look"), "look");
});

test("a unit's incoming links include its bias", () => {
  const parts = incomingOf(plain, 2);
  assert.deepEqual(parts.map(({ index }) => index), [0, 1, 2]);
  assert.deepEqual(parts.map(targetOf), [2, 2, 2]);
  assert.deepEqual(incomingOf(withOnes, 2).map(({ index }) => index), [0, 1, 2]);
  assert.deepEqual(incomingOf(undefined, 2), []);
});

test("cards are anchored at the middle of links", () => {
  const [link] = plain.links;
  assert.deepEqual(anchorOf(link), { x: (link.x1 + link.x2) / 2, y: (link.y1 + link.y2) / 2 });
  const [bias] = plain.biases;
  assert.deepEqual(anchorOf(bias), { x: bias.x + bias.size, y: bias.y });
});

test("indices outside a list select its ends", () => {
  assert.deepEqual([-1, 0, 2, 3].map((index) => nearestIn(["a", "b", "c"], index)), ["a", "a", "c", "c"]);
  assert.equal(nearestIn([], 0), undefined);
});
