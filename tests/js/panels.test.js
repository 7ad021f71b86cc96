import assert from "node:assert/strict";
import { test } from "node:test";

import { footOf, shareTexts } from "../../static/js/inside/activations.js";
import { layoutKey, lossesText, matricesOf, scoresOf } from "../../static/js/inside/confusionTable.js";
import { gradientTexts } from "../../static/js/inside/gradients.js";
import { turned } from "../../static/js/inside/landscape.js";
import { PANELS } from "../../static/js/inside/panels.js";
import { countText, regionTexts } from "../../static/js/inside/regions.js";
import { regionsOf, tint } from "../../static/js/inside/regionsPaint.js";
import { axesText, axisTitles, lineThrough, rangeOf } from "../../static/js/inside/space.js";
import { differs, facesOf, flatnessText, measureSurface } from "../../static/js/inside/surface.js";
import { barsOf, reachOf, rowOfLook } from "../../static/js/inside/weights.js";

const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 1e-9, `${value} is not ${wanted}`);

/* ---- The list ---- */

test("every panel is fully declared", () => {
  assert.equal(new Set(PANELS.map(({ name }) => name)).size, PANELS.length);
  for (const { label, lead, create } of PANELS) {
    assert.equal(typeof create, "function");
    assert.match(label, /^[A-Z]/);
    assert.match(lead, /\.$/);
  }
});

/* ---- Gradients ---- */

const FEATURES = [{ label: "x₁" }, { label: "x₂" }];
const CONFIG = { hidden_layer_sizes: [3], batch_norm: false };

test("the path of the gradient is spelled out", () => {
  const texts = gradientTexts({ notice: null, why: null, unit: 3, factors: [0.5, 2], product: 1 }, FEATURES, CONFIG);
  assert.deepEqual(texts, {
    title: "The gradient reaches every layer", isWarning: false, why: "",
    path: "Layer 1, neuron 2 to the output, along the strongest path: |w · f′(z)| of each link",
    factors: ["0.500 ×", "2.00"], product: "= 1.00",
  });
});

test("a vanishing gradient is a warning", () => {
  const texts = gradientTexts({ notice: "vanishing", why: "Sigmoids.", unit: 5, factors: null, product: null }, FEATURES, { ...CONFIG, batch_norm: true });
  assert.deepEqual([texts.title, texts.isWarning, texts.why, texts.factors], ["The gradient is vanishing", true, "Sigmoids.", []]);
  assert.match(texts.path, /^Output .*normalization as part of w$/);
});

/* ---- Activations ---- */

test("shares have texts of four lengths", () => {
  assert.deepEqual(shareTexts(0.25, 0.5), ["25% saturated, 50% dead", "25% sat., 50% dead", "50% dead", "50%"]);
  assert.deepEqual(shareTexts(0.5, 0).slice(2), ["50% sat.", "50%"]);
});

test("an axis has labels at ends and zero", () => {
  assert.deepEqual(footOf(-1, 1).map(({ text, share }) => [text, share]), [["−1", 0], ["1", 1], ["0", 0.5]]);
  assert.deepEqual(footOf(0, 2).map(({ text }) => text), ["0", "2"]);
  const [start] = footOf(-0.1, 2);
  assert.equal(start.text, "0");
  near(start.share, 0.1 / 2.1);
  assert.deepEqual(footOf(1, 2).map(({ text }) => text), ["1", "2"]);
});

/* ---- Weights ---- */

test("empty bins have no bars", () => {
  const bars = barsOf([0, 2, 1], [-3, 3], (value) => 100 - 10 * value);
  assert.deepEqual(bars, [{ top: 90, height: 20, count: 2 }, { top: 70, height: 20, count: 1 }]);
  assert.deepEqual(barsOf([1], [0, 1e-9], (value) => value).map(({ height }) => height), [1], "at least a pixel");
});

test("the weight range covers all epochs", () => {
  const rows = /** @type {any} */ ([{ edges: [[-2, 1]] }, { edges: [[-1, 3]] }]);
  assert.equal(reachOf(rows, 0), 3);
});

test("recording a look copies its weights", () => {
  const histograms = Float32Array.of(1, 2, 3, 4);
  const look = /** @type {any} */ ({ arrays: { histograms, ratios: Float32Array.of(0.5, 0.25) }, shapes: { histograms: [2, 2] }, values: { edges: [[0, 1], [0, 2]] } });
  const row = rowOfLook(look);
  histograms[0] = 9;
  assert.deepEqual([row.ratios, [...row.histograms[0]], [...row.histograms[1]]], [[0.5, 0.25], [1, 2], [3, 4]]);
});

/* ---- Hidden-layer view ---- */

test("the axes are features, neurons or components", () => {
  assert.match(axesText("units", false), /features themselves/);
  assert.match(axesText("units", true), /neurons of the last hidden layer/);
  assert.match(axesText("components", true), /more than two neurons/);
  assert.equal(axesText("other", true), "");
  assert.deepEqual(axisTitles({ axes: "units" }, false), ["Feature 1", "Feature 2"]);
  assert.deepEqual(axisTitles({ axes: "units" }, true), ["Neuron 1", "Neuron 2"]);
  assert.deepEqual(axisTitles({ axes: "components", explained: [0.9, 0.08] }, true), ["Component 1 (90%)", "Component 2 (8%)"]);
});

test("an axis holds all examples", () => {
  const points = Float32Array.of(0, 5, 1, 7, 0.5, 6);
  const [low, high] = rangeOf(null, points, 1);
  assert.ok(low < 5 && high > 7 && low > 3 && high < 9);
  assert.deepEqual(rangeOf(null, new Float32Array(), 0), [-1, 1]);
  assert.deepEqual(rangeOf(null, Float32Array.of(NaN, 1), 0), [-1, 1]);
});

test("the boundary reaches beyond the picture", () => {
  const ends = lineThrough([1, 2, -3]);
  assert.ok(ends);
  const [u1, v1, u2, v2] = ends;
  for (const [u, v] of [[u1, v1], [u2, v2]]) assert.ok(Math.abs(u + 2 * v - 3) < 1e-6);
  assert.ok(Math.hypot(u2 - u1, v2 - v1) > 1000);
  assert.equal(lineThrough([0, 0, 1]), null);
});

/* ---- Loss landscape ---- */

const SURFACE = measureSurface([0, 1, 2, 3], [2, 2]);

test("a surface is measured", () => {
  assert.deepEqual([SURFACE.low, SURFACE.high, SURFACE.levels.length], [0, 3, 11]);
  const flat = measureSurface([2, 2, 2, 2], [2, 2]);
  assert.deepEqual([flat.low, flat.high], [1.5, 2.5]);
});

test("faces are painted back to front", () => {
  const grid = measureSurface(Array.from({ length: 9 }, (_, at) => at), [3, 3]);
  const { faces, here } = facesOf(grid, [-1, 1, -1, 1], { turn: 0, tilt: Math.PI / 4 }, { width: 300, height: 300 });
  assert.equal(faces.length, 4);
  faces.slice(1).forEach(({ depth }, index) => assert.ok(depth >= faces[index].depth));
  assert.deepEqual(faces.map(({ value }) => value).sort(), [2, 3, 5, 6]);
  near(here.x, 150);
});

test("another surface is recognized", () => {
  assert.ok(!differs([1, 2], [1, 2]));
  for (const before of [undefined, [1], [1, 3]]) assert.ok(differs(before, [1, 2]));
});

test("flatness is described in a sentence", () => {
  assert.equal(flatnessText(SURFACE, 0.25), "Loss from 1.00 to 1000. 25% of the plane are flat: at most 0.1 above the loss here.");
});

test("a surface turns around, and tilts within limits", () => {
  assert.deepEqual(turned({ turn: 1, tilt: 0.5 }, 0.25, 0.5), { turn: 1.25, tilt: 1 });
  assert.equal(turned({ turn: 0, tilt: 1 }, 0, 9).tilt, Math.PI / 2);
  assert.equal(turned({ turn: 0, tilt: 1 }, 0, -9).tilt, 0.15);
});

/* ---- Linear regions ---- */

test("counts are grouped, huge ones are powers", () => {
  assert.deepEqual([1, 12_345, 1_000_000, 3.2e11].map(countText), ["1", "12,345", "about 10⁶", "about 10¹¹"]);
});

test("a count of pixels is a lower bound", () => {
  const values = { count: 1, exact: true, bound: 11, most: 4e6, why: "" };
  assert.deepEqual(regionTexts(values), {
    count: "1 region",
    bound: "on this map. With the best weights, layers like these make at least 11 on the whole plane (Montúfar et al. 2014), and never more than about 10⁶.",
    how: "Counted exactly. Slivers narrower than 10⁻⁸ are left out.",
  });
  const { count, how } = regionTexts({ ...values, count: 24, exact: false, why: "Too many." });
  assert.deepEqual([count, how], ["≥ 24 regions", "Too many."]);
});

test("regions are polygons where they are exact", () => {
  const exact = regionsOf(/** @type {any} */ ({ arrays: { corners: [-6, -6, 6, -6, 6, 6, -6, 6], sizes: [4] }, shapes: {} }));
  assert.deepEqual([exact.polygons.length, exact.size, exact.lines], [1, 1, []]);
  const pixels = regionsOf(/** @type {any} */ ({ arrays: { regions: [7, 8, 7, 8] }, shapes: { regions: [2, 2] } }));
  assert.deepEqual([pixels.polygons, pixels.size, pixels.lines.length], [[], 2, 2]);
});

test("regions have tints of their own", () => {
  for (const isDark of [false, true]) {
    const tints = Array.from({ length: 40 }, (_, region) => tint(region, isDark));
    assert.equal(new Set(tints).size, 40);
    assert.ok(tints.every((pixel) => pixel >>> 24 === 255), "opaque");
  }
});

/* ---- Confusion matrix ---- */

const SCORES = { accuracy: 0.75, precision: 0.5, recall: 1, f1: 0.667 };
const VALUES = { classes: ["blue", "orange"], train: SCORES, test: null, loss: 0.25, penalty: 0, loss_with_penalty: 0.25, entropy: null };

test("a matrix has shares of its rows", () => {
  const [matrix, ...others] = matricesOf(/** @type {any} */ ({ values: VALUES, arrays: { matrix_train: Float64Array.of(3, 1, 0, 0) } }));
  assert.equal(others.length, 0, "there are no test examples");
  assert.deepEqual([matrix.caption, matrix.cells.map(({ text }) => text)], ["Training examples", ["3", "1", "0", "0"]]);
  assert.deepEqual(matrix.cells.map(({ share }) => share), [0.75, 0.25, 0, 0]);
  assert.deepEqual(matrix.cells.map(({ isRight }) => isRight), [true, false, false, true]);
});

test("scores are percentages, of classes their mean", () => {
  const { columns, rows } = scoresOf({ ...VALUES, test: { ...SCORES, recall: [0.2, 0.4] } });
  assert.deepEqual(columns, ["Training", "Test"]);
  assert.deepEqual(rows.map(({ label, cells }) => [label, ...cells]), [
    ["Accuracy", "75%", "75%"], ["Precision", "50%", "50%"], ["Recall", "100%", "30%"], ["F1", "67%", "67%"],
  ]);
});

test("losses are described with penalty and entropy", () => {
  assert.equal(lossesText(VALUES), "Training loss 0.250.");
  assert.equal(lossesText({ ...VALUES, penalty: 0.125, loss_with_penalty: 0.375, entropy: 0.5, classes: ["a", "b", "c"] }),
    "Training loss 0.250. With the penalty of 0.125 it is 0.375. Mean entropy of the outputs 0.500 nats. Precision, recall and F1 are averaged over the classes.");
});

test("other classes or parts need other tables", () => {
  const keys = [VALUES, { ...VALUES, test: SCORES }, { ...VALUES, classes: ["a", "b"] }].map(layoutKey);
  assert.equal(new Set(keys).size, 3);
  assert.equal(layoutKey({ ...VALUES, loss: 9 }), keys[0]);
});
