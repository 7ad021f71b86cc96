/** Numbers of the panels as text. */

import { formatPower, formatValue } from "../lib/format.js";

/**
 * A number of any size with two or three digits that count: 0.312, 12.4, 1.2·10⁻⁵.
 * @param {number | null | undefined} value
 */
export function scientificText(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return formatValue(null);
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.001) return formatValue(value);
  return formatValue(value, size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0);
}

/**
 * A number in the room of six signs: 8.84, 127, 0.002, 3·10⁻⁵.
 * @param {number} value
 */
export function shortText(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 0.0005 && size < 1e4) return formatValue(value, size < 0.1 ? 3 : size < 100 ? 2 : 0);
  const exponent = Math.floor(Math.log10(size));
  return `${value < 0 ? "−" : ""}${Math.floor(size / 10 ** exponent)}·${formatPower(exponent)}`;
}

/** A share without decimals: 0.124 is "12 %". @param {number} share */
export function shareText(share) {
  return `${Math.round(100 * share)}\u202f%`;
}
