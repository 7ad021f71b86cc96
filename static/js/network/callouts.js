/**
 * The places of the callouts for newcomers: below what they are about, where nothing else is. Pure.
 *
 * @typedef {import("./layout.js").Column} Column
 * @typedef {import("./layout.js").LinkPath} LinkPath
 * @typedef {{x: number, y: number}} Point
 * @typedef {{kind: "unit" | "link", x: number, y: number, width: number, height: number, from: Point, to: Point}} CalloutBox
 *   `to`: what it points at, above it; `from`: where the curve to it begins, at its upper edge
 */

import { clamp } from "../lib/numbers.js";
import { LINK_HALF, linkHeight } from "./curve.js";

const CALLOUT = { width: 150, height: 56, above: 30, margin: 8 };
/** How far the curve begins from the point straight below its end. */
const BEND = 26;
/** To a map at the end of the board, and what is below it. */
const MAP_ROOM = 40;
/** Left of a unit there is its bias. */
const BIAS_ROOM = 10;

/**
 * Callouts go below what they are about, where nothing else is.
 * @param {readonly Column[]} columns  features and hidden layers
 * @param {readonly LinkPath[]} links
 * @param {object} board
 * @param {number} board.unitSize
 * @param {boolean} board.hasOnes  the lowest in each column is no neuron
 * @param {boolean} board.isAtMap
 * @param {{left: number, bottom: number}} board.output  what is at the end of the board
 * @param {number} board.width
 * @param {number} board.height
 * @param {number} board.scale
 * @returns {CalloutBox[]}
 */
export function placeCallouts(columns, links, { unitSize, hasOnes, isAtMap, output, width, height, scale }) {
  const end = width - (isAtMap ? MAP_ROOM * scale : 0);
  const box = { width: CALLOUT.width * scale, height: CALLOUT.height * scale };
  const ends = columns.map(({ x, first, step, count }, column) => ({
    left: column === 0 ? 0 : x - BIAS_ROOM,
    right: x + unitSize,
    bottom: count === 0 ? 0 : first + (count - 1) * step + unitSize,
  }));

  /** The bottom of what lies between two positions. @param {number} from @param {number} to */
  const lowest = (from, to) => Math.max(
    ...[...ends, { ...output, right: width }].map(({ left, right, bottom }) => (from < right && to > left ? bottom : 0)),
    ...links.filter(({ x1, x2 }) => from < x2 && to > x1).map((link) => Math.max(linkHeight(link, from), linkHeight(link, to)) + LINK_HALF),
  );

  /** @param {"unit" | "link"} kind @param {{x: number, y: number}} to @returns {CalloutBox | null} */
  const putBelow = (kind, to) => {
    const x = clamp(to.x - box.width / 2, 0, end - box.width);
    const y = lowest(x - CALLOUT.margin, x + box.width + CALLOUT.margin) + CALLOUT.above * scale;
    const side = to.x + BEND < x + box.width - CALLOUT.margin ? 1 : -1;
    return y + box.height <= height && Math.abs(x + box.width / 2 - to.x) < box.width / 2 ? { kind, x, y, ...box, from: { x: to.x + side * BEND, y: y - 4 }, to } : null;
  };

  const unit = (hasOnes ? [] : ends.slice(1)).map(({ right, bottom }) => putBelow("unit", { x: right - unitSize / 2, y: bottom + 3 })).find(Boolean);
  const gaps = ends.map((_, gap) => lowestLink(links, gap + 1)).reverse();
  const link = gaps.map((found) => found && putBelow("link", { x: (found.x1 + found.x2) / 2, y: (found.y1 + found.y2) / 2 + 8 }))
    .find((found) => found && !(unit && touches(unit, found)));
  return [unit, link].filter((found) => found !== undefined && found !== null);
}

/** @param {readonly LinkPath[]} links @param {number} layer */
function lowestLink(links, layer) {
  const inLayer = links.filter((link) => link.layer === layer);
  return inLayer.reduce((low, link) => (link.y1 >= low.y1 && link.y2 >= low.y2 ? link : low), inLayer[0]);
}

/** Whether the text or the arrow of one meets the text or the arrow of the other. @param {CalloutBox} one @param {CalloutBox} other */
function touches(one, other) {
  const margin = CALLOUT.margin;
  const parts = (/** @type {CalloutBox} */ { x, y, width, height, from, to }) =>
    [{ x, y, width, height }, { x: Math.min(from.x, to.x), y: to.y, width: Math.abs(from.x - to.x), height: y - to.y }];
  return parts(one).some((a) => parts(other).some((b) => a.x < b.x + b.width + margin && b.x < a.x + a.width + margin
    && a.y < b.y + b.height + margin && b.y < a.y + a.height + margin));
}

