/**
 * The losses by epoch, as the page keeps them: without gaps, bounded, and thinned for drawing so that no peak is lost. Pure.
 */

const MOST_POINTS = 16384;
const LINES = /** @type {const} */ (["epochs", "train", "test", "validation"]);

/**
 * @typedef {object} Series
 * @property {(epochs: ArrayLike<number>, train: ArrayLike<number> | null, test: ArrayLike<number> | null, validation?: ArrayLike<number> | null) => void} add
 * @property {() => void} clear  forgets all of it
 * @property {number[]} epochs
 * @property {number[]} train
 * @property {number[]} test
 * @property {number[]} validation
 */

/**
 * Losses at increasing epochs. A loss that is missing is NaN.
 * @returns {Series}
 */
export function createSeries(most = MOST_POINTS) {
  const series = {
    /** @type {number[]} */ epochs: [],
    /** @type {number[]} */ train: [],
    /** @type {number[]} */ test: [],
    /** @type {number[]} */ validation: [],
    /**
     * Adds points; those held at the first of the new epochs or after it are of an earlier run and are forgotten.
     * @param {ArrayLike<number>} epochs @param {ArrayLike<number> | null} train @param {ArrayLike<number> | null} test
     * @param {ArrayLike<number> | null} [validation]
     */
    add(epochs, train, test, validation = null) {
      if (epochs.length === 0) return;
      cut(firstFrom(series.epochs, epochs[0]));
      for (let i = 0; i < epochs.length; i++) {
        series.epochs.push(epochs[i]);
        series.train.push(train ? train[i] : NaN);
        series.test.push(test ? test[i] : NaN);
        series.validation.push(validation ? validation[i] : NaN);
      }
      while (series.epochs.length > most) halve();
    },
    clear: () => cut(0),
  };

  /** @param {number} length */
  function cut(length) {
    for (const line of LINES) series[line].length = length;
  }

  /** Leaves out every other point, but not the newest. */
  function halve() {
    const last = series.epochs.length - 1;
    let kept = 0;
    for (let i = 0; i <= last; i++) {
      if (i % 2 !== 0 && i !== last) continue;
      for (const line of LINES) series[line][kept] = series[line][i];
      kept += 1;
    }
    cut(kept);
  }

  return series;
}

/**
 * The index of the first number in an ascending list that is not below `value`.
 * @param {ArrayLike<number>} list @param {number} value
 * @returns {number} the list's length if all are below
 */
export function firstFrom(list, value) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * At most `most` points of a line: of each stretch the lowest and the highest, in their order, and both ends.
 * @param {readonly number[]} xs  ascending
 * @param {readonly number[]} ys  what is not finite is left out
 * @param {number} most  4 or more
 * @returns {{x: number[], y: number[]}}
 */
export function decimate(xs, ys, most) {
  const indices = [...ys.keys()].filter((index) => Number.isFinite(ys[index]));
  const kept = indices.length <= most ? indices : extremes(indices, ys, Math.floor((most - 2) / 2));
  return { x: kept.map((index) => xs[index]), y: kept.map((index) => ys[index]) };
}

/**
 * A series in few points, which is drawn like the whole one: no peak of any line is lost.
 * @param {Pick<Series, "epochs" | "train" | "test"> & {validation?: number[]}} series
 * @param {number} most  4 or more: points of each line
 * @returns {import("../net/resume.js").Losses} seven digits of each loss; null for what is missing
 */
export function thin({ epochs, train, test, validation = [] }, most) {
  const kept = new Set([train, test, validation].flatMap((line) => decimate([...epochs.keys()], line, most).x));
  const indices = [...kept].sort((a, b) => a - b);
  const rounded = (/** @type {number} */ loss) => (Number.isFinite(loss) ? Number(loss.toPrecision(7)) : null);
  return {
    epochs: indices.map((index) => epochs[index]),
    train: indices.map((index) => rounded(train[index])),
    test: indices.map((index) => rounded(test[index])),
    ...(validation.some(Number.isFinite) && { validation: indices.map((index) => rounded(validation[index])) }),
  };
}

/**
 * @param {readonly number[]} indices @param {readonly number[]} ys @param {number} stretches  between the ends
 * @returns {number[]}
 */
function extremes(indices, ys, stretches) {
  const inner = indices.length - 2;
  const kept = [indices[0]];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const start = 1 + Math.floor((stretch * inner) / stretches);
    const end = 1 + Math.floor(((stretch + 1) * inner) / stretches);
    let [lowest, highest] = [start, start];
    for (let i = start; i < end; i++) {
      if (ys[indices[i]] < ys[indices[lowest]]) lowest = i;
      if (ys[indices[i]] > ys[indices[highest]]) highest = i;
    }
    for (const i of new Set([Math.min(lowest, highest), Math.max(lowest, highest)])) kept.push(indices[i]);
  }
  return [...kept, indices[indices.length - 1]];
}

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/**
 * The next round number, so that an axis grows in steps and not with every point.
 * @param {number} value  above 0
 * @returns {number} at least `value`, less than twice as much
 */
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = STEPS.find((candidate) => candidate * power >= value * (1 - 1e-12)) ?? 10;
  return Number((step * power).toPrecision(2));
}

/** How many times the lowest loss still counts as low, as in the engine's `before_rise`. */
const RISE = 2;
/** How many times larger than all before a loss is that diverges, and is not just larger. */
const BEYOND = 1e4;
/** How much of such a rise is shown: times what was before, or powers of ten. */
const SHOWN = { times: 3, powers: 4 };

/**
 * The largest loss of a line that an axis must hold: of a line that diverges, the largest before it does.
 * @param {readonly number[]} line
 * @returns {{high: number, isRising: boolean}} `high` is 0 if there is no loss above 0
 */
function highOf(line) {
  const losses = line.filter((loss) => Number.isFinite(loss) && loss >= 0);
  let [high, least] = [0, Infinity];
  for (const loss of losses) {
    if (loss > high) high = loss;
    if (loss < least) least = loss;
  }
  let last = losses.findLastIndex((loss) => loss <= RISE * least);
  while (last > 0 && losses[last - 1] < losses[last]) last -= 1;
  let before = 0;
  for (let i = 0; i <= last; i++) before = Math.max(before, losses[i]);
  const isRising = before > 0 && high > BEYOND * before;
  return { high: isRising ? before : high, isRising };
}

/**
 * The range of the losses' axis: from 0 to a round number, or from a power of ten to another. A loss that diverges
 * leaves it at the top: see `leavesAt`.
 * @param {readonly (readonly number[])[]} lines
 * @param {boolean} isLog
 * @returns {[number, number]} on a logarithmic axis, the exponents
 */
export function lossRange(lines, isLog) {
  const highs = lines.map(highOf);
  const rising = Math.max(0, ...highs.filter(({ isRising }) => isRising).map(({ high }) => high));
  const high = Math.max(0, ...highs.map((line) => line.high));
  if (high === 0) return isLog ? [-3, 0] : [0, 0.5];
  if (!isLog) return [0, roundUp(Math.max(high * 1.02, rising * SHOWN.times))];
  let low = Infinity;
  for (const line of lines) for (const loss of line) if (loss > 0 && loss < low) low = loss;
  const top = Math.max(Math.ceil(Math.log10(high) + 1e-9), rising > 0 ? Math.ceil(Math.log10(rising) + 1e-9) + SHOWN.powers : -Infinity) + 0;
  return [Math.min(Math.floor(Math.log10(low)), top - 1), top];
}

/**
 * Where the first of some lines goes on above the axis: the epoch of its first loss beyond it, and the largest loss of all.
 * @param {readonly {epochs: readonly number[], losses: readonly number[]}[]} lines
 * @param {[number, number]} range  of `lossRange`
 * @param {boolean} isLog
 * @returns {{epoch: number, loss: number} | null} null if all is on the axis
 */
export function leavesAt(lines, [, top], isLog) {
  const most = isLog ? 10 ** top : top;
  let [epoch, loss] = [Infinity, 0];
  for (const { epochs, losses } of lines) {
    for (const [index, value] of losses.entries()) {
      if (!(value > most) || value === Infinity) continue;
      epoch = Math.min(epoch, epochs[index]);
      loss = Math.max(loss, value);
    }
  }
  return loss > 0 ? { epoch, loss } : null;
}
