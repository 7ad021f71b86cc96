/**
 * Paints a network of one input: its curve over x1, and the examples as what it should reach.
 *
 * @typedef {import("../lib/palette.js").Palette} Palette
 */

import { byteOf } from "../lib/color.js";
import { EXTENT, toShare } from "./picture.js";

/** Pixels at a plot of 350. */
const SIZE = 350;
const WIDTH = { grid: 1, halo: 6, curve: 2.6, summand: 1.3 };
const POINT = { radius: 2.9, ring: 1.1 };

/**
 * The examples of one part of the data: those for training are filled, the others are rings.
 * @typedef {{kind: "train" | "validation" | "test", start: number, end: number}} Part
 */
/** @type {Record<Part["kind"], {isFilled: boolean, ring: "soft" | "validation" | "ink", opacity: number}>} */
const STYLES = {
  train: { isFilled: true, ring: "soft", opacity: 0.8 },
  validation: { isFilled: false, ring: "validation", opacity: 0.7 },
  test: { isFilled: false, ring: "ink", opacity: 0.5 },
};

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} height  how far the values' axis reaches up and down
 * @param {number[]} ticks @param {number[]} columns  where x1 and the values have their numbers
 * @param {Palette} palette
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
 * @param {CanvasRenderingContext2D} context
 * @param {import("../core/types.js").Data} data
 * @param {readonly Part[]} parts
 * @param {number} height
 * @param {Palette} palette
 */
export function paintExamples(context, { points, targets }, parts, height, { shades, colors }) {
  const side = context.canvas.width;
  const grow = side / SIZE;
  for (const { kind, start, end } of parts) {
    const { isFilled, ring, opacity } = STYLES[kind];
    context.lineWidth = POINT.ring * grow * (isFilled ? 0.6 : 1);
    context.globalAlpha = opacity;
    context.strokeStyle = colors[ring];
    for (let i = start; i < end; i++) {
      if (Math.abs(points[2 * i]) > EXTENT) continue;
      context.fillStyle = isFilled ? shades[byteOf(targets[i])] : colors.panel;
      context.beginPath();
      context.arc(toShare(points[2 * i]) * side, yOf(targets[i], height, side), POINT.radius * grow, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} curve  at equal distances from x1 = -6 to 6
 * @param {number} height
 * @param {Palette} palette
 * @param {Summands | null} [summands]  what it is the sum of, beneath it
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
 * @param {Palette} palette
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

/** From the top, in pixels; far beyond the edge all is the same. @param {number} value @param {number} height @param {number} side */
function yOf(value, height, side) {
  return (0.5 - Math.max(-4, Math.min(4, value / height)) / 2) * side;
}
