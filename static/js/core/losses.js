/**
 * The losses of a run as they are saved: lists of equal length. Pure.
 *
 * @typedef {object} Losses
 * @property {number[]} epochs  ascending, whole numbers from 0
 * @property {(number | null)[]} train  null: missing
 * @property {(number | null)[]} test
 * @property {(number | null)[]} [validation]
 */

/** @param {unknown} value */
const isEpoch = (value) => Number.isInteger(value) && Number(value) >= 0;
/** @param {unknown} value */
const isLoss = (value) => value === null || Number.isFinite(value);

/**
 * Whether a value that was saved is a set of losses.
 * @param {any} value
 * @returns {value is Losses}
 */
export function isLosses(value) {
  if (typeof value !== "object" || value === null || !Array.isArray(value.epochs) || !value.epochs.every(isEpoch)) return false;
  const { epochs, train, test, validation } = value;
  const isLine = (/** @type {unknown} */ line) => Array.isArray(line) && line.length === epochs.length && line.every(isLoss);
  return isLine(train) && isLine(test) && (validation === undefined || isLine(validation))
    && epochs.every((/** @type {number} */ epoch, /** @type {number} */ index) => index === 0 || epoch > epochs[index - 1]);
}

/**
 * Adds saved losses to a series, in which NaN means missing.
 * @param {Pick<import("../chart/series.js").Series, "add">} series
 * @param {Losses | null | undefined} losses  nothing: the series stays as it is
 */
export function addLosses(series, losses) {
  if (!losses) return;
  const [train, test, validation] = [losses.train, losses.test, losses.validation].map((line) => line?.map((loss) => loss ?? NaN));
  series.add(losses.epochs, train ?? [], test ?? [], validation);
}
