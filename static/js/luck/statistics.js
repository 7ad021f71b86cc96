/** What many starts say together: how many reach a loss or a goal, how sure that is, and where one's own run stands. Pure. */

/**
 * The losses of a network: the test loss counts, without test examples the training loss.
 * @typedef {{test_loss: number | null, train_loss: number | null, diverged?: unknown, reached?: number | null}} Losses
 */
/**
 * By what starts are ranked.
 * @typedef {object} Measure
 * @property {"loss" | "epoch"} name
 * @property {(losses: Losses) => number} of  the lower, the better; infinite if there is none
 * @property {string} lane  what a start without one is called
 */
/**
 * @typedef {object} Summary
 * @property {number} count  how many starts there are
 * @property {number} reached  how many of them reach the threshold, or the goal
 * @property {readonly [number, number]} interval  of the share that does, 95%
 * @property {number} without  how many of them have no finite value: diverged, or the goal not reached
 * @property {number | null} better  how many of them one's own run is better than; null: it has not come so far
 * @property {number} lowest  of all values; a start that diverged counts as infinite
 * @property {number} low  a quarter of the values are below
 * @property {number} median
 * @property {number} high  a quarter of the values are above
 * @property {number} highest
 */

/** The two-sided 95% quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * The 95% interval of a share, after Wilson (1927), which also holds for few starts and for shares near 0 and 1.
 * @param {number} count  how many of them @param {number} total  1 or more
 * @returns {readonly [number, number]} from 0 to 1
 */
export function wilson(count, total) {
  const share = count / total;
  const weight = (Z * Z) / total;
  const middle = (share + weight / 2) / (1 + weight);
  const half = (Math.sqrt(weight * (share * (1 - share) + weight / 4))) / (1 + weight);
  // exactly 0 and 1 at the ends, where rounding would leave a rest
  return [count === 0 ? 0 : middle - half, count === total ? 1 : middle + half];
}

/**
 * A quantile, between two values on a straight line.
 * @param {ArrayLike<number>} sorted  ascending, at least one; the last ones may be infinite @param {number} share  0 … 1
 */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below === above ? below : below + (above - below) * (place - Math.floor(place));
}

/** The loss by which starts are ranked; one that diverged is worse than all others. @param {Losses} losses */
export function rankedLoss({ test_loss: test, train_loss: train, diverged = null }) {
  return diverged === null ? test ?? train ?? Infinity : Infinity;
}

/** By the loss at the end. @type {Measure} */
export const BY_LOSS = { name: "loss", of: rankedLoss, lane: "diverged" };

/** By the epoch in which the goal was reached, for starts that end there: all of these have about the same loss. @type {Measure} */
export const BY_EPOCH = { name: "epoch", of: ({ reached }) => reached ?? Infinity, lane: "never" };

/**
 * The starts from the best to the worst; equal ones by their losses.
 * @template {Losses & {index: number}} T
 * @param {readonly T[]} starts @param {Measure} [measure]
 * @returns {T[]}
 */
export function ranked(starts, measure = BY_LOSS) {
  const keys = starts.map((start) => ({ start, value: measure.of(start), loss: rankedLoss(start) }));
  const order = (/** @type {number} */ one, /** @type {number} */ other) => (one === other ? 0 : one - other);
  return keys.sort((a, b) => order(a.value, b.value) || order(a.loss, b.loss) || a.start.index - b.start.index).map(({ start }) => start);
}

/**
 * @param {readonly number[]} values  of all starts @param {number} reached  how many count
 * @param {number | null} own  value of one's own run @param {readonly number[]} described  the values that quartiles are of
 * @returns {Summary}
 */
function summaryFrom(values, reached, own, described) {
  const sorted = described.length > 0 ? described.toSorted((a, b) => a - b) : [Infinity];
  return {
    count: values.length, reached, interval: wilson(reached, values.length),
    without: values.filter((value) => value === Infinity).length,
    better: own === null ? null : values.filter((value) => value > own).length,
    lowest: sorted[0], low: quantile(sorted, 0.25), median: quantile(sorted, 0.5), high: quantile(sorted, 0.75), highest: sorted[sorted.length - 1],
  };
}

/**
 * How many starts end with a loss, and how far apart the losses are.
 * @param {readonly Losses[]} starts  at least one
 * @param {Losses | null} own  one's own run at the same epoch
 * @param {number} threshold  a loss; infinite if all diverged, which none of them reaches
 * @returns {Summary}
 */
export function summaryOf(starts, own, threshold) {
  const losses = starts.map(rankedLoss);
  return summaryFrom(losses, losses.filter((loss) => loss <= threshold && loss < Infinity).length, own && rankedLoss(own), losses);
}

/** Starts that have reached the goal, in whichever epoch. @param {readonly Losses[]} starts */
const reachedOf = (starts) => starts.filter(({ reached = null }) => reached !== null);

/**
 * How many starts reach the goal at any time, and how far apart the losses at the end are.
 * @param {readonly Losses[]} starts  at least one @param {Losses | null} own
 * @returns {Summary}
 */
export function goalSummaryOf(starts, own) {
  const losses = starts.map(rankedLoss);
  return summaryFrom(losses, reachedOf(starts).length, own && rankedLoss(own), losses);
}

/**
 * How many starts reach the goal, and how far apart the epochs are in which these do.
 * @param {readonly Losses[]} starts  at least one
 * @param {number | null} own  epoch in which one's own run has reached it; infinite: it has not
 * @returns {Summary}
 */
export function epochSummaryOf(starts, own) {
  const epochs = reachedOf(starts).map(BY_EPOCH.of);
  return summaryFrom(starts.map(BY_EPOCH.of), epochs.length, own, epochs);
}

/** The median epoch in which starts reach the goal, of those that do; null: none does. @param {readonly Losses[]} starts */
export function typicalEpoch(starts) {
  const epochs = reachedOf(starts).map(BY_EPOCH.of).sort((a, b) => a - b);
  return epochs.length > 0 ? Math.round(quantile(epochs, 0.5)) : null;
}

/** Where neither a goal nor one's own loss says what is good: this multiple of the lowest loss. */
export const NEAR_LOWEST = 1.25;

/** A loss rounded up to two digits, so that what has it still reaches it. @param {number} loss  0 or more */
export function roundedUp(loss) {
  if (!(loss > 0) || loss === Infinity) return Math.max(0, loss);
  const power = Math.floor(Math.log10(loss)) - 1;
  const digits = Math.ceil(Number((loss / 10 ** power).toPrecision(12)));
  return Number(`${digits}e${power}`);
}

/**
 * The loss that counts as reached: that of the goal, or one's own, or a little more than the lowest.
 * @param {number | null} goal @param {Losses | null} own @param {readonly Losses[]} starts
 * @returns {{value: number, source: "goal" | "own" | "lowest"}}
 */
export function thresholdOf(goal, own, starts) {
  if (goal !== null) return { value: goal, source: "goal" };
  const mine = own ? rankedLoss(own) : Infinity;
  if (mine < Infinity) return { value: roundedUp(mine), source: "own" };
  return { value: roundedUp(NEAR_LOWEST * Math.min(...starts.map(rankedLoss))), source: "lowest" };
}
