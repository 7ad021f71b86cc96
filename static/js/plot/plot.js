/** Small charts on canvas: sharp on every screen, in the page's type and colors. */

import { parseColor } from "../lib/color.js";
import { h } from "../lib/dom.js";
import { formatPowerTick, formatValue } from "../lib/format.js";
import { currentPalette } from "../lib/palette.js";
import { exponentsIn, spread, ticksIn } from "./scale.js";

/** @typedef {import("./scale.js").Range} Range */

/** Of the labels, in the page's type size. */
const SMALL = 0.82;
/** Height of a label, in type sizes. */
const LINE = 1.35;
/** The least distance between two ticks, in type sizes. */
const TICK_ROOM = { x: 4.6, y: 2.1 };

/**
 * What a chart is painted with.
 * @typedef {object} Pen
 * @property {CanvasRenderingContext2D} context
 * @property {number} width  in CSS pixels
 * @property {number} height
 * @property {number} type  the root's type size
 * @property {boolean} isDark
 * @property {import("../lib/palette.js").Palette} palette
 */

/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/**
 * Where values are in a box.
 * @typedef {object} Scales
 * @property {Box} box
 * @property {(value: number) => number} x
 * @property {(value: number) => number} y
 */

/**
 * A canvas that fills its element and is painted again when that changes its size.
 * @param {object} parts
 * @param {string} parts.label  for screen readers
 * @param {string} [parts.kind]  its class
 * @param {boolean} [parts.isActive]  it can be pointed at and focused
 * @param {(pen: Pen) => void} parts.paint
 */
export function createPlot({ label, kind = "", isActive = false, paint }) {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const element = h("div", { class: `plot ${kind}`.trim(), role: isActive ? "application" : "img", "aria-label": label, ...(isActive && { tabindex: "0" }) }, canvas);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let [width, height] = [0, 0];

  const plot = {
    element,
    canvas,
    /** Paints everything. */
    paint() {
      if (width < 2 || height < 2) return;
      const density = devicePixelRatio;
      const [pixelsX, pixelsY] = [Math.round(width * density), Math.round(height * density)];
      if (canvas.width !== pixelsX || canvas.height !== pixelsY) {
        canvas.width = pixelsX;
        canvas.height = pixelsY;
      }
      context.setTransform(density, 0, 0, density, 0, 0);
      context.clearRect(0, 0, width, height);
      const palette = currentPalette();
      const { fontSize } = getComputedStyle(document.documentElement);
      const type = parseFloat(fontSize);
      context.font = `${SMALL * type}px ${getComputedStyle(element).fontFamily}`;
      context.textBaseline = "middle";
      paint({ context, width, height, type, palette, isDark: parseColor(palette.colors.bg)[0] < 128 });
    },
    /** Where an event happened, in CSS pixels of the picture. @param {MouseEvent} event */
    at(event) {
      const { left, top } = canvas.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    },
    /** Paints, and says what it shows. @param {string} label  in words */
    show(label) {
      if (element.getAttribute("aria-label") !== label) element.setAttribute("aria-label", label);
      plot.paint();
    },
  };
  new ResizeObserver(([{ contentRect }]) => {
    [width, height] = [contentRect.width, contentRect.height];
    plot.paint();
  }).observe(element);
  return plot;
}

/** @param {Range} from @param {number} start @param {number} length */
const linear = ([low, high], start, length) => (/** @type {number} */ value) => start + ((value - low) / (high - low)) * length;

/**
 * A number on an axis: "0.5", "12", "1.5k", "2.5·10⁵".
 * @param {number} value
 * @returns {string}
 */
export function tickText(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return formatValue(value, 0);
  return size >= 1000 ? formatValue(value / 1000, 3).replace(/\.?0+$/, "") + "k" : formatValue(value, 3).replace(/\.?0+$/, "");
}

/**
 * @typedef {object} Axis
 * @property {Range} range  of exponents, if it is logarithmic
 * @property {boolean} [isLog]
 * @property {string} [title]
 */

/**
 * Draws grid, numbers and titles; the returned scales say where to draw inside.
 * @param {Pen} pen @param {Box} outer  with room for the numbers
 * @param {{x: Axis, y: Axis, left?: number, right?: number}} axes  left and right: room for numbers and labels, in type sizes
 * @returns {Scales}
 */
export function drawAxes(pen, outer, { x, y, left = 3.4, right = 1.3 }) {
  const { context, type, palette: { colors } } = pen;
  const below = x.title ? 2.7 : 1.5;
  const above = y.title ? 1.7 : 0.6;
  const box = {
    x: outer.x + left * type, y: outer.y + above * type,
    width: Math.max(1, outer.width - (left + right) * type), height: Math.max(1, outer.height - (above + below) * type),
  };
  const toX = linear(x.range, box.x, box.width);
  const toY = linear(y.range, box.y + box.height, -box.height);
  const mostX = Math.max(1, Math.floor(box.width / (TICK_ROOM.x * type)));
  const mostY = Math.max(1, Math.floor(box.height / (TICK_ROOM.y * type)));

  context.lineWidth = 1;
  context.fillStyle = colors.soft;
  context.strokeStyle = colors.line;
  context.textAlign = "right";
  for (const tick of (y.isLog ? exponentsIn : ticksIn)(y.range, mostY)) {
    const at = Math.round(toY(tick)) + 0.5;
    line(context, box.x, at, box.x + box.width, at);
    context.fillText(y.isLog ? formatPowerTick(tick) : tickText(tick), box.x - 0.5 * type, at);
  }
  context.textAlign = "center";
  const foot = box.y + box.height;
  for (const tick of ticksIn(x.range, mostX)) {
    const at = Math.round(toX(tick)) + 0.5;
    line(context, at, foot, at, foot + 0.25 * type);
    context.fillText(tickText(tick), at, foot + 0.95 * type);
  }
  if (x.title) context.fillText(x.title, box.x + box.width / 2, foot + 2.1 * type);
  context.textAlign = "left";
  if (y.title) context.fillText(y.title, outer.x, outer.y + 0.6 * type);
  context.strokeStyle = colors.edge;
  line(context, box.x, Math.round(foot) + 0.5, box.x + box.width, Math.round(foot) + 0.5);
  return { box, x: toX, y: y.isLog ? (value) => toY(Math.log10(value)) : toY };
}

/** Strokes a straight line. @param {CanvasRenderingContext2D} context @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
export function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

/**
 * A line through points; what is not a number, or 0 on a logarithmic axis, is left out.
 * @param {Pen} pen @param {Scales} scales @param {readonly number[]} xs @param {readonly number[]} ys
 * @param {string} color
 */
export function drawLine({ context }, scales, xs, ys, color) {
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  const { box } = scales;
  context.save();
  context.beginPath();
  context.rect(box.x - 3, box.y - 3, box.width + 6, box.height + 6);
  context.clip();
  context.beginPath();
  let isDown = false;
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [scales.x(xs[i]), scales.y(ys[i])];
    if (!Number.isFinite(y)) {
      isDown = false;
      continue;
    }
    if (isDown) context.lineTo(x, y);
    else context.moveTo(x, y);
    isDown = true;
  }
  context.stroke();
  const end = xs.length - 1;
  if (end >= 0 && Number.isFinite(scales.y(ys[end]))) disc(context, scales.x(xs[end]), scales.y(ys[end]), 2.6);
  context.restore();
}

/** Fills a disc. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius */
export function disc(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/**
 * Names at the right of their lines, moved apart where they would overlap.
 * @param {Pen} pen @param {Scales} scales
 * @param {{name: string, value: number, color: string}[]} ends
 */
export function drawNames({ context, type }, { box, y }, ends) {
  const known = ends.filter(({ value }) => Number.isFinite(y(value)));
  const heights = spread(known.map(({ value }) => y(value)), SMALL * LINE * type, [box.y, box.y + box.height]);
  context.textAlign = "left";
  known.forEach(({ name, color }, i) => {
    context.fillStyle = color;
    context.fillText(name, box.x + box.width + 0.6 * type, heights[i]);
  });
}

/**
 * Bars, each as wide as all others, over a line.
 * @param {Pen} pen @param {Box} box @param {ArrayLike<number>} counts @param {(bin: number) => string} colorOf
 */
export function drawBars({ context }, box, counts, colorOf) {
  let most = 0;
  for (let bin = 0; bin < counts.length; bin++) most = Math.max(most, counts[bin]);
  const wide = box.width / counts.length;
  for (let bin = 0; bin < counts.length && most > 0; bin++) {
    if (counts[bin] === 0) continue;
    // the square root keeps small counts visible
    const high = Math.max(1.5, Math.sqrt(counts[bin] / most) * box.height);
    context.fillStyle = colorOf(bin);
    context.fillRect(box.x + bin * wide, box.y + box.height - high, Math.max(1, wide - (wide > 3 ? 0.75 : 0)), high);
  }
}

/**
 * A text which ends with … where there is no room for it.
 * @param {Pen} pen @param {string} text @param {number} x @param {number} y @param {number} width
 */
export function drawText({ context }, text, x, y, width) {
  let shown = text;
  while (shown.length > 1 && context.measureText(shown).width > width) shown = `${shown.slice(0, -2)}…`;
  context.fillText(shown, x, y);
}
