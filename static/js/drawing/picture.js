/** Pictures of digits as a network reads them: on canvases in the colors of the theme, and which of them is followed. */

import { inkRamp } from "../digits/pictures.js";
import { firstTest, shownOf } from "../digits/reading.js";
import { createThumbnail } from "../map/thumbnail.js";

/** @typedef {import("../lib/palette.js").Palette} Palette */
/** @typedef {Parameters<typeof shownOf>[0]} Following */

/**
 * A canvas with one of its pixels for each of the picture's; the style sheet makes it larger.
 * @param {string} [kind]  its class
 */
export function createPicture(kind = "") {
  const { canvas, draw } = createThumbnail();
  canvas.setAttribute("class", `digit ${kind}`.trim());
  return {
    element: canvas,
    /** @param {Uint8Array | null} pixels  side × side bytes, 255 is ink; null: paper @param {number} side @param {Palette} palette */
    draw: (pixels, side, palette) => draw(pixels ?? new Uint8Array(side * side), 0, side, inkRamp(palette)),
  };
}

/**
 * The pixels of a test picture.
 * @param {Pick<import("../core/types.js").Data, "pictures" | "side">} data
 * @param {number} index  among those for the test
 * @returns {Uint8Array | null} null: there is no such picture
 */
export function testPicture({ pictures, side }, index) {
  const size = side * side;
  return index >= 0 && (index + 1) * size <= pictures.length ? pictures.subarray(index * size, (index + 1) * size) : null;
}

/** The number of a test picture as an example. @param {Parameters<typeof firstTest>[0]} sizes @param {number} index  among those for the test */
export const exampleOf = (sizes, index) => firstTest(sizes) + index;

/**
 * The picture that is followed, if it is one of the test.
 * @param {Following} state
 * @returns {number} its place among them; -1: it is none
 */
export function placeOf(state) {
  const shown = shownOf(state);
  return shown && "place" in shown ? shown.place : -1;
}

/**
 * The pixels of the picture that is followed.
 * @param {Following} state
 * @returns {Uint8Array | null} null: there is none, or none of the present data
 */
export function pixelsOf(state) {
  const shown = shownOf(state);
  if (shown && "pixels" in shown) return shown.pixels;
  return shown && state.data && testPicture(state.data, shown.place);
}
