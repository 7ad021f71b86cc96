/**
 * What the network says of a picture, in words. Pure.
 *
 * The ten outputs of softmax are probabilities, and are shown as percentages. Ten sigmoids are not: each one says for itself
 * how much the picture looks like its digit, and together they need not be 1. They are shown as they are: "output 0.93".
 */

import { formatPercent, formatValue } from "../lib/format.js";

const DIGITS = 10;
/** An answer is sure if its output is at least this, and no other is more than half as large. */
const SURE = 0.5;
const RIVAL = 0.5;
/** If more digits than that are in question, none of them is named. */
const MOST_NAMED = 3;
/** Softmax is never quite certain: from here on, "over 99%" is shown instead of "100%". */
const ALMOST_CERTAIN = 0.995;

/** A digit with its article. @param {number} digit */
export const aDigit = (digit) => `${digit === 8 ? "an" : "a"} ${digit}`;

/**
 * What the network answers.
 * @typedef {object} Verdict
 * @property {number} digit  with the largest output
 * @property {readonly number[]} candidates  digits in question, the likeliest first
 * @property {boolean} isSure
 */

/**
 * @param {ArrayLike<number>} outputs  of the ten digits, 0 … 1
 * @returns {Verdict}
 */
export function verdictOf(outputs) {
  const digits = Array.from(outputs, (_, digit) => digit).toSorted((a, b) => outputs[b] - outputs[a]);
  const best = outputs[digits[0]];
  const candidates = digits.filter((digit) => outputs[digit] >= RIVAL * best);
  return { digit: digits[0], candidates, isSure: best >= SURE && candidates.length === 1 };
}

/**
 * Whether the outputs are the probabilities of softmax.
 * @param {Pick<import("../core/types.js").Config, "loss">} config  of digits
 */
export const areProbabilities = ({ loss }) => loss !== "squared_error";

/**
 * An output as it is shown: "93%", or of a sigmoid "0.93".
 * @param {number} output  0 … 1
 * @param {boolean} isProbability
 */
export function outputText(output, isProbability) {
  if (!isProbability) return formatValue(Math.round(100 * output) / 100, 2);
  return output < ALMOST_CERTAIN ? formatPercent(output, 0) : "over 99%";
}

/** A digit with its output. @param {ArrayLike<number>} outputs @param {number} digit @param {boolean} isProbability @param {string} [word]  for an output */
const named = (outputs, digit, isProbability, word = "output ") => `${digit} (${isProbability ? "" : word}${outputText(outputs[digit], isProbability)})`;

/**
 * The answer as a sentence.
 * @param {ArrayLike<number>} outputs  of the ten digits
 * @param {boolean} isProbability
 */
export function answerText(outputs, isProbability) {
  const { digit, candidates, isSure } = verdictOf(outputs);
  if (isSure) return `The network says ${named(outputs, digit, isProbability)}`;
  if (candidates.length > MOST_NAMED) return "Not sure at all";
  if (candidates.length === 1) return `Not sure: perhaps ${named(outputs, digit, isProbability)}`;
  const names = candidates.map((candidate) => named(outputs, candidate, isProbability, ""));
  return `Not sure: ${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
}

/**
 * The activations of the picture that is followed, as the newest message has them: a reading, or a frame after it.
 * @param {import("../core/types.js").Frame | null} frame @param {Pick<import("../core/types.js").State, "reading">} state
 * @returns {ArrayLike<number> | null} of all units, layer by layer, the outputs last; null: no picture is followed
 */
export function activationsOf(frame, { reading }) {
  if (reading === null) return null;
  const newer = frame && frame.seq > reading.after ? frame.digits?.activations : null;
  return newer ?? reading.activations.flat();
}

/** The ten outputs among the activations of all units. @param {ArrayLike<number>} activations @returns {number[]} */
export const outputsOf = (activations) => Array.from(activations).slice(-DIGITS);
