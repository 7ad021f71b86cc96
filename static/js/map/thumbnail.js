/**
 * A small picture of bytes, each of which is a color of a ramp.
 * @typedef {ReturnType<typeof createThumbnail>} Thumbnail
 */

import { h } from "../lib/dom.js";

/** A canvas for one picture at a time. */
export function createThumbnail() {
  const canvas = h("canvas", { width: 1, height: 1, "aria-hidden": "true" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {ImageData | null} */
  let image = null;
  let pixels = new Uint32Array(0);
  /** What is on the canvas now. */
  let shown = new Uint8Array(0);
  /** @type {Uint32Array | null} */
  let shownRamp = null;

  return {
    canvas,
    /**
     * Paints a picture, if it is not the one shown.
     * @param {Uint8Array} pictures  all of them, n × size × size
     * @param {number} index
     * @param {number} size  pixels of a side
     * @param {Uint32Array} ramp
     */
    draw(pictures, index, size, ramp) {
      const length = size * size;
      const start = index * length;
      if (image?.width !== size) {
        canvas.width = canvas.height = size;
        image = context.createImageData(size, size);
        pixels = new Uint32Array(image.data.buffer);
        shown = new Uint8Array(length);
        shownRamp = null;
      }
      let isSame = ramp === shownRamp;
      for (let i = 0; i < length && isSame; i++) isSame = shown[i] === pictures[start + i];
      if (isSame) return;
      for (let i = 0; i < length; i++) {
        const byte = pictures[start + i];
        shown[i] = byte;
        pixels[i] = ramp[byte];
      }
      shownRamp = ramp;
      context.putImageData(image, 0, 0);
    },
  };
}
