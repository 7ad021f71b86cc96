import assert from "node:assert/strict";
import { test } from "node:test";

import { isActionLocked, layerChanges, locksOf } from "../../static/js/locks.js";

/** @param {string} name @param {Partial<import("../../static/js/types.js").Control>} [covers] */
const control = (name, covers) => ({ name, label: name, place: "Data", original: true, fields: [], view: [], commands: [], ...covers });

const CONTROLS = [
  control("activation", { fields: ["activation", "layer_activations"] }),
  control("discretize", { view: ["discretize"] }),
  control("resetButton", { commands: ["reset", "rewind"] }),
  control("seeds", { fields: ["seed"], commands: ["reset"] }),
  control("numHiddenLayers"),
];

test("a lock holds what its control covers, and nothing else", () => {
  const locks = locksOf(CONTROLS, ["activation", "discretize", "x"]);
  assert.deepEqual([...locks.fields], ["activation", "layer_activations"]);
  assert.deepEqual([...locks.view], ["discretize"]);
  assert.deepEqual([...locks.commands], []);
  assert.deepEqual([...locks.controls], ["activation", "discretize", "x"]);
});

test("an action is locked by its own control and by any other that covers its command", () => {
  const reset = { name: "reset", control: "resetButton" };
  const rewind = { name: "rewind", control: "resetButton" };
  for (const [locked, expected] of /** @type {const} */ ([[["resetButton"], [true, true]], [["seeds"], [true, false]], [[], [false, false]]])) {
    const locks = locksOf(CONTROLS, locked);
    assert.deepEqual([reset, rewind].map((action) => isActionLocked(action, locks)), expected);
  }
  assert.equal(isActionLocked({ name: "share", control: null }, locksOf(CONTROLS, ["seeds"])), false);
});

test("a layer can be added and taken away unless the number of layers or its own units are locked", () => {
  const changes = (/** @type {string[]} */ ...locked) => Object.values(layerChanges(2, locksOf(CONTROLS, locked)));
  assert.deepEqual(changes(), [true, true]);
  assert.deepEqual(changes("numHiddenLayers"), [false, false]);
  assert.deepEqual(changes("numNodes3"), [false, true]);
  assert.deepEqual(changes("numNodes2"), [true, false]);
  assert.deepEqual(changes("numNodes1"), [true, true]);
});
