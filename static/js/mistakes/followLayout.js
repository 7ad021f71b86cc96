/**
 * The layout of the panel "Follow": the picture, a grid of boxes for each hidden layer, and a column for the outputs. Pure.
 *
 * @typedef {{layer: number, row: number, x: number, y: number, width: number, height: number}} UnitBox  layer: from 1, x and y: the middle
 * @typedef {{picture: {x: number, y: number, side: number}, units: UnitBox[][]}} Placed  picture: x and y are its corner; units: by layer
 */

/** Of the width: the picture, and the part of its room that a layer's boxes may take. */
const PICTURE_SHARE = 0.2;
const LAYER_SHARE = 0.62;
/** The largest boxes, and the room between them, in type sizes. */
const BOX = { width: 3.2, height: 1.5, gap: 0.35 };
/** The outputs' digits are to the left of their boxes, what is wanted to the right, in type sizes. */
const OUTPUT = { before: 1.3, after: 2.6 };
/** A box this much wider than high has room for a number. */
const WIDER = 2;
/** Room for the strokes of the outermost boxes, in pixels. */
const EDGE = 3;

/**
 * The grid in which boxes become largest.
 * @param {number} count @param {{width: number, height: number}} room @param {number} type
 */
function bestGrid(count, room, type) {
  const grids = Array.from({ length: count }, (_, index) => {
    const columns = index + 1;
    const [stepX, stepY] = [room.width / columns, room.height / Math.ceil(count / columns)];
    const width = Math.min(BOX.width * type, stepX - BOX.gap * type);
    const height = Math.min(BOX.height * type, stepY - BOX.gap * type);
    return { columns, width, height, size: Math.min(width / WIDER, height) };
  });
  const best = grids.reduce((one, other) => (other.size > one.size + 0.01 ? other : one));
  return { columns: best.columns, width: Math.max(1, best.width), height: Math.max(1, best.height) };
}

/**
 * One column, as the outputs are.
 * @param {number} count @param {{width: number, height: number}} room @param {number} type
 */
function column(count, { width, height }, type) {
  const step = height / count;
  return { columns: 1, width, height: Math.max(1, Math.min(BOX.height * type, step - Math.min(BOX.gap * type, 0.2 * step))) };
}

/**
 * The boxes of one layer.
 * @param {number} layer @param {number} count
 * @param {{middle: number, height: number}} room  middle: of its boxes, from left
 * @param {{columns: number, width: number, height: number}} grid  width and height: of a box
 * @param {number} type
 * @returns {UnitBox[]}
 */
function boxesOf(layer, count, { middle, height: whole }, { columns, width, height }, type) {
  const rows = Math.ceil(count / columns);
  const gap = Math.min(BOX.gap * type, whole / rows - height);
  return Array.from({ length: count }, (_, row) => ({
    layer, row, width, height,
    x: middle + ((row % columns) - (columns - 1) / 2) * (width + gap),
    y: whole / 2 + EDGE + (Math.floor(row / columns) - (rows - 1) / 2) * (height + gap),
  }));
}

/**
 * @param {readonly number[]} sizes  units of each hidden layer, and of the outputs
 * @param {{width: number, height: number, type: number}} room  in pixels; type: the root's font size
 * @returns {Placed}
 */
export function layoutFollow(sizes, { width, height, type }) {
  const side = Math.min(height - 2 * EDGE, width * PICTURE_SHARE);
  const inner = height - 2 * EDGE;
  const outputWidth = Math.min(BOX.width * type, width * 0.16);
  const right = width - OUTPUT.after * type - outputWidth - OUTPUT.before * type;
  const hidden = sizes.length - 1;
  const step = (right - side) / Math.max(1, hidden);
  const units = sizes.map((count, index) => {
    const room = { width: index < hidden ? step * LAYER_SHARE : outputWidth, height: inner };
    const grid = (index < hidden ? bestGrid : column)(count, room, type);
    const middle = index < hidden ? side + (index + 0.5) * step : width - OUTPUT.after * type - outputWidth / 2;
    return boxesOf(index + 1, count, { middle, height: inner }, grid, type);
  });
  return { picture: { x: 0, y: (height - side) / 2, side }, units };
}

/**
 * The box at a place.
 * @param {Placed} placed @param {number} x @param {number} y
 * @returns {UnitBox | undefined}
 */
export function boxAt({ units }, x, y) {
  return units.flat().find((box) => Math.abs(x - box.x) <= box.width / 2 + 1 && Math.abs(y - box.y) <= box.height / 2 + 1);
}
