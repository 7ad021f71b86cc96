/** What the page says about many starts. Pure. */

import { formatCount, formatLoss, formatPercent, formatPower, formatWait } from "../lib/format.js";
import { NEAR_LOWEST, quantile } from "./statistics.js";

/**
 * @typedef {import("./starts.js").Starts} Starts
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("./statistics.js").Summary} Summary
 * @typedef {import("./verdict.js").Verdict} Verdict
 */

/** What differs, as the subject of a sentence. @type {Record<import("./starts.js").Vary, string>} */
const VARYING = { weights: "initial weights", data: "data", both: "initial weights and data" };

/** A dash after which no line ends. */
const JOINED_DASH = "\u2060–\u2060";

/** A loss in few digits: "0.05", "0.0048". @param {number} loss */
export const lossText = (loss) => (loss >= 0.0005 && loss < 10000 ? String(Number(loss.toPrecision(3))) : formatLoss(loss));

/** A round number on the scale of losses, with all of its digits: "0.05", "3·10⁻⁵", "10⁻⁴". @param {number} value */
export function tickText(value) {
  if (value === 0 || (value >= 0.0005 && value < 10000)) return String(value);
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const factor = Number((value / 10 ** exponent).toPrecision(3));
  return factor === 1 ? formatPower(exponent) : `${factor}·${formatPower(exponent)}`;
}

/** @param {number} share */
const percent = (share) => formatPercent(share, 0);

/** @param {number} count @param {string} one @param {string} [many] */
const counted = (count, one, many = `${one}s`) => `${formatCount(count)} ${count === 1 ? one : many}`;

/** The loss that is counted. @param {readonly Pick<Start, "test_loss">[]} starts @returns {"test loss" | "training loss"} */
export const kindOfLoss = (starts) => (starts.some(({ test_loss: loss }) => loss !== null) ? "test loss" : "training loss");

/** A share with its interval: "61% (95% interval 51–70%)". @param {Summary} summary */
const shareText = ({ count, reached, interval: [low, high] }) =>
  `${percent(reached / count)} (95% interval ${percent(low).replace("%", "")}${JOINED_DASH}${percent(high)})`;

/** "61 of 100 starts reach" @param {Summary} summary @param {boolean} isRunning */
const countText = ({ count, reached }, isRunning) =>
  `${isRunning ? "So far, " : ""}${formatCount(reached)} of ${counted(count, "start")} ${reached === 1 ? "reaches" : "reach"}`;

/**
 * The sentence with the interval: "61 of 100 starts reach a test loss of 0.05 or less: 61% (95% interval 51–70%)."
 * @param {Summary} summary @param {string} kind  of loss @param {number} threshold @param {boolean} isRunning
 */
export function reachedText(summary, kind, threshold, isRunning) {
  if (threshold === Infinity) return `${isRunning ? "So far, none" : "None"} of ${counted(summary.count, "start")} ends with a finite ${kind}.`;
  return `${countText(summary, isRunning)} a ${kind} of ${lossText(threshold)} or less: ${shareText(summary)}.`;
}

/**
 * The same of the goal: "61 of 100 starts reach the goal within 500 epochs: 61% (95% interval 51–70%), typically in epoch 143."
 * @param {Summary} summary @param {number | null} typical  epoch @param {number} epochs @param {boolean} isRunning
 */
export function goalText(summary, typical, epochs, isRunning) {
  const when = typical === null || summary.reached < 2 ? "" : `, typically in epoch ${formatCount(typical)}`;
  return `${countText(summary, isRunning)} the goal within ${counted(epochs, "epoch")}: ${shareText(summary)}${when}.`;
}

/**
 * Where one's own run stands.
 * @param {Pick<Verdict, "measure" | "summary" | "own">} verdict @param {number} epochs @param {boolean} canCatchUp  it may still get as far
 */
export function ownText({ measure, summary: { count, better }, own }, epochs, canCatchUp) {
  if (better === null || own === null) return canCatchUp ? `Train yours for ${counted(epochs, "epoch")} to see where it ranks.` : "";
  const some = better === count ? (count === 1 ? "it" : "all of them") : `${better === 0 ? "none" : formatCount(better)} of them`;
  if (measure.name === "loss") return `Your run is better than ${some}.`;
  return own === Infinity ? "Your run has not reached it." : `Your run reached it in epoch ${formatCount(own)}, before ${some}.`;
}

/** How far apart the losses at the end are. @param {Summary} summary @param {string} kind  of loss */
export function spreadText({ count, without: diverged, lowest, low, median, high, highest }, kind) {
  if (diverged === count) return count === 1 ? "It diverged." : "All of them diverged.";
  if (lowest === highest && count > 1) return `All of them end with the same ${kind}, ${lossText(lowest)}: what varies here makes no difference.`;
  if (median === Infinity) return `${formatCount(diverged)} of ${counted(count, "start")} diverged. The lowest of the others is ${lossText(lowest)}.`;
  const shown = (/** @type {number} */ loss) => (loss === Infinity ? "diverged" : lossText(loss));
  const last = diverged > 0 ? ` ${counted(diverged, "start")} diverged.` : "";
  return `Median ${shown(median)}, middle half from ${shown(low)} to ${shown(high)}, lowest ${shown(lowest)}.${last}`;
}

/**
 * How many pictures starts read right, in numbers that can be compared with those of others: "median accuracy 95.2%, from
 * 94.1% to 96%"; empty where the examples are no pictures.
 * @param {readonly Pick<Start, "answers" | "test_accuracy" | "diverged">[]} starts
 */
export function accuracyText(starts) {
  const known = starts.flatMap(({ answers, test_accuracy: accuracy, diverged }) => (answers && accuracy !== null && diverged === null ? [accuracy] : [])).sort((a, b) => a - b);
  if (known.length === 0) return "";
  if (known.length === 1) return `accuracy ${formatPercent(known[0])}`;
  return `median accuracy ${formatPercent(quantile(known, 0.5))}, from ${formatPercent(known[0])} to ${formatPercent(known[known.length - 1])}`;
}

/** How far apart the epochs are in which starts reach the goal. @param {Summary} summary @param {number} diverged  how many of them */
export function epochsText({ count, reached, without, lowest, low, median, high }, diverged) {
  const last = diverged > 0 ? ` ${counted(diverged, "start")} diverged.` : "";
  if (reached === 0) return `None of them has reached it.${last}`;
  const epoch = (/** @type {number} */ value) => formatCount(Math.round(value));
  const those = without === 0 ? "" : `Of the ${formatCount(reached)} that reach it: `;
  const half = `edian epoch ${epoch(median)}, middle half from ${epoch(low)} to ${epoch(high)}, fastest ${epoch(lowest)}.`;
  return `${those}${reached < count ? "m" : "M"}${half}${last}`;
}

/** Why this threshold, or what counts in its place. @param {Pick<Verdict, "isGoal" | "source" | "kind">} verdict @param {Pick<Starts, "epochs" | "goals">} starts */
export function thresholdText({ isGoal, source, kind }, { epochs, goals }) {
  if (isGoal) return `Your goal counts: ${goalWords(goals)}, in any epoch.`;
  return {
    goal: "That is your goal.",
    own: `That is your run’s ${kind} at epoch ${formatCount(epochs)}, rounded up.`,
    lowest: `That is ${NEAR_LOWEST} times the lowest loss. Set a goal, or train your own run as long, to compare with that.`,
    typed: "",
  }[source];
}

/** What the goals ask for. @param {readonly import("../core/types.js").Goal[]} goals  at least one */
function goalWords(goals) {
  const [{ label }] = goals;
  return goals.length > 1 ? `all ${goals.length} goals` : `${label.charAt(0).toLowerCase()}${label.slice(1)}`;
}

/** How far the training is. @param {Starts} starts */
export function progressText({ starts, total, secondsLeft }) {
  const left = secondsLeft === null ? "" : `, about ${formatWait(secondsLeft)} left`;
  return `${formatCount(starts.length)} of ${formatCount(total)}${left}`;
}

/**
 * What there is to know about the results; empty: nothing.
 * @param {Starts} starts @param {boolean} isPresent  whether they are of the present experiment
 * @param {boolean} [isSweep]  they are those of a sweep, which are shown elsewhere
 */
export function noteText({ ended, starts, total, notice = null }, isPresent, isSweep = false) {
  if (isSweep) return "The last starts were those of a sweep. The tab Sweep shows them.";
  const after = `after ${formatCount(starts.length)} of ${formatCount(total)} starts`;
  const why = {
    done: "", canceled: `Canceled ${after}. `, changed: `Stopped ${after}, because the settings changed. `,
    disconnected: `Stopped ${after}, because the connection was lost. `, failed: `Stopped ${after}${notice === null ? ", because of an internal server error" : ""}. `,
  }[ended ?? "done"];
  const old = isPresent || starts.length === 0 ? "" : "These results are of your earlier settings.";
  return `${why}${notice === null ? "" : `${notice} `}${old}`.trim();
}

/** What differs between the starts, and how long each was trained. @param {Starts} starts */
export const variedText = ({ vary, epochs, untilGoal }) =>
  `All starts, ${untilGoal ? "fastest" : "best"} first: other ${VARYING[vary]}, ${untilGoal ? "at most " : ""}${counted(epochs, "epoch")} each`;

/**
 * What is known of a start, one fact after the other.
 * @param {Pick<Start, "test_loss" | "train_loss" | "test_accuracy" | "train_accuracy" | "diverged" | "stopped"> & {reached?: number | null}} start
 * @returns {string[]}
 */
export function factsOf({ test_loss: test, train_loss: train, test_accuracy: tested, train_accuracy: trained, diverged, stopped, reached = null }) {
  const accuracy = tested ?? trained;
  return [
    ...(diverged === null ? [] : [`diverged in epoch ${formatCount(diverged)}`]),
    ...(test === null ? [] : [`test loss ${formatLoss(test)}`]),
    `training loss ${formatLoss(train)}`,
    ...(accuracy === null ? [] : [`${formatPercent(accuracy)} correct`]),
    ...(stopped === null ? [] : [`stopped early in epoch ${formatCount(stopped)}`]),
    ...(reached === null ? [] : [`goal reached in epoch ${formatCount(reached)}`]),
  ];
}

/** "rank 5 of 100"; empty for a start that diverged. @param {Pick<Start, "diverged">} start @param {number} rank  from 1; 0: unknown @param {number} total */
export const rankText = ({ diverged }, rank, total) => (rank > 0 && diverged === null ? `rank ${formatCount(rank)} of ${formatCount(total)}` : "");

/** A start in words. @param {Start} start @param {number} rank  from 1; 0: unknown @param {number} total */
export function startText(start, rank, total) {
  return [`Start ${start.index + 1}`, ...factsOf(start), rankText(start, rank, total)].filter(Boolean).join(" · ");
}

/** What a point of the agreement map is the share of. */
export const SHARES_OF = { values: "Starts that say positive", classes: "Starts that say blue" };

/** What the colors of the agreement map say. @param {number} classes  0 in regression @param {boolean} isCurve @param {number} count */
export function agreedText(classes, isCurve, count) {
  const all = formatCount(count);
  if (isCurve) return `The curves of ${counted(count, "start")}, one over the other.`;
  if (classes > 2) return `The color shows which class most of the ${all} starts choose. Where it fades, more of them choose another class.`;
  const [orange, blue] = classes === 0 ? ["negative (orange)", "positive (blue)"] : ["orange", "blue"];
  return `Full color: all ${all} starts say ${orange}, or all say ${blue}, so the data decide. Where the color fades, they disagree, so luck decides.`;
}

/** The strip in words. @param {Summary} summary @param {string} kind @param {number | null} own  loss */
export function stripLabel(summary, kind, own) {
  const { lowest, highest } = summary;
  const range = lowest === Infinity ? "" : ` from ${lossText(lowest)}${highest === Infinity ? "" : ` to ${lossText(highest)}`}`;
  return `A dot for each of ${counted(summary.count, "start")}, by ${kind}${range}. ${own === null ? "" : `Your run: ${own === Infinity ? "diverged" : lossText(own)}.`}`.trim();
}

/** The strip in words, where it shows epochs. @param {Summary} summary @param {number | null} own  epoch */
export function epochStripLabel({ count, without, lowest, highest }, own) {
  const range = lowest === Infinity ? "" : ` from ${formatCount(lowest)} to ${formatCount(highest)}`;
  const never = without > 0 ? ` ${formatCount(without)} never reach it.` : "";
  const mine = own === null ? "" : ` Your run: ${own === Infinity ? "not reached" : `epoch ${formatCount(own)}`}.`;
  return `A dot for each of ${counted(count, "start")}, by the epoch in which it reached the goal${range}.${never}${mine}`;
}

/**
 * The fan of loss curves in words: "Test loss by epoch, of 100 starts. At epoch 0 the median is 0.52; at epoch 500 it is 0.04,
 * the middle half is from 0.02 to 0.2, and nine in ten are from 0.01 to 0.4."
 * @param {import("./curves.js").Fan} fan @param {string} kind  of loss @param {number | null} own  the last loss of one's own run
 */
export function fanLabel({ epochs, at, count, diverged }, kind, own) {
  const last = epochs.length - 1;
  const shown = (/** @type {number} */ loss) => (loss === Infinity ? "infinity" : lossText(loss));
  return [
    `${kind.charAt(0).toUpperCase()}${kind.slice(1)} by epoch, of ${counted(count, "start")}.`,
    `At epoch 0 the median is ${shown(at[50][0])}; at epoch ${formatCount(epochs[last])} it is ${shown(at[50][last])},`,
    `the middle half is from ${shown(at[25][last])} to ${shown(at[75][last])}, and nine in ten are from ${shown(at[5][last])} to ${shown(at[95][last])}.`,
    ...(diverged > 0 ? [`${counted(diverged, "start")} diverged.`] : []),
    ...(own === null ? [] : [`Your run: ${lossText(own)}.`]),
  ].join(" ");
}

/** The curve of a start in words. @param {Pick<Start, "index" | "losses">} start @param {import("./curves.js").Fan} fan */
export function curveText({ index, losses }, { at }) {
  const known = [...losses ?? []].filter(Number.isFinite);
  return `The losses of start ${index + 1}, from ${lossText(known[0])} to ${lossText(known[known.length - 1])}, over those of all starts, with the median from ${lossText(at[50][0])}.`;
}

/** How ended starts count in the fan; empty: none has ended before the others. @param {number} diverged  how many @param {boolean} ended  whether some did so early, or at the goal */
export function fanNote(diverged, ended) {
  return [
    ...(diverged > 0 ? [`${counted(diverged, "start")} diverged and ${diverged === 1 ? "counts" : "count"} as infinite from then on.`] : []),
    ...(ended ? ["A start that ended before the others keeps its last loss."] : []),
  ].join(" ");
}

/** The title of the fan: "Test loss by epoch, logarithmic". @param {string} kind  of loss @param {boolean} isLog */
export const fanTitle = (kind, isLog) => `${kind.charAt(0).toUpperCase()}${kind.slice(1)} by epoch${isLog ? ", logarithmic" : ""}`;

/**
 * What training costs: "about 3 s", from the measured seconds.
 * @param {{epoch_seconds: number, start_seconds: number} | null} cost @param {number} count @param {number} epochs
 * @param {boolean} [untilGoal]
 */
export function costText(cost, count, epochs, untilGoal = false) {
  if (cost === null) return "measuring how long it takes…";
  return `takes ${untilGoal ? "at most " : ""}about ${formatWait(count * (cost.start_seconds + epochs * cost.epoch_seconds))}`;
}
