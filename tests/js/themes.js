/** The colors of both themes as the style sheet declares them, and how people without one kind of cones see them. */

import { readFileSync } from "node:fs";

import { parseColor } from "../../static/js/lib/color.js";

const sheet = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
/** @param {string} text @returns {Record<string, string>} */
const tokensIn = (text) => Object.fromEntries([...text.matchAll(/--([\w-]+): ([^;]+);/g)].map(([, name, value]) => [name, value]));
const blockAfter = (/** @type {string} */ start) => sheet.slice(sheet.indexOf(start)).split("}")[0];
const light = tokensIn(blockAfter(":root {"));

/** Tokens by name, of each theme; and of the dark one as the system chooses it. */
export const THEMES = {
  light,
  dark: { ...light, ...tokensIn(blockAfter(':root[data-theme="dark"]')) },
  darkSystem: { ...light, ...tokensIn(blockAfter(':root:not([data-theme="light"])')) },
};

/** From linear red, green and blue to the same, as seen by eyes without one kind of cones (Machado et al. 2009). */
export const EYES = {
  all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  noRed: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  noGreen: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  noBlue: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, factor, i) => sum + factor * vector[i], 0));

/** The linear parts of a color, as such eyes see it. @param {string} color @param {keyof typeof EYES} eyes */
export function seenBy(color, eyes) {
  const linear = parseColor(color).map((part) => (part <= 10.31 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return times(EYES[eyes], linear).map((part) => Math.max(0, Math.min(1, part)));
}

/** The same as a color. @param {string} color @param {keyof typeof EYES} eyes */
export function colorSeenBy(color, eyes) {
  return seenBy(color, eyes).map((part) => 255 * (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055));
}
