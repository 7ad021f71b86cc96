/** The text and position of the card of a weight or bias. Pure. */

import { formatValue } from "../lib/format.js";
import { LOCKED } from "../core/locks.js";

/** Pixels between the card and what it is about, and the edge of the window. */
const DISTANCE = 14;
const EDGE = 8;

/**
 * What the card is about.
 * @typedef {object} Subject
 * @property {number} index  into `params`
 * @property {"Weight" | "Bias"} kind
 * @property {string} name  as "x₁ → neuron 2, layer 1"
 * @property {boolean} [hasThreshold]  it is the bias of a unit that switches where its weighted sum reaches −b
 */

/**
 * How the card was opened, or why nothing can be edited.
 * @typedef {"look" | "keys" | "edit" | "locked" | "hidden"} Mode
 */

/** What can be done, in one line. @type {Record<Mode, string>} */
export const HINTS = { look: "Click to edit", keys: "Press Enter to edit", edit: "Enter to apply · Esc to cancel", locked: LOCKED, hidden: "" };

/**
 * The threshold that a bias amounts to.
 * @param {number} bias
 * @returns {string}
 */
export function thresholdText(bias) {
  // 0 − b, and not −b: a card shows no −0
  return `Threshold θ = −b = ${formatValue(0 - bias)}: the neuron switches where Σ w·x = θ.`;
}

/**
 * The position of the card: to the right of a point and below it or, without room there, to the left and above.
 * @param {{x: number, y: number}} at  in the window
 * @param {{width: number, height: number}} card
 * @param {{width: number, height: number}} view  the window
 * @returns {{x: number, y: number}} whole CSS pixels
 */
export function cardPosition(at, card, view) {
  const nextTo = (/** @type {number} */ start, /** @type {number} */ length, /** @type {number} */ end) =>
    Math.round(Math.max(EDGE, start + DISTANCE + length < end - EDGE ? start + DISTANCE : start - DISTANCE - length));
  return { x: nextTo(at.x, card.width, view.width), y: nextTo(at.y, card.height, view.height) };
}
