/** The ticks of the loss chart's axes, and the epoch nearest to a position. Pure. */

import { formatCount, formatPowerTick, formatValue } from "../lib/format.js";

/** @typedef {{at: number, text: string}} Tick  `at` is an epoch, a loss, or on a logarithmic axis its exponent */

const STEPS = [1, 2, 5, 10];
const MOST = { epochs: 6, losses: 5, exponents: 6 };

/** The round step which cuts `span` into at most `most` pieces. @param {number} span @param {number} most */
function stepFor(span, most) {
  const power = 10 ** Math.floor(Math.log10(span / most));
  return (STEPS.find((step) => span / (step * power) <= most * (1 + 1e-9)) ?? 10) * power;
}

/** @param {number} high @param {number} step @returns {number[]} from 0 on */
const upTo = (high, step) => Array.from({ length: Math.floor(high / step + 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)));

/**
 * The ticks of the epochs.
 * @param {number} end  of the axis, 1 or more
 * @returns {Tick[]} whole epochs
 */
export function epochTicks(end) {
  return upTo(end, Math.max(1, stepFor(end, MOST.epochs))).map((at) => ({ at, text: formatCount(at) }));
}

/**
 * The ticks of the losses.
 * @param {[number, number]} range  of `lossRange`
 * @param {boolean} isLog
 * @returns {Tick[]}
 */
export function lossTicks([low, high], isLog) {
  if (!isLog) {
    const step = stepFor(high, MOST.losses);
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return upTo(high, step).map((at) => ({ at, text: at === 0 ? "0" : high >= 1e4 || decimals > 4 ? short(at) : at.toFixed(decimals) }));
  }
  const step = Math.max(1, Math.ceil((high - low) / MOST.exponents));
  const ticks = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) ticks.push({ at: at + 0, text: formatPowerTick(at) });
  return ticks;
}

/** With a power of ten, and without a decimal that is 0. @param {number} value */
const short = (value) => formatValue(value, 0).replace(".0·", "·");

/**
 * The index of the epoch that is nearest to another.
 * @param {readonly number[]} epochs  ascending @param {number} epoch
 * @returns {number} -1 if there are none
 */
export function nearest(epochs, epoch) {
  let [low, high] = [0, epochs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (epochs[middle] < epoch) low = middle + 1;
    else high = middle;
  }
  if (low === epochs.length) return low - 1;
  return low > 0 && epoch - epochs[low - 1] < epochs[low] - epoch ? low - 1 : low;
}
