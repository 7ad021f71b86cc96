/** Fields of the config and features, as the page has them from the server's schema. */

/** @typedef {import("../../static/js/core/types.js").Field} Field */

/**
 * A field: a number that takes effect at once, unless a test says otherwise.
 * @param {string} name
 * @param {Partial<Field>} [rest]  what a test says about it
 * @returns {Field}
 */
export const field = (name, rest) => ({
  name, label: name, kind: "number", default: 0, choices: null, offered: null, low: null, high: null,
  effect: "live", group: "training", needs: [], presets: [], key: name, ...rest,
});

/**
 * Features with pictures of 2 × 2: 0, 1, 2, 3, then 10, 11, 12, 13, and so on.
 * @param {Record<string, string>} labels  by name
 */
export const featuresOf = (labels) => Object.entries(labels).map(([name, label], index) => ({
  name, label, picture: { picture: Uint8Array.from({ length: 4 }, (_, pixel) => 10 * index + pixel), size: 2, classes: null },
}));
