/** The numbers that change while training, as texts. Pure. */

import { formatEpoch, formatLearningRate, formatLoss, formatPercent, formatRate, formatWait } from "../lib/format.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** Between two announcements while the network trains, in ms: a screen reader needs a while for a sentence. */
const ANNOUNCE_EVERY = 15_000;

/** @param {number | null | undefined} accuracy */
const correct = (accuracy) => (typeof accuracy === "number" ? `${formatPercent(accuracy)} correct` : "");

/** Whether there are validation examples. @param {Pick<Frame, "validation_loss">} frame */
export const hasValidation = ({ validation_loss: loss }) => typeof loss === "number";

/**
 * @param {Frame} frame @param {boolean} isPlaying
 * @returns {{epoch: string, rate: string, losses: Record<"train" | "test" | "validation", string>, accuracies: Record<"train" | "test" | "validation", string>}}
 *   rate: epochs per second, or how long a run-until will take
 */
export function readoutsOf(frame, isPlaying) {
  const left = frame.progress?.seconds_left ?? null;
  return {
    epoch: formatEpoch(frame.epoch),
    rate: !isPlaying ? "" : left === null ? `${formatRate(frame.epochs_per_second)}/s` : `${formatWait(left)} left`,
    losses: { train: formatLoss(frame.train_loss), test: formatLoss(frame.test_loss), validation: formatLoss(frame.validation_loss) },
    accuracies: { train: correct(frame.train_accuracy), test: correct(frame.test_accuracy), validation: correct(frame.validation_accuracy) },
  };
}

/** The present learning rate; null without a schedule. @param {Pick<Frame, "learning_rate">} frame @param {string | undefined} schedule */
export function learningRateText({ learning_rate: rate }, schedule = "constant") {
  return schedule === "constant" || rate === undefined ? null : `now ${formatLearningRate(rate)}`;
}

/** What was announced last. @typedef {{at: number, epoch: number}} Announced  at: in ms */

/**
 * Whether to announce the numbers: at once when training starts, stops or is stepped, otherwise now and then.
 * @param {Frame} frame @param {{isPlaying: boolean, hasTurned: boolean, now: number}} situation  hasTurned: it has just started or stopped
 * @param {Announced} announced
 */
export function isToAnnounce(frame, { isPlaying, hasTurned, now }, announced) {
  const isDue = isPlaying ? now - announced.at > ANNOUNCE_EVERY : frame.epoch !== announced.epoch;
  // on the timeline the slider speaks
  return (hasTurned || isDue) && !frame.past;
}

/** @param {Frame} frame @param {boolean} isPlaying @param {boolean} hasTurned */
export function announcementOf(frame, isPlaying, hasTurned) {
  const turn = hasTurned ? (isPlaying ? "Playing. " : "Paused. ") : "";
  const validation = hasValidation(frame) ? `, validation loss ${formatLoss(frame.validation_loss)}` : "";
  const test = frame.test_loss === null ? "" : `, test loss ${formatLoss(frame.test_loss)}`;
  return `${turn}Epoch ${frame.epoch}, training loss ${formatLoss(frame.train_loss)}${validation}${test}.`;
}
