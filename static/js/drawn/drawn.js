/** Digits that the class has drawn: their order, what there is to count, and the words for them. Pure. */

import { formatCount, formatPercent } from "../lib/format.js";

/**
 * @typedef {import("../classroom/types.js").DrawnDigit} DrawnDigit
 * @typedef {import("../classroom/state.js").DrawnDigits} DrawnDigits
 * @typedef {"wrong" | "unread" | "right"} Verdict  unread: no network has read it
 */

/** In the order in which drawings are shown. @type {readonly Verdict[]} */
const ORDER = ["wrong", "unread", "right"];

/** @param {Pick<DrawnDigit, "digit" | "read">} drawn @returns {Verdict} */
export function verdictOf({ digit, read }) {
  if (read === null) return "unread";
  return read === digit ? "right" : "wrong";
}

/** Those that are read wrongly come first, and then in the order in which they came. @param {readonly DrawnDigit[]} drawn */
export function ordered(drawn) {
  const rank = (/** @type {DrawnDigit} */ one) => ORDER.indexOf(verdictOf(one));
  return [...drawn].sort((a, b) => rank(a) - rank(b) || a.number - b.number);
}

/** @param {readonly DrawnDigit[]} drawn */
export function countsOf(drawn) {
  const count = (/** @type {Verdict} */ verdict) => drawn.filter((one) => verdictOf(one) === verdict).length;
  return { total: drawn.length, wrong: count("wrong"), unread: count("unread"), right: count("right") };
}

/** How many are read correctly: "23 of 28 read correctly". @param {readonly DrawnDigit[]} drawn */
export function countText(drawn) {
  const { total, unread, right } = countsOf(drawn);
  if (total === 0) return "No drawings yet";
  if (unread === total) return total === 1 ? "1 drawing, not read yet" : `${formatCount(total)} drawings, not read yet`;
  return `${formatCount(right)} of ${formatCount(total)} read correctly`;
}

/** Which network reads. @param {Pick<DrawnDigits, "epoch" | "accuracy">} digits @param {boolean} isOwn  on the teacher's page */
export function readerText({ epoch, accuracy }, isOwn) {
  const whose = isOwn ? "your network" : "the teacher’s network";
  if (epoch === null) return isOwn ? "Your page shows no network that reads these drawings." : "";
  const share = accuracy === null ? "" : `, which reads ${formatPercent(accuracy)} of its test digits correctly`;
  return `Read by ${whose} at epoch ${formatCount(epoch)}${share}.`;
}

/**
 * What is below a drawing: the digit that it was meant to be and, if that is another one, the digit that is read.
 * @param {DrawnDigit} drawn
 * @returns {{meant: string, read: string}}
 */
export const tileTexts = (drawn) => ({ meant: String(drawn.digit), read: verdictOf(drawn) === "wrong" ? String(drawn.read) : "" });

/** A drawing for those who listen. @param {DrawnDigit} drawn */
export function tileLabel(drawn) {
  const { name, digit, read, certainty } = drawn;
  const subject = name === "" ? `A drawn ${digit}` : `${name} drew ${digit}`;
  const how = certainty === null ? "" : `, output ${certainty.toFixed(2)}`;
  return { wrong: `${subject}, read wrongly as ${read}${how}`, unread: `${subject}, not read`, right: `${subject}, read correctly${how}` }[verdictOf(drawn)];
}

/**
 * What a student is told of the own drawing.
 * @param {{digit: number | null, read: number | null}} answer
 */
export function ownText({ digit, read }) {
  if (read === null || digit === null) return "Your drawing is sent. You can still change it.";
  return read === digit
    ? `Your drawing is sent. The teacher’s network reads ${read}: correct.`
    : `Your drawing is sent. The teacher’s network reads ${read}, and not ${digit}.`;
}
