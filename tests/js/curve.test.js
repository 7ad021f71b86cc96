import assert from "node:assert/strict";
import { test } from "node:test";

import { byteOf } from "../../static/js/lib/color.js";
import { summandsOf } from "../../static/js/map/picture.js";
import { paintCurve } from "../../static/js/map/curve.js";

const palette = /** @type {any} */ ({ colors: { panel: "panel", ink: "ink" }, shades: Array.from({ length: 256 }, (_, byte) => `shade ${byte}`) });

/** A canvas that writes down its lines. @param {number} side */
function canvas(side) {
  /** @type {{style: string, path: number[][]}[]} */
  const lines = [];
  /** @type {number[][]} */
  let path = [];
  const context = {
    canvas: { width: side }, strokeStyle: "", lineWidth: 0, lineJoin: "", globalAlpha: 1,
    clearRect() {}, beginPath() { path = []; },
    lineTo: (/** @type {number} */ x, /** @type {number} */ y) => path.push([x, y]),
    stroke() { lines.push({ style: context.strokeStyle, path }); },
  };
  return { lines, context: /** @type {any} */ (context) };
}

test("summands are cut into a curve for each unit", () => {
  const both = Float32Array.of(1, 2, 3, -1, 0, 1);
  assert.deepEqual(summandsOf(both, [2, 3]).map((curve) => [...curve]), [[1, 2, 3], [-1, 0, 1]]);
  assert.deepEqual(summandsOf(undefined, undefined), []);
});

test("what each neuron adds is drawn to scale, beneath the curve, in the color of its weight", () => {
  // 2 * relu(x - 1) and -3 * relu(-2x) at x = -6, 0 and 6, and a bias of 0.5, on an axis that reaches to 40
  const { lines, context } = canvas(100);
  paintCurve(context, [-35.5, 0.5, 10.5], 40, palette, { curves: [[0, 0, 10], [-36, 0, 0]], weights: [2, -3] });
  assert.deepEqual(lines.map(({ style }) => style), [`shade ${byteOf(1)}`, `shade ${byteOf(-1)}`, "panel", "ink"]);
  assert.deepEqual(lines[0].path, [[0, 50], [50, 50], [100, 37.5]]);
  assert.deepEqual(lines[1].path, [[0, 95], [50, 50], [100, 50]]);
  assert.deepEqual(lines[3].path, [[0, 94.375], [50, 49.375], [100, 36.875]]);
});

test("without them the curve stands alone", () => {
  const { lines, context } = canvas(100);
  paintCurve(context, [0, 1], 1, palette);
  assert.deepEqual(lines.map(({ style }) => style), ["panel", "ink"]);
});
