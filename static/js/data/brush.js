/** How the tools change the user's data: strokes of the pointer, keys on the map, and what screen readers say. Pure. */

import { formatCount, formatValue } from "../lib/format.js";
import { EXTENT, toShare } from "../map/picture.js";
import { MOST_EXAMPLES, pointsBetween, scatter, withPoints, withoutNear, withoutNearest } from "./examples.js";

/**
 * @typedef {"point" | "spray" | "erase"} Tool
 * @typedef {import("./examples.js").List} List
 * @typedef {import("../map/readout.js").Point} Point
 * @typedef {Pick<import("./examples.js").Example, "target" | "part">} Kind  of new examples
 */

/** Lengths on the plane: between two points of a line, and how far spray and eraser reach. A finger reaches farther. */
const APART = { point: 0.45, spray: 0.3, erase: 0.15 };
const REACH = { point: 0, spray: 1, erase: 0.4 };
const FINGER = 1.7;
/** How far from the probe a key erases. */
const KEY_REACH = 0.6;
/** What + and - add to the value. */
const VALUE_STEP = 0.1;

/**
 * How far a tool reaches.
 * @param {Tool} tool
 * @param {string} [pointerType]  "mouse", "pen" or "touch"
 * @returns {number} on the plane; 0: it puts points one by one
 */
export const reachOf = (tool, pointerType) => REACH[tool] * (pointerType === "touch" ? FINGER : 1);

/**
 * The points that a stroke passes, as far apart as its tool has them.
 * @param {Tool} tool
 * @param {Point} from  the last one
 * @param {Point} to
 * @returns {Point[]} without the first
 */
export const pointsOfStroke = (tool, from, to) => pointsBetween(from, to, APART[tool]);

/**
 * What a tool does at some points.
 * @param {{tool: Tool, reach: number}} stroke
 * @param {readonly Point[]} points
 * @param {Kind} kind
 * @param {() => number} random  0 … 1
 * @returns {(list: List) => List}
 */
export function strokeChange({ tool, reach }, points, kind, random) {
  if (tool === "erase") return (list) => points.reduce((left, point) => withoutNear(left, point, reach), list);
  if (tool === "spray") return (list) => withPoints(list, points.map((point) => scatter(point, reach, random)), kind);
  return (list) => withPoints(list, [...points], kind);
}

/**
 * The circle within which a tool works, on the map.
 * @param {Point} point
 * @param {number} reach
 * @returns {{left: number, top: number, width: number}} percent of the map
 */
export function brushBox({ x1, x2 }, reach) {
  return { left: toShare(x1) * 100, top: (1 - toShare(x2)) * 100, width: (reach / EXTENT) * 100 };
}

/* ---- Keys ---- */

/** What a key on the map means. @typedef {{does: "add" | "erase"} | {does: "choose", number: number} | {does: "raise", by: number}} KeyMeaning */

/** @type {Record<string, "add" | "erase">} */
const KEYS = { " ": "add", Enter: "add", Delete: "erase", Backspace: "erase" };

/**
 * What a key on the map means.
 * @param {string} key
 * @param {number | null} digit  that it types
 * @param {object} state
 * @param {boolean} state.isByKeys  whether the map was reached by keys: if not, Space means play
 * @param {boolean} state.isClasses  whether the data have classes instead of values
 * @param {number} state.offered  classes to choose from
 * @returns {KeyMeaning | null}
 */
export function keyMeaning(key, digit, { isByKeys, isClasses, offered }) {
  if (Object.hasOwn(KEYS, key) && (isByKeys || key !== " ")) return { does: KEYS[key] };
  if (isClasses) return digit !== null && digit >= 1 && digit <= offered ? { does: "choose", number: digit - 1 } : null;
  if (key !== "+" && key !== "-") return null;
  return { does: "raise", by: key === "+" ? VALUE_STEP : -VALUE_STEP };
}

/**
 * What a key does at the probe.
 * @param {"add" | "erase"} does
 * @param {Point} point
 * @param {Kind} kind
 * @returns {(list: List) => List}
 */
export function keyChange(does, point, kind) {
  return (list) => (does === "add" ? withPoints(list, [point], kind) : withoutNearest(list, point, KEY_REACH));
}

/* ---- What is said ---- */

/**
 * What became of a key at the probe.
 * @param {"add" | "erase"} does
 * @param {Point} point
 * @param {string} name  of the class or value
 * @param {{before: List, after: List}} lists
 * @returns {string}
 */
export function keySentence(does, { x1, x2 }, name, { before, after }) {
  const where = `at ${formatValue(x1, 2)}, ${formatValue(x2, 2)}`;
  if (before === after) return does === "add" ? `Nothing added ${where}.` : `Nothing to erase ${where}.`;
  return `${does === "add" ? `${name} added` : "Erased"} ${where}. ${countWords(after)}.`;
}

/**
 * What became of an undo or redo.
 * @param {"undo" | "redo"} which
 * @param {List} list  after it
 * @returns {string}
 */
export const undoSentence = (which, list) => `${which === "undo" ? "Undone" : "Redone"}. ${countWords(list)}.`;

/** Said when no more points can be added. */
export const FULL = `The limit of ${formatCount(MOST_EXAMPLES)} examples is reached.`;

/** @param {List} list */
const countWords = (list) => `${formatCount(list.length)} example${list.length === 1 ? "" : "s"}`;
