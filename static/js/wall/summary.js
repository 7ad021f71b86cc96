/** What the whole class has reached and chosen: counts, a histogram of losses, and bars. Pure. */

import { steadyExponents, steadyRange } from "../plot/scale.js";
import { hasReached, lossOf } from "./order.js";

/** @typedef {import("../classroom/types.js").Tile} Tile */

/** Those who are in the class, and not only in its waiting room. @param {Iterable<Tile>} tiles */
export const admitted = (tiles) => [...tiles].filter(({ state }) => state !== "waiting");

/** How many tiles are what. @param {readonly Tile[]} tiles */
export function countsOf(tiles) {
  const inState = (/** @type {Tile["state"]} */ wanted) => tiles.filter(({ state }) => state === wanted).length;
  const waiting = inState("waiting");
  return {
    total: tiles.length - waiting, waiting,
    reached: tiles.filter(hasReached).length, hands: tiles.filter(({ hand }) => hand).length,
    training: inState("training"), stuck: inState("stuck"), diverged: inState("diverged"), away: inState("away"),
  };
}

/** Columns of the histogram. */
export const BINS = 12;
/** From this ratio of the highest to the lowest loss on, the axis is logarithmic; below the other it is linear again. */
const LOGARITHMIC = { from: 20, below: 10 };

/**
 * @typedef {object} Histogram
 * @property {boolean} isLog
 * @property {import("../plot/scale.js").Range} range  of losses, or of their exponents
 * @property {{low: number, high: number, count: number, reached: number}[]} bins
 * @property {number} diverged  who have no place on the axis
 */

/** Whether an axis is logarithmic. @param {number} lowest @param {number} highest @param {boolean} was */
function isLogarithmic(lowest, highest, was) {
  return lowest > 0 && highest / lowest >= (was ? LOGARITHMIC.below : LOGARITHMIC.from);
}

/**
 * A histogram of the losses of the class. Its axis stays while the losses change a little.
 * @param {readonly Tile[]} tiles @param {Histogram | null} [previous]
 * @returns {Histogram | null} null: there are no losses yet
 */
export function histogramOf(tiles, previous = null) {
  const those = tiles.flatMap((tile) => {
    const loss = lossOf(tile);
    return loss === null || !Number.isFinite(loss) || tile.state === "diverged" || tile.state === "waiting" ? [] : [{ loss, hasReached: hasReached(tile) }];
  });
  if (those.length === 0) return null;
  const [lowest, highest] = those.reduce(([low, high], { loss }) => [Math.min(low, loss), Math.max(high, loss)], [Infinity, -Infinity]);
  const isLog = isLogarithmic(lowest, highest, previous?.isLog ?? false);
  const kept = previous?.isLog === isLog ? previous.range : null;
  const range = isLog ? steadyExponents(kept, those.map(({ loss }) => loss)) : linearRange(kept, lowest, highest);
  const [from, to] = range;
  const edge = (/** @type {number} */ index) => tidy(isLog ? 10 ** (from + ((to - from) * index) / BINS) : from + ((to - from) * index) / BINS);
  const bins = Array.from({ length: BINS }, (_, index) => ({ low: edge(index), high: edge(index + 1), count: 0, reached: 0 }));
  for (const { loss, hasReached: isReached } of those) {
    // losses beyond the ends of the axis count in its outermost columns
    const bin = bins.find(({ high }) => loss < high) ?? bins[BINS - 1];
    bin.count++;
    if (isReached) bin.reached++;
  }
  return { isLog, range, bins, diverged: tiles.filter(({ state }) => state === "diverged").length };
}

/** @param {import("../plot/scale.js").Range | null} kept @param {number} lowest @param {number} highest @returns {import("../plot/scale.js").Range} */
function linearRange(kept, lowest, highest) {
  const [from, to] = steadyRange(kept, lowest, highest);
  return from < 0 && lowest >= 0 ? [0, to] : [from, to];
}

/** Without digits that only come from rounding. @param {number} value */
const tidy = (value) => Number(value.toPrecision(6));

/** Where a loss is on the axis. @param {Histogram} histogram @param {number} loss @returns {number} 0 … 1, beyond for others */
export function placeOf({ isLog, range: [from, to] }, loss) {
  return ((isLog ? Math.log10(loss) : loss) - from) / (to - from);
}

/** The settings that students choose most, first. */
const USUAL = ["activation", "hidden_layer_sizes", "learning_rate", "features", "regularizer", "regularization_rate", "optimizer", "batch_size"];

/** The settings of which bars can be shown, the usual ones first. @param {readonly Tile[]} tiles @returns {string[]} */
export function fieldsOf(tiles) {
  const fields = [...new Set(tiles.flatMap(({ chosen }) => Object.keys(chosen)))];
  const rank = (/** @type {string} */ field) => (USUAL.includes(field) ? USUAL.indexOf(field) : USUAL.length);
  return fields.sort((a, b) => rank(a) - rank(b));
}

/** How often each value of a setting was chosen, the most frequent first. @param {readonly Tile[]} tiles @param {string} field */
export function barsOf(tiles, field) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { chosen } of tiles) if (field in chosen) counts.set(chosen[field], (counts.get(chosen[field]) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

/**
 * The setting whose bars are shown before anyone chooses one: the first one in which students differ. The present one
 * stays while they differ in it.
 * @param {readonly Tile[]} tiles @param {readonly string[]} fields @param {string | null} present
 * @returns {string | null} null: there is none
 */
export function tellingField(tiles, fields, present) {
  const differs = (/** @type {string} */ field) => barsOf(tiles, field).length > 1;
  if (present !== null && fields.includes(present) && differs(present)) return present;
  return fields.find(differs) ?? (present !== null && fields.includes(present) ? present : fields[0] ?? null);
}
