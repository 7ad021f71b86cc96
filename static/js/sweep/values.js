/** The values that an axis of a sweep takes: as they are chosen in the form, and as links write them. Pure. */

import { valueText } from "../compare/variants.js";
import { isEqual } from "../core/store.js";
import { readNumber } from "../lib/numbers.js";

/**
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../core/types.js").Config} Config
 */
/** A value of a field; in lists for layers, null leaves a layer to what all layers share. @typedef {string | number | boolean | (string | number | null)[]} Value */
/** How the values of an axis are chosen; what is typed is kept as text.
 * @typedef {{kind: "ticked", values: Value[]} | {kind: "range", from: string, to: string, count: string, isLog: boolean} | {kind: "list", text: string}} Choice */
/** Values that were chosen, and their text in a link; or why there are none.
 * @typedef {{values: Value[], text: string, fault: string | null}} Chosen */

/** The most values of an axis. */
export const MOST_VALUES = 100;
/** Significant digits of the values between the ends of a range. */
const DIGITS = { linear: 6, logarithmic: 3 };
/** A list that is proposed has about this length. */
const PROPOSED = 8;
/** From this ratio of its ends on, a range is proposed to be logarithmic. */
const LOGARITHMIC_FROM = 50;
/** Choices up to this number are all proposed; of more, only the first ones. */
const ALL_CHOICES = 6;
const FIRST_CHOICES = 4;
const RANGE = /^(.+?)\.\.(.+?):(\d+)(l?)$/;
const OWN = new Set(["own", "reg-own"]);

/** What is proposed where the usual rule would not do. @type {Record<string, Choice>} */
const USUAL = {
  learning_rate: { kind: "range", from: "0.001", to: "3", count: "8", isLog: true },
  hidden_layer_sizes: { kind: "list", text: "1; 2; 4; 8" },
  batch_size: { kind: "list", text: "1, 3, 10, 30" },
};

/** Fields with a list for the hidden layers. */
const LISTS = new Set(["integers", "names", "numbers"]);

/** @param {Field} field */
export const isNumeric = ({ kind }) => kind === "number" || kind === "integer";

/** The values that can be ticked; null: they are typed. @param {Field} field @param {boolean} hasOwn  whether there are examples of the user's own @returns {Value[] | null} */
export function tickable({ kind, choices }, hasOwn) {
  if (kind === "flag") return [false, true];
  return kind === "choice" ? (choices ?? []).map(({ value }) => value).filter((value) => hasOwn || !OWN.has(value)) : null;
}

/** A value as links write it. @param {Value | null} value @returns {string} */
export function linkText(value) {
  if (Array.isArray(value)) return value.map(linkText).join(",");
  return value === null ? "" : String(value);
}

/** A value as it is typed into a list. @param {Field} field @param {Value} value */
function typedText(field, value) {
  if (!Array.isArray(value)) return linkText(value);
  return value.length === 0 ? "none" : value.map((part) => (part === null || part === "" ? "" : valueText(field, part))).join(", ");
}

/** Values as a list to be typed: where values are lists themselves, a semicolon is between them. @param {Field} field @param {readonly Value[]} values */
const listText = (field, values) => values.map((value) => typedText(field, value)).join(LISTS.has(field.kind) ? "; " : ", ");

/**
 * The values that are proposed when a setting is chosen.
 * @param {Field} field @param {Value} present  in the experiment @param {boolean} hasOwn
 * @returns {Choice}
 */
export function proposedChoice(field, present, hasOwn) {
  if (Object.hasOwn(USUAL, field.name)) return USUAL[field.name];
  const ticks = tickable(field, hasOwn);
  if (ticks) {
    const first = ticks.length <= ALL_CHOICES ? ticks : ticks.slice(0, FIRST_CHOICES);
    return { kind: "ticked", values: ticks.filter((value) => first.includes(value) || value === present) };
  }
  const offered = /** @type {Value[]} */ (field.offered ?? []);
  const step = Math.max(1, Math.ceil(offered.length / PROPOSED));
  const some = offered.filter((_, index) => index % step === 0);
  return { kind: "list", text: listText(field, LISTS.has(field.kind) || some.length === 0 ? [present] : some) };
}

/** A range over what a field offers. @param {Field} field @returns {Choice} */
export function proposedRange(field) {
  if (USUAL[field.name]?.kind === "range") return USUAL[field.name];
  const offered = (field.offered ?? []).map(Number);
  const ends = offered.length > 1 ? offered : [field.low ?? 0, field.high ?? 1];
  const to = Math.max(...ends);
  const positive = ends.filter((value) => value > 0);
  const isLog = to / Math.min(...positive) >= LOGARITHMIC_FROM;
  const from = isLog ? Math.min(...positive) : Math.min(...ends);
  return { kind: "range", from: String(from), to: String(to), count: "5", isLog };
}

/** The same values as a list. @param {Field} field @param {Choice} choice @returns {Choice} */
export function asList(field, choice) {
  const { values } = readChoice(field, choice);
  return values.length > 0 ? { kind: "list", text: listText(field, values) } : { kind: "list", text: "" };
}

/**
 * The choice that a link's text means.
 * @param {Field} field @param {string} text  as `0.001..3:8l` or `1|2|4|8`
 * @returns {Choice}
 */
export function choiceOf(field, text) {
  const range = isNumeric(field) ? RANGE.exec(text) : null;
  if (range) return { kind: "range", from: range[1], to: range[2], count: range[3], isLog: range[4] !== "" };
  const parts = text.split("|");
  if (field.kind === "flag") return { kind: "ticked", values: parts.map((part) => part === "true") };
  if (field.kind === "choice") return { kind: "ticked", values: parts };
  return { kind: "list", text: parts.map((part) => (part === "" ? "none" : part.replaceAll(",", ", "))).join(LISTS.has(field.kind) ? "; " : ", ") };
}

/**
 * The values of a range, as the server has them: both ends, and between them numbers at equal distances or ratios.
 * @param {number} from @param {number} to  larger @param {number} count  2 or more @param {{isLog: boolean, isWhole: boolean}} how
 * @returns {number[]} ascending; fewer than `count` where rounding would repeat a value
 */
export function spread(from, to, count, { isLog, isWhole }) {
  const at = (/** @type {number} */ share) => (isLog ? (from * (to / from) ** share).toPrecision(DIGITS.logarithmic) : (from + (to - from) * share).toPrecision(DIGITS.linear));
  const between = Array.from({ length: count - 2 }, (_, index) => Number(at((index + 1) / (count - 1))));
  const rounded = isWhole ? between.map(Math.round) : between;
  return [...new Set([from, ...rounded.filter((value) => value > from && value < to), to])];
}

/** A number that was typed. @param {Field} field @param {string} text @param {string} what  that it is */
function readTyped({ label, kind, low, high }, text, what) {
  const reading = readNumber(text, { low: low ?? -Infinity, high: high ?? Infinity, whole: kind === "integer" });
  if (reading.kind === "number") return { value: reading.value, fault: null };
  return { value: NaN, fault: `${label}, ${what}: ${reading.kind === "refused" ? reading.reason : "is empty. Enter a number."}` };
}

/** @param {Field} field @param {Extract<Choice, {kind: "range"}>} choice @returns {Chosen} */
function readRange(field, { from, to, count, isLog }) {
  const [start, end] = [readTyped(field, from, "from"), readTyped(field, to, "to")];
  const number = readNumber(count, { low: 2, high: MOST_VALUES, whole: true });
  const fault = start.fault ?? end.fault
    ?? (number.kind === "number" ? null : `${field.label}, how many: ${number.kind === "refused" ? number.reason : "is empty. Enter a number."}`)
    ?? (start.value < end.value ? null : `${field.label}: the range goes from ${start.value} to ${end.value}. Expected a lower value first.`)
    ?? (isLog && start.value <= 0 ? `${field.label}: a logarithmic range cannot begin at ${start.value}. Expected a number above 0.` : null);
  if (fault !== null || number.kind !== "number") return { values: [], text: "", fault };
  const values = spread(start.value, end.value, number.value, { isLog, isWhole: field.kind === "integer" });
  return { values, text: `${linkText(start.value)}..${linkText(end.value)}:${number.value}${isLog ? "l" : ""}`, fault: null };
}

/** A list for layers, such as "4, 2" or "ReLU, Tanh". @param {Field} field @param {string} text @returns {Value | null} null: it is none */
function readLayers({ kind, choices, low, high }, text) {
  if (/^(none|no layers?)?$/i.test(text)) return [];
  const parts = text.split(/[,+]/).map((part) => part.trim());
  if (kind === "names") {
    const named = parts.map((part) => (part === "" ? "" : choices?.find(({ value, label }) => [value, label].some((name) => name.toLowerCase() === part.toLowerCase()))?.value));
    return named.some((name) => name === undefined) ? null : /** @type {string[]} */ (named);
  }
  const readings = parts.map((part) => readNumber(part, { low: low ?? -Infinity, high: kind === "integers" ? Infinity : high ?? Infinity, whole: kind === "integers" }));
  if (readings.some((reading) => reading.kind === "refused" || (reading.kind === "empty" && kind === "integers"))) return null;
  return readings.map((reading) => (reading.kind === "number" ? reading.value : null));
}

/** What a list for layers looks like. @type {Record<string, string>} */
const EXAMPLES = { integers: "layer sizes, such as 4, 2", names: "activations, such as ReLU, Tanh", numbers: "rates, such as 0.1, 0.5" };

/** Text cut into values: at semicolons or bars, and numbers also at blanks and the commas before them. @param {Field} field @param {string} text */
function cut({ kind }, text) {
  if (LISTS.has(kind)) return text.trim() === "" ? [] : text.split(/[;|]/);
  return /[;|]/.test(text) ? text.split(/[;|]/) : text.split(text.includes(".") ? /[\s,]+/ : /,\s+|\s+|,(?=\d+(?:,|$))/);
}

/** @param {Field} field @param {string} text @returns {Chosen} */
function readList(field, text) {
  /** @type {Value[]} */
  const values = [];
  for (const part of cut(field, text).map((each) => each.trim())) {
    if (part === "" && !LISTS.has(field.kind)) continue;
    if (LISTS.has(field.kind)) {
      const layers = readLayers(field, part);
      if (layers === null) return { values: [], text: "", fault: `${field.label}: “${[...part].slice(0, 24).join("")}” is not a list of ${EXAMPLES[field.kind]}. Write a semicolon between lists.` };
      values.push(layers);
    } else {
      const { value, fault } = readTyped(field, part, "values");
      if (fault) return { values: [], text: "", fault };
      values.push(value);
    }
  }
  const unique = values.filter((value, index) => values.findIndex((other) => isEqual(other, value)) === index);
  if (unique.length > MOST_VALUES) return { values: [], text: "", fault: `${field.label}: ${unique.length} values are too many: at most ${MOST_VALUES}.` };
  return { values: unique, text: unique.map(linkText).join("|"), fault: unique.length === 0 ? `${field.label}: enter at least one value.` : null };
}

/**
 * The values of a choice.
 * @param {Field} field @param {Choice} choice
 * @returns {Chosen}
 */
export function readChoice(field, choice) {
  if (choice.kind === "range") return readRange(field, choice);
  if (choice.kind === "list") return readList(field, choice.text);
  return { values: choice.values, text: choice.values.map(linkText).join("|"), fault: choice.values.length === 0 ? `${field.label}: choose at least one value.` : null };
}
