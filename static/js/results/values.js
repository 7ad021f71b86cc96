/** What is typed into the form of an experiment: the values of its settings, and how many runs that is. Pure. */

import { formatCount } from "../lib/format.js";
import { readNumber, readWholes } from "../lib/numbers.js";

/** @typedef {import("../core/types.js").Field} Field */

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

/** @param {number} count @param {number} students  here */
export function runsText(count, students) {
  if (count < 2) return "Enter at least two runs.";
  if (count > MOST_RUNS) return `${formatCount(count)} runs are too many: at most ${MOST_RUNS}.`;
  const runs = `${formatCount(count)} runs for ${formatCount(students)} ${students === 1 ? "student" : "students"}`;
  if (students === 0) return `${formatCount(count)} runs, all trained by the server.`;
  if (count > students) return `${runs}: one each, and the server trains the other ${formatCount(count - students)}.`;
  return count === students ? `${runs}: one each.` : `${runs}: only ${formatCount(count)} of them train one.`;
}
