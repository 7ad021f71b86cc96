/** What networks misread in the pictures for testing: one of them, and many together. Pure. */

import { aDigit } from "../drawing/reading.js";
import { formatCount, formatPercent } from "../lib/format.js";
import { countsOf } from "../mistakes/list.js";

/** The pictures for testing as a network reads them: the digit of each, and the digit that it is. @typedef {{answers: Uint8Array, labels: Uint8Array}} Reading */
/**
 * A picture that some of several networks misread.
 * @typedef {object} Hard
 * @property {number} index  among the pictures for testing
 * @property {number} label  the digit that it is
 * @property {number} answer  what most of those that misread it read
 * @property {number} wrong  how many misread it
 * @property {number} alike  how many of them read that
 */

export const DIGITS = 10;

/**
 * How many pictures of each digit are read as each: a row for each digit, a column for each answer.
 * @param {readonly Reading[]} readings  of one network or several, which are added
 * @returns {Uint32Array} 10 × 10
 */
export function confusionOf(readings) {
  const sum = new Uint32Array(DIGITS * DIGITS);
  for (const { answers, labels } of readings) countsOf(labels, answers).forEach((count, cell) => (sum[cell] += count));
  return sum;
}

/** @param {Uint32Array} confusion @param {number} digit */
const countOf = (confusion, digit) => confusion.subarray(digit * DIGITS, (digit + 1) * DIGITS).reduce((sum, count) => sum + count, 0);

/** Which share of the pictures of each digit is read as each. @param {Uint32Array} confusion @returns {number[]} 10 × 10, 0 … 1 */
export function sharesOf(confusion) {
  const totals = Array.from({ length: DIGITS }, (_, digit) => Math.max(1, countOf(confusion, digit)));
  return Array.from(confusion, (count, cell) => count / totals[Math.floor(cell / DIGITS)]);
}

/** @param {Uint32Array} confusion */
function mistakesIn(confusion) {
  const isRight = (/** @type {number} */ cell) => cell % (DIGITS + 1) === 0;
  const all = confusion.reduce((sum, count) => sum + count, 0);
  const right = confusion.reduce((sum, count, cell) => (isRight(cell) ? sum + count : sum), 0);
  const worst = confusion.reduce((most, count, cell) => (!isRight(cell) && count > confusion[most] || isRight(most) ? cell : most), 0);
  return { all, wrong: all - right, worst };
}

/** "48 of 1,000 misread" @param {Uint32Array} confusion */
export function misreadText(confusion) {
  const { all, wrong } = mistakesIn(confusion);
  return `${formatCount(wrong)} of ${formatCount(all)} misread`;
}

/** The most frequent mistake: "most often 4 as 9 (7 times)"; empty: there is none. @param {Uint32Array} confusion */
function worstText(confusion) {
  const { wrong, worst } = mistakesIn(confusion);
  if (wrong === 0) return "";
  const times = confusion[worst];
  return `most often ${Math.floor(worst / DIGITS)} as ${worst % DIGITS} (${["never", "once", "twice"][times] ?? `${formatCount(times)} times`})`;
}

/** A confusion matrix in words. @param {Uint32Array} confusion @param {string} whose  "Start 3", "All starts together" */
export function confusionText(confusion, whose) {
  const { all, wrong } = mistakesIn(confusion);
  const worst = worstText(confusion);
  return `${whose}: ${formatCount(wrong)} of ${formatCount(all)} test pictures misread${worst && `, ${worst}`}.`;
}

/**
 * The pictures that some networks misread, those that most of them misread first, and of these those that they misread alike.
 * @param {readonly Reading[]} readings  of the same pictures
 * @returns {Hard[]}
 */
export function hardestOf(readings) {
  const [first] = readings;
  if (!first) return [];
  const found = Array.from(first.labels, (label, index) => {
    const votes = new Uint32Array(DIGITS);
    for (const { answers } of readings) votes[answers[index]]++;
    const wrong = readings.length - votes[label];
    votes[label] = 0;
    const alike = Math.max(...votes);
    return { index, label, answer: votes.indexOf(alike), wrong, alike };
  });
  return found.filter(({ wrong }) => wrong > 0).sort((a, b) => b.wrong - a.wrong || b.alike - a.alike || a.index - b.index);
}

/** Where networks agree and where luck decides. @param {readonly Hard[]} hard @param {number} pictures @param {number} networks */
export function hardText(hard, pictures, networks) {
  if (networks === 1) return `The first start misreads ${formatCount(hard.length)} of ${formatCount(pictures)} test pictures.`;
  const all = `all ${formatCount(networks)} starts`;
  const none = hard.filter(({ wrong }) => wrong === networks).length;
  const some = hard.length - none;
  const depends = some === 0 ? "" : ` With the other ${some === 1 ? "one" : formatCount(some)}, luck decides.`;
  return `Of ${formatCount(pictures)} test pictures, ${all} read ${formatCount(pictures - hard.length)} right and ${none === 0 ? "none" : formatCount(none)} wrong.${depends}`;
}

/** A hard picture in words. @param {Hard} hard @param {number} networks */
export const hardName = ({ index, label, answer, wrong }, networks) =>
  `Test picture ${formatCount(index + 1)}: ${aDigit(label)}, misread by ${formatCount(wrong)} of ${formatCount(networks)} starts, mostly as ${answer}`;

/** What starts together misread, where each has other pictures. @param {Uint32Array} confusion @param {number} networks */
export function togetherText(confusion, networks) {
  const { all, wrong } = mistakesIn(confusion);
  const worst = worstText(confusion);
  return `Each start is tested with other pictures. Together, ${networks === 1 ? "the first start misreads" : `${formatCount(networks)} starts misread`} ${formatPercent(wrong / all)} of them${worst && `, ${worst}`}.`;
}
