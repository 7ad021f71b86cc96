/** One's own run beside many starts: its losses at the epoch that they were trained to. Pure. */

import { firstFrom } from "../chart/series.js";

/** @typedef {import("./statistics.js").Losses} Losses */

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
 * The test loss that the goals ask for: the lowest of several.
 * @param {readonly import("../core/types.js").Goal[]} goals
 * @returns {number | null}
 */
export function goalLoss(goals) {
  const losses = goals.flatMap(({ conditions }) => conditions).filter(({ measure, bound }) => measure === "test_loss" && bound === "at_most");
  return losses.length > 0 ? Math.min(...losses.map(({ value }) => value)) : null;
}
