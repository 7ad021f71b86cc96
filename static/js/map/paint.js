/**
 * Paints what a map shows on a canvas: a picture, the examples on the plane, or with one input a curve, its summands and
 * the examples it has to reach. Lengths are pixels of a map of 350 pixels.
 *
 * @typedef {import("../lib/palette.js").Palette} Palette
 * @typedef {import("../core/types.js").Data} Data
 */

import { byteOf } from "../lib/color.js";
import { targetColor } from "../lib/palette.js";
import { EXTENT, toShare } from "./picture.js";

const SIZE = 350;
const WIDTH = { grid: 1, halo: 6, curve: 2.6, summand: 1.3 };
/** On the plane, and around a curve. */
const POINT = { radius: 3.4, ring: 1.3 };
const CURVE_POINT = { radius: 2.9, ring: 1.1 };

/**
 * The examples of one part of the data: around a curve, training examples are filled and the others are rings.
 * @typedef {{kind: "train" | "validation" | "test", start: number, end: number}} Part
 */
/** Rings on the plane, which is as bright in both themes. @type {Record<Part["kind"], string>} */
export const RINGS = { train: "#fff", validation: "#5fe0cd", test: "#000" };
/** @type {Record<Part["kind"], {isFilled: boolean, ring: "soft" | "validation" | "ink", opacity: number}>} */
const STYLES = {
  train: { isFilled: true, ring: "soft", opacity: 0.8 },
  validation: { isFilled: false, ring: "validation", opacity: 0.7 },
  test: { isFilled: false, ring: "ink", opacity: 0.5 },
};

/**
 * The parts of the data to show, each over those before.
 * @param {Pick<Data, "trainSize" | "validationSize" | "targets">} data
 * @param {boolean} hasHeldOut  whether test and validation examples are shown, too
 * @returns {Part[]}
 */
export function partsOf({ trainSize, validationSize, targets }, hasHeldOut) {
  const firstTest = trainSize + validationSize;
  return [
    ...(hasHeldOut ? [
      { kind: /** @type {const} */ ("test"), start: firstTest, end: targets.length },
      { kind: /** @type {const} */ ("validation"), start: trainSize, end: firstTest },
    ] : []),
    { kind: "train", start: 0, end: trainSize },
  ];
}

/* ---- The plane ---- */

/**
 * Puts a picture on a canvas, which takes its size: one pixel for each byte.
 * @param {CanvasRenderingContext2D} context
 * @param {object} picture
 * @param {ArrayLike<number>} picture.picture  bytes, size × size
 * @param {number} picture.size
 * @param {ArrayLike<number> | null} picture.classes  of each pixel, where classes compete
 * @param {readonly Uint32Array[]} ramps  colors by byte, one ramp for each class
 */
export function putPicture(context, { picture, size, classes }, ramps) {
  const { canvas } = context;
  if (canvas.width !== size || canvas.height !== size) canvas.width = canvas.height = size;
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  const [colors] = ramps;
  if (classes) for (let i = 0; i < pixels.length; i++) pixels[i] = ramps[classes[i]][picture[i]];
  else for (let i = 0; i < pixels.length; i++) pixels[i] = colors[picture[i]];
  context.putImageData(image, 0, 0);
}

/**
 * Paints the examples on the plane; those beyond its edges are left out.
 * @param {CanvasRenderingContext2D} context  of a square canvas
 * @param {Data} data
 * @param {readonly Part[]} parts
 * @param {Palette} palette
 */
export function paintPoints(context, data, parts, palette) {
  const side = context.canvas.width;
  const scale = side / SIZE;
  context.lineWidth = POINT.ring * scale;
  for (const { kind, start, end } of parts) {
    context.strokeStyle = RINGS[kind];
    for (let i = start; i < end; i++) {
      const [x1, x2] = [data.points[2 * i], data.points[2 * i + 1]];
      if (Math.abs(x1) > EXTENT || Math.abs(x2) > EXTENT) continue;
      context.fillStyle = targetColor(palette, data, data.targets[i]);
      paintDot(context, toShare(x1) * side, (1 - toShare(x2)) * side, POINT.radius * scale);
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius */
function paintDot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

/* ---- A curve ---- */

/**
 * Paints the grid behind a curve.
 * @param {CanvasRenderingContext2D} context  of a square canvas
 * @param {number} height  how far the value axis reaches up and down
 * @param {readonly number[]} ticks  values with a line
 * @param {readonly number[]} columns  values of x1 with a line
 * @param {Pick<Palette, "colors">} palette
 */
export function paintGrid(context, height, ticks, columns, { colors }) {
  const side = context.canvas.width;
  context.lineWidth = Math.max(1, Math.round((WIDTH.grid * side) / SIZE));
  const line = (/** @type {number} */ x1, /** @type {number} */ y1, /** @type {number} */ x2, /** @type {number} */ y2, /** @type {boolean} */ isZero) => {
    context.strokeStyle = isZero ? colors.edge : colors.line;
    context.beginPath();
    context.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
    context.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
    context.stroke();
  };
  for (const x1 of columns) line(toShare(x1) * side, 0, toShare(x1) * side, side, x1 === 0);
  for (const tick of ticks) line(0, yOf(tick, height, side), side, yOf(tick, height, side), tick === 0);
}

/**
 * Paints the examples as the targets of a curve.
 * @param {CanvasRenderingContext2D} context  of a square canvas
 * @param {Pick<Data, "points" | "targets">} data
 * @param {readonly Part[]} parts
 * @param {number} height  how far the value axis reaches up and down
 * @param {Pick<Palette, "shades" | "colors">} palette
 */
export function paintTargets(context, { points, targets }, parts, height, { shades, colors }) {
  const side = context.canvas.width;
  const scale = side / SIZE;
  for (const { kind, start, end } of parts) {
    const { isFilled, ring, opacity } = STYLES[kind];
    context.lineWidth = CURVE_POINT.ring * scale * (isFilled ? 0.6 : 1);
    context.globalAlpha = opacity;
    context.strokeStyle = colors[ring];
    for (let i = start; i < end; i++) {
      if (Math.abs(points[2 * i]) > EXTENT) continue;
      context.fillStyle = isFilled ? shades[byteOf(targets[i])] : colors.panel;
      paintDot(context, toShare(points[2 * i]) * side, yOf(targets[i], height, side), CURVE_POINT.radius * scale);
    }
  }
  context.globalAlpha = 1;
}

/**
 * Paints a curve over what it is the sum of.
 * @param {CanvasRenderingContext2D} context  of a square canvas
 * @param {ArrayLike<number>} curve  values at equal distances from x1 = -6 to 6
 * @param {number} height  how far the value axis reaches up and down
 * @param {Pick<Palette, "shades" | "colors">} palette
 * @param {Summands | null} [summands]
 */
export function paintCurve(context, curve, height, palette, summands = null) {
  const { colors } = palette;
  const side = context.canvas.width;
  context.clearRect(0, 0, side, side);
  context.lineJoin = "round";
  if (summands) paintSummands(context, summands, height, palette);
  trace(context, curve, height);
  for (const [color, width] of /** @type {const} */ ([[colors.panel, WIDTH.halo], [colors.ink, WIDTH.curve]])) {
    context.strokeStyle = color;
    context.lineWidth = (width * side) / SIZE;
    context.stroke();
  }
}

/**
 * What each hidden unit adds to the output, its weight times its activation: thin lines in the color of its weight, as in
 * the network.
 * @typedef {{curves: readonly ArrayLike<number>[], weights: readonly number[]}} Summands
 * @param {CanvasRenderingContext2D} context
 * @param {Summands} summands
 * @param {number} height
 * @param {Pick<Palette, "shades">} palette
 */
function paintSummands(context, { curves, weights }, height, { shades }) {
  context.lineWidth = (WIDTH.summand * context.canvas.width) / SIZE;
  context.globalAlpha = 0.85;
  for (const [unit, values] of curves.entries()) {
    context.strokeStyle = shades[byteOf(weights[unit] < 0 ? -1 : 1)];
    trace(context, values, height);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** A path along a curve. @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} curve @param {number} height */
function trace(context, curve, height) {
  const side = context.canvas.width;
  context.beginPath();
  for (let i = 0; i < curve.length; i++) context.lineTo((i / (curve.length - 1)) * side, yOf(curve[i], height, side));
}

/** Pixels from the top; values far beyond the edge are cut. @param {number} value @param {number} height @param {number} side */
function yOf(value, height, side) {
  return (0.5 - Math.max(-4, Math.min(4, value / height)) / 2) * side;
}
