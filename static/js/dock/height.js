/** The height of the dock's open panel, as a share of the window's height. Pure. */

import { clamp } from "../lib/numbers.js";

/** What it is at first, and its bounds. */
export const SHARE = { usual: 0.42, least: 0.2, most: 0.7 };
const STEP = 0.04;
/** What keys do with it. @type {Record<string, (share: number) => number>} */
const KEYS = {
  ArrowUp: (share) => share + STEP,
  ArrowDown: (share) => share - STEP,
  Home: () => SHARE.most,
  End: () => SHARE.least,
};

/** @param {number} share */
const within = (share) => clamp(share, SHARE.least, SHARE.most);

/**
 * The share when the upper edge of the panel is dragged.
 * @param {number} edge  where it is dragged to, in pixels from the top of the window
 * @param {number} bottom  where the panel ends
 * @param {number} windowHeight  in pixels
 * @returns {number}
 */
export const shareAt = (edge, bottom, windowHeight) => within((bottom - edge) / windowHeight);

/**
 * The share after a key, or null if the key does not change it.
 * @param {number} share
 * @param {string} key
 * @returns {number | null}
 */
export const shareAfter = (share, key) => (KEYS[key] ? within(KEYS[key](share)) : null);

/**
 * The share that was stored.
 * @param {string | null} text
 * @returns {number} the usual one if the text is none
 */
export function storedShare(text) {
  const share = Number.parseFloat(text ?? "");
  return Number.isFinite(share) ? within(share) : SHARE.usual;
}
