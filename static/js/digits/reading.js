/** The picture that is read: which it is, and what it shows. Pure. */

/** @typedef {import("../core/actions.js").PageState} PageState */

/** The number of the first test picture as an example. @param {{trainSize: number, validationSize: number}} data */
export const firstTest = ({ trainSize, validationSize }) => trainSize + validationSize;

/**
 * The picture to show.
 * @param {Pick<PageState, "followed" | "data">} state
 * @returns {import("./input.js").Shown | null} null: none, or none of the present data
 */
export function shownOf({ followed, data }) {
  if (!followed || !data?.side) return null;
  if ("pixels" in followed) return followed.pixels.length === data.side ** 2 ? { pixels: followed.pixels } : null;
  const place = followed.example - firstTest(data);
  return place >= 0 && place < data.testSize ? { place } : null;
}

/**
 * The digit that the picture is, if that is known.
 * @param {Pick<PageState, "followed" | "data">} state
 * @returns {number | null}
 */
export function labelOf(state) {
  const shown = shownOf(state);
  return shown && "place" in shown ? state.data?.labels[shown.place] ?? null : null;
}
