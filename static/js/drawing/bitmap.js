/**
 * Bitmaps: ink or none in every pixel, row by row. Strokes become bitmaps without a canvas. Pure.
 *
 * @typedef {import("./strokes.js").Stroke} Stroke
 * @typedef {import("./strokes.js").Point} Point
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 * @typedef {{columns: number, rows: number, ink: Uint8Array}} Bitmap  ink: 1, paper: 0
 */

/**
 * The smallest box that has all the ink.
 * @param {readonly Stroke[]} strokes  at least one
 * @param {number} radius  of the pen, as the points
 * @returns {Box}
 */
export function inkBox(strokes, radius) {
  const points = strokes.flatMap((stroke) => stroke.points);
  const ends = (/** @type {number[]} */ values) => [Math.min(...values) - radius, Math.max(...values) + radius];
  const [left, right] = ends(points.map(({ x }) => x));
  const [top, bottom] = ends(points.map(({ y }) => y));
  return { left, top, width: right - left, height: bottom - top };
}

/** The square of the distance of a point from a line between two points. @param {number} x @param {number} y @param {Point} from @param {Point} to */
function squaredDistance(x, y, from, to) {
  const [alongX, alongY] = [to.x - from.x, to.y - from.y];
  const square = alongX * alongX + alongY * alongY;
  const share = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - from.x) * alongX + (y - from.y) * alongY) / square));
  return (x - from.x - share * alongX) ** 2 + (y - from.y - share * alongY) ** 2;
}

/**
 * The pixels whose middle is ink: no farther from a stroke than the radius of the pen.
 * @param {readonly Stroke[]} strokes
 * @param {number} radius  of the pen
 * @param {object} frame  the part of the drawing that is shown
 * @param {Box} frame.box  in the units of the points
 * @param {number} frame.columns  pixels over the width of the box
 * @param {number} frame.rows
 * @returns {Bitmap}
 */
export function rasterize(strokes, radius, { box, columns, rows }) {
  const ink = new Uint8Array(columns * rows);
  const [scaleX, scaleY] = [columns / box.width, rows / box.height];
  /** The pixels whose middle may be between two values, along one direction. @param {number} low @param {number} high @param {number} start @param {number} scale @param {number} count */
  const between = (low, high, start, scale, count) =>
    [Math.max(0, Math.floor((low - radius - start) * scale - 0.5)), Math.min(count - 1, Math.ceil((high + radius - start) * scale - 0.5))];

  /** @param {Point} from @param {Point} to */
  function draw(from, to) {
    const [left, right] = between(Math.min(from.x, to.x), Math.max(from.x, to.x), box.left, scaleX, columns);
    const [top, bottom] = between(Math.min(from.y, to.y), Math.max(from.y, to.y), box.top, scaleY, rows);
    for (let row = top; row <= bottom; row++) {
      const y = box.top + (row + 0.5) / scaleY;
      for (let column = left; column <= right; column++) {
        const x = box.left + (column + 0.5) / scaleX;
        if (squaredDistance(x, y, from, to) <= radius * radius) ink[row * columns + column] = 1;
      }
    }
  }

  for (const { points } of strokes) points.forEach((point, index) => draw(points[Math.max(0, index - 1)], point));
  return { columns, rows, ink };
}

/**
 * How much ink there is in each block of `size` × `size` pixels.
 * @param {Bitmap} bitmap  its sides are multiples of the size
 * @param {number} size
 * @returns {Uint8Array} block by block, 0 … size²
 */
export function countBlocks({ columns, rows, ink }, size) {
  const across = columns / size;
  const counts = new Uint8Array(across * (rows / size));
  for (let pixel = 0; pixel < ink.length; pixel++) {
    const row = Math.floor(pixel / columns);
    counts[Math.floor(row / size) * across + Math.floor((pixel % columns) / size)] += ink[pixel];
  }
  return counts;
}

/** @param {Bitmap} bitmap */
export const inkOf = ({ ink }) => ink.reduce((sum, pixel) => sum + pixel, 0);

/** The four neighbors of every pixel; beyond the edge there is paper. @param {Bitmap} bitmap @param {(pixel: number, neighbors: number) => number} change */
function byNeighbors({ columns, rows, ink }, change) {
  const at = (/** @type {number} */ column, /** @type {number} */ row) =>
    (column < 0 || row < 0 || column >= columns || row >= rows ? 0 : ink[row * columns + column]);
  return {
    columns, rows,
    ink: ink.map((pixel, index) => {
      const [column, row] = [index % columns, Math.floor(index / columns)];
      return change(pixel, at(column - 1, row) + at(column + 1, row) + at(column, row - 1) + at(column, row + 1));
    }),
  };
}

/** Only the ink that has ink on all four sides. @param {Bitmap} bitmap @returns {Bitmap} */
export const erode = (bitmap) => byNeighbors(bitmap, (pixel, neighbors) => (pixel === 1 && neighbors === 4 ? 1 : 0));

/** Also the paper that has ink on one of its four sides. @param {Bitmap} bitmap @returns {Bitmap} */
export const dilate = (bitmap) => byNeighbors(bitmap, (pixel, neighbors) => (pixel === 1 || neighbors > 0 ? 1 : 0));

/**
 * Moves rows sideways.
 * @param {Bitmap} bitmap @param {(row: number) => number} shiftOf  whole pixels to the right; what leaves the bitmap is lost
 * @returns {Bitmap}
 */
export function shiftRows({ columns, rows, ink }, shiftOf) {
  const shifted = new Uint8Array(ink.length);
  for (let row = 0; row < rows; row++) {
    const shift = shiftOf(row);
    for (let column = Math.max(0, shift); column < Math.min(columns, columns + shift); column++) {
      shifted[row * columns + column] = ink[row * columns + column - shift];
    }
  }
  return { columns, rows, ink: shifted };
}
