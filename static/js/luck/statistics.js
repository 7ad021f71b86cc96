/** What many starts say together: how many reach a loss, how sure that is, and where one's own run stands. Pure. */

/**
 * The losses of a network: the test loss counts, without test examples the training loss.
 * @typedef {{test_loss: number | null, train_loss: number | null, diverged?: unknown}} Losses
 */
/**
 * @typedef {object} Summary
 * @property {number} count  how many starts there are
 * @property {number} reached  how many of them reach the threshold
 * @property {readonly [number, number]} interval  of the share that does, 95%
 * @property {number} diverged  how many of them
 * @property {number | null} better  how many of them one's own run is better than; null: it has not come so far
 * @property {number} lowest  of all losses; a start that diverged counts as infinite
 * @property {number} low  a quarter of the losses are below
 * @property {number} median
 * @property {number} high  a quarter of the losses are above
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
 * @param {readonly number[]} sorted  ascending, at least one; the last ones may be infinite @param {number} share  0 … 1
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

/**
 * The starts from the lowest loss to the highest, and those that diverged.
 * @template {Losses & {index: number}} T
 * @param {readonly T[]} starts
 * @returns {T[]}
 */
export function ranked(starts) {
  const order = (/** @type {T} */ one, /** @type {T} */ other) => {
    const [first, second] = [rankedLoss(one), rankedLoss(other)];
    return first === second ? one.index - other.index : first - second;
  };
  return [...starts].sort(order);
}

/**
 * @param {readonly Losses[]} starts  at least one
 * @param {Losses | null} own  one's own run at the same epoch
 * @param {number} threshold  a loss
 * @returns {Summary}
 */
export function summaryOf(starts, own, threshold) {
  const losses = starts.map(rankedLoss).sort((a, b) => a - b);
  const reached = losses.filter((loss) => loss <= threshold).length;
  const mine = own && rankedLoss(own);
  return {
    count: losses.length, reached, interval: wilson(reached, losses.length),
    diverged: losses.filter((loss) => loss === Infinity).length,
    better: mine === null ? null : losses.filter((loss) => loss > mine).length,
    lowest: losses[0], low: quantile(losses, 0.25), median: quantile(losses, 0.5), high: quantile(losses, 0.75), highest: losses[losses.length - 1],
  };
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
