/** Pictures of digits as a network reads them, pixel by pixel, in the colors of the theme. */

import { createClassRamp } from "../lib/color.js";
import { h } from "../lib/dom.js";

/** @typedef {import("../lib/palette.js").Palette} Palette */

/** The colors from paper to ink of each palette, as the 32 bits of a canvas pixel. @type {WeakMap<Palette, Uint32Array>} */
const ramps = new WeakMap();

/** @param {Palette} palette */
function inkRamp(palette) {
  const ramp = ramps.get(palette) ?? createClassRamp(palette.colors.ink, palette.colors.panel);
  ramps.set(palette, ramp);
  return ramp;
}

/**
 * A canvas with one of its pixels for each of the picture's; the style sheet makes it larger.
 * @param {string} [kind]  its class
 */
export function createPicture(kind = "") {
  const canvas = h("canvas", { class: `digit ${kind}`.trim(), "aria-hidden": "true", width: "1", height: "1" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** What was drawn last. @type {unknown[]} */
  let drawn = [];
  return {
    element: canvas,
    /** @param {Uint8Array | null} pixels  side × side bytes, 255 is ink; null: paper @param {number} side @param {Palette} palette */
    draw(pixels, side, palette) {
      const next = [pixels?.buffer, pixels?.byteOffset, side, palette];
      if (drawn.length > 0 && next.every((part, index) => part === drawn[index])) return;
      drawn = next;
      if (canvas.width !== side || canvas.height !== side) [canvas.width, canvas.height] = [side, side];
      const ramp = inkRamp(palette);
      const image = context.createImageData(side, side);
      const colors = new Uint32Array(image.data.buffer);
      for (let pixel = 0; pixel < colors.length; pixel++) colors[pixel] = ramp[pixels ? pixels[pixel] : 0];
      context.putImageData(image, 0, 0);
    },
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

/** The number of a test picture as an example. @param {Pick<import("../core/types.js").Data, "trainSize" | "validationSize">} data @param {number} index  among those for the test */
export const exampleOf = ({ trainSize, validationSize }, index) => trainSize + validationSize + index;

/** The place of an example among the test pictures; negative for one that is none. @param {Pick<import("../core/types.js").Data, "trainSize" | "validationSize">} data @param {number} example */
export const testIndex = ({ trainSize, validationSize }, example) => example - trainSize - validationSize;
