/**
 * Parallel coordinates: the axes of a sweep and its result side by side, and a line through them for each cell. Pure geometry.
 *
 * Places along an axis are shares, 0 below and 1 above. Each value of a setting has a band, in which lines lie by their
 * results, so that cells with the same value do not cover each other.
 */

/**
 * @typedef {import("../luck/starts.js").Axis} Axis
 * @typedef {import("../luck/layout.js").Scale} Scale
 * @typedef {import("./cells.js").Cell} Cell
 * @typedef {import("./filter.js").Filter} Filter
 */

/** The part of its band that a value's lines take. */
const FILLED = 0.7;
/** Above this share of the last axis are the cells that have no result. */
const TOP = 0.92;
/** A brush that is shorter than this share of an axis is a click. */
const CLICK = 0.02;

/** Where a result is on the last axis; what has none is at its end. @param {number} median @param {Scale} scale */
export const resultAt = (median, scale) => (median === Infinity ? 1 : TOP * scale.at(median));

/** The middle of the band of a value. @param {number} place @param {number} count  of values */
export const bandAt = (place, count) => (place + 0.5) / count;

/** Where the line of a cell is on each axis, the result last. @param {Cell} cell @param {readonly Axis[]} axes @param {Scale} scale @returns {number[]} */
export function lineOf({ places, median }, axes, scale) {
  const result = resultAt(median, scale);
  return [...axes.map(({ values: { length } }, axis) => (places[axis] + 0.5 + (result - 0.5) * FILLED) / length), result];
}

/**
 * The brushes that a filter is.
 * @param {Filter} filter @param {readonly Axis[]} axes @param {Scale} scale
 * @returns {(readonly [number, number] | null)[]} of each axis, the result last
 */
export function brushesOf({ values, medians }, axes, scale) {
  const bands = values.map((range, axis) => range && /** @type {const} */ ([range[0] / axes[axis].values.length, (range[1] + 1) / axes[axis].values.length]));
  return [...bands, medians && [Math.max(0, resultAt(medians[0], scale) - 0.01), resultAt(medians[1], scale) + 0.01]];
}

/**
 * The filter after an axis was brushed. A click keeps one value or, if only that was kept, all.
 * @param {Filter} filter @param {number} axis  after the last setting comes the result @param {number} from @param {number} to
 * @param {readonly Axis[]} axes @param {readonly Cell[]} cells @param {Scale} scale
 * @returns {Filter}
 */
export function brushed(filter, axis, from, to, axes, cells, scale) {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const isClick = high - low < CLICK;
  if (axis < axes.length) {
    const count = axes[axis].values.length;
    const placeAt = (/** @type {number} */ share) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    const range = /** @type {const} */ ([placeAt(low), placeAt(high)]);
    const before = filter.values[axis];
    const isBack = isClick && before !== null && before[0] === range[0] && before[1] === range[1];
    return { ...filter, values: filter.values.map((other, index) => (index === axis ? (isBack ? null : range) : other)) };
  }
  const kept = cells.map(({ median }) => median).filter((median) => resultAt(median, scale) >= low && resultAt(median, scale) <= high);
  // a click beside all lines keeps everything
  return { ...filter, medians: isClick || kept.length === 0 ? null : [Math.min(...kept), Math.max(...kept)] };
}

/**
 * The line that is nearest to a point between two axes.
 * @param {readonly (readonly number[])[]} lines @param {number} x  in axes: 1.5 is midway between the second and the third @param {number} share @param {number} within
 * @returns {number} its index, -1 for none
 */
export function lineAt(lines, x, share, within) {
  let [nearest, distance] = [-1, within];
  lines.forEach((line, index) => {
    const left = Math.max(0, Math.min(line.length - 2, Math.floor(x)));
    const away = Math.abs(curveAt(line[left], line[left + 1], x - left) - share);
    if (away < distance) [nearest, distance] = [index, away];
  });
  return nearest;
}

/** A line between two axes, which leaves both of them straight: a Bézier curve with its handles at half the way. @param {number} from @param {number} to @param {number} x  0 … 1 */
export function curveAt(from, to, x) {
  // of such a curve the way across is 1.5 t (1 - t) + t³, of which the inverse is found by halving
  let [low, high] = [0, 1];
  for (let round = 0; round < 20; round++) {
    const t = (low + high) / 2;
    if (1.5 * t * (1 - t) + t ** 3 < x) low = t;
    else high = t;
  }
  const t = (low + high) / 2;
  return from + (to - from) * (3 * t * t - 2 * t ** 3);
}
