/** What the page says about many starts. Pure. */

import { formatCount, formatLoss, formatPercent, formatWait } from "../lib/format.js";
import { NEAR_LOWEST } from "./statistics.js";

/**
 * @typedef {import("./starts.js").Starts} Starts
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("./statistics.js").Summary} Summary
 */

/** What differs, as the subject of a sentence. @type {Record<import("./starts.js").Vary, string>} */
const VARYING = { weights: "initial weights", data: "data", both: "initial weights and data" };

/** A dash after which no line ends. */
const JOINED_DASH = "\u2060–\u2060";

/** A loss in few digits: "0.05", "0.0048". @param {number} loss */
export const lossText = (loss) => (loss >= 0.0005 && loss < 10000 ? String(Number(loss.toPrecision(3))) : formatLoss(loss));

/** A round number on the scale of losses, with all of its digits. @param {number} value */
export const tickText = (value) => (value === 0 || (value >= 0.0005 && value < 10000) ? String(value) : formatLoss(value));

/** @param {number} share */
const percent = (share) => formatPercent(share, 0);

/** @param {number} count @param {string} one @param {string} [many] */
const counted = (count, one, many = `${one}s`) => `${formatCount(count)} ${count === 1 ? one : many}`;

/** The loss that is counted. @param {readonly Pick<Start, "test_loss">[]} starts */
export const kindOfLoss = (starts) => (starts.some(({ test_loss: loss }) => loss !== null) ? "test loss" : "training loss");

/**
 * The sentence with the interval: "61 of 100 starts reach a test loss of 0.05 or less: 61% (95% interval 51–70%)."
 * @param {Summary} summary @param {string} kind  of loss @param {number} threshold @param {boolean} isRunning
 */
export function reachedText({ count, reached, interval: [low, high] }, kind, threshold, isRunning) {
  const starts = `${isRunning ? "So far, " : ""}${formatCount(reached)} of ${counted(count, "start")} ${reached === 1 ? "reaches" : "reach"} a ${kind} of ${lossText(threshold)} or less`;
  return `${starts}: ${percent(reached / count)} (95% interval ${percent(low).replace("%", "")}${JOINED_DASH}${percent(high)}).`;
}

/** Where one's own run stands. @param {Summary} summary @param {number} epochs @param {boolean} canCatchUp  it may still get as far */
export function ownText({ count, better }, epochs, canCatchUp) {
  if (better === null) return canCatchUp ? `Train yours for ${counted(epochs, "epoch")} to see where it ranks.` : "";
  if (better === count) return `Yours is better than ${count === 1 ? "it" : "all of them"}.`;
  return `Yours is better than ${better === 0 ? "none" : formatCount(better)} of them.`;
}

/** How far apart the results are. @param {Summary} summary @param {string} kind  of loss */
export function spreadText({ count, diverged, lowest, low, median, high, highest }, kind) {
  if (diverged === count) return count === 1 ? "It diverged." : "All of them diverged.";
  if (lowest === highest && count > 1) return `All of them end with the same ${kind}, ${lossText(lowest)}: what varies here makes no difference.`;
  const shown = (/** @type {number} */ loss) => (loss === Infinity ? "diverged" : lossText(loss));
  const last = diverged > 0 ? ` ${counted(diverged, "start")} diverged.` : "";
  return `Median ${shown(median)}, middle half from ${shown(low)} to ${shown(high)}, lowest ${shown(lowest)}.${last}`;
}

/** Why this threshold. @param {"goal" | "own" | "lowest" | "typed"} source @param {string} kind  of loss @param {number} epochs */
export function thresholdText(source, kind, epochs) {
  return {
    goal: "That is your goal.",
    own: `That is your run’s ${kind} at epoch ${formatCount(epochs)}, rounded up.`,
    lowest: `That is ${NEAR_LOWEST} times the lowest loss. Set a goal, or train your own run as long, to compare with that.`,
    typed: "",
  }[source];
}

/** How far the training is. @param {Starts} starts */
export function progressText({ starts, total, secondsLeft }) {
  const left = secondsLeft === null ? "" : `, about ${formatWait(secondsLeft)} left`;
  return `${formatCount(starts.length)} of ${formatCount(total)}${left}`;
}

/**
 * What there is to know about the results; empty: nothing.
 * @param {Starts} starts @param {boolean} isPresent  whether they are of the present experiment
 */
export function noteText({ ended, starts, total }, isPresent) {
  const after = `after ${formatCount(starts.length)} of ${formatCount(total)} starts`;
  const why = {
    done: "", canceled: `Canceled ${after}. `, changed: `Stopped ${after}, because the settings changed. `,
    disconnected: `Stopped ${after}, because the connection was lost. `, failed: `Stopped ${after}, because of an internal server error. `,
  }[ended ?? "done"];
  const old = isPresent || starts.length === 0 ? "" : "These results are of your earlier settings.";
  return `${why}${old}`.trim();
}

/** What differs between the starts, and how long each was trained. @param {Starts} starts */
export const variedText = ({ vary, epochs }) => `All starts, best first: other ${VARYING[vary]}, ${counted(epochs, "epoch")} each`;

/** A start in words. @param {Start} start @param {number} rank  from 1; 0: unknown @param {number} total */
export function startText({ index, test_loss: test, train_loss: train, test_accuracy: tested, train_accuracy: trained, diverged, stopped }, rank, total) {
  const accuracy = tested ?? trained;
  return [
    `Start ${index + 1}`,
    ...(diverged === null ? [] : [`diverged in epoch ${formatCount(diverged)}`]),
    ...(test === null ? [] : [`test loss ${formatLoss(test)}`]),
    `training loss ${formatLoss(train)}`,
    ...(accuracy === null ? [] : [`${formatPercent(accuracy)} correct`]),
    ...(stopped === null ? [] : [`stopped early in epoch ${formatCount(stopped)}`]),
    ...(rank > 0 && diverged === null ? [`rank ${rank} of ${total}`] : []),
  ].join(" · ");
}

/** The strip in words. @param {Summary} summary @param {string} kind @param {number | null} own  loss */
export function stripLabel(summary, kind, own) {
  const { lowest, highest } = summary;
  const range = lowest === Infinity ? "" : ` from ${lossText(lowest)}${highest === Infinity ? "" : ` to ${lossText(highest)}`}`;
  return `A dot for each of ${counted(summary.count, "start")}, by ${kind}${range}. ${own === null ? "" : `Your run: ${own === Infinity ? "diverged" : lossText(own)}.`}`.trim();
}

/**
 * What training costs: "about 3 s", from the measured seconds.
 * @param {{epoch_seconds: number, start_seconds: number} | null} cost @param {number} count @param {number} epochs
 */
export function costText(cost, count, epochs) {
  if (cost === null) return "measuring how long it takes…";
  return `takes about ${formatWait(count * (cost.start_seconds + epochs * cost.epoch_seconds))}`;
}
