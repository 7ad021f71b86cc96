import assert from "node:assert/strict";
import test from "node:test";

import { epochTicks, lossTicks, nearest } from "../../static/js/chart/axes.js";
import { lossRange, roundUp } from "../../static/js/chart/series.js";

const texts = (ticks) => ticks.map(({ text }) => text);

test("epochs are whole, with commas", () => {
  assert.deepEqual(texts(epochTicks(10)), ["0", "2", "4", "6", "8", "10"]);
  assert.deepEqual(texts(epochTicks(1500)), ["0", "500", "1,000", "1,500"]);
  for (let end = 10; end < 3e6; end *= 1.7) {
    const ticks = epochTicks(roundUp(end));
    assert.ok(ticks.length >= 3 && ticks.length <= 8);
    assert.ok(ticks.every(({ at }) => Number.isInteger(at) && at >= 0 && at <= roundUp(end)));
  }
});

test("losses have as many decimals as needed", () => {
  assert.deepEqual(texts(lossTicks([0, 0.6], false)), ["0", "0.2", "0.4", "0.6"]);
  assert.deepEqual(texts(lossTicks([0, 0.01], false)), ["0", "0.002", "0.004", "0.006", "0.008", "0.010"]);
  assert.deepEqual(texts(lossTicks([0, 20], false)), ["0", "5", "10", "15", "20"]);
  assert.deepEqual(texts(lossTicks([0, 2e6], false)), ["0", "5·10⁵", "1·10⁶", "1.5·10⁶", "2·10⁶"]);
  for (let high = 1e-9; high < 1e38; high *= 3.3) {
    const ticks = lossTicks(lossRange([[high]], false), false);
    assert.equal(new Set(texts(ticks)).size, ticks.length, texts(ticks).join(" "));
    assert.ok(ticks.length >= 2 && texts(ticks).every((text) => text.length <= 8), texts(ticks).join(" "));
  }
});

test("log axes have few powers of ten", () => {
  assert.deepEqual(texts(lossTicks([-3, 1], true)), ["0.001", "0.01", "0.1", "1", "10"]);
  assert.deepEqual(texts(lossTicks([-12, 0], true)), ["10⁻¹²", "10⁻¹⁰", "10⁻⁸", "10⁻⁶", "10⁻⁴", "0.01", "1"]);
  for (let low = -40; low < 30; low++) for (let span = 1; span < 60; span += 7) assert.ok(lossTicks([low, low + span], true).length <= 8);
});

test("the nearest epoch is found by index", () => {
  assert.equal(nearest([], 3), -1);
  assert.equal(nearest([0, 10, 20], 4), 0);
  assert.equal(nearest([0, 10, 20], 6), 1);
  assert.equal(nearest([0, 10, 20], 99), 2);
  assert.equal(nearest([5], 0), 0);
});
