/**
 * A look inside: what a frame brings for the open panel. Pure.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 */

const PREFIX = "inside_";

/**
 * @typedef {object} Look
 * @property {string} panel
 * @property {Record<string, any>} values
 * @property {Record<string, Uint8Array | Uint32Array | Float32Array | Float64Array>} arrays  by name, without prefix
 * @property {Record<string, number[]>} shapes
 * @property {Frame} frame  which brought it
 * @property {string} run  a name of the run that it is of
 */

/**
 * @param {Frame} frame @param {string} run
 * @returns {Look | null} null: it brings none
 */
export function lookOf(frame, run) {
  if (!frame.inside) return null;
  const names = Object.keys(frame.arrays).filter((name) => name.startsWith(PREFIX));
  const short = (/** @type {string} */ name) => name.slice(PREFIX.length);
  return {
    panel: frame.inside.panel,
    values: frame.inside.values,
    arrays: Object.fromEntries(names.map((name) => [short(name), frame.arrays[name]])),
    shapes: Object.fromEntries(names.map((name) => [short(name), frame.shapes[name]])),
    frame,
    run,
  };
}

/**
 * One row of an array of two dimensions.
 * @param {Look} look @param {string} name @param {number} row
 */
export function rowOf({ arrays, shapes }, name, row) {
  const length = shapes[name][1];
  return arrays[name].subarray(row * length, (row + 1) * length);
}

/**
 * The names of all layers, of which the last is the output.
 * @param {number} count
 * @returns {string[]}
 */
export function layerNames(count) {
  return Array.from({ length: count }, (_, layer) => (layer === count - 1 ? "Output" : `Layer ${layer + 1}`));
}

/**
 * Why there is nothing to see, or null.
 * @param {Look | null} look
 * @returns {string | null}
 */
export function whyNothing(look) {
  if (!look) return "Loading…";
  return look.values.applies === false ? look.values.why : null;
}
