/** Colors and canvases of pictures of digits. */

import { createClassRamp } from "../lib/color.js";

/** @typedef {import("../lib/palette.js").Palette} Palette */

/** @type {{palette: Palette, ramp: Uint32Array} | null} */
let made = null;

/**
 * The ramp of ink on paper, from a byte of 0 to one of 255.
 * @param {Palette} palette
 * @returns {Uint32Array} the same for the same palette
 */
export function inkRamp(palette) {
  if (made?.palette !== palette) made = { palette, ramp: createClassRamp(palette.colors.ink, palette.colors.panel) };
  return made.ramp;
}
