import assert from "node:assert/strict";
import { test } from "node:test";

import { curveOf, fanOf, shownLosses } from "../../static/js/luck/curves.js";
import { paintFan, scaleOf } from "../../static/js/luck/fan.js";
import { fanLabel, fanNote, fanTitle } from "../../static/js/luck/texts.js";

const start = (losses, rest = {}) => /** @type {any} */ ({ losses: Float32Array.from(losses), test_loss: losses.at(-1), train_loss: 0, diverged: null, ...rest });
const epochOf = (point) => Math.min(point * 4, 10);

test("an ended start keeps its last loss", () => {
  assert.deepEqual(curveOf(start([4, 3, NaN, NaN], { test_loss: 2.5 })), [4, 3, 2.5, 2.5]);
  assert.deepEqual(curveOf(start([4, 8, NaN, NaN], { test_loss: 8, diverged: 5 })), [4, 8, Infinity, Infinity]);
  assert.deepEqual(curveOf(/** @type {any} */ ({ test_loss: 1, train_loss: 1, diverged: null })), []);
});

test("bands are quantiles in every epoch", () => {
  const starts = Array.from({ length: 21 }, (_, i) => start([1, i, 20 - i, 5]));
  const fan = fanOf(starts, epochOf);
  assert.deepEqual(fan?.epochs, [0, 4, 8, 10]);
  assert.deepEqual(fan?.at, { 5: [1, 1, 1, 5], 25: [1, 5, 5, 5], 50: [1, 10, 10, 5], 75: [1, 15, 15, 5], 95: [1, 19, 19, 5] });
  assert.deepEqual([fan?.lowest, fan?.count, fan?.diverged], [0, 21, 0]);
  assert.equal(fanOf([/** @type {any} */ ({ test_loss: 1, train_loss: 1, diverged: null })], epochOf), null);
});

test("diverged starts are the worst thereafter", () => {
  const fan = /** @type {import("../../static/js/luck/curves.js").Fan} */ (fanOf([start([4, 3, 2]), start([4, 3, 1]), start([4, NaN, NaN], { diverged: 2 })], epochOf));
  assert.deepEqual([fan.at[50], fan.at[95][1], fan.diverged], [[4, 3, 2], Infinity, 1]);
  assert.ok(shownLosses(fan, [7]).every(Number.isFinite) && shownLosses(fan, [7]).includes(7));
  assert.equal(fanLabel(fan, "test loss", 7), "Test loss by epoch, of 3 starts. At epoch 0 the median is 4; at epoch 8 it is 2, "
    + "the middle half is from 1.5 to infinity, and nine in ten are from 1.1 to infinity. 1 start diverged. Your run: 7.");
  assert.equal(fanNote(2, true), "2 starts diverged and count as infinite from then on. A start that ended before the others keeps its last loss.");
});

test("a wide fan has a logarithmic axis", () => {
  const isLog = (low) => scaleOf({ fan: /** @type {any} */ (fanOf([start([1, low]), start([1, low])], epochOf)), own: { x: [], y: [] }, looked: null }, 4).isLog;
  assert.deepEqual([isLog(0.5), isLog(0.01)], [false, true]);
  assert.deepEqual([fanTitle("test loss", true), fanTitle("training loss", false)], ["Test loss by epoch, logarithmic", "Training loss by epoch"]);
});

test("lines of the fan have names", () => {
  const texts = /** @type {string[]} */ ([]);
  const heights = /** @type {number[]} */ ([]);
  const nothing = () => {};
  const context = { measureText: (text) => ({ width: 7 * text.length }), fillText: (text) => texts.push(text), lineTo: (_, y) => heights.push(y),
    beginPath: nothing, moveTo: nothing, stroke: nothing, fill: nothing, save: nothing, restore: nothing, rect: nothing, clip: nothing, arc: nothing };
  const pen = /** @type {any} */ ({ context, width: 400, height: 200, type: 14, palette: { colors: {} } });
  const fan = /** @type {any} */ (fanOf([start([2, 1, 1]), start([3, 2, 1]), start([3, NaN, NaN], { diverged: 2 })], epochOf));
  paintFan(pen, { fan, own: { x: [0, 4], y: [3, 2] }, looked: { name: "start 3", losses: [3, Infinity, Infinity] } });
  // what has become infinite has no end to be named at
  assert.deepEqual(texts.filter((text) => /[a-z]/.test(text)), ["median", "yours"]);
  paintFan(pen, { fan, own: { x: [], y: [] }, looked: { name: "start 1", losses: [2, 1, 1] } });
  assert.deepEqual(texts.filter((text) => /[a-z]/.test(text)).slice(2), ["median", "start 1"]);
  assert.ok(heights.every(Number.isFinite));
});
