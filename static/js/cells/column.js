/** The starts of a cell as a column of dots, with median and middle half, and a lane above for those without a number. */

import { currentPalette } from "../lib/palette.js";
import { disc, line } from "../plot/plot.js";

/** In pixels: the lane at the top, the least distance from the ends, and the radius of a dot. */
const ROOM = { lane: 18, ends: 8, dot: 3 };
/** Where the crosses of the lane are, in pixels from above. */
export const LANE_MIDDLE = ROOM.lane / 2 + 1;
/** Dots lie next to each other by this irrational share of the width, so that few of them meet. */
const TURN = 0.618;

/** The height of a value in a column, in pixels from above. @param {number} at  on the scale, 0 … 1 @param {number} height */
export const heightOf = (at, height) => ROOM.lane + ROOM.ends + (1 - at) * (height - ROOM.lane - 2 * ROOM.ends);

/**
 * @param {HTMLCanvasElement} canvas @param {import("./cells.js").Cell} cell
 * @param {import("../luck/layout.js").Scale} scale @param {import("./cells.js").Criterion} criterion
 */
export function paintColumn(canvas, { starts, low, median, high }, scale, { measure, isGoal, threshold }) {
  const [width, height, density] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio];
  const context = canvas.getContext("2d");
  if (!context || width < 2) return;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  context.setTransform(density, 0, 0, density, 0, 0);
  const { colors } = currentPalette();
  const y = (/** @type {number} */ value) => (value === Infinity ? ROOM.lane : heightOf(scale.at(value), height));
  context.lineWidth = 1;
  context.strokeStyle = colors.line;
  for (const { at } of scale.ticks) line(context, 0, Math.round(heightOf(at, height)) + 0.5, width, Math.round(heightOf(at, height)) + 0.5);
  if (!isGoal && threshold < Infinity) {
    context.setLineDash([3, 3]);
    context.strokeStyle = colors.soft;
    line(context, 0, Math.round(y(threshold)) + 0.5, width, Math.round(y(threshold)) + 0.5);
    context.setLineDash([]);
  }
  const half = Math.min(0.36 * width, 26);
  if (low < Infinity) {
    context.globalAlpha = 0.16;
    context.fillStyle = colors.accent;
    context.fillRect(width / 2 - half, y(high), 2 * half, Math.max(2, y(low) - y(high)));
  }
  context.globalAlpha = 0.8;
  context.fillStyle = context.strokeStyle = colors.accent;
  starts.forEach((start, index) => {
    const x = width / 2 + (((index * TURN + 0.5) % 1) - 0.5) * 2 * (half - ROOM.dot);
    const value = measure.of(start);
    if (value < Infinity) disc(context, x, y(value), ROOM.dot);
    else cross(context, x, LANE_MIDDLE, ROOM.dot);
  });
  context.globalAlpha = 1;
  if (median === Infinity) return;
  context.strokeStyle = colors.ink;
  context.lineWidth = 2;
  line(context, width / 2 - half, y(median), width / 2 + half, y(median));
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} size */
function cross(context, x, y, size) {
  context.lineWidth = 1.5;
  line(context, x - size, y - size, x + size, y + size);
  line(context, x - size, y + size, x + size, y - size);
}
