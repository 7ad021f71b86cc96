/**
 * A drawing: the strokes of one or several pointers. Pure.
 *
 * @typedef {{x: number, y: number}} Point  shares of the pad's side, from its top left corner
 * @typedef {{pointer: number, points: readonly Point[]}} Stroke  pointer: the id of the one that draws it
 * @typedef {{strokes: readonly Stroke[], cleared: Drawing | null}} Drawing  cleared: what was there before the pad was cleared
 */

/** Points that are closer together than this make no visible difference. */
const APART = 0.002;

/** @type {Drawing} */
export const EMPTY = { strokes: [], cleared: null };

/** @param {Drawing} drawing */
export const isEmpty = ({ strokes }) => strokes.length === 0;

/**
 * A pointer goes down.
 * @param {Drawing} drawing @param {number} pointer @param {Point} point
 * @returns {Drawing}
 */
export function begin(drawing, pointer, point) {
  return { ...drawing, strokes: [...drawing.strokes, { pointer, points: [point] }] };
}

/**
 * A pointer that is down moves on.
 * @param {Drawing} drawing @param {number} pointer @param {readonly Point[]} points  on its way, in their order
 * @returns {Drawing} the same one if nothing visible has been added
 */
export function extend(drawing, pointer, points) {
  const index = drawing.strokes.findLastIndex((stroke) => stroke.pointer === pointer);
  if (index < 0) return drawing;
  const way = [...drawing.strokes[index].points];
  for (const point of points) {
    const last = way[way.length - 1];
    if (Math.hypot(point.x - last.x, point.y - last.y) >= APART) way.push(point);
  }
  if (way.length === drawing.strokes[index].points.length) return drawing;
  return { ...drawing, strokes: drawing.strokes.with(index, { pointer, points: way }) };
}

/**
 * A stroke was no stroke: the browser has taken the pointer for something else, such as the palm of a hand.
 * @param {Drawing} drawing @param {number} pointer
 * @returns {Drawing}
 */
export function cancel(drawing, pointer) {
  const index = drawing.strokes.findLastIndex((stroke) => stroke.pointer === pointer);
  return index < 0 ? drawing : { ...drawing, strokes: drawing.strokes.toSpliced(index, 1) };
}

/**
 * Without the last stroke; of an empty pad that was cleared, what was on it before.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function undo(drawing) {
  return isEmpty(drawing) ? drawing.cleared ?? drawing : { ...drawing, strokes: drawing.strokes.slice(0, -1) };
}

/** @param {Drawing} drawing */
export const canUndo = (drawing) => !isEmpty(drawing) || drawing.cleared !== null;

/**
 * An empty pad, of which undo brings the drawing back.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function clear(drawing) {
  return isEmpty(drawing) ? drawing : { strokes: [], cleared: drawing };
}
