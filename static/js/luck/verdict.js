/** What counts in many starts, and what they say by it: reaching the goal, or a loss at the end. Pure. */

import { goalLoss } from "./own.js";
import { BY_EPOCH, BY_LOSS, epochSummaryOf, goalSummaryOf, rankedLoss, summaryOf, thresholdOf, typicalEpoch } from "./statistics.js";
import { kindOfLoss } from "./texts.js";

/**
 * @typedef {import("../core/types.js").Goal} Goal
 * @typedef {import("./starts.js").Starts} Starts
 * @typedef {import("./statistics.js").Losses} Losses
 */
/**
 * One's own run: its losses at the last epoch of the starts, and the epoch in which it reached the goal (infinite: it did
 * not). Each is null while it is not known.
 * @typedef {{losses: Losses | null, reached: number | null}} Mine
 */
/**
 * @typedef {object} Verdict
 * @property {import("./statistics.js").Measure} measure  by which starts are ranked
 * @property {"test loss" | "training loss"} kind
 * @property {boolean} isGoal  whether starts count that reach the goal, in any epoch; else those that end with `threshold` or less
 * @property {number} threshold  a loss; infinite: none
 * @property {"goal" | "own" | "lowest" | "typed"} source  of the threshold
 * @property {import("./statistics.js").Summary} summary
 * @property {number | null} typical  the median epoch in which starts reach the goal, of those that do
 * @property {number | null} own  what one's own run has by this measure
 */

/** By what the starts are ranked. @param {Pick<Starts, "untilGoal">} starts */
export const measureOf = ({ untilGoal }) => (untilGoal ? BY_EPOCH : BY_LOSS);

/** Whether two lists of goals ask for the same. @param {readonly Goal[]} some @param {readonly Goal[]} others */
const isSameGoal = (some, others) => some.length === others.length && some.every(({ label }, index) => label === others[index].label);

/** Whether it is known which starts reached the goal. @param {Pick<Starts, "goals" | "starts">} starts */
const knowsGoal = ({ goals, starts }) => goals.length > 0 && starts.every(({ reached }) => reached !== undefined);

/**
 * @param {Starts} result  with at least one start
 * @param {Mine} mine
 * @param {number | null} typed  the loss that shall count
 * @param {readonly Goal[]} goals  those of now, which may have been set after the starts were trained
 * @returns {Verdict}
 */
export function verdictOf(result, { losses, reached }, typed, goals) {
  const { starts, untilGoal } = result;
  const kind = kindOfLoss(starts);
  const usual = thresholdOf(kind === "test loss" ? goalLoss(goals) : null, losses, starts);
  const isGoal = knowsGoal(result) && (untilGoal || (typed === null && isSameGoal(result.goals, goals)));
  const ownLoss = losses && rankedLoss(losses);
  const common = { measure: measureOf(result), kind, isGoal, typical: isGoal ? typicalEpoch(starts) : null };
  if (isGoal) {
    const threshold = usual.source === "goal" ? usual.value : Infinity;
    if (untilGoal) return { ...common, threshold, source: "goal", summary: epochSummaryOf(starts, reached), own: reached };
    return { ...common, threshold, source: "goal", summary: goalSummaryOf(starts, losses), own: ownLoss };
  }
  const { value: threshold, source } = typed === null ? usual : { value: typed, source: /** @type {const} */ ("typed") };
  return { ...common, threshold, source, summary: summaryOf(starts, losses, threshold), own: ownLoss };
}
