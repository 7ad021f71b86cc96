/** Contours and borders of values on a grid, and the projection of a surface seen from a side. Pure geometry. */

/**
 * @typedef {object} Field
 * @property {ArrayLike<number>} values  rows from the top
 * @property {number} columns
 * @property {number} rows
 */

/** @typedef {readonly [number, number, number, number]} Segment  x1, y1, x2, y2 in columns and rows, from 0 */

/**
 * The contour line of a height, as segments within the cells of the grid.
 * @param {Field} field @param {number} level
 * @returns {Segment[]}
 */
export function contour({ values, columns, rows }, level) {
  /** @type {Segment[]} */
  const segments = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      const crossings = crossingsOf(values[at], values[at + 1], values[at + columns + 1], values[at + columns], level);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const [[x1, y1], [x2, y2]] = [crossings[i], crossings[i + 1]];
        segments.push([column + x1, row + y1, column + x2, row + y2]);
      }
    }
  }
  return segments;
}

/**
 * Where a contour crosses the edges of one cell, clockwise from its top left corner.
 * @param {number} a  top left @param {number} b  top right @param {number} c  bottom right @param {number} d  bottom left
 * @param {number} level
 * @returns {[number, number][]} none, two or four
 */
function crossingsOf(a, b, c, d, level) {
  /** @type {[number, number][]} */
  const found = [];
  const share = (/** @type {number} */ from, /** @type {number} */ to) => (level - from) / (to - from);
  if (a < level !== b < level) found.push([share(a, b), 0]);
  if (b < level !== c < level) found.push([1, share(b, c)]);
  if (c < level !== d < level) found.push([1 - share(c, d), 1]);
  if (d < level !== a < level) found.push([0, 1 - share(d, a)]);
  return found;
}

/**
 * The borders between the regions of a picture: a segment for each pair of adjacent pixels with different numbers.
 * @param {Field} field
 * @returns {Segment[]} in pixels, from the picture's corner
 */
export function borders({ values, columns, rows }) {
  /** @type {Segment[]} */
  const segments = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      if (column + 1 < columns && values[at] !== values[at + 1]) segments.push([column + 1, row, column + 1, row + 1]);
      if (row + 1 < rows && values[at] !== values[at + columns]) segments.push([column, row + 1, column + 1, row + 1]);
    }
  }
  return segments;
}

/**
 * Polygons that fill a square: the corners of all of them, and how many each has.
 * @typedef {object} Polygons
 * @property {ArrayLike<number>} corners  x and y, from -extent to extent, y up
 * @property {ArrayLike<number>} sizes
 * @property {number} extent
 */

/**
 * The polygons on a picture of size 1.
 * @param {Polygons} polygons
 * @returns {[number, number][][]} corners of each, y down
 */
export function polygonsOn({ corners, sizes, extent }) {
  let at = 0;
  return Array.from(sizes, (size) => Array.from({ length: size }, () => {
    const [x, y] = [corners[2 * at], corners[2 * at + 1]];
    at += 1;
    return /** @type {[number, number]} */ ([(x / extent + 1) / 2, (1 - y / extent) / 2]);
  }));
}

/**
 * The sides of polygons, without those along the edge of the picture of size 1.
 * @param {readonly (readonly [number, number])[][]} polygons
 * @returns {Segment[]}
 */
export function sidesOf(polygons) {
  const isAlong = (/** @type {number} */ a, /** @type {number} */ b) => a === b && (a === 0 || a === 1);
  return polygons.flatMap((polygon) => polygon.flatMap(([x1, y1], index) => {
    const [x2, y2] = polygon[(index + 1) % polygon.length];
    return isAlong(x1, x2) || isAlong(y1, y2) ? [] : [/** @type {Segment} */ ([x1, y1, x2, y2])];
  }));
}

/**
 * The direction from which a scene is seen.
 * @typedef {object} Sight
 * @property {number} turn  about the upright axis, in radians
 * @property {number} tilt  0: from the side, π/2: from above
 */

/**
 * The projection of a box from -1 to 1 in each direction onto a picture, without perspective.
 * @param {Sight} sight
 * @returns {(x: number, y: number, z: number) => {x: number, y: number, depth: number}} z is up; on the picture y is
 *   down; all three from -√3 to √3; the larger the depth, the nearer
 */
export function projection({ turn, tilt }) {
  const [sinTurn, cosTurn, sinTilt, cosTilt] = [Math.sin(turn), Math.cos(turn), Math.sin(tilt), Math.cos(tilt)];
  return (x, y, z) => {
    const across = x * cosTurn - y * sinTurn;
    const away = x * sinTurn + y * cosTurn;
    return { x: across, y: -(z * cosTilt + away * sinTilt), depth: z * sinTilt - away * cosTilt };
  };
}
