/** The columns of the table of runs, and what a row shows. Pure. */

import { formatCount, formatLoss, formatPercent } from "../lib/format.js";
import { nameOf } from "./run.js";

/** @typedef {import("./run.js").RecordedRun} Run */

/** Where a run comes from. @param {Run} run */
const originText = ({ origin }) => (origin ? `branched from run ${origin.number} at epoch ${formatCount(origin.epoch)}` : "");

/** The seeds of data and weights. @param {Run} run  @returns {string[]} */
const seedsOf = ({ config: { seed, weight_seed: weights, weight_offset: offset } }) => [seed, `${weights || seed}${offset > 0 ? ` + ${offset}` : ""}`];

/** @param {string[]} seeds  of data and weights */
const seedText = ([data, weights]) => (data === weights ? data : `data ${data}, weights ${weights}`);

/** A duration in at most two units: "12 min 3 s". @param {number} seconds */
export function formatDuration(seconds) {
  if (seconds < 60) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)}\u202fs`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}\u202fmin ${Math.floor(seconds % 60)}\u202fs`;
  return `${Math.floor(minutes / 60)}\u202fh ${minutes % 60}\u202fmin`;
}

/** What a run changes, and where it comes from. @param {Run} run */
const changesText = (run) => [originText(run), ...run.changes].filter(Boolean).join(", ") || (run.number === 1 ? "baseline" : "same settings");

/** @param {Run} run */
const accuracyOf = ({ testAccuracy, trainAccuracy }) => testAccuracy ?? trainAccuracy;

/** Medals from the best to none. */
const MEDALS = ["gold", "silver", "bronze", "own"];
/** @param {Run} run */
const medalOf = ({ goals }) => Math.min(MEDALS.length, ...goals.map(({ medal }) => MEDALS.indexOf(medal)).filter((index) => index >= 0));
const MEDAL_NAMES = ["Gold", "Silver", "Bronze", "Goal"];

/** The best goal that was reached. @param {Run} run */
function bestGoalText(run) {
  const medal = medalOf(run);
  const best = run.goals.find((goal) => goal.medal === MEDALS[medal]);
  return best ? `${MEDAL_NAMES[medal]} at epoch ${formatCount(best.reached)}` : "";
}

/** @param {Run} run */
const goalsText = ({ goals }) => goals.map(({ label, reached }) => `${label} at epoch ${reached}`).join("; ");

/**
 * A column of the table.
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {(run: Run) => string | number | null} key  to sort by; null comes last
 * @property {(run: Run) => string} text
 * @property {boolean} [isNumber]
 * @property {(run: Run) => string | number | null} [exact]  the number itself, or all that the text is short for
 */

/** @type {Column[]} */
export const COLUMNS = [
  { name: "name", label: "Run", key: ({ number }) => number, text: nameOf },
  { name: "changes", label: "Changed", key: ({ changes }) => changes.join(", "), text: changesText },
  { name: "seeds", label: "Seeds", key: (run) => seedsOf(run).join(" "), text: (run) => seedText(seedsOf(run)) },
  { name: "epochs", label: "Epochs", key: ({ epoch }) => epoch, text: ({ epoch }) => formatCount(epoch), isNumber: true, exact: ({ epoch }) => epoch },
  { name: "test", label: "Test loss", key: ({ testLoss }) => testLoss, text: ({ testLoss }) => formatLoss(testLoss), isNumber: true, exact: ({ testLoss }) => testLoss },
  { name: "train", label: "Training loss", key: ({ trainLoss }) => trainLoss, text: ({ trainLoss }) => formatLoss(trainLoss), isNumber: true, exact: ({ trainLoss }) => trainLoss },
  { name: "accuracy", label: "Accuracy", key: accuracyOf, text: (run) => formatPercent(accuracyOf(run)), isNumber: true, exact: accuracyOf },
  { name: "goal", label: "Goal", key: (run) => (run.goals.length > 0 ? medalOf(run) : null), text: bestGoalText, exact: goalsText },
  { name: "duration", label: "Time", key: ({ duration }) => duration, text: ({ duration }) => formatDuration(duration), isNumber: true, exact: ({ duration }) => Number(duration.toFixed(2)) },
];

/** @typedef {{column: string, isDown: boolean}} Order */

/**
 * Runs in their order: starred first; missing values last in either direction.
 * @param {readonly Run[]} runs @param {Order} order
 * @returns {Run[]}
 */
export function sorted(runs, { column, isDown }) {
  const key = COLUMNS.find(({ name }) => name === column)?.key ?? COLUMNS[0].key;
  return runs.toSorted((a, b) => {
    const [one, other] = [key(a), key(b)];
    if (a.starred !== b.starred) return a.starred ? -1 : 1;
    if (one === null || other === null) return Number(one === null) - Number(other === null) || b.number - a.number;
    const difference = typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "en", { numeric: true });
    return (isDown ? -difference : difference) || b.number - a.number;
  });
}

/**
 * The order after a click on a column: the same column turns it around; counts and accuracies begin with the largest.
 * @param {Order} order @param {Pick<Column, "name" | "isNumber">} column
 * @returns {Order}
 */
export function orderAfter(order, { name }) {
  const isDown = order.column === name ? !order.isDown : LARGEST_FIRST.has(name);
  return { column: name, isDown };
}

/** Columns whose largest value comes first. */
const LARGEST_FIRST = new Set(["name", "epochs", "accuracy"]);

/**
 * The texts of a row.
 * @param {Run} run
 * @returns {{curve: string, star: string, name: string, placeholder: string, restore: string, called: string, cells: {text: string, title: string}[]}}
 *   labels of its controls, what Restore restores, and the cells after the first column; an empty title is none
 */
export function rowTexts(run) {
  const called = nameOf(run);
  return {
    called,
    curve: `Curves of ${called} in the chart`,
    star: `Star ${called} to keep it`,
    name: `Name of run ${run.number}`,
    placeholder: `Run ${run.number}`,
    restore: run.checkpoint ? "Restores settings, seeds and weights" : "Restores settings and seeds; there was no room for the weights",
    cells: COLUMNS.slice(1).map(({ text, exact = text, isNumber }) => ({ text: text(run), title: isNumber ? "" : String(exact(run)) })),
  };
}

/** What is announced after a run was restored. @param {Run} run */
export function restoredText(run) {
  return `${nameOf(run)} was restored${run.checkpoint ? ` at epoch ${run.checkpoint.epoch}` : ": its settings and seeds"}.`;
}

/** What is announced after runs were deleted. @param {readonly Run[]} runs */
export const deletedText = (runs) => (runs.length === 1 ? `${nameOf(runs[0])} was deleted.` : `${runs.length} runs were deleted.`);
