/** Numbers as text. What is missing or not a number is a dash. Pure. */

const MISSING = "–";
const MINUS = "−";
const NARROW_SPACE = "\u202f";
const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** @param {string} text */
const withMinus = (text) => text.replaceAll("-", MINUS);

/**
 * A power of ten with its exponent raised: -5 is "10⁻⁵".
 * @param {number} exponent  a whole number
 * @returns {string}
 */
export function formatPower(exponent) {
  return `10${[...String(exponent)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("")}`;
}

/**
 * A power of ten on an axis: "0.001", "1", "1,000", and beyond these "10⁻⁵".
 * @param {number} exponent  a whole number
 * @returns {string}
 */
export function formatPowerTick(exponent) {
  if (Math.abs(exponent) > 3) return formatPower(exponent);
  return exponent < 0 ? (10 ** exponent).toFixed(-exponent) : grouped.format(10 ** exponent);
}

/**
 * A number as `1.2·10⁹`.
 * @param {number} value  finite
 * @param {number} [decimals]  of the factor
 * @returns {string}
 */
function formatScientific(value, decimals = 1) {
  const [digits, exponent] = value.toExponential(decimals).split("e");
  return withMinus(`${digits}·${formatPower(Number(exponent))}`);
}

/** @param {number | null | undefined} value @returns {value is number} */
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/**
 * A loss with three decimals, as the original shows it; one that would be shown as zero, and is not, as 2.1·10⁻⁴.
 * @param {number | null | undefined} loss
 * @returns {string}
 */
export function formatLoss(loss) {
  if (!isNumber(loss)) return MISSING;
  const size = Math.abs(loss);
  return size >= 10000 || (size > 0 && size < 0.0005) ? formatScientific(loss) : withMinus(loss.toFixed(3));
}

/**
 * An epoch with six digits at least: "000,365".
 * @param {number | null | undefined} epoch  0 and larger
 * @returns {string}
 */
export function formatEpoch(epoch) {
  if (!isNumber(epoch)) return MISSING;
  return String(Math.trunc(epoch)).padStart(6, "0").replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * A weight, bias or output.
 * @param {number | null | undefined} value
 * @param {number} [decimals]
 * @returns {string}
 */
export function formatValue(value, decimals = 3) {
  if (!isNumber(value)) return MISSING;
  const size = Math.abs(value);
  if (size >= 10000 || (size > 0 && size < 0.5 * 10 ** -decimals)) return formatScientific(value);
  return withMinus(value.toFixed(decimals));
}

/**
 * A count: "12,345".
 * @param {number | null | undefined} count
 * @returns {string}
 */
export function formatCount(count) {
  return isNumber(count) ? grouped.format(count) : MISSING;
}

/** Seconds of each unit of time, the largest first. @type {[string, number][]} */
const UNITS = [["h", 3600], ["min", 60], ["s", 1]];

/**
 * A remaining time in one unit: "12 s", "3 min"; up to a second "1 s".
 * @param {number | null | undefined} seconds
 * @returns {string}
 */
export function formatWait(seconds) {
  if (!isNumber(seconds)) return MISSING;
  const [unit, length] = UNITS.find(([, least]) => seconds >= 1.5 * least) ?? ["s", 1];
  return `${grouped.format(Math.max(1, Math.round(seconds / length)))}${NARROW_SPACE}${unit}`;
}

/**
 * A share as a percentage: 0.984 is "98.4%".
 * @param {number | null | undefined} share  0 … 1
 * @param {number} [decimals]
 * @returns {string}
 */
export function formatPercent(share, decimals = 1) {
  return isNumber(share) ? withMinus(`${(share * 100).toFixed(decimals)}%`) : MISSING;
}

/**
 * A number of any size with two or three significant digits: "0.312", "12.4", "1.2·10⁻⁵".
 * @param {number | null | undefined} value
 * @returns {string}
 */
export function formatSignificant(value) {
  if (!isNumber(value)) return MISSING;
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.001) return formatValue(value);
  return formatValue(value, size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0);
}

/**
 * A number in at most six characters: "8.84", "127", "0.002", "3·10⁻⁵".
 * @param {number} value  finite
 * @returns {string}
 */
export function formatShort(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 0.0005 && size < 1e4) return formatValue(value, size < 0.1 ? 3 : size < 100 ? 2 : 0);
  const exponent = Math.floor(Math.log10(size));
  return `${value < 0 ? MINUS : ""}${Math.floor(size / 10 ** exponent)}·${formatPower(exponent)}`;
}

/**
 * A rate per second: "2,140", below ten with one decimal.
 * @param {number | null | undefined} rate
 * @returns {string}
 */
export function formatRate(rate) {
  if (!isNumber(rate)) return MISSING;
  return rate > 0 && rate < 9.95 ? rate.toFixed(1) : grouped.format(rate);
}

/**
 * A learning rate with three significant digits: "0.00255", below a ten-thousandth as 2.5·10⁻⁵.
 * @param {number | null | undefined} rate  0 and larger
 * @returns {string}
 */
export function formatLearningRate(rate) {
  if (!isNumber(rate)) return MISSING;
  return rate > 0 && rate < 1e-4 ? formatScientific(rate) : String(Number(rate.toPrecision(3)));
}

/**
 * A number as a person would type it, to start an edit with: six significant digits, no trailing zeros.
 * @param {number} value
 * @returns {string}
 */
export function formatInput(value) {
  return String(Number(value.toPrecision(6)));
}
