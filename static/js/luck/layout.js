/** Where losses are on an axis, and the dots of the strip: pure geometry. */

/** From this ratio of the highest to the lowest loss on, the scale is logarithmic. */
const LOGARITHMIC_FROM = 20;
/** Room at both ends of the scale, as a share of it. */
const MARGIN = 0.03;
const STEPS = [1, 2, 5];
/** Of each power of ten, where there is no room for these. */
const FEWER_STEPS = [1, 3];

/**
 * @typedef {object} Scale
 * @property {(value: number) => number} at  0 … 1; a value beyond the ends is at the end
 * @property {(value: number) => number} beyond  the same, but a value beyond the ends is beyond them
 * @property {boolean} isLog
 * @property {{value: number, at: number}[]} ticks
 */

/**
 * A scale for losses.
 * @param {readonly number[]} values  finite, 0 or more @param {number} most  number of ticks
 * @returns {Scale}
 */
export function scaleFor(values, most) {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const isLog = lowest > 0 && highest / lowest >= LOGARITHMIC_FROM;
  const of = isLog ? Math.log10 : (/** @type {number} */ value) => value;
  const span = of(highest) - of(lowest);
  // of equal values the scale shows their surroundings
  const margin = span > 0 ? span * MARGIN : Math.max(of(highest) * 0.5, 0.01);
  const [from, to] = [of(lowest) - margin, of(highest) + margin];
  const beyond = (/** @type {number} */ value) => (of(value) - from) / (to - from);
  const at = (/** @type {number} */ value) => Math.max(0, Math.min(1, beyond(value)));
  const isWithin = (/** @type {number} */ value) => value >= 0 && (!isLog || value > 0) && of(value) >= from && of(value) <= to;
  const ticks = (isLog ? powers(from, to, most) : multiples(from, to, most)).filter(isWithin);
  return { at, beyond, isLog, ticks: ticks.map((value) => ({ value, at: at(value) })) };
}

/** Round numbers at equal distances. @param {number} from @param {number} to @param {number} most */
function multiples(from, to, most) {
  const power = 10 ** Math.floor(Math.log10((to - from) / most));
  const step = ([...STEPS, 10].find((factor) => (to - from) / (factor * power) <= most) ?? 10) * power;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(9)));
}

/** Round numbers between two exponents of ten: 1, 2, 5, 10, … or, if these are too many, 1, 3, 10, … or only powers. @param {number} from @param {number} to @param {number} most */
function powers(from, to, most) {
  const exponents = Array.from({ length: Math.ceil(to) - Math.floor(from) + 1 }, (_, i) => Math.floor(from) + i);
  for (const steps of [STEPS, FEWER_STEPS]) {
    const all = exponents.flatMap((exponent) => steps.map((step) => Number(`${step}e${exponent}`)));
    const inside = all.filter((value) => Math.log10(value) >= from && Math.log10(value) <= to);
    if (inside.length <= most) return inside;
  }
  const tens = exponents.filter((exponent) => exponent >= from && exponent <= to).map((exponent) => Number(`1e${exponent}`));
  return tens.filter((_, i) => i % Math.ceil(tens.length / most) === 0);
}

/** The smallest dots, as a share of the largest: in higher stacks they overlap. */
const SMALLEST = 0.6;

/**
 * Dots in columns, so that none covers another if there is room for that.
 * @param {readonly number[]} places  of the dots, from 0 to 1 @param {number} width  in pixels @param {number} height @param {number} largest  diameter
 * @returns {{diameter: number, dots: {x: number, y: number}[]}} y: pixels above the ground; in the order of `places`
 */
export function stacked(places, width, height, largest) {
  let diameter = largest;
  for (;;) {
    const columns = Math.max(1, Math.floor(width / diameter));
    const counts = new Array(columns).fill(0);
    const cells = places.map((place) => {
      const column = Math.min(columns - 1, Math.floor(place * columns));
      return { x: ((column + 0.5) * width) / columns, row: counts[column]++ };
    });
    const highest = Math.max(1, ...counts);
    if (highest * diameter <= height || diameter * 0.9 < largest * SMALLEST) {
      const step = Math.min(diameter, (height - diameter) / Math.max(1, highest - 1));
      return { diameter, dots: cells.map(({ x, row }) => ({ x, y: diameter / 2 + row * step })) };
    }
    diameter *= 0.9;
  }
}
