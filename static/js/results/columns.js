/** The table of results: its columns, their order, and the leaderboard. Pure. */

import { formatCount, formatLoss, formatPercent } from "../lib/format.js";

/** @typedef {import("../classroom/types.js").Result} Result */

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {boolean} [isNumber]
 * @property {(result: Result) => string | number | null} key  to sort by, and in the CSV file; null comes last
 * @property {(result: Result) => string} text
 */
/** @typedef {{column: string, isDown: boolean}} Order */

const MEDALS = ["gold", "silver", "bronze", "own"];

/** The epoch of the first goal that was reached; null: none. @param {Pick<Result, "reached">} result */
export const reachedIn = ({ reached }) => (Object.keys(reached).length === 0 ? null : Math.min(...Object.values(reached)));

/** Goals with their epochs: "gold at epoch 340, silver at epoch 120". @param {Pick<Result, "reached">} result */
function goalsText({ reached }) {
  const rank = (/** @type {string} */ name) => (MEDALS.includes(name) ? MEDALS.indexOf(name) : -1);
  const goals = Object.entries(reached).sort(([a], [b]) => rank(a) - rank(b));
  return goals.map(([name, epoch]) => `${name === "own" ? "" : `${name} at `}epoch ${formatCount(epoch)}`).join(", ");
}

/** Hidden neurons. @param {Pick<Result, "layers">} result */
export const neuronsOf = ({ layers }) => layers.slice(1, -1).reduce((sum, size) => sum + size, 0);

/** @param {Result} result */
const accuracyOf = ({ test_accuracy: test, train_accuracy: train }) => test ?? train;

/** Settings that have a column of their own. @type {[string, string][]} */
const CHOSEN = [["activation", "Activation"], ["learning_rate", "Learning rate"]];

/** @type {Column[]} */
export const COLUMNS = [
  { name: "name", label: "Name", key: ({ name }) => name, text: ({ name }) => name },
  { name: "epoch", label: "Epoch", isNumber: true, key: ({ epoch }) => epoch, text: ({ epoch }) => formatCount(epoch) },
  { name: "test", label: "Test loss", isNumber: true, key: ({ test_loss: loss }) => loss, text: ({ test_loss: loss }) => formatLoss(loss) },
  { name: "train", label: "Training loss", isNumber: true, key: ({ train_loss: loss }) => loss, text: ({ train_loss: loss }) => formatLoss(loss) },
  { name: "accuracy", label: "Accuracy", isNumber: true, key: accuracyOf, text: (result) => formatPercent(accuracyOf(result)) },
  { name: "goal", label: "Goals", key: reachedIn, text: goalsText },
  { name: "neurons", label: "Neurons", isNumber: true, key: neuronsOf, text: (result) => formatCount(neuronsOf(result)) },
  { name: "parameters", label: "Parameters", isNumber: true, key: ({ parameters }) => parameters, text: ({ parameters }) => formatCount(parameters) },
  { name: "layers", label: "Layers", key: ({ layers }) => layers.join("–"), text: ({ layers }) => layers.join("–") },
  ...CHOSEN.map(([name, label]) => ({ name, label, key: (/** @type {Result} */ { chosen }) => chosen[name] ?? null, text: (/** @type {Result} */ { chosen }) => chosen[name] ?? "" })),
];

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * Results in order; those that are equal by name.
 * @param {readonly Result[]} results @param {Order} order
 * @returns {Result[]}
 */
export function sortedResults(results, { column, isDown }) {
  const key = (COLUMNS.find(({ name }) => name === column) ?? COLUMNS[0]).key;
  return [...results].sort((a, b) => {
    const [first, second] = [key(a), key(b)];
    const byName = collator.compare(a.name, b.name) || a.seat - b.seat;
    if (first === null || second === null) return first === second ? byName : first === null ? 1 : -1;
    const difference = typeof first === "number" && typeof second === "number" ? first - second : collator.compare(String(first), String(second));
    return (isDown ? -difference : difference) || byName;
  });
}

/** The order after a click on the head of a column. @param {Order} order @param {string} column @returns {Order} */
export const orderAfter = ({ column: before, isDown }, column) => ({ column, isDown: before === column && !isDown });

/**
 * Who has reached the goal with the smallest network; those with equally many share a rank.
 * @param {readonly Result[]} results @param {"neurons" | "parameters"} by @param {number} [most]
 * @returns {{rank: number, value: number, result: Result}[]}
 */
export function leaders(results, by, most = 10) {
  const value = by === "neurons" ? neuronsOf : (/** @type {Result} */ { parameters }) => parameters;
  const those = results.filter((result) => reachedIn(result) !== null).map((result) => ({ result, value: value(result) }));
  those.sort((a, b) => a.value - b.value || collator.compare(a.result.name, b.result.name));
  return those.map((each) => ({ ...each, rank: 1 + those.filter(({ value: other }) => other < each.value).length })).filter(({ rank }) => rank <= most);
}
