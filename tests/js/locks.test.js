import assert from "node:assert/strict";
import { test } from "node:test";

import { isActionLocked, keepsLocks, layerChanges, locksOf } from "../../static/js/core/locks.js";

/** @param {string} name @param {Partial<import("../../static/js/core/types.js").Control>} [covers] */
const control = (name, covers) => ({ name, label: name, place: "Data", original: true, fields: [], view: [], commands: [], ...covers });

const CONTROLS = [
  control("activation", { fields: ["activation", "layer_activations"] }),
  control("discretize", { view: ["discretize"] }),
  control("resetButton", { commands: ["reset", "rewind"] }),
  control("seeds", { fields: ["seed"], commands: ["reset"] }),
  control("numHiddenLayers"),
];

test("a lock holds exactly what its control covers", () => {
  const locks = locksOf(CONTROLS, ["activation", "discretize", "x"]);
  assert.deepEqual([...locks.fields], ["activation", "layer_activations"]);
  assert.deepEqual([...locks.view], ["discretize"]);
  assert.deepEqual([...locks.commands], []);
  assert.deepEqual([...locks.controls], ["activation", "discretize", "x"]);
});

test("an action obeys every lock covering its command", () => {
  const reset = { name: "reset", control: "resetButton" };
  const rewind = { name: "rewind", control: "resetButton" };
  for (const [locked, expected] of /** @type {const} */ ([[["resetButton"], [true, true]], [["seeds"], [true, false]], [[], [false, false]]])) {
    const locks = locksOf(CONTROLS, locked);
    assert.deepEqual([reset, rewind].map((action) => isActionLocked(action, locks)), expected);
  }
  assert.equal(isActionLocked({ name: "share", control: null }, locksOf(CONTROLS, ["seeds"])), false);
});

test("layer buttons obey locks on depth and units", () => {
  const changes = (/** @type {string[]} */ ...locked) => Object.values(layerChanges(2, locksOf(CONTROLS, locked)));
  assert.deepEqual(changes(), [true, true]);
  assert.deepEqual(changes("numHiddenLayers"), [false, false]);
  assert.deepEqual(changes("numNodes3"), [false, true]);
  assert.deepEqual(changes("numNodes2"), [true, false]);
  assert.deepEqual(changes("numNodes1"), [true, true]);
});

const CONFIG = { activation: "relu", layer_activations: [], seed: "1", noise: 0, features: ["x", "y"], hidden_layer_sizes: [4, 2] };
const VIEW = { discretize: false, hidden: [], locked: ["activation", "discretize", "x", "sinX", "numNodes1", "ownData"] };

/** @param {object} config @param {object} [view] @param {boolean} [hasExamples] */
function mayCome(config, view = {}, hasExamples = false) {
  const here = /** @type {any} */ ({ config: CONFIG, view: VIEW });
  const there = /** @type {any} */ ({ config: { ...CONFIG, ...config }, view: { ...VIEW, ...view }, hasExamples });
  return keepsLocks(CONTROLS, here, there);
}

test("experiments with equal locks and values may open", () => {
  assert.ok(mayCome({}));
  assert.ok(mayCome({ seed: "2", noise: 5, features: ["x"], hidden_layer_sizes: [4, 8, 8] }, { locked: [...VIEW.locked, "noise"] }));
});

for (const [what, config, view, hasExamples] of /** @type {[string, object, object, boolean][]} */ ([
  ["a locked field", { activation: "tanh" }, {}, false],
  ["a locked field's companion", { layer_activations: ["elu"] }, {}, false],
  ["a locked feature that is in use", { features: ["y"] }, {}, false],
  ["a locked feature that is not in use", { features: ["x", "y", "sinX"] }, {}, false],
  ["the units of a locked layer", { hidden_layer_sizes: [3, 2] }, {}, false],
  ["a locked layer", { hidden_layer_sizes: [] }, {}, false],
  ["a locked switch of the view", {}, { discretize: true }, false],
  ["a lock that is gone", {}, { locked: VIEW.locked.slice(1) }, false],
  ["a locked control that is hidden", {}, { hidden: ["activation"] }, false],
  ["own examples, which are locked", {}, {}, true],
])) {
  test(`an experiment with different ${what} is refused`, () => assert.equal(mayCome(config, view, hasExamples), false));
}
