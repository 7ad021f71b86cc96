/** The results as a CSV file, made in the browser. Pure. */

import { withoutFormula } from "../runs/tableFiles.js";
import { COLUMNS } from "./columns.js";

/** @typedef {import("../classroom/types.js").Result} Result */

/** A cell: numbers as they are, texts always quoted, and none that a spreadsheet runs. @param {string | number | null} value */
export function csvCell(value) {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return `"${withoutFormula(value).replaceAll('"', '""')}"`;
}

/** Settings that some student has, with no column of their own. @param {readonly Result[]} results */
function otherFields(results) {
  const own = new Set(COLUMNS.map(({ name }) => name));
  return [...new Set(results.flatMap(({ chosen }) => Object.keys(chosen)))].filter((name) => !own.has(name));
}

/** Names of all goals that somebody has reached. @param {readonly Result[]} results */
const goalsIn = (results) => [...new Set(results.flatMap(({ reached }) => Object.keys(reached)))];

/**
 * @param {readonly Result[]} results  in their order
 * @param {(field: string) => string} labelOf  a setting's label
 * @returns {string}
 */
export function toCsv(results, labelOf) {
  const columns = COLUMNS.filter(({ name }) => name !== "goal");
  const [goals, others] = [goalsIn(results), otherFields(results)];
  const head = [...columns.map(({ label }) => label), ...goals.map((name) => `Epoch of ${name === "own" ? "goal" : name}`), ...others.map(labelOf), "Link"];
  const rows = results.map((result) => [
    ...columns.map(({ key }) => key(result)), ...goals.map((name) => result.reached[name] ?? null), ...others.map((name) => result.chosen[name] ?? null), result.link,
  ]);
  return `${[head, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}
