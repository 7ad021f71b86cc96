/** Where the keys and the slider below the loss chart lead in the history of a run. Pure. */

/** @typedef {Pick<import("../core/types.js").Status, "position">} Viewed  the epoch that is shown, if it is not the latest */

/** Share of the whole run that PageUp and PageDown pass over. */
const PAGE = 0.1;

/** @type {Record<string, (viewed: Viewed, latest: number) => number>} */
const KEYS = {
  ArrowLeft: earlier,
  ArrowDown: earlier,
  ArrowRight: later,
  ArrowUp: later,
  PageDown: ({ position }, latest) => (position?.epoch ?? latest) - Math.ceil(latest * PAGE),
  PageUp: ({ position }, latest) => (position?.epoch ?? latest) + Math.ceil(latest * PAGE),
  Home: () => 0,
  End: (_, latest) => latest,
};

/** @param {Viewed} viewed @param {number} latest */
function earlier({ position }, latest) {
  return position ? position.previous ?? position.epoch : latest - 1;
}

/** @param {Viewed} viewed @param {number} latest */
function later({ position }, latest) {
  return position?.next ?? latest;
}

/**
 * Whether a key leads anywhere.
 * @param {string} key
 * @returns {boolean}
 */
export const isTravelKey = (key) => Object.hasOwn(KEYS, key);

/**
 * The epoch to view; null is the latest.
 * @param {number} epoch
 * @param {number} latest
 * @returns {number | null} 0 … latest - 1, or null
 */
export const epochBefore = (epoch, latest) => (epoch >= latest ? null : Math.max(0, epoch));

/**
 * The epoch that a key leads to: arrows go to the next one that is kept.
 * @param {string} key  for which `isTravelKey`
 * @param {Viewed} viewed
 * @param {number} latest
 * @returns {number | null} null is the latest
 */
export const epochFor = (key, viewed, latest) => epochBefore(KEYS[key](viewed, latest), latest);

/**
 * The latest epoch of the run.
 * @param {number} known  so far
 * @param {Pick<import("../core/types.js").Frame, "epoch" | "past"> | null} frame
 * @param {Viewed} viewed
 * @returns {number}
 */
export function latestEpoch(known, frame, { position }) {
  if (position) return position.latest ?? known;
  // a frame of the past may still come after the return to the latest epoch
  return frame && !frame.past ? frame.epoch : known;
}

/**
 * What screen readers say of the slider.
 * @param {number} epoch
 * @param {number} latest
 * @returns {string}
 */
export const positionText = (epoch, latest) => (epoch < latest ? `Epoch ${epoch} of ${latest}` : `Latest epoch, ${latest}`);
