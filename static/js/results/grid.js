/** The cells of a class's experiment: what they are called, and what has come of them. Pure. */

import { formatCount, formatInput, formatLoss, formatPercent } from "../lib/format.js";

/**
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../classroom/types.js").Cell} Cell
 */

/** A value as text. @param {Pick<Field, "kind" | "choices"> | undefined} field @param {unknown} value */
export function valueText(field, value) {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(" + ");
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return formatInput(value);
  return field?.choices?.find((choice) => choice.value === value)?.label ?? String(value);
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
