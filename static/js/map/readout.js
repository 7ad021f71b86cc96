/** What the map says in words: its accessible name, its legend, and the value at the probe. Pure. */

import { formatPercent, formatValue } from "../lib/format.js";
import { EXTENT, curveAt, probe, sliceOf, toShare } from "./picture.js";

/**
 * @typedef {import("./look.js").Look} Look
 * @typedef {{x1: number, x2: number}} Point  on the plane, -6 … 6 each
 */

/** Distance that an arrow key moves the probe; with Shift four times as far. */
const KEY_STEP = 0.25;
/** @type {Record<string, [number, number]>} */
const KEY_MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** Characters of a class's name in the readout. */
const MOST_OF_NAME = 12;
/** What a curve is of. */
const CURVE_NAMES = { feature: "Feature", neuron: "Neuron", output: "Network", none: "" };
const SLICE_NOTE = "In this data set x₂ is always 0, so features of x₂ add nothing.";

/** @param {number} value */
const inside = (value) => Math.max(-EXTENT, Math.min(EXTENT, value));
/** With one decimal, however near to 0. @param {number} value */
const coordinate = (value) => formatValue(Math.round(value * 10) / 10, 1);
/** @param {string | undefined} name */
const shortName = (name = "") => ([...name].length > MOST_OF_NAME ? `${[...name].slice(0, MOST_OF_NAME - 1).join("")}…` : name);

/**
 * The sign of a value, as "Discretize output" shows it.
 * @param {number} value
 * @returns {1 | -1} 1 for 0
 */
export const signOf = (value) => (value < 0 ? -1 : 1);

/**
 * The point of the plane at a position on the map.
 * @param {number} across  share of the width, from the left
 * @param {number} down  share of the height, from the top
 * @returns {Point}
 */
export const pointAt = (across, down) => ({ x1: across * 2 * EXTENT - EXTENT, x2: EXTENT - down * 2 * EXTENT });

/**
 * The nearest point that is on the map.
 * @param {Point} point
 * @returns {Point}
 */
export const onMap = ({ x1, x2 }) => ({ x1: inside(x1), x2: inside(x2) });

/**
 * Where an arrow key moves the probe.
 * @param {Point | null} from  null: the probe is nowhere, and starts in the middle
 * @param {string} key
 * @param {boolean} isFar  whether Shift is held
 * @returns {Point | null} null: the key moves nothing
 */
export function movedBy(from, key, isFar) {
  const move = KEY_MOVES[key];
  if (!move) return null;
  const { x1, x2 } = from ?? { x1: 0, x2: 0 };
  const step = isFar ? 4 * KEY_STEP : KEY_STEP;
  return onMap({ x1: x1 + move[0] * step, x2: x2 + move[1] * step });
}

/**
 * What the readout says about the point under the probe: "x₁ 1.0  x₂ −2.5  value 0.31".
 * @param {Pick<Look, "curve" | "picture" | "kind">} look
 * @param {Point} point
 * @param {boolean} isDiscrete
 * @param {readonly string[]} labels  names of the classes
 * @returns {string}
 */
export function readoutOf({ curve, picture, kind }, { x1, x2 }, isDiscrete, labels) {
  const where = `x₁ ${coordinate(x1)}${curve ? "" : `  x₂ ${coordinate(x2)}`}`;
  const found = curve ? { value: curveAt(curve, x1), class: null } : picture ? probe(picture, x1, x2) : null;
  if (!found) return where;
  const probability = (found.value + 1) / 2;
  if (found.class !== null) return `${where}  ${shortName(labels[found.class]) || `class ${found.class}`}  ${formatPercent(probability)}`;
  const value = isDiscrete ? signOf(found.value) : found.value;
  if (kind === "probability") return `${where}  probability ${formatValue(isDiscrete ? Number(value > 0) : probability, 2)}`;
  return `${where}  value ${formatValue(Math.round(value * 100) / 100, 2)}`;
}

/**
 * Where the mark of the probe is drawn: on the plane at the point, else on the curve.
 * @param {Pick<Look, "curve">} look
 * @param {Point} point
 * @param {boolean} isDiscrete
 * @param {number} height  how far the value axis reaches up and down
 * @returns {{left: number, top: number}} percent of the map
 */
export function markAt({ curve }, { x1, x2 }, isDiscrete, height) {
  const value = curve && curveAt(curve, x1);
  const up = value === null ? toShare(x2) : Math.max(0, Math.min(1, 0.5 + (isDiscrete ? signOf(value) : value) / height / 2));
  return { left: toShare(x1) * 100, top: (1 - up) * 100 };
}

/**
 * What the map shows, in the line above it: "Showing: hidden layer 1, neuron 2".
 * @param {Pick<Look, "name" | "role">} look
 * @returns {string}
 */
export function showingOf({ name, role }) {
  if (role === "none" || name === "Output") return "Showing the output";
  if (role === "neuron") return `Showing: hidden ${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return `Showing: ${role === "feature" ? "feature" : "output,"} ${name}`;
}

/**
 * The map's accessible name.
 * @param {Pick<Look, "name" | "curve">} look
 * @param {readonly string[]} features  names of those in use
 * @returns {string}
 */
export function mapLabel({ name, curve }, features) {
  if (!curve) return `Map of ${name} over x₁ and x₂. Use the arrow keys to read values.`;
  const slice = sliceOf(features);
  return `Curve of ${name} over x₁${slice && `, ${slice}`}. Use the left and right arrow keys to read values.`;
}

/**
 * What the legend calls the curve, and what it says when it is hovered over.
 * @param {Pick<Look, "role" | "curve">} look
 * @param {readonly string[]} features  names of those in use
 * @returns {{text: string, title: string}}
 */
export function curveName({ role, curve }, features) {
  const slice = curve ? sliceOf(features) : "";
  return { text: `${CURVE_NAMES[role]}${slice && ` ${slice}`}`, title: slice && SLICE_NOTE };
}

/**
 * The names of the ends of the legend's ramp.
 * @typedef {object} Legend
 * @property {"ramp" | "classes" | "curve"} shows
 * @property {boolean} isNamed  whether names of classes appear in it
 * @property {boolean} hasNamedEnds  whether the ends of the ramp are classes with names
 * @property {{text: string, title: string}[]} ends  of the ramp, the low one first
 * @property {{text: string, title: string}[]} classes
 * @property {string} label  accessible name of the ramp
 */

/**
 * The legend of what is shown.
 * @param {Pick<Look, "kind" | "number" | "count" | "curve">} look
 * @param {readonly string[]} labels  names of the classes
 * @returns {Legend}
 */
export function legendOf({ kind, number, count, curve }, labels) {
  const isProbability = kind === "probability";
  const hasNamedEnds = labels.some(Boolean) && count === 0 && kind !== "classes";
  const names = hasNamedEnds ? [labels[0] ?? "", labels[1] ?? ""] : ["", ""];
  const texts = [isProbability ? "0" : formatValue(-1, 0), "1"];
  const probabilityOf = (number === null ? labels[1] : labels[number]) || (number === null ? "blue" : `class ${number}`);
  return {
    shows: curve ? "curve" : kind === "classes" ? "classes" : "ramp",
    isNamed: (hasNamedEnds || kind === "classes") && labels.some(Boolean),
    hasNamedEnds,
    ends: texts.map((text, end) => ({ text: names[end] || text, title: names[end] })),
    classes: kind === "classes" ? Array.from({ length: count }, (_, other) => ({ text: labels[other] || String(other), title: labels[other] ?? "" })) : [],
    label: isProbability ? `Colors: the probability of ${probabilityOf}, from 0 to 1`
      : `Colors: orange is ${names[0] || "−1"} and below, blue is ${names[1] || "1"} and above`,
  };
}

/**
 * The numbers on the value axis of a curve.
 * @param {readonly number[]} ticks  ascending
 * @param {number} height  how far the axis reaches up and down
 * @returns {{text: string, top: number}[]}  top: percent of the axis
 */
export function valueTicks(ticks, height) {
  const digits = ticks.every(Number.isInteger) ? 0 : 1;
  return ticks.map((value) => ({ text: formatValue(value, digits), top: (0.5 - value / height / 2) * 100 }));
}
