/** The grid of a class's experiment: what is typed, how many runs that is, and what its cells are called. Pure. */

import { formatCount, formatInput, formatLoss, formatPercent } from "../lib/format.js";
import { readNumber, readWholes } from "../lib/numbers.js";

/**
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../classroom/types.js").Cell} Cell
 */

/** The most runs of an experiment. */
export const MOST_RUNS = 400;

/** Settings that are usually varied, first. */
const USUAL = ["learning_rate", "hidden_layer_sizes", "activation", "regularization_rate", "batch_size", "optimizer", "noise"];
const KINDS = new Set(["number", "integer", "choice", "flag", "integers"]);
/** Counters, which are no settings. */
const NOT_OFFERED = new Set(["weight_offset"]);

/** The settings that a grid can have, the usual ones first. @param {readonly Field[]} fields */
export function gridFields(fields) {
  const rank = (/** @type {Field} */ { name }) => (USUAL.includes(name) ? USUAL.indexOf(name) : USUAL.length);
  return fields.filter(({ kind, name }) => KINDS.has(kind) && !NOT_OFFERED.has(name)).sort((a, b) => rank(a) - rank(b));
}

/** Text cut into values: at semicolons or, without any, at blanks and the commas before them. @param {string} text */
function cut(text) {
  const parts = text.includes(";") ? text.split(";") : text.includes(".") ? text.split(/[\s,]+/) : text.split(/,?\s+/);
  return parts.map((part) => part.trim()).filter(Boolean);
}

/**
 * What was typed as the values of a setting.
 * @param {Pick<Field, "kind" | "label" | "low" | "high">} field  a number, or sizes of layers @param {string} text
 * @returns {{values: (number | number[])[], fault: string | null}}
 */
export function readValues({ kind, label, low, high }, text) {
  const range = { low: low ?? -Infinity, high: high ?? Infinity, whole: kind === "integer" };
  /** @type {(number | number[])[]} */
  const values = [];
  for (const part of kind === "integers" ? text.split(";").map((each) => each.trim()).filter(Boolean) : cut(text)) {
    const reading = kind === "integers" ? readLayers(part) : readNumber(part, range);
    if (reading.kind === "refused") return { values: [], fault: `${label}: ${reading.reason}` };
    if (reading.kind !== "empty") values.push(reading.value);
  }
  const unique = values.filter((value, index) => values.findIndex((other) => String(other) === String(value)) === index);
  return { values: unique, fault: unique.length === 0 ? `${label}: enter at least one value` : null };
}

/** Sizes of layers, such as "4, 2" or "4 + 2". @param {string} text @returns {{kind: "number", value: number[]} | {kind: "refused", reason: string} | {kind: "empty"}} */
function readLayers(text) {
  const wholes = readWholes(text.replaceAll("+", ","));
  return Array.isArray(wholes) ? { kind: "number", value: wholes } : { kind: "refused", reason: `“${text}” is not a list of layer sizes, such as 4, 2` };
}

/** A value as text. @param {Pick<Field, "kind" | "choices"> | undefined} field @param {unknown} value */
export function valueText(field, value) {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(" + ");
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return formatInput(value);
  return field?.choices?.find((choice) => choice.value === value)?.label ?? String(value);
}

/** @param {number} count @param {number} students  here */
export function runsText(count, students) {
  if (count < 2) return "Enter at least two runs.";
  if (count > MOST_RUNS) return `${formatCount(count)} runs are too many: at most ${MOST_RUNS}.`;
  const runs = `${formatCount(count)} runs for ${formatCount(students)} ${students === 1 ? "student" : "students"}`;
  if (students === 0) return `${formatCount(count)} runs, all trained by the server.`;
  if (count > students) return `${runs}: one each, and the server trains the other ${formatCount(count - students)}.`;
  return count === students ? `${runs}: one each.` : `${runs}: only ${formatCount(count)} of them train one.`;
}

/**
 * Rows and columns of an experiment; one setting makes a single row.
 * @param {Record<string, any[]>} grid
 * @returns {{rowField: string | null, columnField: string, rows: any[], columns: any[]} | null} null: starts
 */
export function axesOf(grid) {
  const fields = Object.keys(grid);
  if (fields.length === 0) return null;
  const columnField = fields[fields.length - 1];
  const rowField = fields.length > 1 ? fields[0] : null;
  return { rowField, columnField, rows: rowField === null ? [null] : grid[rowField], columns: grid[columnField] };
}

/** What a cell is, without its result: "Start 17", "Learning rate 0.1, Activation Tanh". @param {Pick<Cell, "index" | "values">} cell @param {ReadonlyMap<string, Field>} fields */
export function cellName({ index, values }, fields) {
  const parts = Object.entries(values).map(([name, value]) => `${fields.get(name)?.label ?? name} ${valueText(fields.get(name), value)}`);
  return parts.length === 0 ? `Start ${index + 1}` : parts.join(", ");
}

/** A cell in words. @param {Cell} cell @param {string} name @param {string | null} trainer  the student's name; null: the server */
export function cellText({ result, share, seat }, name, trainer) {
  const by = seat === null ? "" : ` · trained by ${trainer ?? "a student"}`;
  if (!result) return `${name} · ${share > 0 ? `${formatPercent(share, 0)} trained` : "not started"}${by}`;
  if (result.diverged !== null) return `${name} · diverged in epoch ${formatCount(result.diverged)}${by}`;
  const accuracy = result.test_accuracy ?? result.train_accuracy;
  return [
    name,
    result.test_loss === null ? `training loss ${formatLoss(result.train_loss)}` : `test loss ${formatLoss(result.test_loss)}`,
    ...(accuracy === null ? [] : [`${formatPercent(accuracy)} correct`]),
  ].join(" · ") + by;
}

/** The loss that a cell is colored by; null: it has none. @param {Pick<Cell, "result">} cell */
export const lossOfCell = ({ result }) => (!result || result.diverged !== null ? null : result.test_loss ?? result.train_loss);

/**
 * Which run a student has, as a sentence on the student's page: "You have start 17 of 100."
 * @param {{cells: ReadonlyMap<number, Cell>, total: number, epochs: number, canceled: boolean} | null} experiment
 * @param {number | null} seat  the student's
 * @param {readonly Field[]} fields  of the schema
 * @returns {string} empty: none
 */
export function dealtText(experiment, seat, fields) {
  if (!experiment || seat === null) return "";
  const own = [...experiment.cells.values()].filter((cell) => cell.seat === seat);
  const cell = own.find(({ result }) => result === null) ?? own.at(-1);
  if (!cell) return "";
  const isStart = Object.keys(cell.values).length === 0;
  const what = isStart ? `start ${cell.index + 1} of ${formatCount(experiment.total)}` : cellName(cell, new Map(fields.map((field) => [field.name, field])));
  if (cell.result) return `You had ${what}: ${cellText({ ...cell, seat: null }, "", null).replace(/^ · /, "")}.`;
  return experiment.canceled ? "" : `You have ${what}. It trains for ${formatCount(experiment.epochs)} epochs.`;
}

/** How far an experiment is. @param {{cells: ReadonlyMap<number, Cell>, total: number, canceled: boolean}} experiment */
export function doneText({ cells, total, canceled }) {
  const done = [...cells.values()].filter(({ result }) => result !== null).length;
  return `${formatCount(done)} of ${formatCount(total)} runs done${canceled && done < total ? ", then canceled" : ""}`;
}
