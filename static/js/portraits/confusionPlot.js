/** The mistakes of a network as a small matrix: a row for each digit, a column for each answer. */

import { inkOn } from "../lib/color.js";
import { h } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { amountColor } from "../lib/sequential.js";
import { createPlot } from "../plot/plot.js";
import { confusionOf, confusionText, DIGITS, sharesOf } from "./misread.js";

/**
 * @typedef {import("../lib/palette.js").Palette} Palette
 * @typedef {import("../plot/plot.js").Pen} Pen
 * @typedef {import("./misread.js").Reading} Reading
 */

/** The share of a digit's pictures from which a mistake has the full color. */
const FULL = 0.12;
/** How fast colors grow from there on down: below 1, rare mistakes can still be seen. */
const STEEPNESS = 0.8;
/** Of a cell's side: the space to the next one, and the type in it. */
const [GAP, TYPE] = [0.08, 0.62];
/** Pixels of a side from which counts are written into the cells. */
const LEGIBLE = 120;

/** @param {number} cell */
const isRight = (cell) => cell % (DIGITS + 1) === 0;

/** The colors of the cells: right answers and empty cells have none that stands out. @param {Uint32Array} confusion @param {Palette} palette */
function colorsOf(confusion, { amounts, colors }) {
  return sharesOf(confusion).map((share, cell) => (isRight(cell) ? colors.line : share === 0 ? colors.bg : amountColor(amounts, Math.min(1, share / FULL) ** STEEPNESS)));
}

/** @param {Pen} pen @param {Uint32Array} confusion */
function paint({ context, width, height, palette }, confusion) {
  const side = Math.min(width, height) / (DIGITS + 1);
  const colors = colorsOf(confusion, palette);
  context.textAlign = "center";
  context.font = context.font.replace(/[\d.]+px/, `${(TYPE * side).toFixed(1)}px`);
  const middle = (/** @type {number} */ place) => (place + 0.5) * side;
  context.fillStyle = palette.colors.soft;
  for (let digit = 0; digit < DIGITS; digit++) {
    context.fillText(String(digit), middle(digit + 1), middle(0));
    context.fillText(String(digit), middle(0), middle(digit + 1));
  }
  colors.forEach((color, cell) => {
    const [row, column] = [Math.floor(cell / DIGITS), cell % DIGITS];
    context.fillStyle = color;
    context.fillRect((column + 1) * side, (row + 1) * side, side * (1 - GAP), side * (1 - GAP));
    if (isRight(cell) || confusion[cell] === 0 || width < LEGIBLE || confusion[cell] > 99) return;
    context.fillStyle = inkOn(color);
    context.fillText(String(confusion[cell]), middle(column + 1) - (side * GAP) / 2, middle(row + 1));
  });
}

/** A matrix with its digits, as large as its room. */
export function createConfusionPlot() {
  /** @type {readonly Reading[] | null} */
  let drawn = null;
  /** @type {Uint32Array | null} */
  let confusion = null;
  const plot = createPlot({ label: "Confusion matrix", kind: "digits-mistakes", paint: (pen) => confusion && paint(pen, confusion) });
  /** @type {unknown} */
  let painted = null;
  return {
    element: plot.element,
    /** @param {readonly Reading[]} readings  the mistakes of all of them are added @param {string} whose  "Start 3" */
    draw(readings, whose) {
      const palette = currentPalette();
      const isSame = drawn?.length === readings.length && readings.every(({ answers, labels }, index) => answers === drawn?.[index].answers && labels === drawn[index].labels);
      if (isSame && palette === painted) return;
      [drawn, painted] = [readings, palette];
      confusion = confusionOf(readings);
      plot.show(confusionText(confusion, whose));
    },
  };
}

/** Pixels of a cell in an image. */
const CELL = 4;
/** @type {HTMLCanvasElement | null} */
let scratch = null;

/** The mistakes of a network as the address of an image, without digits. @param {Reading} reading */
export function confusionImage(reading) {
  const canvas = (scratch ??= h("canvas", { width: CELL * DIGITS, height: CELL * DIGITS }));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  colorsOf(confusionOf([reading]), currentPalette()).forEach((color, cell) => {
    context.fillStyle = color;
    context.fillRect(CELL * (cell % DIGITS), CELL * Math.floor(cell / DIGITS), CELL, CELL);
  });
  return canvas.toDataURL();
}
