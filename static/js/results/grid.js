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

/** What has come of a run. @param {NonNullable<Cell["result"]>} result */
function outcomeText({ diverged, train_loss: train, test_loss: test, train_accuracy: trained, test_accuracy: tested }) {
  if (diverged !== null) return `diverged in epoch ${formatCount(diverged)}`;
  const accuracy = tested ?? trained;
  const loss = test === null ? `training loss ${formatLoss(train)}` : `test loss ${formatLoss(test)}`;
  return accuracy === null ? loss : `${loss} · ${formatPercent(accuracy)} correct`;
}

/** A cell in words. @param {Cell} cell @param {string} name @param {string | null} trainer  the student's name; null: nobody knows it */
export function cellText({ result, share, seat }, name, trainer) {
  const by = seat === null ? "" : ` · trained by ${trainer ?? "a student"}`;
  const state = result ? outcomeText(result) : share > 0 ? `${formatPercent(share, 0)} trained` : "not started";
  return `${name} · ${state}${by}`;
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
  const { index, result, values } = cell;
  const isStart = Object.keys(values).length === 0;
  const name = isStart ? `start ${index + 1} of ${formatCount(experiment.total)}` : cellName(cell, new Map(fields.map((field) => [field.name, field])));
  if (result) {
    const what = outcomeText(result);
    return isStart ? `You had ${name}: ${what}.` : `Your run: ${name} · ${what}.`;
  }
  return experiment.canceled ? "" : `${isStart ? "You have" : "Your run:"} ${name}. It trains for ${formatCount(experiment.epochs)} epochs.`;
}

/** How far an experiment is. @param {{cells: ReadonlyMap<number, Cell>, total: number, canceled: boolean}} experiment */
export function doneText({ cells, total, canceled }) {
  const done = [...cells.values()].filter(({ result }) => result !== null).length;
  return `${formatCount(done)} of ${formatCount(total)} runs done${canceled && done < total ? ", then canceled" : ""}`;
}
