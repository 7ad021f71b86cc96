/** What the page says about a sweep. Pure. */

import { valueText } from "../compare/variants.js";
import { formatCount, formatPercent } from "../lib/format.js";
import { accuracyText, lossText, tickText } from "../luck/texts.js";

/**
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../luck/starts.js").Axis} Axis
 * @typedef {import("../luck/starts.js").Starts} Starts
 * @typedef {import("./cells.js").Cell} Cell
 * @typedef {import("./cells.js").Criterion} Criterion
 * @typedef {import("./pairs.js").Comparison} Comparison
 */
/** The fields of the config by name. @typedef {ReadonlyMap<string, Field>} Fields */

/** A dash after which no line ends. */
const JOINED_DASH = "\u2060–\u2060";

/** @param {Fields} fields @param {Axis} axis */
export const axisLabel = (fields, { field }) => fields.get(field)?.label ?? field;

/** A value of an axis. @param {Fields} fields @param {Axis} axis @param {number} place */
export function placeText(fields, { field, values, texts }, place) {
  const known = fields.get(field);
  // commas are between the settings of a cell
  return known ? valueText(known, values[place]).replaceAll(", ", " + ") : texts[place];
}

/** The settings of a cell: "Learning rate 0.1, Activation ReLU". @param {Fields} fields @param {readonly Axis[]} axes @param {readonly number[]} places */
export const cellName = (fields, axes, places) => axes.map((axis, index) => `${axisLabel(fields, axis)} ${placeText(fields, axis, places[index])}`).join(", ");

/** A label in the middle of a sentence: "learning rate", but "ReLU". @param {string} label */
export const lowered = (label) => (/^[A-Z][a-z]+\b/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label);

/** The settings of a cell in the middle of a sentence: "learning rate 0.1, activation ReLU". @param {Fields} fields @param {readonly Axis[]} axes @param {readonly number[]} places */
export const cellWords = (fields, axes, places) => axes.map((axis, index) => `${lowered(axisLabel(fields, axis))} ${placeText(fields, axis, places[index])}`).join(", ");

/** An interval of a share: "51–70%". @param {readonly [number, number]} interval */
export const intervalText = ([low, high]) => `${formatPercent(low, 0).replace("%", "")}${JOINED_DASH}${formatPercent(high, 0)}`;

/** What is measured, as a number. @param {import("../luck/statistics.js").Measure} measure @param {number} value  finite */
export const measuredText = (measure, value) => (measure.name === "loss" ? lossText(value) : formatCount(Math.round(value)));

/** The same, and a word for what has none. @param {import("../luck/statistics.js").Measure} measure @param {number} value */
export const numberText = (measure, value) => (value === Infinity ? measure.lane : measuredText(measure, value));

/** The same on a scale, as a round number with all of its digits. @param {import("../luck/statistics.js").Measure} measure @param {number} value */
export const scaleText = (measure, value) => (measure.name === "loss" ? tickText(value) : formatCount(value));

/** The name of what is measured. @param {import("../luck/statistics.js").Measure} measure @param {string} kind  of loss */
export const measureLabel = (measure, kind) => (measure.name === "loss" ? kind : "epochs to the goal");

/** How the starts of a cell end: "median test loss 0.012, middle half from 0.008 to 0.02". @param {Cell} cell @param {Criterion} criterion @param {string} kind */
export function medianText({ count, median, low, high }, { measure }, kind) {
  if (count === 0) return "no start is finished yet";
  const failed = measure.name === "loss" ? "diverged" : "not reached";
  const shown = (/** @type {number} */ value) => (value === Infinity ? failed : measuredText(measure, value));
  if (count === 1 && median < Infinity) return `${measureLabel(measure, kind)} ${shown(median)}`;
  if (low === Infinity) return measure.name === "loss" ? "most starts diverged" : "most starts do not reach the goal";
  return `median ${measureLabel(measure, kind)} ${shown(median)}, middle half from ${shown(low)} to ${shown(high)}`;
}

/** How many starts reach what counts: "9 of 10 starts reach the goal (95% interval 60–98%)". @param {Cell} cell @param {Criterion} criterion @param {string} kind */
export function reachText({ count, reached, interval }, { isGoal, threshold }, kind) {
  const isOne = reached === 1;
  const ends = !isGoal && threshold === Infinity;
  const verb = ends ? `${isOne ? "ends" : "end"} without diverging` : `${isOne ? "reaches" : "reach"} ${isGoal ? "the goal" : `a ${kind} of ${lossText(threshold)} or less`}`;
  return `${formatCount(reached)} of ${formatCount(count)} ${count === 1 ? "start" : "starts"} ${verb} (95% interval ${intervalText(interval)})`;
}

/** A cell in a sentence. @param {string} name @param {Cell} cell @param {Criterion} criterion @param {string} kind  of loss */
export function cellText(name, cell, criterion, kind) {
  if (cell.count === 0) return `${name}: no start is finished yet.`;
  const diverged = cell.diverged > 0 ? `; ${formatCount(cell.diverged)} diverged` : "";
  const accuracy = accuracyText(cell.starts);
  return `${name}: ${accuracy && `${accuracy}; `}${medianText(cell, criterion, kind)}; ${reachText(cell, criterion, kind)}${diverged}.`;
}

/** Settings on which the initial weights of a seed depend. */
const SHAPING = new Set(["hidden_layer_sizes", "maxout_pieces", "initializer", "initializer_scale"]);

/** What is the same in the pairs of two cells. @param {Fields} fields @param {readonly string[]} names  of the settings in which the cells differ */
export function sameText(fields, names) {
  if (names.some((name) => fields.get(name)?.group === "data")) return "with the same seeds";
  return names.some((name) => SHAPING.has(name)) ? "with the same data and weight seed" : "with the same data and initial weights";
}

/** Why neither of two starts is better, and why one of them is. @type {Record<import("../luck/statistics.js").Measure["name"], {both: string, one: string}>} */
const FAILED = {
  loss: { both: "both diverged", one: "only one of the two diverged, which counts as worse" },
  epoch: { both: "neither reaches the goal", one: "only one of the two reaches the goal, which counts as better" },
};

/**
 * Two cells compared: "A beats B in 83 of 100 pairs with the same data and initial weights (95% interval 74–89%)."
 * @param {Comparison | null} comparison @param {import("../luck/statistics.js").Measure} measure @param {string} same  what is the same in each pair
 */
export function pairsText(comparison, measure, same) {
  if (comparison === null) return "No start is finished in both of them yet.";
  const { count, wins, losses, ties, bothFailed, oneFailed, interval } = comparison;
  const pair = (/** @type {number} */ amount) => `${formatCount(amount)} ${amount === 1 ? "pair" : "pairs"}`;
  const why = bothFailed === 0 ? "" : bothFailed === ties ? `, because ${FAILED[measure.name].both}` : `, ${formatCount(bothFailed)} of them because ${FAILED[measure.name].both}`;
  return [
    `A beats B${measure.name === "loss" ? "" : " to the goal"} in ${formatCount(wins)} of ${pair(count)} ${same} (95% interval ${intervalText(interval)}).`,
    `B beats A in ${formatCount(losses)}.`,
    ...(ties === 0 ? [] : [`${pair(ties)} ${ties === 1 ? "is a tie" : "are ties"}${why}.`]),
    ...(oneFailed === 0 ? [] : [`In ${pair(oneFailed)}, ${FAILED[measure.name].one}.`]),
  ].join(" ");
}

/** What is said of the best cell: all before its name, which is followed by a period; or a whole sentence, if none is good. @param {Cell} cell  with the lowest median @param {Criterion} criterion @param {string} kind  of loss */
export function bestText({ median }, { measure }, kind) {
  if (median === Infinity) return measure.name === "loss" ? "With all of these settings, most starts diverge." : "With none of these settings do half of the starts reach the goal.";
  return `${measure.name === "loss" ? `Lowest median ${kind}` : "Fewest epochs to the goal (median)"}: ${measuredText(measure, median)}, with `;
}
