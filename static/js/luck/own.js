/** One's own run beside many starts: its losses up to the epoch that they were trained to, and when it reached the goal. */

import { decimate, firstFrom } from "../chart/series.js";
import { kindOfLoss } from "./texts.js";

/** @typedef {import("./statistics.js").Losses} Losses */
/** Losses by epoch. @typedef {{x: readonly number[], y: readonly number[]}} Curve */
/** @typedef {import("./verdict.js").Mine & {curve: Curve}} Own */
/** @type {Own} */
const UNKNOWN = { losses: null, reached: null, curve: { x: [], y: [] } };

/** @param {number} loss  NaN: missing */
const known = (loss) => (Number.isFinite(loss) ? loss : null);

/**
 * @param {number} epoch
 * @param {import("../core/types.js").Frame | null} frame  on the screen
 * @param {Pick<import("../chart/series.js").Series, "epochs" | "train" | "test">} series  the losses of the run
 * @param {Pick<import("../core/types.js").Status, "diverged">} status
 * @returns {Losses | null} null: the run has no loss at this epoch
 */
export function ownLossesAt(epoch, frame, series, { diverged }) {
  // the frame has all digits
  if (frame?.epoch === epoch) return { test_loss: frame.test_loss, train_loss: frame.train_loss, diverged };
  if (diverged && diverged.epoch <= epoch) return { test_loss: null, train_loss: null, diverged };
  const at = firstFrom(series.epochs, epoch);
  return series.epochs[at] === epoch ? { test_loss: known(series.test[at]), train_loss: known(series.train[at]) } : null;
}

/**
 * The epoch in which one's own run reached all of its goals.
 * @param {number} epochs  up to which that counts
 * @param {readonly import("../core/types.js").Goal[]} goals @param {number} epoch  how far it is trained
 * @returns {number | null} infinite: it has not reached them; null: it may still do
 */
export function ownReached(epochs, goals, epoch) {
  const last = Math.max(...goals.map(({ reached }) => reached ?? Infinity));
  if (goals.length > 0 && last <= epochs) return last;
  return epoch >= epochs ? Infinity : null;
}

/** Points of the curve of one's own run. */
const MOST_POINTS = 300;

/**
 * The loss curve of one's own run.
 * @param {number} epochs  up to which @param {"test loss" | "training loss"} kind
 * @param {Pick<import("../chart/series.js").Series, "epochs" | "train" | "test">} series
 * @returns {Curve}
 */
export function ownCurve(epochs, kind, series) {
  const end = firstFrom(series.epochs, epochs + 1);
  const curve = decimate(series.epochs.slice(0, end), (kind === "test loss" ? series.test : series.train).slice(0, end), MOST_POINTS);
  // a point alone is no curve
  return curve.x.length > 1 ? curve : UNKNOWN.curve;
}

/**
 * The test loss that the goals ask for: the lowest of several.
 * @param {readonly import("../core/types.js").Goal[]} goals
 * @returns {number | null}
 */
export function goalLoss(goals) {
  const losses = goals.flatMap(({ conditions }) => conditions).filter(({ measure, bound }) => measure === "test_loss" && bound === "at_most");
  return losses.length > 0 ? Math.min(...losses.map(({ value }) => value)) : null;
}

/**
 * Keeps one's own run for the starts that were asked for in it, also when another run is opened after it.
 * @param {import("../chart/series.js").Series} series  the losses of the present run
 */
export function createOwnRun(series) {
  let own = UNKNOWN;
  let key = "";
  /** How far its curve goes, in points of the starts' curves. */
  let point = -1;

  return {
    /**
     * @param {import("./starts.js").Starts} starts @param {number | null} cell  of a sweep
     * @param {import("../core/types.js").Frame | null} frame
     * @param {Pick<import("../core/actions.js").PageState, "goals" | "status">} state
     * @param {boolean} isOwn  whether the present run is the one that they were asked for in
     * @returns {Own} the same object for as long as nothing has changed
     */
    of(starts, cell, frame, { goals, status }, isOwn) {
      const { id, epochs, every } = starts;
      if (`${id} ${cell}` !== key) {
        key = `${id} ${cell}`;
        own = UNKNOWN;
        point = -1;
      }
      if (!isOwn || !frame || frame.past || starts.starts.length === 0) return own;
      const losses = own.losses ?? ownLossesAt(epochs, frame, series, status);
      const reached = own.reached ?? ownReached(epochs, goals, frame.epoch);
      const next = Math.floor(Math.min(frame.epoch, epochs) / every);
      if (losses === own.losses && reached === own.reached && next <= point) return own;
      point = Math.max(point, next);
      own = { losses, reached, curve: ownCurve(epochs, kindOfLoss(starts.starts), series) };
      return own;
    },
  };
}
