/**
 * The curves of links: how high they are, and which of them is near a point. Pure.
 *
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").LinkPath} LinkPath
 * @typedef {import("./layout.js").BiasBox} BiasBox
 */

import { clamp } from "../lib/numbers.js";

/** Half the width of a strong link, in CSS pixels. */
export const LINK_HALF = 6;

/**
 * How high a link is at `x`: both inner control points are in the middle between its ends, so x runs from 0 to 1 with
 * 1.5 t - 1.5 t² + t³ of the way, and y with 3 t² - 2 t³.
 * @param {Pick<LinkPath, "x1" | "y1" | "x2" | "y2">} link @param {number} x
 * @returns {number}
 */
export function linkHeight({ x1, y1, x2, y2 }, x) {
  const t = curveTime(clamp((x - x1) / (x2 - x1), 0, 1));
  return y1 + (y2 - y1) * t * t * (3 - 2 * t);
}

/** @param {number} share  of the way in x */
function curveTime(share) {
  let t = share;
  for (let i = 0; i < 6; i++) t -= (t * (1.5 + t * (t - 1.5)) - share) / (1.5 - 3 * t + 3 * t * t);
  return t;
}

/**
 * The bias or else the link at a position of the board, or null.
 * @param {Pick<Layout, "links" | "biases">} layout @param {number} x @param {number} y
 * @param {number} [reach]  how far away it may be
 * @returns {{kind: "bias", part: BiasBox} | {kind: "link", part: LinkPath} | null}
 */
export function findPart(layout, x, y, reach = 7) {
  const bias = layout.biases.find((part) => Math.abs(x - part.x - part.size / 2) <= reach && Math.abs(y - part.y - part.size / 2) <= reach);
  if (bias) return { kind: "bias", part: bias };
  let best = reach;
  /** @type {LinkPath | null} */
  let nearest = null;
  for (const link of layout.links) {
    if (x < link.x1 || x > link.x2) continue;
    const away = Math.abs(y - linkHeight(link, x)) / steepness(link, x);
    if (away < best) [best, nearest] = [away, link];
  }
  return nearest && { kind: "link", part: nearest };
}

/** How much longer the way up or down is than the way straight to the link. @param {LinkPath} link @param {number} x */
function steepness(link, x) {
  const slope = linkHeight(link, x + 0.5) - linkHeight(link, x - 0.5);
  return Math.hypot(1, slope);
}
