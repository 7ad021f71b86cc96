/**
 * Reads pictures and curves: values between pixels, the likeliest class, ticks of an axis. Pure. A picture holds bytes, rows
 * from the top; the centers of its outermost pixels are the edges of the plane.
 */

import { valueOf } from "../lib/color.js";

/** The plane: x1 and x2 from -EXTENT to EXTENT. */
export const EXTENT = 6;
/** How many times finer the border of a discretized picture is drawn. */
const FINER = 4;

/**
 * What there is to paint.
 * @typedef {object} Picture
 * @property {Uint8Array} picture  values as bytes, size × size
 * @property {number} size  pixels of a side
 * @property {Uint8Array | null} classes  of each pixel, where classes compete: the class whose probability the byte is
 */

/** The pixel above and to the left, and how far away it is. @param {number} column @param {number} row @param {number} size */
function corner(column, row, size) {
  const left = Math.min(Math.floor(column), size - 2);
  const top = Math.min(Math.floor(row), size - 2);
  return { at: top * size + left, x: column - left, y: row - top };
}

/**
 * The value of a picture between its pixels.
 * @param {Uint8Array} picture @param {number} size  pixels of a side @param {number} column @param {number} row  from 0 to size - 1
 * @returns {number} as a byte, with a fraction
 */
export function between(picture, size, column, row) {
  const { at, x, y } = corner(column, row, size);
  const upper = picture[at] + (picture[at + 1] - picture[at]) * x;
  const lower = picture[at + size] + (picture[at + size + 1] - picture[at + size]) * x;
  return upper + (lower - upper) * y;
}

/**
 * A picture with pixels between its pixels, for sharp borders. Where classes compete, each of the four pixels around a
 * point votes with its nearness times its probability.
 * @param {Picture} coarse
 * @returns {Picture}
 */
export function refine({ picture, size, classes }) {
  const fine = (size - 1) * FINER + 1;
  const refined = new Uint8Array(fine * fine);
  const finer = classes && new Uint8Array(fine * fine);
  for (let row = 0, at = 0; row < fine; row++) {
    for (let column = 0; column < fine; column++, at++) {
      refined[at] = Math.round(between(picture, size, column / FINER, row / FINER));
      if (classes && finer) finer[at] = classBetween(picture, classes, size, column / FINER, row / FINER);
    }
  }
  return { picture: refined, size: fine, classes: finer };
}

const votes = new Float64Array(256);

/** @param {Uint8Array} picture @param {Uint8Array} classes @param {number} size @param {number} column @param {number} row */
function classBetween(picture, classes, size, column, row) {
  const { at, x, y } = corner(column, row, size);
  const around = [at, at + 1, at + size, at + size + 1];
  const first = classes[at];
  if (around.every((pixel) => classes[pixel] === first)) return first;
  const shares = [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
  for (const pixel of around) votes[classes[pixel]] = 0;
  around.forEach((pixel, i) => (votes[classes[pixel]] += shares[i] * picture[pixel]));
  return around.reduce((best, pixel) => (votes[classes[pixel]] > votes[best] ? classes[pixel] : best), first);
}

/**
 * The likeliest class of each pixel, from the pictures of all classes' probabilities.
 * @param {Uint8Array} pictures  one after the other
 * @param {number} first  index of the first class's picture
 * @param {number} count  of classes
 * @param {number} size  pixels of a side
 * @returns {Picture}
 */
export function likeliest(pictures, first, count, size) {
  const length = size * size;
  const picture = pictures.slice(first * length, (first + 1) * length);
  const classes = new Uint8Array(length);
  for (let number = 1; number < count; number++) {
    const start = (first + number) * length;
    for (let pixel = 0; pixel < length; pixel++) {
      if (pictures[start + pixel] <= picture[pixel]) continue;
      picture[pixel] = pictures[start + pixel];
      classes[pixel] = number;
    }
  }
  return { picture, size, classes };
}

/**
 * The value of a picture at a point.
 * @param {Picture} shown
 * @param {number} x1  within the plane
 * @param {number} x2  within the plane
 * @returns {{value: number, class: number | null}} -1 … 1; where classes compete 2p - 1 of the likeliest one
 */
export function probe({ picture, size, classes }, x1, x2) {
  const column = toShare(x1) * (size - 1);
  const row = (1 - toShare(x2)) * (size - 1);
  if (!classes) return { value: valueOf(between(picture, size, column, row)), class: null };
  // across a border the probabilities are of different classes
  const pixel = Math.round(row) * size + Math.round(column);
  return { value: valueOf(picture[pixel]), class: classes[pixel] };
}

/**
 * The position of a coordinate on its axis.
 * @param {number} value
 * @returns {number} 0 … 1 on the plane
 */
export function toShare(value) {
  return (value + EXTENT) / (2 * EXTENT);
}

/* ---- One dimension ---- */

/**
 * The line through the middle of a picture, where x2 is 0.
 * @param {Uint8Array} picture @param {number} size
 * @returns {Float32Array} `size` values from x1 = -6 to 6
 */
export function middleLine(picture, size) {
  return Float32Array.from({ length: size }, (_, column) => valueOf(between(picture, size, column, (size - 1) / 2)));
}

/**
 * The value of a curve between its points.
 * @param {ArrayLike<number>} curve  at equal distances from x1 = -6 to 6
 * @param {number} x1
 * @returns {number}
 */
export function curveAt(curve, x1) {
  const position = toShare(x1) * (curve.length - 1);
  const left = Math.max(0, Math.min(Math.floor(position), curve.length - 2));
  return curve[left] + (curve[left + 1] - curve[left]) * (position - left);
}

/** Bounds of the reach of a value axis. */
const LEAST_HEIGHT = 1.25;
const MOST_HEIGHT = 10;

/**
 * How far up and down the value axis reaches so that all targets are on it.
 * @param {ArrayLike<number>} targets
 * @returns {number} 1.25 … 10
 */
export function heightFor(targets) {
  let most = 0;
  for (let i = 0; i < targets.length; i++) most = Math.max(most, Math.abs(targets[i]));
  return Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, Math.ceil(most * 4.4) / 4));
}

/**
 * Round numbers on the value axis, ascending.
 * @param {number} height  how far it reaches up and down
 * @returns {number[]}
 */
export function ticksFor(height) {
  const step = [0.5, 1, 2, 5].find((candidate) => height / candidate < 4) ?? 5;
  const most = Math.floor(height / step);
  return Array.from({ length: 2 * most + 1 }, (_, index) => (index - most) * step);
}

/** Features that depend on x2. */
const OF_X2 = ["y", "ySquared", "xTimesY", "sinY"];

/**
 * Where a curve over x1 cuts the plane, if that makes a difference to a network with these features.
 * @param {readonly string[]} features  their names
 * @returns {string} "at x₂ = 0", or ""
 */
export function sliceOf(features) {
  return features.some((name) => OF_X2.includes(name)) ? "at x₂ = 0" : "";
}

/**
 * Cuts what hidden units add to the output into a curve for each.
 * @param {Float32Array | undefined} summands  one after the other
 * @param {readonly number[] | undefined} shape  count, and values of each
 * @returns {Float32Array[]} none if there are no summands
 */
export function summandsOf(summands, shape) {
  if (!summands || shape?.length !== 2) return [];
  const [count, length] = shape;
  return Array.from({ length: count }, (_, unit) => summands.subarray(unit * length, (unit + 1) * length));
}
