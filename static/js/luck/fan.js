/** The fan of loss curves: bands of the starts, their median, one's own run, and the start that is looked at. */

import { createPlot, drawLine, drawNames, line } from "../plot/plot.js";
import { ticksIn } from "../plot/scale.js";
import { shownLosses } from "./curves.js";
import { scaleFor } from "./layout.js";
import { tickText } from "./texts.js";

/**
 * @typedef {import("../plot/plot.js").Pen} Pen
 * @typedef {import("./own.js").Curve} Curve
 */
/**
 * What the fan shows.
 * @typedef {object} Content
 * @property {import("./curves.js").Fan} fan
 * @property {Curve} own  of one's own run; may be empty
 * @property {{name: string, losses: readonly number[]} | null} looked  the start that is looked at
 */

/** In type sizes: above and below, left of the numbers, and between the lines and their names. */
const ROOM = { above: 0.7, below: 1.6, numbers: 0.5, names: 0.9 };
/** The least distance between two ticks, in type sizes. */
const TICK_ROOM = { x: 4.6, y: 1.6 };
/** How opaque the bands are: the inner one is painted over the outer one. @type {readonly {low: 5 | 25, high: 75 | 95, opacity: number}[]} */
export const BANDS = [{ low: 5, high: 95, opacity: 0.16 }, { low: 25, high: 75, opacity: 0.26 }];

/** The scale of the losses. @param {Content} content @param {number} most  ticks */
export const scaleOf = ({ fan, own }, most) => scaleFor(shownLosses(fan, own.y), most);

/**
 * Where everything is, in CSS pixels.
 * @param {Pen} pen @param {Content} content
 */
function placesOf({ context, width, height, type }, content) {
  const { fan: { epochs }, looked } = content;
  const high = Math.max(1, height - (ROOM.above + ROOM.below) * type);
  const scale = scaleOf(content, Math.max(2, Math.floor(high / (TICK_ROOM.y * type))));
  const widthOf = (/** @type {readonly string[]} */ texts) => Math.max(...texts.map((text) => context.measureText(text).width));
  const left = widthOf(["0.01", ...scale.ticks.map(({ value }) => tickText(value))]) + ROOM.numbers * type;
  // room for the name of every start, so that nothing moves while one is looked at
  const right = widthOf(["median", "start 400", ...(looked ? [looked.name] : [])]) + ROOM.names * type;
  const box = { x: left, y: ROOM.above * type, width: Math.max(1, width - left - right), height: high };
  const last = epochs[epochs.length - 1];
  return {
    box, scale,
    x: (/** @type {number} */ epoch) => box.x + (epoch / last) * box.width,
    y: (/** @type {number} */ loss) => box.y + (1 - scale.beyond(loss)) * box.height,
    last,
  };
}

/** @param {Pen} pen @param {ReturnType<typeof placesOf>} places */
function paintAxes({ context, type, palette: { colors } }, { box, scale, x, last }) {
  const ground = box.y + box.height;
  context.lineWidth = 1;
  context.fillStyle = colors.soft;
  context.strokeStyle = colors.line;
  context.textAlign = "right";
  for (const { value, at } of scale.ticks) {
    const y = Math.round(box.y + (1 - at) * box.height) + 0.5;
    line(context, box.x, y, box.x + box.width, y);
    context.fillText(tickText(value), box.x - ROOM.numbers * type, y);
  }
  context.strokeStyle = colors.edge;
  line(context, box.x, Math.round(ground) + 0.5, box.x + box.width, Math.round(ground) + 0.5);
  context.textAlign = "center";
  for (const tick of ticksIn([0, last], Math.max(1, Math.floor(box.width / (TICK_ROOM.x * type)))).filter(Number.isInteger)) {
    line(context, x(tick), ground, x(tick), ground + 0.25 * type);
    context.fillText(tick.toLocaleString("en-US"), x(tick), ground + 1 * type);
  }
}

/** @param {Pen} pen @param {Content} content @param {import("../plot/plot.js").Scales} scales */
function paintBands({ context, palette: { colors } }, { fan: { epochs, at } }, { box, x, y }) {
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
  context.fillStyle = colors.accent;
  for (const { low, high, opacity } of BANDS) {
    context.globalAlpha = opacity;
    context.beginPath();
    // what is infinite is above the box
    const place = (/** @type {number} */ loss) => Math.max(box.y - box.height, y(loss));
    epochs.forEach((epoch, i) => context.lineTo(x(epoch), place(at[high][i])));
    for (let i = epochs.length - 1; i >= 0; i--) context.lineTo(x(epochs[i]), place(at[low][i]));
    context.fill();
  }
  context.restore();
}

/** @param {Pen} pen @param {Content} content */
export function paintFan(pen, content) {
  const { fan: { epochs, at }, own, looked } = content;
  const { colors } = pen.palette;
  const places = placesOf(pen, content);
  paintAxes(pen, places);
  paintBands(pen, content, places);
  const lines = [
    { name: "median", xs: epochs, ys: at[50], color: colors.accent },
    ...(looked ? [{ name: looked.name, xs: epochs, ys: looked.losses, color: colors.ink }] : []),
    ...(own.x.length > 0 ? [{ name: "yours", xs: own.x, ys: own.y, color: colors.warn }] : []),
  ];
  for (const { xs, ys, color } of lines) drawLine(pen, places, xs, ys, color);
  drawNames(pen, places, lines.map(({ name, ys, color }) => ({ name, color, value: ys[ys.length - 1] })));
}

/** The curve of the start that is looked at, with the median behind it, without numbers. @param {Pen} pen @param {Content} content */
export function paintCurveOf(pen, content) {
  const { fan: { epochs, at }, looked } = content;
  const { colors } = pen.palette;
  const margin = 0.3 * pen.type;
  const box = { x: margin, y: margin, width: Math.max(1, pen.width - 2 * margin), height: Math.max(1, pen.height - 2 * margin) };
  const scale = scaleOf(content, 2);
  const scales = {
    box, x: (/** @type {number} */ epoch) => box.x + (epoch / epochs[epochs.length - 1]) * box.width,
    y: (/** @type {number} */ loss) => box.y + (1 - scale.beyond(loss)) * box.height,
  };
  paintBands(pen, content, scales);
  drawLine(pen, scales, epochs, at[50], colors.accent);
  if (looked) drawLine(pen, scales, epochs, looked.losses, colors.ink);
}

/**
 * A plot of loss curves.
 * @param {(pen: Pen, content: Content) => void} [paint]
 * @returns {{element: HTMLElement, draw: (next: Content, label: string) => void}}
 */
export function createFan(paint = paintFan) {
  /** @type {Content | null} */
  let content = null;
  const plot = createPlot({ label: "Loss curves of all starts", paint: (pen) => content && paint(pen, content) });
  return {
    element: plot.element,
    /** @param {Content} next @param {string} label  in words */
    draw(next, label) {
      content = next;
      plot.show(label);
    },
  };
}
