import assert from "node:assert/strict";
import { test } from "node:test";

import { axesOf, cellText, dealtText, doneText, lossOfCell, valueText } from "../../static/js/results/grid.js";
import { gridFields, readValues, runsText } from "../../static/js/results/values.js";

const RATE = /** @type {any} */ ({ name: "learning_rate", label: "Learning rate", kind: "number", low: 0, high: 10, choices: null });
const BATCH = /** @type {any} */ ({ name: "batch_size", label: "Batch size", kind: "integer", low: 1, high: 100, choices: null });
const LAYERS = /** @type {any} */ ({ name: "hidden_layer_sizes", label: "Layers", kind: "integers", low: null, high: null, choices: null });
const ACTIVATION = /** @type {any} */ ({ name: "activation", label: "Activation", kind: "choice", choices: [{ value: "relu", label: "ReLU" }] });
const DONE = { index: 0, seed: "1", weight_seed: "", weight_offset: 0, epoch: 200, train_loss: 0.1, validation_loss: null, test_loss: 0.2, train_accuracy: null, test_accuracy: null, diverged: null, stopped: null };

for (const text of ["0.01, 0.1, 1", "0.01 0.1 1", "0.01; 0.1; 1", "0,01; 0,1; 1", "0.01,0.1,1", " 0.01 ,0.1,  0.1 1 "]) {
  test(`values are read from ${JSON.stringify(text)}`, () => assert.deepEqual(readValues(RATE, text), { values: [0.01, 0.1, 1], fault: null }));
}

test("values that are not possible are named", () => {
  assert.match(readValues(RATE, "0.1, x").fault ?? "", /Learning rate: .*x/);
  assert.match(readValues(RATE, "0.1, 11").fault ?? "", /out of range/);
  assert.match(readValues(BATCH, "1 2.5").fault ?? "", /whole number/);
  assert.match(readValues(RATE, " ").fault ?? "", /at least one/);
});

test("layers are read with a semicolon between networks", () => {
  assert.deepEqual(readValues(LAYERS, "4, 2; 8; 3 + 3").values, [[4, 2], [8], [3, 3]]);
  assert.match(readValues(LAYERS, "4, b").fault ?? "", /4, b/);
});

test("the usual settings are offered first", () => {
  const seed = /** @type {any} */ ({ name: "seed", kind: "text" });
  assert.deepEqual(gridFields([seed, BATCH, ACTIVATION, RATE]).map(({ name }) => name), ["learning_rate", "activation", "batch_size"]);
});

test("the form says how many runs there are", () => {
  assert.equal(runsText(100, 84), "100 runs for 84 students: one each, and the server trains the other 16.");
  assert.match(runsText(12, 30), /only 12 of them/);
  assert.match(runsText(401, 30), /at most 400/);
  assert.match(runsText(1, 30), /at least two/);
});

test("one setting makes a single row", () => {
  assert.equal(axesOf({}), null);
  assert.deepEqual(axesOf({ a: [1, 2] }), { rowField: null, columnField: "a", rows: [null], columns: [1, 2] });
  assert.deepEqual(axesOf({ a: [1, 2], b: [3] }), { rowField: "a", columnField: "b", rows: [1, 2], columns: [3] });
});

test("values are shown as on the page", () => {
  assert.deepEqual([valueText(ACTIVATION, "relu"), valueText(RATE, 0.03), valueText(LAYERS, [4, 2]), valueText(undefined, true)], ["ReLU", "0.03", "4 + 2", "on"]);
});

test("cells say how far they are", () => {
  const cell = { index: 3, seat: 5, values: {}, share: 0.5, result: null };
  assert.equal(cellText(cell, "Start 4", "Ada"), "Start 4 · 50% trained · trained by Ada");
  assert.equal(cellText({ ...cell, seat: null, share: 1, result: DONE }, "Start 4", null), "Start 4 · test loss 0.200");
  assert.match(cellText({ ...cell, result: { ...DONE, diverged: 12 } }, "Start 4", null), /diverged in epoch 12/);
  assert.equal(lossOfCell({ result: { ...DONE, diverged: 12 } }), null);
  assert.equal(lossOfCell({ result: { ...DONE, test_loss: null } }), 0.1);
});

test("a student is told which run is theirs", () => {
  const cells = new Map([[16, { index: 16, seat: 5, values: {}, share: 0, result: null }], [17, { index: 17, seat: 6, values: { learning_rate: 0.1, activation: "relu" }, share: 0, result: null }]]);
  const experiment = { cells, total: 100, epochs: 200, canceled: false };
  assert.equal(dealtText(experiment, 5, []), "You have start 17 of 100. It trains for 200 epochs.");
  assert.equal(dealtText(experiment, 6, [RATE, ACTIVATION]), "Your run: Learning rate 0.1, Activation ReLU. It trains for 200 epochs.");
  const done = new Map([[0, { ...cells.get(0), index: 0, seat: 6, values: { learning_rate: 0.1 }, result: DONE }]]);
  assert.equal(dealtText({ ...experiment, cells: /** @type {any} */ (done) }, 6, [RATE]), "Your run: Learning rate 0.1 · test loss 0.200.");
  assert.equal(dealtText(experiment, 7, []), "");
  assert.equal(dealtText({ ...experiment, canceled: true }, 5, []), "");
  assert.equal(dealtText(null, 5, []), "");
  assert.equal(doneText({ cells, total: 100, canceled: true }), "0 of 100 runs done, then canceled");
});
