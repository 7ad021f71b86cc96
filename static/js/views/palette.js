/** The page's colours, for those views that paint pixels: read from the style sheet once for each theme. */

import { createRamp, cssColor, discretize, veil, valueOf } from "../color.js";

/** How much the large map is veiled, so that the points stand out from it. */
const VEIL = 0.3;

/**
 * @typedef {object} Palette
 * @property {Uint32Array} ramp  of pictures in units
 * @property {Uint32Array} discreteRamp
 * @property {Uint32Array} mapRamp  of the large map
 * @property {Uint32Array} discreteMapRamp
 * @property {string[]} shades  the ramp as CSS colours
 * @property {Record<"bg" | "panel" | "ink" | "soft" | "line" | "edge" | "accent" | "test" | "train", string>} colors
 */

/** @type {Palette | null} */
let palette = null;
let paletteKey = "";
const darkScheme = matchMedia("(prefers-color-scheme: dark)");

/**
 * The same object for as long as the theme is the same.
 * @returns {Palette}
 */
export function currentPalette() {
  const key = `${document.documentElement.dataset.theme ?? ""} ${darkScheme.matches}`;
  if (palette && key === paletteKey) return palette;
  const style = getComputedStyle(document.documentElement);
  const token = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  const ramp = createRamp({ neg: token("neg"), zero: token("zero"), pos: token("pos") });
  const mapRamp = veil(ramp, token("panel"), VEIL);
  paletteKey = key;
  palette = {
    ramp,
    mapRamp,
    discreteRamp: discretize(ramp),
    discreteMapRamp: discretize(mapRamp),
    shades: Array.from(ramp, (_, byte) => cssColor(ramp, valueOf(byte))),
    colors: {
      bg: token("bg"), panel: token("panel"), ink: token("ink"), soft: token("soft"), line: token("line"),
      edge: token("edge"), accent: token("accent"), test: token("test"), train: token("train"),
    },
  };
  return palette;
}
