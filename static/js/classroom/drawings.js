/** Boundaries that a class has drawn, over the examples that all of them saw. */

import { currentPalette } from "../lib/palette.js";
import { paintPoints, paintTargets, partsOf } from "../map/paint.js";
import { heightFor, toShare } from "../map/picture.js";

/**
 * @typedef {import("../core/types.js").Data} Data
 * @typedef {import("./state.js").ClassState} ClassState
 */

/** Of a line, as a share of the map's side. */
const WIDTH = 1 / 110;
/** The more lines, the fainter each: opacity of one, and of many. */
const OPACITY = { one: 0.9, least: 0.12, full: 4 };

/** How opaque each of many lines is. @param {number} count */
export const opacityOf = (count) => Math.max(OPACITY.least, Math.min(OPACITY.one, OPACITY.full / Math.max(1, count)));

/**
 * The examples of a question whose answer is drawn: the teacher's when it was asked.
 * @param {Pick<ClassState, "examples">} state @param {number} question  its number
 * @param {Data | null} own  those of the page, if the teacher had none
 */
export const examplesOf = ({ examples }, question, own) => (examples?.question === question ? examples.data : own);

/** The lines that were drawn as answers to a question. @param {Pick<ClassState, "drawings">} state @param {number} question  its number */
export const linesOf = ({ drawings }, question) => (drawings?.question === question ? drawings.lines.map(({ points }) => points) : []);

/** Paints the examples on an empty canvas. @param {CanvasRenderingContext2D} context @param {Data} data */
export function paintExamples(context, data) {
  const palette = currentPalette();
  if (data.dimensions === 1) paintTargets(context, data, partsOf(data, false), heightFor(data.targets), palette);
  else paintPoints(context, data, partsOf(data, false), palette);
}

/**
 * Paints lines, each of points x1, x2, x1, x2, …, as many as there are.
 * @param {CanvasRenderingContext2D} context @param {Iterable<ArrayLike<number>>} lines @param {string} color
 */
export function paintStrokes(context, lines, color) {
  const side = context.canvas.width;
  context.strokeStyle = color;
  context.lineWidth = side * WIDTH;
  context.lineCap = context.lineJoin = "round";
  for (const line of lines) {
    context.beginPath();
    for (let at = 0; at + 1 < line.length; at += 2) context.lineTo(side * toShare(line[at]), side * (1 - toShare(line[at + 1])));
    context.stroke();
  }
}

/**
 * Paints drawn boundaries over the examples.
 * @param {HTMLCanvasElement} canvas @param {Data | null} data @param {readonly Float32Array[]} lines
 */
export function paintLines(canvas, data, lines) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const { colors } = currentPalette();
  context.fillStyle = colors.panel;
  context.fillRect(0, 0, canvas.width, canvas.width);
  context.globalAlpha = 0.55;
  if (data) paintExamples(context, data);
  context.globalAlpha = opacityOf(lines.length);
  paintStrokes(context, lines, colors.ink);
  context.globalAlpha = 1;
}
