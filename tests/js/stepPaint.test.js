import assert from "node:assert/strict";
import test from "node:test";

import { layoutStep, phasesOf, sceneOf } from "../../static/js/inside/phases.js";
import { paintExamples, paintNetwork, pointAt } from "../../static/js/inside/stepPaint.js";
import { SHADES } from "./shades.js";

const COLORS = { bg: "bg", panel: "panel", edge: "edge", ink: "ink", soft: "soft", accent: "accent", pos: "pos", neg: "neg" };
const LAYERS = [2, 2, 1];

/** A pen that notes links, boxes, dots, rings and texts, each with the style it was painted in. */
function pen({ letter = 6 } = {}) {
  const painted = { links: /** @type {any[]} */ ([]), boxes: /** @type {any[]} */ ([]), dots: /** @type {any[]} */ ([]), rings: /** @type {any[]} */ ([]), texts: /** @type {any[]} */ ([]) };
  let shape = /** @type {any} */ ({});
  let dash = /** @type {number[]} */ ([]);
  const context = {
    globalAlpha: 1, fillStyle: "", strokeStyle: "", lineWidth: 0, textAlign: "",
    beginPath: () => (shape = {}), moveTo: (x, y) => (shape = { from: [x, y] }), lineTo: (x, y) => (shape.to = [x, y]),
    roundRect: (x, y, width, height, radius) => (shape = { box: [x, y, width, height], radius }), arc: (x, y, radius) => (shape = { x, y, radius }), fillRect() {},
    setLineDash: (pattern) => (dash = pattern), measureText: (text) => ({ width: letter * text.length }),
    fillText: (text) => painted.texts.push({ text, ink: context.fillStyle }),
    fill() {
      if (shape.radius && !shape.box) painted.dots.push({ ...shape, color: context.fillStyle });
      else shape.fill = context.fillStyle;
    },
    stroke() {
      if (shape.to) painted.links.push({ ...shape, color: context.strokeStyle, width: context.lineWidth, alpha: context.globalAlpha });
      else if (shape.box) painted.boxes.push({ ...shape, edge: context.strokeStyle, width: context.lineWidth, isDashed: dash.length > 0 });
      else painted.rings.push({ ...shape, color: context.strokeStyle });
    },
  };
  return { ...painted, context, pen: /** @type {any} */ ({ context, width: 480, height: 210, type: 14, isDark: false, palette: { colors: COLORS, shades: SHADES, inks: SHADES.map((shade) => `ink on ${shade}`) } }) };
}

/** Paints a network of two inputs, two hidden neurons and an output in a phase. */
function paint(at, { parameter = null, leftOut = [0, 0, 0], ...style } = /** @type {any} */ ({})) {
  const drawn = pen(style);
  const placed = layoutStep(LAYERS, drawn.pen);
  const look = /** @type {any} */ ({
    arrays: { activations: [1, -1, 0.25], deltas: [0.2, 0, -0.4], changes: [0, -0.01, 0.02, 0, 0, 0, 0.01, 0, 0], left_out: leftOut },
    frame: { arrays: { params: [2, -1, 0, 0, 0, 0, 1, -2, 0] } },
  });
  const scene = sceneOf({ placed, layers: LAYERS, phases: phasesOf(2), at, look, chosen: { layer: 2, row: 0 }, parameter });
  paintNetwork(drawn.pen, scene, placed.units[0], ["x1", "x2"]);
  return { ...drawn, placed, inputs: drawn.boxes.slice(0, 2), units: drawn.boxes.slice(2) };
}

/** Indices of its phases. No test needs 4, the backward pass through the hidden layer. */
const [FORWARD, OUTPUT, LOSS, BACKWARD, UPDATE] = [0, 1, 2, 3, 5];

test("links are as thick as their weights", () => {
  const { links, placed } = paint(FORWARD);
  assert.equal(links.length, 6);
  assert.deepEqual(links.slice(0, 3).map(({ width }) => width), [5, 0.6 + 0.5 * 4.4, 0.6]);
  const [source, target] = [placed.units[0][0], placed.units[1][0]];
  assert.deepEqual([links[0].from, links[0].to], [[source.x + source.width / 2, source.y], [target.x - target.width / 2, target.y]]);
});

test("links show the sign of their weight", () => {
  assert.deepEqual(paint(FORWARD).links.slice(0, 2).map(({ color }) => color), ["shade 255", "shade 0"]);
});

test("links of other phases are pale", () => {
  const alphas = (at) => paint(at).links.map(({ alpha }) => alpha);
  assert.deepEqual(alphas(FORWARD), [1, 1, 1, 1, 0.25, 0.25]);
  assert.deepEqual(alphas(OUTPUT), [0.25, 0.25, 0.25, 0.25, 1, 1]);
  assert.deepEqual(alphas(LOSS), Array(6).fill(0.25));
  assert.deepEqual(alphas(UPDATE), Array(6).fill(1));
});

test("transparency is reset after the links", () => {
  assert.equal(paint(LOSS).context.globalAlpha, 1);
});

test("the update shows changes of weights", () => {
  const { links } = paint(UPDATE);
  assert.deepEqual([links[0].width, links[1].color], [0.6, "shade 0"]);
});

test("the chosen weight stands out, however small", () => {
  const chosen = paint(FORWARD, { parameter: 3 }).links.filter(({ color }) => color === "accent");
  assert.deepEqual(chosen.map(({ width }) => width), [2.5]);
});

test("inputs carry their names", () => {
  const { inputs, texts } = paint(FORWARD);
  assert.deepEqual(inputs.map(({ fill, edge }) => [fill, edge]), [["panel", "edge"], ["panel", "edge"]]);
  assert.deepEqual(texts.slice(0, 2), [{ text: "x1", ink: "ink" }, { text: "x2", ink: "ink" }]);
});

test("neurons show outputs once they are known", () => {
  const texts = (at) => paint(at).texts.slice(2).map(({ text }) => text);
  assert.deepEqual(texts(FORWARD), ["1.00", "−1.00", ""]);
  assert.deepEqual(texts(OUTPUT), ["1.00", "−1.00", "0.25"]);
  assert.deepEqual(paint(FORWARD).units.map(({ fill }) => fill), ["shade 255", "shade 0", "panel"]);
});

test("deltas come in rounded boxes", () => {
  const { units, placed } = paint(BACKWARD);
  assert.deepEqual(units.map(({ radius }) => radius), [4, 4, placed.units[2][0].height / 2]);
});

test("the selected neuron has a thick edge", () => {
  assert.deepEqual(paint(OUTPUT).units.map(({ edge, width }) => [edge, width]), [["edge", 1], ["edge", 1], ["accent", 3]]);
});

test("dropped neurons are dashed and say so", () => {
  const { units, texts } = paint(FORWARD, { leftOut: [0, 1, 0] });
  assert.deepEqual(units.map(({ isDashed, fill }) => [isDashed, fill]), [[false, "shade 255"], [true, "panel"], [false, "panel"]]);
  assert.deepEqual(texts[3], { text: "out", ink: "soft" });
});

test("numbers contrast with their box", () => {
  assert.deepEqual(paint(FORWARD).texts.slice(2, 4).map(({ ink }) => ink), ["ink on shade 255", "ink on shade 0"]);
});

test("text wider than its box is omitted", () => {
  assert.deepEqual(paint(OUTPUT, { letter: 40 }).texts, []);
});

/* ---- The map of the examples ---- */

const DATA = /** @type {any} */ ({ points: [-6, 6, 0, 0, 6, -6, 3, 3], targets: [1, -1, 1, 1], trainSize: 3, classes: 2 });
/** Paints the examples with a ring around one. */
function ring(chosen) {
  const drawn = pen();
  paintExamples({ ...drawn.pen, width: 120, height: 60 }, DATA, chosen);
  return drawn;
}

test("training examples are drawn at their coordinates", () => {
  assert.deepEqual(ring(0).dots.map(({ x, y }) => [x, y]), [[0, 0], [60, 30], [120, 60]]);
});

test("examples have the color of their class", () => {
  const [first, second, third] = ring(0).dots.map(({ color }) => color);
  assert.equal(first, third);
  assert.notEqual(first, second);
});

test("a ring marks the example", () => {
  assert.deepEqual(ring(1).rings.map(({ x, y }) => [x, y]), [[60, 30]]);
});

test("an example that is gone has no ring", () => {
  assert.deepEqual(ring(3).rings, []);
});

test("clicks are translated to the plane", () => {
  const size = { width: 120, height: 60 };
  assert.deepEqual([pointAt({ x: 0, y: 0 }, size), pointAt({ x: 60, y: 30 }, size), pointAt({ x: 120, y: 60 }, size)],
    [{ x1: -6, x2: 6 }, { x1: 0, x2: 0 }, { x1: 6, x2: -6 }]);
});
