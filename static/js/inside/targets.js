/** The colour of an example. */

/**
 * @param {import("../lib/palette.js").Palette} palette
 * @param {import("../core/types.js").Data} data
 * @param {number} target
 * @returns {string} for CSS
 */
export function targetColor(palette, { classes }, target) {
  if (classes > 2) return palette.forClasses(classes).colors[target];
  return palette.shades[Math.max(0, Math.min(255, Math.round(target * 127.5 + 127.5)))];
}
