/**
 * The palette of whatever is more or less and has no sign: losses, counts, shares, the order of layers. It runs from a dark
 * indigo by teal to a light yellow. Lightness always rises, so that it can also be read without colors, and its steps look
 * equally large. Pure.
 */

import { fromLch, toLab } from "./oklab.js";

/** @typedef {import("./color.js").Rgb} Rgb */

/** Lightness, chroma and hue at both ends; between them straight lines. */
const ENDS = { lightness: [0.28, 0.94], chroma: [0.13, 0.12], hue: [285, 105] };
const STEPS = 256;
/** Of the line that is divided into steps of equal length. */
const SAMPLES = 1024;
/** Little is still seen on a dark background. */
const LEAST_ON_DARK = 0.14;
/** The parts of the palette that stand out from a background as lines and their names: from the first layer to the last. */
const LINES = { light: [0.4, 0], dark: [0.5, 1] };

/** @param {readonly number[]} ends @param {number} share */
const between = ([from, to], share) => from + (to - from) * share;

/** @param {number} share @returns {Rgb} */
const colorAt = (share) => fromLch([between(ENDS.lightness, share), between(ENDS.chroma, share), between(ENDS.hue, share)]);

/** Colors at equal distances along the way, for CSS. @param {number} least  where the way begins, 0 … 1 @returns {readonly string[]} */
function equalSteps(least) {
  const sampleAt = (/** @type {number} */ sample) => colorAt(least + (1 - least) * (sample / (SAMPLES - 1)));
  const colors = Array.from({ length: SAMPLES }, (_, sample) => sampleAt(sample));
  const places = colors.map(toLab);
  const passed = [0];
  for (let at = 1; at < SAMPLES; at++) {
    passed.push(passed[at - 1] + Math.hypot(...places[at].map((part, index) => part - places[at - 1][index])));
  }
  let at = 0;
  return Array.from({ length: STEPS }, (_, step) => {
    const wanted = (step / (STEPS - 1)) * passed[SAMPLES - 1];
    while (at + 1 < SAMPLES - 1 && passed[at + 1] < wanted) at++;
    return `rgb(${sampleAt(at + (wanted - passed[at]) / (passed[at + 1] - passed[at])).map(Math.round).join(", ")})`;
  });
}

/**
 * Colors that are made when they are first used, and then kept: that takes longer than everything else before the first
 * picture, which has none of them.
 * @param {() => readonly string[]} make
 */
function whenUsed(make) {
  /** @type {readonly string[] | null} */
  let made = null;
  return () => (made ??= make());
}

/** From dark to light. */
const whole = whenUsed(() => equalSteps(0));
const ON = { light: whenUsed(() => whole().toReversed()), dark: whenUsed(() => equalSteps(LEAST_ON_DARK)) };

/** The palette from little to much: the more, the farther from the background. @param {boolean} isDark  the theme */
export const amountsOf = (isDark) => (isDark ? ON.dark() : ON.light());

/** The color of a share. @param {readonly string[]} amounts @param {number} share  0 … 1; beyond, that of the end */
export const amountColor = (amounts, share) => amounts[Math.max(0, Math.min(STEPS - 1, Math.round(share * (STEPS - 1))))];

/**
 * A color for each layer, from the first to the output, as far apart as can be on the background.
 * @param {number} layer  from 0 @param {number} count @param {boolean} isDark  the theme
 * @returns {string} for CSS
 */
export function layerColor(layer, count, isDark) {
  return amountColor(whole(), between(isDark ? LINES.dark : LINES.light, count > 1 ? layer / (count - 1) : 1));
}
