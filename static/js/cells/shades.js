/** The color scale of a sweep: where a number is on it, how far apart the middle half of a cell is, and its legend. Pure. */

import { scaleFor } from "../luck/layout.js";

/** @typedef {import("./cells.js").Cell} Cell */
/** @typedef {import("../luck/layout.js").Scale} Scale */

/** Numbers below the legend. */
const TICKS = 6;

/** The scale of all medians, of which the lowest and the highest are at its ends; null: there is none. @param {readonly Cell[]} cells @returns {Scale | null} */
export function shadeScale(cells) {
  const medians = cells.flatMap(({ median }) => (median < Infinity ? [median] : []));
  return medians.length === 0 ? null : scaleFor(medians, TICKS);
}

/** How much of the scale the middle half of a cell takes, 0 … 1; what has no number is beyond its end. @param {Cell} cell @param {Scale} scale */
export const spreadOf = ({ low, high }, { at }) => (low === Infinity ? 0 : (high === Infinity ? 1 : at(high)) - at(low));
