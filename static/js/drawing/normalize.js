/**
 * Makes of a drawing the picture that a network reads: exactly as the pictures were made that it learns from. Pure.
 *
 * MNIST: the ink is scaled to fit 20 × 20 pixels and keeps its proportions; its edges become gray. Then it is moved by
 * whole pixels until its center of mass is in the middle of 28 × 28, which in MNIST means: within pixel 14, counted from
 * 0, of both directions.
 *
 * UCI: the ink is stretched to 20 × 32 pixels in the middle of 32 × 32, without gray. Strokes that are too thick or too thin
 * are eroded or dilated, and rows are shifted until the left edge is upright. Then ink is counted in blocks of 4 × 4.
 * All this is what the programs did that NIST published for its forms (hsfsys, NISTIR 5469).
 */

import { countBlocks, dilate, erode, inkBox, inkOf, rasterize, shiftRows } from "./bitmap.js";

/** @typedef {import("./bitmap.js").Bitmap} Bitmap */
/** @typedef {readonly import("./strokes.js").Stroke[]} Strokes */

const MNIST = { side: 28, box: 20, middle: 14, samples: 8 };
const UCI = { side: 8, pixels: 32, width: 20, block: 4 };
/** How often to erode (more ink than that) or dilate (less ink than that) a bitmap of 32 × 32, the most first. */
const THICK = [{ over: 560, times: 2 }, { over: 412, times: 1 }];
const THIN = [{ under: 108, times: 2 }, { under: 256, times: 1 }];
/** The rows at the top and bottom of the ink that may be ragged. */
const RAGGED = 2;

/**
 * The picture of a drawing.
 * @param {Strokes} strokes
 * @param {number} penWidth  in the units of the points
 * @param {number} side  of the network's pictures: 28 or 8 pixels
 * @returns {Uint8Array | null} side × side bytes, row by row, 255 is ink; null: nothing is drawn
 */
export function pictureOf(strokes, penWidth, side) {
  if (strokes.length === 0) return null;
  return side === UCI.side ? uciPicture(strokes, penWidth / 2) : mnistPicture(strokes, penWidth / 2);
}

/** @param {Strokes} strokes @param {number} radius */
function mnistPicture(strokes, radius) {
  const { box: size, samples } = MNIST;
  const { left, top, width, height } = inkBox(strokes, radius);
  const longer = Math.max(width, height);
  const box = { left: left - (longer - width) / 2, top: top - (longer - height) / 2, width: longer, height: longer };
  const bitmap = rasterize(strokes, radius, { box, columns: size * samples, rows: size * samples });
  const gray = countBlocks(bitmap, samples).map((count) => Math.round((count * 255) / samples ** 2));
  return centered(gray, size);
}

/**
 * Moves a picture so that its center of mass is in the middle, but no part of it beyond the edge.
 * @param {Uint8Array} small  of `size` × `size` pixels, not without ink @param {number} size
 */
function centered(small, size) {
  const { side, middle } = MNIST;
  const offset = (/** @type {(pixel: number) => number} */ placeOf) => {
    const [mass, moment] = small.reduce(([sum, product], ink, pixel) => [sum + ink, product + ink * placeOf(pixel)], [0, 0]);
    return Math.max(0, Math.min(side - size, middle - Math.round(moment / mass)));
  };
  const [right, down] = [offset((pixel) => pixel % size), offset((pixel) => Math.floor(pixel / size))];
  const picture = new Uint8Array(side * side);
  for (let row = 0; row < size; row++) picture.set(small.subarray(row * size, (row + 1) * size), (row + down) * side + right);
  return picture;
}

/** @param {Strokes} strokes @param {number} radius */
function uciPicture(strokes, radius) {
  const { pixels, width: inkWidth, block } = UCI;
  const { left, top, width, height } = inkBox(strokes, radius);
  const margin = (width * (pixels - inkWidth)) / (2 * inkWidth);
  const box = { left: left - margin, top, width: width + 2 * margin, height };
  const bitmap = rasterize(strokes, radius, { box, columns: pixels, rows: pixels });
  return countBlocks(upright(evenInk(bitmap)), block).map((count) => Math.round((count * 255) / block ** 2));
}

/** @param {Bitmap} bitmap */
function evenInk(bitmap) {
  const ink = inkOf(bitmap);
  const thick = THICK.find(({ over }) => ink > over)?.times ?? 0;
  const thin = THIN.find(({ under }) => ink < under)?.times ?? 0;
  let even = bitmap;
  for (let time = 0; time < thick; time++) even = erode(even);
  for (let time = 0; time < thin; time++) even = dilate(even);
  return even;
}

/** Shifts rows so that the ink begins in the same column near its top and near its bottom. @param {Bitmap} bitmap */
function upright(bitmap) {
  const { columns, rows, ink } = bitmap;
  const startOf = (/** @type {number} */ row) => ink.subarray(row * columns, (row + 1) * columns).indexOf(1);
  const inked = Array.from({ length: rows }, (_, row) => row).filter((row) => startOf(row) >= 0);
  const [top, bottom] = [inked[0] + RAGGED, inked[inked.length - 1] - RAGGED];
  if (!(bottom > top) || startOf(top) < 0 || startOf(bottom) < 0) return bitmap;
  const slant = (startOf(top) - startOf(bottom)) / (bottom - top);
  return shiftRows(bitmap, (row) => Math.round((row - rows / 2) * slant));
}
