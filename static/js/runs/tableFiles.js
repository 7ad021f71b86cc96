/** The table of runs as text files. Pure. */

import { COLUMNS } from "./columns.js";

/** @typedef {import("./run.js").RecordedRun} Run */

/** A text that no spreadsheet takes for a formula: those that begin like one get an apostrophe. @param {string} text */
export const withoutFormula = (text) => (/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text);

/** @param {string | number | null} value */
function csvCell(value) {
  if (typeof value === "number" || value === null) return value === null ? "" : String(value);
  const text = withoutFormula(value);
  return /[",\r\n;\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table as a CSV file, with the exact numbers. @param {readonly Run[]} runs */
export function toCsv(runs) {
  const rows = runs.map((run) => [...COLUMNS.map(({ exact, text }) => (exact ? exact(run) : text(run))), new Date(run.started).toISOString(), run.link]);
  return [[...COLUMNS.map(({ label }) => label), "Started", "Link"], ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

/** @param {string} text */
const markdownCell = (text) => text.replaceAll("\u202f", " ").replace(/\s+/g, " ").replace(/[\\|`*_<>[\]#~!]/g, "\\$&").trim();

/** The table as Markdown, with the numbers as they are shown. @param {readonly Run[]} runs */
export function toMarkdown(runs) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [
    line(COLUMNS.map(({ label }) => label)),
    line(COLUMNS.map(({ isNumber }) => (isNumber ? "---:" : "---"))),
    ...runs.map((run) => line(COLUMNS.map(({ text }) => markdownCell(text(run))))),
  ].join("\n") + "\n";
}
