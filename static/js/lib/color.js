/**
 * Colors of bytes and weights. Pure. A ramp has 256 entries: a byte `b` of a picture means (b - 127.5) / 127.5,
 * -1 … 1; its entry is the color as the 32 bits of a canvas pixel (little-endian: red, green, blue, alpha).
 */

import { contrast, fromLch, luminance, toLch } from "./oklab.js";

const SIZE = 256;
const OPAQUE = 0xff000000;
const HALF = (SIZE - 1) / 2;
/** Below this luminance a background is dark. */
const DARK = 0.18;
/**
 * From a dark zero, a straight line to orange would pass through brown, which is a dark orange without much chroma.
 * Lightness and chroma therefore run ahead, as 1 - (1 - share)ᵖ with these p, and an orange that loses lightness turns
 * redder: by these degrees for a lightness of 1, up to the most, if its hue is between these two.
 */
const AHEAD = { lightness: 2, chroma: 3 };
const REDDER = { degrees: 50, most: 10, hues: [40, 110] };
/** What is written on a color: only pure black and white make sure of a contrast of 4.5 on every color. */
const INKS = ["#000000", "#ffffff"];

/** The tokens with the colors of the classes: any two can be distinguished, also by people who see no red, no green or no blue. */
export const CLASS_TOKENS = ["neg", "pos", "class-3", "class-4", "class-5", "class-6"];

/** The color of a class for CSS, in either theme. @param {number} number  from 0 */
export const classFill = (number) => `var(--${CLASS_TOKENS[number % CLASS_TOKENS.length]})`;

/** @typedef {readonly [number, number, number]} Rgb  0 … 255 each */

/**
 * Reads #rgb, #rrggbb and rgb(…).
 * @param {string} text
 * @returns {Rgb}
 */
export function parseColor(text) {
  const value = text.trim();
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(value);
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(value);
  const hex = long?.slice(1) ?? short?.slice(1).map((digit) => digit + digit);
  const parts = hex?.map((pair) => parseInt(pair, 16)) ?? /^rgba?\(([^)]*)\)$/.exec(value)?.[1].split(/[\s,/]+/).slice(0, 3).map(Number);
  if (!parts || parts.length < 3 || parts.some(Number.isNaN)) throw new Error(`not a color: ${text}`);
  return [parts[0], parts[1], parts[2]];
}

/**
 * The color at `share` of the way from one to another.
 * @param {Rgb} from @param {Rgb} to @param {number} share  0 … 1
 * @returns {Rgb}
 */
export function mix(from, to, share) {
  const at = (/** @type {0 | 1 | 2} */ part) => from[part] + (to[part] - from[part]) * share;
  return [at(0), at(1), at(2)];
}

/** Whether a background is dark. @param {string} color */
export const isDark = (color) => luminance(parseColor(color)) < DARK;

/** The hue of a color that is less light by `less`. @param {number} hue @param {number} less */
function dimmedHue(hue, less) {
  const [from, to] = REDDER.hues;
  return hue > from && hue < to ? hue - Math.min(REDDER.most, REDDER.degrees * less) : hue;
}

/**
 * The colors on the way from that of zero to another: in light themes those of the original, a straight line.
 * @param {Rgb} zero @param {Rgb} end
 * @returns {(share: number) => Rgb}  share: 0 … 1
 */
function wayFrom(zero, end) {
  if (luminance(zero) >= DARK) return (share) => mix(zero, end, share);
  const [[dark, gray], [light, chroma, hue]] = [toLch(zero), toLch(end)];
  const ahead = (/** @type {number} */ share, /** @type {number} */ power) => 1 - (1 - share) ** power;
  return (share) => {
    if (share <= 0) return zero;
    if (share >= 1) return end;
    const lightness = dark + (light - dark) * ahead(share, AHEAD.lightness);
    return fromLch([lightness, gray * (1 - share) + chroma * ahead(share, AHEAD.chroma), dimmedHue(hue, light - lightness)]);
  };
}

/**
 * A ramp of values, from the color of -1 by that of 0 to that of 1.
 * @param {{neg: string, zero: string, pos: string}} colors  of -1, 0 and 1
 * @returns {Uint32Array}
 */
export function createRamp({ neg, zero, pos }) {
  const [low, middle, high] = [neg, zero, pos].map(parseColor);
  const [down, up] = [wayFrom(middle, low), wayFrom(middle, high)];
  return Uint32Array.from({ length: SIZE }, (_, byte) => {
    const value = (byte - HALF) / HALF;
    return pixel(value < 0 ? down(-value) : up(value));
  });
}

/**
 * A ramp of probabilities: a byte means 2p - 1. From the class's own color at 1 it pales to that of zero.
 * @param {string} color  of the class
 * @param {string} zero
 * @param {number} [unsure]  the probability at and below which none of the color is left
 * @returns {Uint32Array}
 */
export function createClassRamp(color, zero, unsure = 0) {
  const way = wayFrom(parseColor(zero), parseColor(color));
  return Uint32Array.from({ length: SIZE }, (_, byte) => {
    const probability = byte / (SIZE - 1);
    return pixel(way(Math.max(0, (probability - unsure) / (1 - unsure))));
  });
}

/**
 * The ramp seen through a veil: every color mixed with the background; of a dark one only the lightness, so that no color
 * turns gray or brown.
 * @param {Uint32Array} ramp @param {string} background @param {number} share  of the background, 0 … 1
 * @returns {Uint32Array}
 */
export function veil(ramp, background, share) {
  const behind = parseColor(background);
  if (luminance(behind) >= DARK) return ramp.map((entry) => pixel(mix(rgb(entry), behind, share)));
  const [dark] = toLch(behind);
  return ramp.map((entry) => {
    const [lightness, chroma, hue] = toLch(rgb(entry));
    const less = share * (lightness - dark);
    return pixel(fromLch([lightness - less, chroma, dimmedHue(hue, less)]));
  });
}

/** Black or white, whichever can be read better on a color. @param {string} color @returns {string} for CSS */
export function inkOn(color) {
  const [dark, light] = INKS.map((ink) => contrast(parseColor(ink), parseColor(color)));
  return INKS[dark >= light ? 0 : 1];
}

/**
 * Only two colors: below 0 that of -1, else that of 1.
 * @param {Uint32Array} ramp
 * @returns {Uint32Array}
 */
export function discretize(ramp) {
  return ramp.map((_, byte) => ramp[byte < SIZE / 2 ? 0 : SIZE - 1]);
}

/**
 * The ramp's entry for a value; beyond -1 and 1 that of the end.
 * @param {number} value
 * @returns {number}
 */
export function byteOf(value) {
  return Math.max(0, Math.min(SIZE - 1, Math.round(value * HALF + HALF)));
}

/**
 * The value that a byte of a picture means.
 * @param {number} byte
 * @returns {number}
 */
export function valueOf(byte) {
  return (byte - HALF) / HALF;
}

/**
 * The color of a value for CSS.
 * @param {Uint32Array} ramp
 * @param {number} value  -1 … 1; beyond, that of the end
 * @returns {string} "rgb(r, g, b)"
 */
export function cssColor(ramp, value) {
  return `rgb(${rgb(ramp[byteOf(value)]).join(", ")})`;
}

/** @param {Rgb} color @returns {number} */
function pixel([red, green, blue]) {
  return (OPAQUE | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
}

/** @param {number} entry @returns {Rgb} */
function rgb(entry) {
  return [entry & 255, (entry >> 8) & 255, (entry >> 16) & 255];
}
