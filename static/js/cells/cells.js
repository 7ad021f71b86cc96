/** The cells of a sweep: one for each combination of values, with what its starts say together. Pure. */

import { placesOf } from "../luck/starts.js";
import { quantile, rankedLoss, roundedUp, wilson } from "../luck/statistics.js";

/**
 * @typedef {import("../luck/starts.js").Starts} Starts
 * @typedef {import("../luck/starts.js").Start} Start
 * @typedef {import("../luck/starts.js").Axis} Axis
 * @typedef {import("../luck/statistics.js").Measure} Measure
 */
/**
 * What a start is judged by.
 * @typedef {object} Criterion
 * @property {Measure} measure  its final loss, or the epoch in which it reaches the goal
 * @property {boolean} isGoal  whether a start has to reach the goals, in any epoch; else it has to end with the threshold or less
 * @property {number} threshold  a loss; infinite: whatever has not diverged
 */
/**
 * @typedef {object} Cell
 * @property {number} index
 * @property {number[]} places  of its values in their axes
 * @property {readonly Start[]} starts  that are finished
 * @property {number} count  how many they are
 * @property {number} median  of what is measured; infinite: at least half of the starts have none
 * @property {number} low  a quarter is below
 * @property {number} high  a quarter is above
 * @property {number} reached  how many reach the goal or the threshold
 * @property {readonly [number, number]} interval  of the share that does, 95%
 * @property {number} diverged
 */

/** At least this share of the starts of a reliable cell reaches the goal. */
export const RELIABLE = 0.8;

/** Whether a start reaches what counts. @param {Start} start @param {Criterion} criterion */
export function reaches(start, { isGoal, threshold }) {
  if (isGoal) return typeof start.reached === "number";
  const loss = rankedLoss(start);
  return loss < Infinity && loss <= threshold;
}

/** How many cells there are. @param {readonly Axis[]} axes */
export const cellCount = (axes) => axes.reduce((product, { values }) => product * values.length, 1);

/** The cell with these values. @param {readonly Axis[]} axes @param {readonly number[]} places  of the values in their axes */
export const cellAt = (axes, places) => axes.reduce((index, { values }, axis) => index * values.length + places[axis], 0);

/**
 * @param {Starts} sweep
 * @param {Criterion} criterion
 * @returns {Cell[]} in their order
 */
export function cellsOf({ axes, count, starts }, criterion) {
  /** @type {Start[][]} */
  const groups = Array.from({ length: cellCount(axes) }, () => []);
  for (const start of starts) groups[Math.floor(start.index / count)]?.push(start);
  return groups.map((group, index) => cellOf(index, placesOf(axes, index), group.sort((one, other) => one.index - other.index), criterion));
}

/** @param {number} index @param {number[]} places @param {readonly Start[]} starts @param {Criterion} criterion @returns {Cell} */
function cellOf(index, places, starts, criterion) {
  const values = starts.map(criterion.measure.of).sort((one, other) => one - other);
  const reached = starts.filter((start) => reaches(start, criterion)).length;
  const count = starts.length;
  const at = (/** @type {number} */ share) => (count > 0 ? quantile(values, share) : Infinity);
  return {
    index, places, starts, count, median: at(0.5), low: at(0.25), high: at(0.75),
    reached, interval: count > 0 ? wilson(reached, count) : [0, 1], diverged: starts.filter(({ diverged }) => diverged !== null).length,
  };
}

/**
 * The loss that counts where neither a goal nor one's own run says what is good: the lowest that four of five starts of a
 * cell get down to.
 * @param {readonly Cell[]} cells @param {Measure} measure
 */
export function usualThreshold(cells, measure) {
  const some = cells.filter(({ count }) => count > 0);
  const losses = some.map(({ starts }) => quantile(starts.map(measure.of).sort((one, other) => one - other), RELIABLE));
  const lowest = Math.min(...losses);
  return roundedUp(lowest < Infinity ? lowest : Math.min(...some.map(({ median }) => median)));
}

/** Whether at least four of five starts reach what counts. @param {Cell} cell */
export const isReliable = ({ count, reached }) => count > 0 && reached >= RELIABLE * count;

/** The cells from the lowest median to the highest; those without any start are left out. @param {readonly Cell[]} cells @returns {Cell[]} */
export function rankedCells(cells) {
  const differ = (/** @type {number} */ one, /** @type {number} */ other) => (one === other ? 0 : one - other);
  return cells.filter(({ count }) => count > 0)
    .sort((one, other) => differ(one.median, other.median) || differ(one.high, other.high) || one.index - other.index);
}

/**
 * The cell that is the present experiment.
 * @param {readonly Axis[]} axes @param {Record<string, any>} config
 * @returns {number | null} its index; null: none is
 */
export function presentCell(axes, config) {
  const places = axes.map(({ field, values }) => values.findIndex((value) => String(value) === String(config[field])));
  return places.includes(-1) ? null : cellAt(axes, places);
}
