import assert from "node:assert/strict";
import test from "node:test";

import { cells, exponentsIn, spread, steadyExponents, steadyRange, ticksIn } from "../../static/js/plot/scale.js";

const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);
const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 1e-9, `${value} is not ${wanted}`);

test("ticks are round and within the range", () => {
  assert.deepEqual(ticksIn([0, 1], 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticksIn([-1, 1], 2), [-1, 0, 1]);
  for (const [low, high] of [[0, 7], [-3, 12], [0.001, 0.0042], [100, 1e6]]) {
    const ticks = ticksIn([low, high], 6);
    assert.ok(ticks.length >= 2 && ticks.length <= 7);
    assert.ok(ticks.every((tick) => tick >= low - 1e-9 && tick <= high * (1 + 1e-9)));
  }
});

test("empty ranges have one tick", () => {
  assert.deepEqual(ticksIn([2, 2], 5), [2]);
});

test("exponents are whole and thinned", () => {
  assert.deepEqual(exponentsIn([-3, 0], 5), [-3, -2, -1, 0]);
  assert.deepEqual(exponentsIn([-12, 0], 4), [-12, -9, -6, -3, 0]);
});

test("ranges hold their values and stay", () => {
  const first = steadyRange(null, -0.93, 0.88);
  assert.ok(first[0] <= -0.93 && first[1] >= 0.88);
  assert.equal(steadyRange(first, -0.8, 0.9), first);
  assert.notEqual(steadyRange(first, -0.8, 2), first);
  assert.notEqual(steadyRange(first, 0, 0.1), first);
});

test("ranges of one value are not empty", () => {
  const [low, high] = steadyRange(null, 3, 3);
  assert.ok(low < 3 && high > 3);
});

test("exponents hold positive numbers and stay", () => {
  const first = steadyExponents(null, [0.002, 0.4, 0]);
  assert.deepEqual(first, [-3, 0]);
  assert.equal(steadyExponents(first, [0.01, 0.9]), first);
  assert.deepEqual(steadyExponents(first, [1e-5]), [-5, -4]);
  assert.deepEqual(steadyExponents(null, [NaN, 0, Infinity]), [-2, 0]);
});

test("labels move apart in order", () => {
  const wanted = [50, 52, 51, 99];
  const placed = spread(wanted, 10, [0, 100]);
  const order = [0, 2, 1, 3];
  order.slice(1).forEach((index, i) => assert.ok(placed[index] - placed[order[i]] >= 10 - 1e-9));
  assert.ok(placed.every((position) => position >= 0 && position <= 100));
});

test("labels that are apart stay", () => {
  assert.deepEqual(spread([10, 80, 40], 10, [0, 100]), [10, 80, 40]);
});

test("too many labels share the room", () => {
  const placed = spread(Array.from({ length: 21 }, () => 5), 10, [0, 100]);
  near(placed[0], 0);
  near(placed.at(-1), 100);
});

test("cells fill the room without overlap", () => {
  for (const count of [1, 2, 5, 11]) {
    const all = cells(count, 480, 240, { least: 100, gap: 10 });
    assert.equal(all.length, count);
    for (const { x, y, width, height } of all) assert.ok(x >= 0 && y >= 0 && x + width <= 480.001 && y + height <= 240.001);
    all.forEach((a, i) => all.slice(i + 1).forEach((b) => {
      assert.ok(a.x + a.width <= b.x + 1e-9 || b.x + b.width <= a.x + 1e-9 || a.y + a.height <= b.y + 1e-9 || b.y + b.height <= a.y + 1e-9);
    }));
  }
});

test("infinite ranges have one tick", () => {
  assert.deepEqual(ticksIn([0, Infinity], 5), [0]);
});
