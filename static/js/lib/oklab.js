/**
 * Colors by lightness, chroma and hue as people see them: equal distances look equal (OKLab, Björn Ottosson, 2020). Pure.
 *
 * @typedef {import("./color.js").Rgb} Rgb
 * @typedef {readonly [number, number, number]} Lab  lightness 0 … 1, and how red or green and how yellow or blue
 * @typedef {readonly [number, number, number]} Lch  lightness 0 … 1, chroma from 0 (gray) to about 0.3, hue in degrees
 */

/** From linear red, green and blue to the responses of three kinds of cones, and from their cube roots to OKLab. */
const TO_CONES = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]];
const TO_LAB = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]];
/** The way back. */
const FROM_LAB = [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.291485548]];
const FROM_CONES = [[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965], [-0.0041960863, -0.7034186147, 1.707614701]];
/** How much light a color gives off, by its linear parts (WCAG 2). */
const LIGHT = [0.2126, 0.7152, 0.0722];
/** Rounding, in parts of 1. */
const SLACK = 1e-4;
const HALVINGS = 16;

/** @param {readonly number[][]} matrix @param {readonly number[]} vector @returns {[number, number, number]} */
function times([a, b, c], vector) {
  const row = (/** @type {number[]} */ factors) => factors[0] * vector[0] + factors[1] * vector[1] + factors[2] * vector[2];
  return [row(a), row(b), row(c)];
}

/** A part of a color, 0 … 255, as an amount of light, 0 … 1. @param {number} part */
const toLinear = (part) => (part <= 10.31475 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);

/** @param {number} light */
const fromLinear = (light) => 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);

/** @param {Rgb} color @returns {Lab} */
export const toLab = (color) => times(TO_LAB, times(TO_CONES, color.map(toLinear)).map(Math.cbrt));

/** @param {Rgb} color @returns {Lch} */
export function toLch(color) {
  const [lightness, a, b] = toLab(color);
  return [lightness, Math.hypot(a, b), ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360];
}

/** Linear parts of a color; those of one that no screen shows are below 0 or above 1. @param {Lch} color */
function linearOf([lightness, chroma, hue]) {
  const angle = (hue * Math.PI) / 180;
  return times(FROM_CONES, times(FROM_LAB, [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)]).map((root) => root ** 3));
}

/** @param {readonly number[]} linear */
const isShown = (linear) => linear.every((part) => part > -SLACK && part < 1 + SLACK);

/**
 * The color for a screen; a chroma that no screen shows is lowered to the largest that it does, so that lightness and hue
 * stay what they are.
 * @param {Lch} color
 * @returns {Rgb}
 */
export function fromLch([lightness, chroma, hue]) {
  let [shown, most] = [chroma, chroma];
  if (!isShown(linearOf([lightness, chroma, hue]))) {
    shown = 0;
    for (let round = 0; round < HALVINGS; round++) {
      const middle = (shown + most) / 2;
      if (isShown(linearOf([lightness, middle, hue]))) shown = middle;
      else most = middle;
    }
  }
  const [red, green, blue] = linearOf([lightness, shown, hue]).map((part) => fromLinear(Math.max(0, Math.min(1, part))));
  return [red, green, blue];
}

/** Relative luminance (WCAG 2): 0 of black, 1 of white. @param {Rgb} color */
export function luminance(color) {
  return color.reduce((sum, part, index) => sum + LIGHT[index] * toLinear(part), 0);
}

/** The contrast of two colors (WCAG 2), 1 … 21. @param {Rgb} one @param {Rgb} other */
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
