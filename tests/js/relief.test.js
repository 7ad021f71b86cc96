import assert from "node:assert/strict";
import test from "node:test";

import { byteOf, cssColor } from "../../static/js/lib/color.js";
import { createPalette } from "../../static/js/lib/palette.js";
import { START } from "../../static/js/map/camera.js";
import { NOTHING_YET } from "../../static/js/map/look.js";
import { layoutOf, tracesOf, unrefined } from "../../static/js/map/plot3d.js";
import { classColors, coordinates, heightsOf, pinsOf, scaleOf, surfaceLabel, trianglesOf, upright } from "../../static/js/map/relief.js";

const TOKENS = { neg: "#ff8800", zero: "#eeeeee", pos: "#0077bb", panel: "#ffffff", veil: ".3" };
const palette = createPalette((name) => TOKENS[name] ?? "#123456");

/** A picture of size² bytes from a function of x1 and x2. @returns {any} */
function pictureOf(size, valueAt, classAt = null) {
  const at = (place) => -6 + (12 * place) / (size - 1);
  const fill = (f) => Uint8Array.from({ length: size * size }, (_, i) => f(at(i % size), -at(Math.floor(i / size))));
  return { picture: fill((x1, x2) => byteOf(valueAt(x1, x2))), size, classes: classAt && fill(classAt) };
}

/** @returns {any} */
const lookOf = (picture, parts = {}) => ({ ...NOTHING_YET, name: "Output", role: "output", picture, ...parts });
/** @returns {any} */
const dataOf = (classes, points, targets, trainSize = targets.length) => ({ classes, dimensions: 2, trainSize, validationSize: 0, points: Float32Array.from(points), targets: Float32Array.from(targets) });

test("heights follow x₁ in a row, x₂ down", () => {
  const heights = heightsOf(pictureOf(9, (x1, x2) => (x1 + 2 * x2) / 18), 3);
  assert.deepEqual(heights.map((row) => [...row].map((z) => +z.toFixed(1))), [[-1, -0.7, -0.3], [-0.3, 0, 0.3], [0.3, 0.7, 1]]);
  assert.deepEqual(coordinates(3), [-6, 0, 6]);
});

test("color scales match the map's ramp", () => {
  const scale = scaleOf(palette.mapRamp);
  assert.deepEqual([scale[0], scale.at(-1)], [[0, cssColor(palette.mapRamp, -1)], [1, cssColor(palette.mapRamp, 1)]]);
  assert.ok(scale.every(([at], index) => index === 0 || at > scale[index - 1][0]));
});

test("discretized color scales jump at 0", () => {
  const scale = scaleOf(palette.discreteMapRamp);
  assert.equal(new Set(scale.map(([, color]) => color)).size, 2);
  const jump = scale.findIndex(([, color]) => color !== scale[0][1]);
  assert.deepEqual([scale[jump - 1][0], scale[jump][0]], [127 / 255, 128 / 255]);
});

test("triangles cover every cell", () => {
  const { i, j, k } = trianglesOf(3);
  assert.equal(i.length, 8);
  assert.deepEqual([i[0], j[0], k[0]], [0, 1, 3]);
  assert.deepEqual(new Set([...i, ...j, ...k]), new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]));
});

test("triangles have colors of their class", () => {
  const ramps = palette.forClasses(3).fullRamps;
  const colors = classColors(pictureOf(5, () => 1, (x1, x2) => (x2 > 0 ? 2 : Number(x1 > 0))), 5, ramps);
  assert.equal(colors.length, 32);
  assert.deepEqual([colors[0], colors[6], colors[31]], [0, 1, 2].map((number) => cssColor(ramps[number], 1)));
});

test("pins of classes stand on the surface", () => {
  const look = lookOf(pictureOf(9, () => -0.6));
  const { heads, stalks } = pinsOf(look, dataOf(2, [1, 2, 7, 0], [1, -1]), true, palette);
  assert.deepEqual([heads.x, heads.y, heads.color], [[1], [2], [palette.shades[255]]]);
  const [foot, head, gap] = stalks.z;
  assert.ok(Math.abs((foot ?? 0) + 0.6) < 0.01 && head === heads.z[0] && (head ?? 0) > (foot ?? 0) && gap === null);
});

test("pins of values reach to their targets", () => {
  const { heads } = pinsOf(lookOf(pictureOf(9, () => 0)), dataOf(0, [1, 2, 0, 0, 3, 3], [0.5, -0.25, 4]), true, palette);
  assert.deepEqual(heads.z, [0.5, -0.25, 1]);
});

test("pins of held-out examples follow their switch", () => {
  const data = dataOf(2, [1, 2, 0, 0], [1, -1], 1);
  const pins = (hasHeldOut) => pinsOf(lookOf(pictureOf(9, () => 0)), data, hasHeldOut, palette).heads;
  assert.deepEqual([pins(false).x, pins(true).x], [[1], [0, 1]]);
  assert.equal(new Set(pins(true).ring).size, 2);
});

test("values are a surface, classes are triangles", () => {
  const parts = { data: null, hasHeldOut: false, points: 4, hasRings: true, palette };
  const types = (picture, ramps) => tracesOf(lookOf(picture), { ...parts, ramps }).map((trace) => /** @type {any} */ (trace).type);
  assert.deepEqual(types(pictureOf(5, () => 0), [palette.mapRamp]), ["surface"]);
  assert.deepEqual(types(pictureOf(5, () => 0, () => 1), palette.forClasses(3).bestRamps), ["mesh3d"]);
  assert.deepEqual(tracesOf(lookOf(pictureOf(5, () => 0)), { ...parts, data: dataOf(2, [1, 1], [1]), ramps: [palette.mapRamp] }).length, 3);
});

test("only rings that say nothing are left out", () => {
  const parts = { data: dataOf(2, [1, 1, 2, 2], [1, -1], 1), points: 4, ramps: [palette.mapRamp], palette };
  const width = (hasRings, hasHeldOut) => /** @type {any} */ (tracesOf(lookOf(pictureOf(5, () => 0)), { ...parts, hasRings, hasHeldOut })[2]).marker.line.width;
  assert.deepEqual([width(true, false), width(false, true), width(false, false)], [1, 1, 0]);
});

test("nothing in three dimensions answers the pointer", () => {
  const traces = [...unrefined(), ...tracesOf(lookOf(pictureOf(5, () => 0)), { data: dataOf(2, [1, 1], [1]), hasHeldOut: true, points: 4, hasRings: true, ramps: [palette.mapRamp], palette })];
  assert.ok(traces.every((trace) => /** @type {any} */ (trace).hoverinfo === "skip"));
});

test("the vertical axis is called what it shows", () => {
  const names = [["value", "output"], ["value", "neuron"], ["value", "feature"], ["probability", "output"], ["classes", "output"]].map(([kind, role]) => upright(/** @type {any} */ ({ kind, role })).name);
  assert.deepEqual(names, ["output", "activation", "value", "probability", "probability"]);
  const { scene } = layoutOf(["−1", "0", "1"], { size: { width: 1, height: 1 }, font: { family: "serif", size: 14 }, colors: palette.colors, sight: START });
  assert.deepEqual([scene.xaxis, scene.yaxis, scene.zaxis].map(({ title }) => title.text), ["x₁", "x₂", ""]);
  assert.deepEqual(scene.zaxis.ticktext, ["−1", "0", "1"]);
});

test("the label explains height, pins and keys", () => {
  const label = surfaceLabel(lookOf(null), true);
  for (const part of ["Output over x₁ and x₂", "height is the output", "targets", "Arrow keys", "Escape"]) assert.ok(label.includes(part), part);
  assert.match(surfaceLabel(lookOf(null, { kind: "classes" }), false), /likeliest class; the pins on it are the examples/);
});
