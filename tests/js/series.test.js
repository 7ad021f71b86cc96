import assert from "node:assert/strict";
import test from "node:test";

import { createSeries, decimate, leavesAt, lossRange, roundUp, thin } from "../../static/js/chart/series.js";

const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);

test("points are appended", () => {
  const series = createSeries();
  series.add([0, 1], [0.5, 0.4], [0.6, 0.5]);
  series.add([2], [0.3], [0.4]);
  assert.deepEqual(series.epochs, [0, 1, 2]);
  assert.deepEqual(series.train, [0.5, 0.4, 0.3]);
  assert.deepEqual(series.test, [0.6, 0.5, 0.4]);
});

test("epoch 0 starts over", () => {
  const series = createSeries();
  series.add(range(0, 100), range(0, 100), null);
  series.add([0], [0.7], null);
  assert.deepEqual(series.epochs, [0]);
  assert.deepEqual(series.train, [0.7]);
});

test("earlier epochs replace what followed", () => {
  const series = createSeries();
  series.add([0, 1, 2, 3, 4], [5, 5, 5, 5, 5], null);
  series.add([3, 6], [1, 1], null);
  assert.deepEqual(series.epochs, [0, 1, 2, 3, 6]);
  assert.deepEqual(series.train, [5, 5, 5, 1, 1]);
});

test("frames without history change nothing", () => {
  const series = createSeries();
  series.add([4], [1], null);
  series.add([], [], null);
  assert.deepEqual(series.epochs, [4]);
});

test("missing test losses are not zero", () => {
  const series = createSeries();
  series.add([0], [1], null);
  assert.ok(Number.isNaN(series.test[0]));
});

test("bounded series keep both ends", () => {
  const series = createSeries(64);
  for (let epoch = 0; epoch < 1000; epoch++) series.add([epoch], [epoch / 2], null);
  assert.ok(series.epochs.length <= 64);
  assert.equal(series.epochs[0], 0);
  assert.equal(series.epochs.at(-1), 999);
  assert.ok(series.epochs.every((epoch, i) => series.train[i] === epoch / 2));
});

test("short lines stay as they are", () => {
  assert.deepEqual(decimate([0, 1, 2], [3, 1, 2], 600), { x: [0, 1, 2], y: [3, 1, 2] });
});

test("thinned lines keep order and both ends", () => {
  for (const length of [5, 599, 600, 601, 602, 1199, 5000]) {
    const xs = range(0, length);
    const { x, y } = decimate(xs, xs.map((i) => Math.sin(i)), 600);
    assert.ok(x.length <= 600, `${length}`);
    assert.ok(x.every((value, i) => i === 0 || value > x[i - 1]), `${length}`);
    assert.equal(x[0], 0);
    assert.equal(x.at(-1), length - 1);
    assert.ok(y.every((value, i) => value === Math.sin(x[i])));
  }
});

test("thinning loses no peak", () => {
  const xs = range(0, 5000);
  for (const place of [1, 17, 2500, 4998]) {
    const high = decimate(xs, xs.map((i) => (i === place ? 9 : 0)), 100);
    const low = decimate(xs, xs.map((i) => (i === place ? -9 : 0)), 100);
    assert.ok(high.y.includes(9) && low.y.includes(-9), `peak at ${place}`);
  }
});

test("missing losses are left out", () => {
  assert.deepEqual(decimate([0, 1, 2], [NaN, 1, NaN], 600), { x: [1], y: [1] });
  assert.deepEqual(decimate(range(0, 900), Array(900).fill(NaN), 600), { x: [], y: [] });
});

test("axes end at round numbers", () => {
  assert.equal(roundUp(10), 10);
  assert.equal(roundUp(0.51), 0.6);
  assert.equal(roundUp(1001), 1500);
  for (let value = 0.001; value < 1e6; value *= 1.07) {
    assert.ok(roundUp(value) >= value * (1 - 1e-9) && roundUp(value) < 2 * value, `${value}`);
  }
});

test("linear axes start at 0", () => {
  const [low, high] = lossRange([[0.5, 0.1], [NaN, 0.7]], false);
  assert.equal(low, 0);
  assert.ok(high > 0.7 && high <= 0.8);
});

test("log axes run between powers of ten", () => {
  assert.deepEqual(lossRange([[0.5, 0.02, 0]], true), [-2, 0]);
  assert.deepEqual(lossRange([[0.5]], true), [-1, 0]);
  assert.deepEqual(lossRange([[1]], true), [0, 1]);
});

test("empty charts have a range", () => {
  assert.deepEqual(lossRange([[], []], false), [0, 0.5]);
  assert.deepEqual(lossRange([[0, 0]], true), [-3, 0]);
});

test("thinned series keep every peak", () => {
  const epochs = Array.from({ length: 5000 }, (_, place) => 3 * place);
  const train = epochs.map((_, place) => (place === 1234 ? 9 : 0.5));
  const test = epochs.map((_, place) => (place === 4321 ? -1 : 0.25));
  const kept = thin({ epochs, train, test }, 100);
  assert.ok(kept.epochs.length <= 200);
  assert.deepEqual([kept.epochs[0], kept.epochs.at(-1)], [0, 3 * 4999]);
  assert.equal(kept.train[kept.epochs.indexOf(3 * 1234)], 9);
  assert.equal(kept.test[kept.epochs.indexOf(3 * 4321)], -1);
  assert.deepEqual(kept.epochs, kept.epochs.toSorted((a, b) => a - b));
});

test("thinned series survive JSON", () => {
  const kept = thin({ epochs: [0, 1, 2], train: [0.1, Math.fround(0.2), 3], test: [NaN, Infinity, 0.5] }, 10);
  assert.deepEqual(kept, { epochs: [0, 1, 2], train: [0.1, 0.2, 3], test: [null, null, 0.5] });
  assert.deepEqual(JSON.parse(JSON.stringify(kept)), kept);
});

test("infinite losses do not stretch the axis", () => {
  assert.deepEqual(lossRange([[0.5, Infinity, NaN]], false), lossRange([[0.5]], false));
});

test("validation losses are kept", () => {
  const series = createSeries();
  series.add([0, 1], [0.5, 0.4], null, [0.7, 0.6]);
  series.add([2], [0.3], null);
  assert.deepEqual(series.validation, [0.7, 0.6, NaN]);
  assert.deepEqual(thin(series, 600).validation, [0.7, 0.6, null]);
  series.add([0], [1], null);
  assert.deepEqual(series.validation, [NaN]);
  assert.equal("validation" in thin(series, 600), false);
});

test("missing training losses are kept as missing", () => {
  const series = createSeries();
  series.add([0, 1], null, null);
  series.add([2], [0.3], null);
  assert.deepEqual([series.epochs, series.train], [[0, 1, 2], [NaN, NaN, 0.3]]);
});

test("halving keeps lines equally long", () => {
  const series = createSeries(8);
  for (let epoch = 0; epoch < 50; epoch++) series.add([epoch], [1], [2], [epoch / 2]);
  assert.ok(series.epochs.every((epoch, i) => series.validation[i] === epoch / 2));
  for (const line of [series.train, series.test, series.validation]) assert.equal(line.length, series.epochs.length);
});

/** Training losses of runs that diverge, as they are sent: what is larger than a number of four bytes is as large as that. */
const MOST = Math.fround(3.4028235e38);
const DIVERGING = [
  [0.118, 5.45e34, MOST, MOST, MOST],
  [0.5, 0.3, 0.1, 0.05, 0.06, 0.9, 30, 1e9, 1e22],
  [15.5, MOST, MOST],
  [0.5, 0.02, 0.03, 0.021, 0.028, 400, 1e12, MOST],
];

for (const losses of DIVERGING) {
  test(`the axis ignores a divergence to ${losses.at(-1)}`, () => {
    const sane = losses[0];
    const [low, high] = lossRange([losses, losses.map((loss) => Math.min(MOST, loss * 1.1))], false);
    assert.equal(low, 0);
    assert.ok(high >= sane && high <= 10 * sane, `${high}`);
    const [from, to] = lossRange([losses], true);
    assert.ok(to - from <= 8 && 10 ** to >= sane, `${from} ${to}`);
    const epochs = [...losses.keys()];
    const left = leavesAt([{ epochs, losses }], [low, high], false);
    assert.deepEqual(left, { epoch: losses.findIndex((loss) => loss > high), loss: losses.at(-1) });
    assert.ok((leavesAt([{ epochs, losses }], [from, to], true)?.epoch ?? -1) > 0);
  });
}

test("large losses that fall stay on the axis", () => {
  for (const losses of [[1e12, 1e6, 3, 0.5], [0.5, 0.01, 0.4, 20], [1e9, 2e9, 3e9], [0.0001, 0.5, 0.3]]) {
    const range = lossRange([losses], false);
    assert.ok(range[1] >= Math.max(...losses), `${losses}`);
    assert.equal(leavesAt([{ epochs: [...losses.keys()], losses }], range, false), null);
  }
});
