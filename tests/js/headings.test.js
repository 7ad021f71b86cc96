import assert from "node:assert/strict";
import test from "node:test";

import { locksOf } from "../../static/js/core/locks.js";
import { calloutTexts, columnName, layerHeading, layersHeading } from "../../static/js/network/headings.js";

const controls = [
  { name: "numHiddenLayers", label: "", place: "", original: true, fields: [], view: [], commands: [] },
  { name: "numNodes1", label: "", place: "", original: true, fields: [], view: [], commands: [] },
  { name: "numNodes2", label: "", place: "", original: true, fields: [], view: [], commands: [] },
];
const headed = ({ layers = [4, 1], hidden = [], locked = [] } = {}) => ({ layers, hidden: new Set(hidden), locks: locksOf(controls, locked), lockReason: "Locked", canEdit: true });

test("columns are named after their layer", () => {
  assert.deepEqual([0, 1, 2].map((layer) => columnName(layer, 2)), ["Features", "Hidden layer 1", "Output"]);
});

test("hidden layers are counted in words", () => {
  const words = (layers) => { const { count, noun } = layersHeading(headed({ layers }), 6); return `${count} ${noun}`; };
  assert.deepEqual([words([]), words([2]), words([2, 2])], ["No hidden layers", "1 hidden layer", "2 hidden layers"]);
});

test("layers stay between none and the limit", () => {
  const { remove, add, isLocked } = layersHeading(headed({ layers: [] }), 2);
  assert.deepEqual([remove.isEnabled, add.isEnabled, isLocked], [false, true, false]);
  assert.equal(layersHeading(headed(), 2).add.isEnabled, false);
});

test("locked layers can be neither added nor removed", () => {
  const { remove, add, isLocked } = layersHeading(headed({ locked: ["numHiddenLayers"] }), 6);
  assert.deepEqual([remove.isLocked, add.isLocked, isLocked], [true, true, true]);
});

test("a locked last layer cannot be removed", () => {
  const { remove, add, isLocked } = layersHeading(headed({ locked: ["numNodes2"] }), 6);
  assert.deepEqual([remove.isLocked, add.isLocked, isLocked], [true, false, false]);
});

test("neurons are counted in words", () => {
  assert.deepEqual([0, 1].map((layer) => layerHeading(headed(), layer, 8).noun), ["neurons", "neuron"]);
  assert.equal(layerHeading(headed(), 0, 8).count, "4");
});

test("neurons stay between one and the limit", () => {
  assert.equal(layerHeading(headed(), 1, 8).remove.isEnabled, false);
  assert.equal(layerHeading(headed(), 0, 4).add.isEnabled, false);
  assert.equal(layerHeading(headed(), 0, 4).remove.isEnabled, true);
});

test("layers are locked and hidden one by one", () => {
  const shown = headed({ locked: ["numNodes1"], hidden: ["numNodes2"] });
  assert.deepEqual([0, 1].map((layer) => layerHeading(shown, layer, 8).isLocked), [true, false]);
  assert.deepEqual([0, 1].map((layer) => layerHeading(shown, layer, 8).areButtonsHidden), [false, true]);
  assert.equal(layersHeading(headed({ hidden: ["numHiddenLayers"] }), 6).areButtonsHidden, true);
});

test("callouts invite edits only where possible", () => {
  assert.match(calloutTexts(true).link, /Click a line/);
  assert.equal(calloutTexts(false).link, "Thicker lines mean larger weights.");
  assert.equal(calloutTexts(true).unit, calloutTexts(false).unit);
});
