/**
 * Geometry of small charts: positions of ticks, and ranges that stay while what they show moves a little. Pure.
 */

/** A range is given up when what it holds fills less than this share of it. */
const LEAST_FILLED = 0.4;
const STEPS = [1, 2, 5, 10];
/** Smaller is drawn as this on logarithmic axes, in exponents of ten. */
const LOWEST_EXPONENT = -12;

/** @typedef {readonly [number, number]} Range  low and high */

/**
 * Round numbers within a range, at equal distances.
 * @param {Range} range @param {number} most  how many there may be, 1 or more
 * @returns {number[]} ascending
 */
export function ticksIn([low, high], most) {
  const step = stepFor(high - low, most);
  if (!(step > 0)) return [low];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/**
 * Exponents of ten within a range of exponents, thinned to whole steps.
 * @param {Range} range @param {number} most
 * @returns {number[]}
 */
export function exponentsIn([low, high], most) {
  const step = Math.max(1, Math.ceil((high - low) / Math.max(1, most)));
  const exponents = [];
  for (let exponent = Math.ceil(low / step) * step; exponent <= high; exponent += step) exponents.push(exponent + 0);
  return exponents;
}

/** The round step which cuts `span` into at most `most` pieces. @param {number} span @param {number} most */
function stepFor(span, most) {
  if (!(span > 0) || span === Infinity) return 0;
  const power = 10 ** Math.floor(Math.log10(span / most));
  return (STEPS.find((step) => span / (step * power) <= most * (1 + 1e-9)) ?? 10) * power;
}

/**
 * A range with round ends around values. The previous one is kept for as long as it holds them and they fill enough of
 * it, so that an axis moves seldom.
 * @param {Range | null} previous @param {number} low @param {number} high
 * @returns {Range} never empty
 */
export function steadyRange(previous, low, high) {
  const [from, to] = high > low ? [low, high] : [low - 0.5, low + 0.5];
  if (previous && isHolding(previous, from, to)) return previous;
  const margin = 0.04 * (to - from);
  const step = stepFor(to - from, 12);
  return [Math.floor((from - margin) / step) * step, Math.ceil((to + margin) / step) * step];
}

/**
 * The same on a logarithmic axis: whole exponents of ten around all numbers above 0.
 * @param {Range | null} previous @param {Iterable<number>} values
 * @returns {Range} exponents, at least one apart
 */
export function steadyExponents(previous, values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!(value > 0) || value === Infinity) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return previous ?? [-2, 0];
  const from = Math.max(LOWEST_EXPONENT, Math.floor(Math.log10(low) + 1e-9));
  const to = Math.max(from + 1, Math.ceil(Math.log10(high) - 1e-9)) + 0;
  return previous && isHolding(previous, from, to) ? previous : [from, to];
}

/** @param {Range} range @param {number} from @param {number} to */
function isHolding([low, high], from, to) {
  return low <= from && to <= high && to - from >= LEAST_FILLED * (high - low);
}

/**
 * Moves labels apart, as little as possible, so that none is nearer to the next than `gap`.
 * @param {readonly number[]} wanted  where each would be
 * @param {number} gap @param {Range} range  where they may be; too little room makes the gap smaller
 * @returns {number[]} in the order of `wanted`
 */
export function spread(wanted, gap, [low, high]) {
  const order = [...wanted.keys()].sort((a, b) => wanted[a] - wanted[b] || a - b);
  const room = order.length > 1 ? Math.min(gap, (high - low) / (order.length - 1)) : gap;
  const positions = order.map((index) => Math.max(low, Math.min(high, wanted[index])));
  for (let i = 1; i < positions.length; i++) positions[i] = Math.max(positions[i], positions[i - 1] + room);
  for (let i = positions.length - 1; i >= 0; i--) {
    positions[i] = Math.min(positions[i], i === positions.length - 1 ? high : positions[i + 1] - room);
  }
  const result = Array.from(wanted, () => 0);
  order.forEach((index, rank) => (result[index] = positions[rank]));
  return result;
}

/**
 * Cells for several small charts: as few rows as their least width allows.
 * @param {number} count @param {number} width @param {number} height
 * @param {{least: number, gap: number}} sizes  least width of a cell, and the gap between two
 * @returns {{x: number, y: number, width: number, height: number}[]}
 */
export function cells(count, width, height, { least, gap }) {
  const fitting = Math.max(1, Math.floor((width + gap) / (least + gap)));
  const rows = Math.ceil(count / fitting);
  const columns = Math.ceil(count / rows);
  const [cellWidth, cellHeight] = [(width - (columns - 1) * gap) / columns, (height - (rows - 1) * gap) / rows];
  return Array.from({ length: count }, (_, index) => ({
    x: (index % columns) * (cellWidth + gap),
    y: Math.floor(index / columns) * (cellHeight + gap),
    width: cellWidth,
    height: cellHeight,
  }));
}
