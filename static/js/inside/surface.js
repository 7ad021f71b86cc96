/**
 * The loss over a plane through the weights: what is measured of it (pure), and how it is painted, as a surface seen from
 * a side and as a map with contour lines.
 */

import { firstFrom } from "../chart/series.js";
import { inkOn } from "../lib/color.js";
import { h } from "../lib/dom.js";
import { formatPercent, formatSignificant, formatValue } from "../lib/format.js";
import { disc, drawText, line } from "../plot/plot.js";
import { amountColor } from "../lib/sequential.js";
import { contour, projection } from "./contours.js";

/** @typedef {import("../plot/plot.js").Pen} Pen */
/** @typedef {{turn: number, tilt: number}} Sight  in radians */
/** @typedef {[number, number, number, number]} Extent  left, right, bottom, top of a square on the plane */
/**
 * A surface with what is measured of it. Heights are log10 of losses.
 * @typedef {object} Surface
 * @property {ArrayLike<number>} values  rows from the bottom
 * @property {number} rows
 * @property {number} columns
 * @property {Float32Array} order  all values, ascending
 * @property {number} low
 * @property {number} high  above low
 * @property {import("./contours.js").Segment[][]} levels  contour lines
 */

const LEVELS = 12;
/** How far the surface rises, where its base is 2 wide. */
const RISE = 1.5;
/** What a projected box from -1 to 1 takes of the width and of the height. */
const FIT = { width: 2.85, height: 2.5 };

/** The height of a contour line. @param {number} low @param {number} high @param {number} level  from 0 */
const heightOfLevel = (low, high, level) => low + ((high - low) * (level + 1)) / LEVELS;

/**
 * @param {ArrayLike<number>} values  rows from the bottom @param {readonly number[]} shape  rows and columns
 * @returns {Surface}
 */
export function measureSurface(values, [rows, columns]) {
  const order = Float32Array.from(values).sort();
  let [low, high] = [order[0], order[order.length - 1]];
  if (!(high > low)) [low, high] = [low - 0.5, low + 0.5];
  const levels = Array.from({ length: LEVELS - 1 }, (_, level) => contour({ values, rows, columns }, heightOfLevel(low, high, level)));
  return { values, rows, columns, order, low, high, levels };
}

/** Whether two lists hold different numbers. @param {ArrayLike<number> | undefined} a @param {ArrayLike<number>} b */
export const differs = (a, b) => a?.length !== b.length || Array.from(b).some((value, index) => value !== a[index]);

/** The sentence about a surface. @param {Surface} surface @param {number} flatness  share of the plane, 0 … 1 */
export function flatnessText({ low, high }, flatness) {
  return `Loss from ${formatSignificant(10 ** low)} to ${formatSignificant(10 ** high)}. ${formatPercent(flatness, 0)} of the plane are flat: at most 0.1 above the loss here.`;
}

/** @param {Extent} extent */
const planeOf = ([left, right, bottom]) => ({ left, bottom, side: right - left });

/**
 * The corners and faces of a surface on a picture, and where the present weights are.
 * @param {Surface} surface @param {Extent} extent @param {Sight} sight
 * @param {{width: number, height: number}} size  of the picture, in pixels
 */
export function facesOf({ values, rows, columns, low, high }, extent, sight, { width, height }) {
  const see = projection(sight);
  const scale = Math.min(width / FIT.width, height / FIT.height);
  const heightOf = (/** @type {number} */ value) => ((value - low) / (high - low)) * RISE - RISE / 2;
  const place = (/** @type {number} */ across, /** @type {number} */ up, /** @type {number} */ value) => {
    const { x, y, depth } = see(2 * across - 1, 2 * up - 1, heightOf(value));
    return { x: width / 2 + x * scale, y: height / 2 + y * scale, depth };
  };
  const corners = Array.from({ length: rows * columns }, (_, at) =>
    place((at % columns) / (columns - 1), Math.floor(at / columns) / (rows - 1), values[at]));
  const faces = [];
  for (let at = 0; at < (rows - 1) * columns; at++) {
    if (at % columns === columns - 1) continue;
    const around = [at, at + 1, at + columns + 1, at + columns];
    const mean = (/** @type {(at: number) => number} */ of) => around.reduce((sum, corner) => sum + of(corner), 0) / 4;
    faces.push({ corners: around.map((corner) => corners[corner]), depth: mean((corner) => corners[corner].depth), value: mean((corner) => values[corner]) });
  }
  faces.sort((a, b) => a.depth - b.depth);
  const { left, bottom, side } = planeOf(extent);
  const [across, up] = [-left / side, -bottom / side];
  const nearest = Math.round(up * (rows - 1)) * columns + Math.round(across * (columns - 1));
  return { faces, here: place(across, up, values[nearest]) };
}

/**
 * The color of a height, by how many of all are lower: a steep wall somewhere leaves the valley its colors.
 * @param {Pen} pen @param {Surface} surface @param {number} value
 */
const shade = ({ palette: { amounts } }, { order }, value) => amountColor(amounts, firstFrom(order, value) / order.length);

/** The losses at both ends of the colors and in their middle. @param {Surface} surface @returns {string[]} */
export const legendOf = ({ order, low, high }) => [low, order[order.length >> 1], high].map((height) => formatSignificant(10 ** height));

/** Marks the present weights. @param {Pen} pen @param {number} x @param {number} y */
function paintHere({ context, palette: { colors } }, x, y) {
  context.fillStyle = colors.ink;
  context.strokeStyle = colors.panel;
  context.lineWidth = 2;
  disc(context, x, y, 4);
  context.stroke();
}

/** @param {Pen} pen @param {Surface} surface @param {Extent} extent @param {Sight} sight */
export function paintSurface(pen, surface, extent, sight) {
  const { context, palette: { colors } } = pen;
  const { faces, here } = facesOf(surface, extent, sight, pen);
  context.lineWidth = 0.6;
  context.lineJoin = "round";
  for (const { corners, value } of faces) {
    context.beginPath();
    for (const { x, y } of corners) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = shade(pen, surface, value);
    context.strokeStyle = colors.panel;
    context.fill();
    context.stroke();
  }
  paintHere(pen, here.x, here.y);
}

/**
 * The map of a surface: a picture that is painted again only for another surface or theme, with lines and path over it.
 * @returns {(pen: Pen, surface: Surface, look: import("./look.js").Look) => void}
 */
export function createSurfaceMap() {
  const picture = h("canvas");
  const pictureContext = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
  /** @type {unknown[]} */
  let paintedFrom = [];

  /** @param {Pen} pen @param {Surface} surface */
  function paintPicture(pen, surface) {
    if (paintedFrom[0] === surface && paintedFrom[1] === pen.palette) return;
    paintedFrom = [surface, pen.palette];
    const { values, rows, columns } = surface;
    [picture.width, picture.height] = [columns, rows];
    for (let at = 0; at < rows * columns; at++) {
      pictureContext.fillStyle = shade(pen, surface, values[at]);
      pictureContext.fillRect(at % columns, rows - 1 - Math.floor(at / columns), 1, 1);
    }
  }

  return (pen, surface, look) => {
    const { context, type } = pen;
    const { rows, columns } = surface;
    const side = Math.min(pen.width, pen.height - 1.6 * type);
    const left = (pen.width - side) / 2;
    paintPicture(pen, surface);
    context.save();
    context.beginPath();
    context.roundRect(left, 0, side, side, 6);
    context.clip();
    context.imageSmoothingQuality = "high";
    // the centers of the outermost pixels are on the edges: half of each is outside
    context.drawImage(picture, 0.5, 0.5, columns - 1, rows - 1, left, 0, side, side);
    paintLevels(pen, surface, left, side);
    paintPath(pen, look, left, side);
    context.restore();
    paintFoot(pen, look.values, left, side);
  };
}

/** @param {Pen} pen @param {Surface} surface @param {number} left @param {number} side */
function paintLevels(pen, surface, left, side) {
  const { context } = pen;
  const { rows, columns, levels, low, high } = surface;
  const [stepX, stepY] = [side / (columns - 1), side / (rows - 1)];
  context.lineWidth = 0.75;
  context.globalAlpha = 0.5;
  for (const [level, segments] of levels.entries()) {
    context.strokeStyle = inkOn(shade(pen, surface, heightOfLevel(low, high, level)));
    context.beginPath();
    for (const [x1, y1, x2, y2] of segments) {
      context.moveTo(left + x1 * stepX, side - y1 * stepY);
      context.lineTo(left + x2 * stepX, side - y2 * stepY);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** The way of the weights over the plane. @param {Pen} pen @param {import("./look.js").Look} look @param {number} left @param {number} side */
function paintPath(pen, { arrays: { path }, values }, left, side) {
  const { context, palette: { colors } } = pen;
  const plane = planeOf(values.extent);
  const toX = (/** @type {number} */ value) => left + ((value - plane.left) / plane.side) * side;
  const toY = (/** @type {number} */ value) => side - ((value - plane.bottom) / plane.side) * side;
  for (const [color, width] of /** @type {const} */ ([[colors.panel, 3.5], [colors.ink, 1.5]])) {
    context.strokeStyle = color;
    context.lineWidth = width;
    for (let at = 2; at + 1 < path.length; at += 2) line(context, toX(path[at - 2]), toY(path[at - 1]), toX(path[at]), toY(path[at + 1]));
  }
  paintHere(pen, toX(path[path.length - 2]), toY(path[path.length - 1]));
}

/** The numbers beneath the map. @param {Pen} pen @param {Record<string, any>} values @param {number} left @param {number} side */
function paintFoot(pen, { extent: [from, to], directions }, left, side) {
  const { context, type, palette: { colors } } = pen;
  const y = side + 0.9 * type;
  context.fillStyle = colors.soft;
  context.textAlign = "left";
  context.fillText(formatValue(from, 1), left, y);
  context.textAlign = "right";
  context.fillText(formatValue(to, 1), left + side, y);
  context.textAlign = "center";
  drawText(pen, directions === "path" ? "First direction" : "× the weights", left + side / 2, y, side - 5 * type);
}
