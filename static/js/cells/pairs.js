/** Two cells compared, pair by pair: start k has the same seeds in every cell. Pure. */

import { wilson } from "../luck/statistics.js";

/** @typedef {import("../luck/statistics.js").Measure} Measure */
/** What start k has in A and in B; infinite: it diverged, or has not reached the goal. @typedef {readonly [number, number]} Pair */
/**
 * @typedef {object} Comparison
 * @property {number} count  pairs
 * @property {number} wins  pairs in which A is better
 * @property {number} losses  pairs in which B is better
 * @property {number} ties
 * @property {number} bothFailed  ties in which neither has a finite value: both diverged, or neither reaches the goal
 * @property {number} oneFailed  pairs in which only one has, and so is better
 * @property {readonly [number, number]} interval  of the share of wins, 95%
 */

/**
 * The starts that are finished in both cells.
 * @param {import("./cells.js").Cell} a @param {import("./cells.js").Cell} b
 * @param {number} starts  of each cell of the sweep @param {Measure} measure
 * @returns {Pair[]}
 */
export function pairsOf(a, b, starts, measure) {
  const others = new Map(b.starts.map((start) => [start.index % starts, start]));
  return a.starts.flatMap((start) => {
    const other = others.get(start.index % starts);
    return other ? [/** @type {Pair} */ ([measure.of(start), measure.of(other)])] : [];
  });
}

/** @param {readonly Pair[]} pairs @returns {Comparison | null} null: there are no pairs */
export function comparisonOf(pairs) {
  if (pairs.length === 0) return null;
  const amount = (/** @type {(a: number, b: number) => boolean} */ holds) => pairs.filter(([a, b]) => holds(a, b)).length;
  const wins = amount((a, b) => a < b);
  return {
    count: pairs.length, wins, losses: amount((a, b) => a > b), ties: amount((a, b) => a === b),
    bothFailed: amount((a, b) => a === Infinity && b === Infinity), oneFailed: amount((a, b) => (a === Infinity) !== (b === Infinity)),
    interval: wilson(wins, pairs.length),
  };
}
