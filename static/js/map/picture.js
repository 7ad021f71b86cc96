/**
 * Reading pictures and curves: what stands between their pixels, which class is likeliest, what an axis shows. A picture
 * holds bytes, rows from the top; the middles of its outermost pixels stand for the edges of the plane.
 */

import { valueOf } from "../lib/color.js";

/** The plane: x1 and x2 from -EXTENT to EXTENT. */
export const EXTENT = 6;
/** So many times finer the border of a discretized picture is drawn. */
const FINER = 4;

/** What there is to paint: bytes, and, where classes compete, which class they speak of.
 * @typedef {{picture: Uint8Array, size: number, classes: Uint8Array | null}} Picture */

/** @param {number} column @param {number} row @param {number} size */
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
 * A picture with pixels between its pixels, for sharp borders. Of classes, each of the four around a place counts as
 * much as it is near and as it is likely.
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
  if (around.every((place) => classes[place] === first)) return first;
  const shares = [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
  for (const place of around) votes[classes[place]] = 0;
  around.forEach((place, i) => (votes[classes[place]] += shares[i] * picture[place]));
  return around.reduce((best, place) => (votes[classes[place]] > votes[best] ? classes[place] : best), first);
}

/**
 * The likeliest class at each place, from the pictures of all classes' probabilities.
 * @param {Uint8Array} pictures  one after the other
 * @param {number} first  the first class's @param {number} count  how many @param {number} size  pixels of a side
 * @returns {Picture}
 */
export function likeliest(pictures, first, count, size) {
  const length = size * size;
  const picture = pictures.slice(first * length, (first + 1) * length);
  const classes = new Uint8Array(length);
  for (let number = 1; number < count; number++) {
    const start = (first + number) * length;
    for (let place = 0; place < length; place++) {
      if (pictures[start + place] <= picture[place]) continue;
      picture[place] = pictures[start + place];
      classes[place] = number;
    }
  }
  return { picture, size, classes };
}

/**
 * What a picture says of a place.
 * @param {Picture} shown @param {number} x1 @param {number} x2  both within the plane
 * @returns {{value: number, class: number | null}} the value, of classes 2p - 1 of the likeliest one
 */
export function probe({ picture, size, classes }, x1, x2) {
  const column = toShare(x1) * (size - 1);
  const row = (1 - toShare(x2)) * (size - 1);
  if (!classes) return { value: valueOf(between(picture, size, column, row)), class: null };
  // across a border the probabilities are of different classes
  const place = Math.round(row) * size + Math.round(column);
  return { value: valueOf(picture[place]), class: classes[place] };
}

/** How far along an axis a value stands, 0 … 1. @param {number} value */
export function toShare(value) {
  return (value + EXTENT) / (2 * EXTENT);
}

/* ---- One dimension ---- */

/**
 * The line through the middle of a picture, where x2 is 0.
 * @param {Uint8Array} picture @param {number} size
 * @returns {Float32Array} values at `size` places from x1 = -6 to 6
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
  const place = toShare(x1) * (curve.length - 1);
  const left = Math.max(0, Math.min(Math.floor(place), curve.length - 2));
  return curve[left] + (curve[left + 1] - curve[left]) * (place - left);
}

/** Of the values' axis: at least so far up and down, and at most. */
const LEAST_HEIGHT = 1.25;
const MOST_HEIGHT = 10;

/**
 * How far up and down the values' axis reaches, so that all targets are on it.
 * @param {ArrayLike<number>} targets
 * @returns {number}
 */
export function heightFor(targets) {
  let most = 0;
  for (let i = 0; i < targets.length; i++) most = Math.max(most, Math.abs(targets[i]));
  return Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, Math.ceil(most * 4.4) / 4));
}

/**
 * Round numbers on the values' axis, from the lowest up.
 * @param {number} height  how far it reaches up and down
 * @returns {number[]}
 */
export function ticksFor(height) {
  const step = [0.5, 1, 2, 5].find((candidate) => height / candidate < 4) ?? 5;
  const most = Math.floor(height / step);
  return Array.from({ length: 2 * most + 1 }, (_, place) => (place - most) * step);
}

/** Features that x2 takes part in. */
const OF_X2 = ["y", "ySquared", "xTimesY", "sinY"];

/**
 * Where a curve over x1 lies in the plane, as far as that makes a difference to a network with these features.
 * @param {readonly string[]} features  their names
 */
export function sliceOf(features) {
  return features.some((name) => OF_X2.includes(name)) ? "at x₂ = 0" : "";
}

/**
 * What each hidden unit adds to the output, a curve for each.
 * @param {Float32Array | undefined} summands  all of them, one after the other
 * @param {readonly number[] | undefined} shape  how many there are, and how many values each has
 * @returns {Float32Array[]}
 */
export function summandsOf(summands, shape) {
  if (!summands || shape?.length !== 2) return [];
  const [count, length] = shape;
  return Array.from({ length: count }, (_, unit) => summands.subarray(unit * length, (unit + 1) * length));
}
