/** How a sweep lies on the plane: which axes are columns and rows, and at which values all others stay. Pure. */

import { cellAt } from "./cells.js";

/**
 * @typedef {import("../luck/starts.js").Axis} Axis
 */
/**
 * @typedef {object} Arrangement
 * @property {number} column  the index of an axis
 * @property {number | null} row  null: there is only one axis
 * @property {number[]} fixed  of each axis the place of a value, which holds where it is neither column nor row
 */

/** Two axes with the most values on the map, the longer one across. @param {readonly Axis[]} axes @returns {Arrangement} */
export function usualArrangement(axes) {
  const order = axes.map((_, axis) => axis).sort((one, other) => axes[other].values.length - axes[one].values.length || one - other);
  return { column: order[0], row: order[1] ?? null, fixed: axes.map(() => 0) };
}

/**
 * Another axis as columns or rows; if it was the other of the two, they change places.
 * @param {Arrangement} arrangement @param {"column" | "row"} side @param {number} axis
 * @returns {Arrangement}
 */
export function withSide({ column, row, fixed }, side, axis) {
  if (side === "column") return { column: axis, row: row === axis ? column : row, fixed };
  return { column: column === axis ? /** @type {number} */ (row) : column, row: axis, fixed };
}

/** Axes that are neither columns nor rows. @param {readonly Axis[]} axes @param {Arrangement} arrangement @returns {number[]} */
export const fixedAxes = (axes, { column, row }) => axes.flatMap((_, axis) => (axis === column || axis === row ? [] : [axis]));

/** The arrangement in which a cell is on the map. @param {Arrangement} arrangement @param {readonly number[]} places  of the cell's values */
export const showing = (arrangement, places) => ({ ...arrangement, fixed: [...places] });

/**
 * The cells of the map, row by row.
 * @param {readonly Axis[]} axes @param {Arrangement} arrangement
 * @returns {number[][]} indices of cells
 */
export function gridOf(axes, { column, row, fixed }) {
  const places = (/** @type {number} */ length) => Array.from({ length }, (_, place) => place);
  return places(row === null ? 1 : axes[row].values.length).map((y) => places(axes[column].values.length).map((x) =>
    cellAt(axes, fixed.map((place, axis) => (axis === column ? x : axis === row ? y : place)))));
}
