/** The page's colors for views that paint pixels: read from the style sheet once for each theme. */

import { byteOf, CLASS_TOKENS, createClassRamp, createRamp, cssColor, discretize, inkOn, isDark, veil, valueOf } from "./color.js";
import { styleTokens, themeKey } from "./dom.js";
import { amountsOf } from "./sequential.js";

/** Numbers of the colors of other runs' curves in the style sheet. */
const RUNS = [1, 2, 3, 4, 5, 6];

/**
 * @typedef {object} Palette
 * @property {Uint32Array} ramp  of pictures in units
 * @property {Uint32Array} discreteRamp
 * @property {Uint32Array} mapRamp  of the large map
 * @property {Uint32Array} discreteMapRamp
 * @property {string[]} shades  the ramp as CSS colors
 * @property {string[]} inks  of text on each of the shades
 * @property {readonly string[]} amounts  the sequential palette as CSS colors, from little to much: of what has no sign
 * @property {string[]} classes  colors of the classes, of which the first two are those of -1 and 1
 * @property {(count: number) => ClassPalette} forClasses
 * @property {string[]} runs  of other runs' curves in the chart
 * @property {Record<"bg" | "panel" | "ink" | "soft" | "line" | "edge" | "accent" | "test" | "train" | "validation" | "warn", string>} colors
 */
/**
 * Ramps of probabilities, one of each class.
 * @typedef {object} ClassPalette
 * @property {string[]} colors
 * @property {Uint32Array[]} ramps  of pictures in units
 * @property {Uint32Array[]} discreteRamps  nothing below one half, all above
 * @property {Uint32Array[]} mapRamps  of one class on the large map
 * @property {Uint32Array[]} discreteMapRamps
 * @property {Uint32Array[]} bestRamps  of the likeliest class on the large map: at even odds none of its color is left
 * @property {Uint32Array[]} fullRamps  the class's color on the large map, whatever its probability
 */

/** @type {Palette | null} */
let palette = null;
let paletteKey = "";

/**
 * The palette of the theme in use: the same object for as long as the theme stays the same.
 * @returns {Palette}
 */
export function currentPalette() {
  const key = themeKey();
  if (!palette || key !== paletteKey) palette = createPalette(styleTokens());
  paletteKey = key;
  return palette;
}

/**
 * The palette of a theme.
 * @param {(name: string) => string} token  a color of the style sheet by its name without "--"
 * @returns {Palette}
 */
export function createPalette(token) {
  const ramp = createRamp({ neg: token("neg"), zero: token("zero"), pos: token("pos") });
  const share = Number(token("veil"));
  const mapRamp = veil(ramp, token("panel"), share);
  const classes = CLASS_TOKENS.map(token);
  const shades = Array.from(ramp, (_, byte) => cssColor(ramp, valueOf(byte)));
  const isOnDark = isDark(token("panel"));
  /** @type {string[] | null} */
  let inks = null;
  return {
    ramp,
    mapRamp,
    discreteRamp: discretize(ramp),
    discreteMapRamp: discretize(mapRamp),
    forClasses: createClassPalettes(classes, { zero: token("zero"), background: token("panel"), share }),
    shades,
    get inks() {
      return (inks ??= shades.map(inkOn));
    },
    get amounts() {
      return amountsOf(isOnDark);
    },
    classes,
    runs: RUNS.map((number) => token(`run-${number}`)),
    colors: {
      bg: token("bg"), panel: token("panel"), ink: token("ink"), soft: token("soft"), line: token("line"),
      edge: token("edge"), accent: token("accent"), test: token("test"), train: token("train"), validation: token("validation"), warn: token("warn"),
    },
  };
}

/**
 * The color of an example, by its class or value.
 * @param {Palette} palette
 * @param {Pick<import("../core/types.js").Data, "classes">} data
 * @param {number} target  -1 … 1, or with more than two classes the number of the class
 * @returns {string} for CSS
 */
export function targetColor({ forClasses, shades }, { classes }, target) {
  return classes > 2 ? forClasses(classes).colors[target] : shades[byteOf(target)];
}

/**
 * Palettes by the number of classes.
 * @param {readonly string[]} all  their colors
 * @param {{zero: string, background: string, share: number}} colors  of 0 and of the veil, and the share of that
 * @returns {(count: number) => ClassPalette} the same object for the same count
 */
function createClassPalettes(all, { zero, background, share }) {
  /** @type {ClassPalette | null} */
  let made = null;
  return (count) => {
    if (made?.colors.length === count) return made;
    const colors = Array.from({ length: count }, (_, number) => all[number % all.length]);
    const ramps = colors.map((color) => createClassRamp(color, zero));
    const mapRamps = ramps.map((ramp) => veil(ramp, background, share));
    const bestRamps = colors.map((color) => veil(createClassRamp(color, zero, 1 / count), background, share));
    made = {
      colors, ramps, mapRamps, bestRamps,
      discreteRamps: ramps.map(discretize),
      discreteMapRamps: mapRamps.map(discretize),
      fullRamps: mapRamps.map((ramp) => ramp.map(() => ramp[ramp.length - 1])),
    };
    return made;
  };
}
