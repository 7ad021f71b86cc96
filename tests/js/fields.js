/** Fields of the config, as the server's schema describes them. */

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
