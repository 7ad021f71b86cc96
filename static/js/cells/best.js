/** The best cell, while results are still coming: it does not change too often to be looked at. Pure. */

/** @typedef {import("./cells.js").Cell} Cell */
/** @typedef {{index: number, since: number}} Best  the index of a cell, and since when it is shown as the best one, in ms */

/** A cell stays the best one for at least so long, in ms. */
const STAY = 1000;

/**
 * @param {Best | null} before  what was shown last
 * @param {readonly Cell[]} ranked  the best first
 * @param {number} now  in ms
 * @param {boolean} isOver  whether no more results come
 * @returns {Best | null} null: in each cell, at least half of the starts have no result
 */
export function bestAfter(before, ranked, now, isOver) {
  const [first] = ranked;
  if (!first || first.median === Infinity) return null;
  if (before?.index === first.index) return before;
  const isNew = before !== null && !isOver && now - before.since < STAY;
  return isNew ? before : { index: first.index, since: now };
}
