import assert from "node:assert/strict";
import { test } from "node:test";

import { quantile, ranked, roundedUp, summaryOf, thresholdOf, wilson } from "../../static/js/luck/statistics.js";

const of = (...losses) => losses.map((test_loss, index) => ({ index, test_loss, train_loss: 0.5, diverged: null }));
const DIVERGED = { index: 9, test_loss: 0.001, train_loss: 0.001, diverged: 3 };
const rounded = (numbers, digits = 4) => numbers.map((number) => Number(number.toFixed(digits)));

test("Wilson intervals agree with Newcombe (1998)", () => {
  for (const [count, total, low, high] of [[81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [1, 29, 0.0061, 0.1718]]) {
    assert.deepEqual(rounded(wilson(count, total)), [low, high]);
  }
});

test("the interval of all mirrors that of none", () => {
  const [low, high] = wilson(20, 20);
  assert.deepEqual([rounded([low]), high], [[0.8389], 1]);
});

test("quantiles lie between values", () => {
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(quantile([1, 2, 3, 4, 5], 0.25), 2);
  assert.equal(quantile([1, Infinity, Infinity], 0.75), Infinity);
  assert.equal(quantile([7], 0.5), 7);
});

test("diverged starts rank last and reach nothing", () => {
  const starts = [DIVERGED, ...of(0.3, 0.1, 0.2)];
  assert.deepEqual(ranked(starts).map(({ index }) => index), [1, 2, 0, 9]);
  const { count, reached, without, median, highest } = summaryOf(starts, null, 0.2);
  assert.deepEqual([count, reached, without, median, highest], [4, 2, 1, 0.25, Infinity]);
});

test("only worse starts count as beaten", () => {
  const starts = [...of(0.1, 0.2, 0.2, 0.4), DIVERGED];
  const better = (own) => summaryOf(starts, own, 1).better;
  assert.deepEqual([better(of(0.2)[0]), better(of(0.05)[0]), better(DIVERGED), better(null)], [2, 5, 0, null]);
});

test("without test examples training losses count", () => {
  const starts = [0.3, 0.1].map((train_loss, index) => ({ index, test_loss: null, train_loss, diverged: null }));
  assert.equal(summaryOf(starts, null, 0.2).reached, 1);
});

test("losses are rounded up to two digits", () => {
  assert.deepEqual([0.0473, 0.05, 0.0501, 0.00376, 12.3, 0, 0.1 + 0.2].map(roundedUp), [0.048, 0.05, 0.051, 0.0038, 13, 0, 0.3]);
});

test("a goal precedes one's own loss", () => {
  const [own] = of(0.0473);
  assert.deepEqual(thresholdOf(0.02, own, of(0.1)), { value: 0.02, source: "goal" });
  assert.deepEqual(thresholdOf(null, own, of(0.1)), { value: 0.048, source: "own" });
  for (const other of [null, DIVERGED]) assert.deepEqual(thresholdOf(null, other, of(0.2, 0.1)), { value: 0.13, source: "lowest" });
});
