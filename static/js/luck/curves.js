/** The fan of loss curves: between which losses how many starts are in each epoch. Pure. */

import { quantile, rankedLoss } from "./statistics.js";

/** @typedef {Pick<import("./starts.js").Start, "losses" | "test_loss" | "train_loss" | "diverged">} Trained */
/**
 * @typedef {object} Fan
 * @property {readonly number[]} epochs  of the points
 * @property {Record<Share, number[]>} at  the losses that these percentages of the starts are at or below; infinite from where that many diverged
 * @property {number} lowest  of all losses
 * @property {number} count  how many starts it is of
 * @property {number} diverged  how many of them
 */
/** @typedef {5 | 25 | 50 | 75 | 95} Share */

/** Percentages: two bands around the median. @type {readonly Share[]} */
export const SHARES = [5, 25, 50, 75, 95];

/** Of the starts that are drawn again and again while others come. @type {WeakMap<Trained, number[]>} */
const curves = new WeakMap();

/**
 * The losses of a start at every point, also after it has ended: a start that diverged is infinitely bad from then on, and
 * one that stopped, early or at its goal, keeps what it ended with. Leaving them out would show only the survivors.
 * @param {Trained} start
 * @returns {number[]} empty: it has none
 */
export function curveOf(start) {
  const known = curves.get(start);
  if (known) return known;
  const end = rankedLoss(start);
  const curve = Array.from(start.losses ?? [], (loss) => (Number.isNaN(loss) ? end : loss));
  curves.set(start, curve);
  return curve;
}

/**
 * @param {readonly Trained[]} starts
 * @param {(point: number) => number} epochOf
 * @returns {Fan | null} null: their losses are not known
 */
export function fanOf(starts, epochOf) {
  const all = starts.map(curveOf).filter(({ length }) => length > 1);
  if (all.length === 0) return null;
  /** @type {Fan["at"]} */
  const at = { 5: [], 25: [], 50: [], 75: [], 95: [] };
  let lowest = Infinity;
  const points = all[0].length;
  for (let point = 0; point < points; point++) {
    const sorted = Float64Array.from(all, (curve) => curve[point]).sort();
    for (const share of SHARES) at[share].push(quantile(sorted, share / 100));
    lowest = Math.min(lowest, sorted[0]);
  }
  return { epochs: Array.from({ length: points }, (_, point) => epochOf(point)), at, lowest, count: all.length, diverged: starts.filter(({ diverged }) => diverged !== null).length };
}

/**
 * The losses that the axis has to show: those of nine starts in ten, the lowest of all, and those of one's own run.
 * @param {Fan} fan @param {readonly number[]} own
 * @returns {number[]} finite
 */
export const shownLosses = ({ at, lowest }, own) => [...at[5], ...at[95], lowest, ...own].filter(Number.isFinite);
