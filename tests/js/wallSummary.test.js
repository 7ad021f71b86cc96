import assert from "node:assert/strict";
import { test } from "node:test";

import { goalLossOf, hasGoal } from "../../static/js/wall/goal.js";
import { barsOf, BINS, countsOf, fieldsOf, histogramOf, placeOf, tellingField } from "../../static/js/wall/summary.js";
import { tile } from "./tiles.js";

/** @param {readonly number[]} losses */
const withLosses = (losses) => losses.map((loss, index) => tile(index + 1, { test_loss: loss }));

/** @param {any} histogram */
const countsIn = (histogram) => histogram.bins.reduce((/** @type {number} */ sum, /** @type {{count: number}} */ { count }) => sum + count, 0);

test("who waits does not count as present", () => {
  const counts = countsOf([tile(1, { state: "waiting" }), tile(2, { state: "stuck", hand: true }), tile(3, { state: "away", reached: { own: 3 } })]);
  assert.deepEqual(counts, { total: 2, waiting: 1, reached: 1, hands: 1, training: 0, stuck: 1, diverged: 0, away: 1 });
});

test("losses within one power have a linear axis", () => {
  const histogram = histogramOf(withLosses([0.2, 0.3, 0.4]));
  assert.equal(histogram?.isLog, false);
  assert.equal(countsIn(histogram), 3);
  assert.ok(histogram && histogram.bins[0].low >= 0 && histogram.bins[BINS - 1].high >= 0.4);
});

test("losses far apart have a logarithmic axis", () => {
  const histogram = histogramOf(withLosses([0.001, 0.01, 0.5]));
  assert.equal(histogram?.isLog, true);
  assert.deepEqual(histogram?.range, [-3, 0]);
  assert.deepEqual(histogram?.bins[0].low, 0.001);
  assert.equal(histogram && placeOf(histogram, 0.001), 0);
});

test("every loss is in its own column", () => {
  const losses = [0.013, 0.02, 0.021, 0.09, 0.1, 0.34, 0.45];
  const histogram = histogramOf(withLosses(losses));
  for (const { low, high, count } of histogram?.bins ?? []) assert.equal(count, losses.filter((loss) => loss >= low && loss < high).length);
});

test("equal losses and zero losses are shown", () => {
  assert.equal(countsIn(histogramOf(withLosses([0.5, 0.5]))), 2);
  assert.equal(countsIn(histogramOf(withLosses([0, 0.5]))), 2);
  assert.equal(countsIn(histogramOf(withLosses([0]))), 1);
});

test("diverged students and strange losses have no column", () => {
  const tiles = [...withLosses([0.1, 0.2]), tile(8, { state: "diverged" }), tile(9, { test_loss: Infinity }), tile(10, { test_loss: null, train_loss: null })];
  const histogram = histogramOf(tiles);
  assert.equal(countsIn(histogram), 2);
  assert.equal(histogram?.diverged, 1);
  assert.equal(histogramOf([tile(1, { test_loss: null, train_loss: null })]), null);
});

test("the axis stays while losses move a little", () => {
  const before = histogramOf(withLosses([0.012, 0.4]));
  const after = histogramOf(withLosses([0.03, 0.38]), before);
  assert.deepEqual([after?.isLog, after?.range], [true, before?.range]);
  assert.equal(histogramOf(withLosses([0.03, 0.38]))?.isLog, false);
});

test("columns know who reached the goal", () => {
  const histogram = histogramOf([tile(1, { test_loss: 0.2, reached: { own: 4 } }), tile(2, { test_loss: 0.2 })]);
  assert.deepEqual(histogram?.bins.filter(({ count }) => count > 0).map(({ count, reached }) => [count, reached]), [[2, 1]]);
});

test("bars show the most frequent value first", () => {
  const tiles = ["Tanh", "ReLU", "Tanh", "ELU"].map((activation, index) => tile(index, { chosen: { activation } }));
  assert.deepEqual(barsOf(tiles, "activation"), [{ value: "Tanh", count: 2 }, { value: "ELU", count: 1 }, { value: "ReLU", count: 1 }]);
});

test("bars begin with what students chose differently", () => {
  const tiles = ["0.1", "0.3"].map((rate, index) => tile(index, { chosen: { dataset: "Circle", learning_rate: rate, activation: "Tanh" } }));
  const fields = fieldsOf(tiles);
  assert.deepEqual(fields, ["activation", "learning_rate", "dataset"]);
  assert.equal(tellingField(tiles, fields, null), "learning_rate");
  assert.equal(tellingField([tiles[0]], fields, "dataset"), "dataset");
  assert.equal(tellingField([], [], null), null);
});

test("the goal is read from the task's link", () => {
  assert.equal(goalLossOf({ link: "#activation=tanh&goalTestLoss=0.05" }), 0.05);
  assert.equal(goalLossOf({ link: "#activation=tanh" }), null);
  assert.equal(goalLossOf(null), null);
  assert.equal(hasGoal({ link: "#activation=tanh", lesson: null }, { reached: 0 }), false);
  assert.equal(hasGoal({ link: "#goalAccuracy=95", lesson: null }, { reached: 0 }), true);
});
