import assert from "node:assert/strict";
import { test } from "node:test";

import { byteOf } from "../../static/js/lib/color.js";
import { paintCurve, paintGrid, paintPoints, paintTargets, partsOf, putPicture } from "../../static/js/map/paint.js";
import { summandsOf } from "../../static/js/map/picture.js";
import { SHADES } from "./shades.js";

const palette = /** @type {any} */ ({
  colors: { panel: "panel", ink: "ink", edge: "edge", line: "line", soft: "soft", validation: "validation" },
  shades: SHADES,
  forClasses: () => ({ colors: ["orange", "blue", "green"] }),
});

/** A canvas that notes its strokes and dots. @param {number} side */
function canvas(side) {
  /** @type {{style: string, path: number[][]}[]} */
  const lines = [];
  /** @type {{fill: string, ring: string, x: number, y: number, opacity: number}[]} */
  const dots = [];
  /** @type {number[][]} */
  let path = [];
  const context = {
    canvas: { width: side, height: side }, strokeStyle: "", fillStyle: "", lineWidth: 0, lineJoin: "", globalAlpha: 1,
    clearRect() {}, fill() {}, beginPath() { path = []; },
    moveTo: (/** @type {number} */ x, /** @type {number} */ y) => path.push([x, y]),
    lineTo: (/** @type {number} */ x, /** @type {number} */ y) => path.push([x, y]),
    arc: (/** @type {number} */ x, /** @type {number} */ y) => dots.push({ fill: context.fillStyle, ring: context.strokeStyle, x, y, opacity: context.globalAlpha }),
    stroke() { lines.push({ style: context.strokeStyle, path }); },
    /** @type {Uint32Array} */ pixels: new Uint32Array(0),
    createImageData: (/** @type {number} */ width, /** @type {number} */ height) => ({ data: new Uint8ClampedArray(4 * width * height) }),
    putImageData(/** @type {{data: Uint8ClampedArray}} */ { data }) { context.pixels = new Uint32Array(data.buffer); },
  };
  return { lines, dots, context: /** @type {any} */ (context) };
}

test("held-out parts are painted below training examples", () => {
  const data = { trainSize: 5, validationSize: 2, targets: new Float32Array(10) };
  assert.deepEqual(partsOf(data, true), [
    { kind: "test", start: 7, end: 10 }, { kind: "validation", start: 5, end: 7 }, { kind: "train", start: 0, end: 5 }]);
  assert.deepEqual(partsOf(data, false), [{ kind: "train", start: 0, end: 5 }]);
});

test("pictures take the colors of their ramp", () => {
  const ramp = Uint32Array.from({ length: 256 }, (_, byte) => 1000 + byte);
  const { context } = canvas(7);
  putPicture(context, { picture: [0, 1, 2, 255], size: 2, classes: null }, [ramp]);
  assert.deepEqual([...context.pixels], [1000, 1001, 1002, 1255]);
  assert.deepEqual([context.canvas.width, context.canvas.height], [2, 2]);
});

test("class pictures use one ramp per class", () => {
  const ramps = [0, 1000].map((first) => Uint32Array.from({ length: 256 }, (_, byte) => first + byte));
  const { context } = canvas(2);
  putPicture(context, { picture: [5, 6, 7, 8], size: 2, classes: [0, 1, 1, 0] }, ramps);
  assert.deepEqual([...context.pixels], [5, 1006, 1007, 8]);
});

test("points beyond the map are left out", () => {
  const { dots, context } = canvas(120);
  const data = /** @type {any} */ ({ points: [0, 0, 6, -6, 6.1, 0, 0, -7], targets: [1, -1, 1, 1], classes: 2 });
  paintPoints(context, data, [{ kind: "train", start: 0, end: 4 }], palette);
  assert.deepEqual(dots.map(({ x, y, fill }) => [x, y, fill]), [[60, 60, `shade ${byteOf(1)}`], [120, 120, `shade ${byteOf(-1)}`]]);
});

test("points of several classes have class colors", () => {
  const { dots, context } = canvas(120);
  const data = /** @type {any} */ ({ points: [0, 0, 1, 1], targets: [2, 0], classes: 3 });
  paintPoints(context, data, [{ kind: "test", start: 0, end: 2 }], palette);
  assert.deepEqual(dots.map(({ fill, ring }) => [fill, ring]), [["green", "#000"], ["orange", "#000"]]);
});

test("targets beside a curve are filled or rings", () => {
  const { dots, context } = canvas(100);
  paintTargets(context, { points: Float32Array.of(0, 0, 3, 0, 9, 0), targets: Float32Array.of(1, -1, 0) },
    [{ kind: "train", start: 0, end: 1 }, { kind: "test", start: 1, end: 3 }], 2, palette);
  assert.deepEqual(dots, [
    { fill: `shade ${byteOf(1)}`, ring: "soft", x: 50, y: 25, opacity: 0.8 },
    { fill: "panel", ring: "ink", x: 75, y: 75, opacity: 0.5 }]);
  assert.equal(context.globalAlpha, 1);
});

test("grid lines at zero stand out", () => {
  const { lines, context } = canvas(100);
  paintGrid(context, 2, [-1, 0, 1], [0, 3], palette);
  assert.deepEqual(lines.map(({ style }) => style), ["edge", "line", "line", "edge", "line"]);
  assert.deepEqual(lines[2].path, [[0.5, 75.5], [100.5, 75.5]]);
});

test("summands are one curve per neuron", () => {
  const both = Float32Array.of(1, 2, 3, -1, 0, 1);
  assert.deepEqual(summandsOf(both, [2, 3]).map((curve) => [...curve]), [[1, 2, 3], [-1, 0, 1]]);
  assert.deepEqual(summandsOf(undefined, undefined), []);
});

test("summands lie beneath the curve, to scale", () => {
  // 2 * relu(x - 1) and -3 * relu(-2x) at x = -6, 0 and 6, and a bias of 0.5, on an axis that reaches to 40
  const { lines, context } = canvas(100);
  paintCurve(context, [-35.5, 0.5, 10.5], 40, palette, { curves: [[0, 0, 10], [-36, 0, 0]], weights: [2, -3] });
  assert.deepEqual(lines.map(({ style }) => style), [`shade ${byteOf(1)}`, `shade ${byteOf(-1)}`, "panel", "ink"]);
  assert.deepEqual(lines[0].path, [[0, 50], [50, 50], [100, 37.5]]);
  assert.deepEqual(lines[1].path, [[0, 95], [50, 50], [100, 50]]);
  assert.deepEqual(lines[3].path, [[0, 94.375], [50, 49.375], [100, 36.875]]);
});

test("a curve without summands stands alone", () => {
  const { lines, context } = canvas(100);
  paintCurve(context, [0, 1], 1, palette);
  assert.deepEqual(lines.map(({ style }) => style), ["panel", "ink"]);
});

test("curves far above the map are clipped", () => {
  const { lines, context } = canvas(100);
  paintCurve(context, [1e9, -1e9], 1, palette);
  assert.deepEqual(lines[0].path, [[0, -150], [100, 250]]);
});
