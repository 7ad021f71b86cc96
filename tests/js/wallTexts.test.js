import assert from "node:assert/strict";
import { test } from "node:test";

import { binText, chipText, filterText, nameShown, numberText, stepsText, tileLabel } from "../../static/js/wall/texts.js";
import { tile } from "./tiles.js";

test("a tile's label says all that it shows", () => {
  const differs = [{ field: "activation", label: "Activation", value: "ReLU" }];
  assert.equal(tileLabel(tile(1, { test_loss: 0.012, test_accuracy: null, train_accuracy: null, reached: { own: 90 } }), "Blue Otter"), "Blue Otter, training, epoch 120, test loss 0.012, goal reached");
  assert.equal(tileLabel(tile(1, { hand: true, state: "reached", test_accuracy: 0.975, reached: { own: 90 }, differs }), "Ada"), "Ada, hand raised, epoch 120, test loss 0.200, 97.5% correct, goal reached, Activation: ReLU");
  assert.match(tileLabel(tile(1, { test_loss: null }), "Ada"), /training loss 0\.100/);
});

test("hidden names become numbers", () => {
  assert.equal(nameShown(tile(7), true), "Student 7");
  assert.equal(nameShown(tile(7, { name: "" }), false), "Student 7");
  assert.equal(nameShown(tile(7, { name: "Ada" }), false), "Ada");
});

test("chips name settings whose value says little", () => {
  assert.equal(chipText({ field: "activation", label: "Activation", value: "Tanh" }), "Tanh");
  assert.equal(chipText({ field: "learning_rate", label: "Learning rate", value: "0.1" }), "rate 0.1");
  assert.equal(chipText({ field: "rho", label: "Rho", value: "0.9" }), "Rho 0.9");
});

test("the accuracy is shown where there is one", () => {
  assert.equal(numberText(tile(1), true), "80.0%");
  assert.equal(numberText(tile(1, { test_accuracy: null, train_accuracy: null }), true), "0.200");
});

test("open steps are said in few words", () => {
  const task = /** @type {any} */ ({ lesson: "a", first: 0, last: 2 });
  assert.equal(stepsText(task, 4), "steps 1 to 3 of 4");
  assert.equal(stepsText({ ...task, first: 1, last: 1 }, 4), "step 2 of 4");
  assert.equal(stepsText({ ...task, last: null }, 4), "all 4 steps");
  assert.equal(stepsText({ ...task, last: null }, null), "all steps");
  assert.equal(stepsText({ ...task, lesson: null }, 4), "");
});

test("filters and columns are said in words", () => {
  assert.equal(filterText({ kind: "loss", low: 0.01, high: 0.02, isLast: false }, String), "Loss 0.01 to 0.02");
  assert.equal(filterText({ kind: "chosen", field: "activation", value: "Tanh" }, () => "Activation"), "Activation: Tanh");
  assert.equal(binText({ low: 0.01, high: 0.02, count: 1, reached: 1 }), "Loss 0.01 to 0.02: 1 student, 1 reached the goal");
});
