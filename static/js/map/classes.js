/** The names of classes: those that the user's own data bring, or else colors and numbers. */

/** The names of classes without a name of their own, in the order of `CLASS_TOKENS`. */
const COLOR_NAMES = ["Orange", "Blue", "Green", "Purple", "Brown", "Violet"];

/**
 * The names that the data give their classes.
 * @param {Pick<import("../core/types.js").State, "data">} state
 * @returns {readonly string[]}  by class; empty, or "" for a class without a name
 */
export const labelsOf = ({ data }) => data?.own?.labels ?? [];

/**
 * The name of a class, or else its color: "dog", "Blue".
 * @param {number} number  of the class, from 0
 * @param {readonly string[]} labels  names of the classes; "" or missing: none
 * @returns {string}
 */
export function classNameOf(number, labels) {
  return labels[number] || COLOR_NAMES[number];
}
