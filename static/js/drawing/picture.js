/** Pictures of digits as a network reads them: on canvases in the colors of the theme, and which of them is followed. */

import { createClassRamp } from "../lib/color.js";
import { createThumbnail } from "../map/thumbnail.js";

/** @typedef {import("../lib/palette.js").Palette} Palette */
/** @typedef {Pick<import("../core/types.js").Data, "trainSize" | "validationSize">} Sizes */
/** @typedef {Pick<import("../core/types.js").State, "data" | "followed">} Following */

/** The colors from paper to ink of each palette, as the 32 bits of a canvas pixel. @type {WeakMap<Palette, Uint32Array>} */
const ramps = new WeakMap();

/** @param {Palette} palette */
export function inkRamp(palette) {
  const ramp = ramps.get(palette) ?? createClassRamp(palette.colors.ink, palette.colors.panel);
  ramps.set(palette, ramp);
  return ramp;
}

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

/** The number of a test picture as an example. @param {Sizes} sizes @param {number} index  among those for the test */
export const exampleOf = ({ trainSize, validationSize }, index) => trainSize + validationSize + index;

/**
 * The picture that is followed, if it is one of the test.
 * @param {Following} state
 * @returns {number} its place among them; -1: it is none
 */
export function placeOf({ data, followed }) {
  if (!data || !followed || !("example" in followed)) return -1;
  const place = followed.example - data.trainSize - data.validationSize;
  return place >= 0 && place < data.labels.length ? place : -1;
}

/**
 * The pixels of the picture that is followed.
 * @param {Following} state
 * @returns {Uint8Array | null} null: there is none, or none of the present data
 */
export function pixelsOf(state) {
  const { data, followed } = state;
  if (!data?.side || !followed) return null;
  const size = data.side ** 2;
  if ("pixels" in followed) return followed.pixels.length === size ? followed.pixels : null;
  const place = placeOf(state);
  return place < 0 ? null : data.pictures.subarray(place * size, (place + 1) * size);
}
