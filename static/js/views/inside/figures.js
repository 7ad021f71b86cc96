/** Numbers of the panels as text. */

import { formatValue } from "../../format.js";

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

/** A share without decimals: 0.124 is "12 %". @param {number} share */
export function shareText(share) {
  return `${Math.round(100 * share)}\u202f%`;
}
