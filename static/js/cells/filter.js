/** Which cells of a sweep are looked at: those with certain values and a certain result. Pure. */

/** @typedef {import("./cells.js").Cell} Cell */
/**
 * @typedef {object} Filter
 * @property {readonly (readonly [number, number] | null)[]} values  of each axis the places of the first and the last value that are kept; null: all are
 * @property {readonly [number, number] | null} medians  the lowest and the highest that are kept; null: all are
 */

/** Everything is kept. @param {number} axes  how many @returns {Filter} */
export const noFilter = (axes) => ({ values: Array.from({ length: axes }, () => null), medians: null });

/** @param {Filter} filter */
export const isFiltering = ({ values, medians }) => medians !== null || values.some((range) => range !== null);

/** Whether a cell is kept. @param {Filter} filter @param {Cell} cell */
export function keeps({ values, medians }, { places, median }) {
  return values.every((range, axis) => range === null || (places[axis] >= range[0] && places[axis] <= range[1]))
    && (medians === null || (median >= medians[0] && median <= medians[1]));
}

/** The filter with one value of an axis, or all of them. @param {Filter} filter @param {number} axis @param {number | null} place @returns {Filter} */
export const withValue = ({ values, medians }, axis, place) => ({
  medians, values: values.map((range, index) => (index !== axis ? range : place === null ? null : [place, place])),
});
