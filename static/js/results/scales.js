/** Axes of the charts of results. Pure. */

import { steadyExponents, steadyRange } from "../plot/scale.js";

/** From this ratio on, losses are shown on a logarithmic axis. */
const LOGARITHMIC_FROM = 20;

/**
 * An axis for losses.
 * @param {readonly number[]} losses  finite
 * @returns {{range: import("../plot/scale.js").Range, isLog: boolean}}
 */
export function lossAxis(losses) {
  const positive = losses.filter((loss) => loss > 0);
  if (positive.length === 0) return { range: [0, 1], isLog: false };
  const [lowest, highest] = positive.reduce(([low, high], loss) => [Math.min(low, loss), Math.max(high, loss)], [Infinity, -Infinity]);
  if (highest / lowest >= LOGARITHMIC_FROM) return { range: steadyExponents(null, positive), isLog: true };
  return { range: [0, steadyRange(null, 0, highest)[1]], isLog: false };
}

/** An axis from 0 for counts. @param {readonly number[]} counts @returns {import("../plot/scale.js").Range} */
export const countAxis = (counts) => [0, steadyRange(null, 0, Math.max(1, ...counts))[1]];

/**
 * The nearest of some points within a distance.
 * @param {readonly ({x: number, y: number} | null)[]} points @param {{x: number, y: number}} at @param {number} within
 * @returns {number} its index, -1 for none
 */
export function nearest(points, at, within) {
  let [best, distance] = [-1, within];
  points.forEach((point, index) => {
    const away = point ? Math.hypot(point.x - at.x, point.y - at.y) : Infinity;
    if (away <= distance) [best, distance] = [index, away];
  });
  return best;
}
