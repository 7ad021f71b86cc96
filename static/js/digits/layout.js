/**
 * Where everything in the diagram of a network that reads pictures is, in CSS pixels. Pure.
 *
 * With room for it, the picture is on the left, the hidden layers are next to one another, each a grid of neurons, and the
 * outputs are rows on the right. On a narrow screen the same is stacked: the outputs are then columns at the end.
 *
 * @typedef {{x: number, y: number}} Point
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {Box & {columns: number, rows: number}} Grid
 * @typedef {object} Layout
 * @property {boolean} isStacked
 * @property {boolean} overflows  whether the board is wider than its room
 * @property {number} width
 * @property {number} height
 * @property {Box} input  the picture that is read
 * @property {Box} controls  what belongs to it
 * @property {Box} heading  the number of hidden layers
 * @property {Box[]} headers  of the hidden layers
 * @property {Grid[]} grids  of the hidden layers
 * @property {number} side  of a neuron's picture
 * @property {Point} step  from one neuron to the next one, to the right and down
 * @property {Box} outputs
 * @property {number} row  height of an output's row, or width of its column
 */

/** What the page offers; links may have more. */
export const MOST_LAYERS = 4;
export const MOST_UNITS = 100;
export const OUTPUTS = 10;

/** Below this width, things are stacked. All of these are pixels at scale 1. */
const NARROW = 540;
const SIDE = { least: 18, most: 58 };
/** A finger needs more. */
const STACKED_SIDE = { least: 30, most: 46 };
/** Between two neurons; the bar with the activation is below each. */
const GAP = { x: 6, y: 6, level: 6 };
const COLUMN_GAP = { tight: 28, least: 44, most: 84 };
/** The share of a square's width that a grid has at least, and how much smaller pictures that is worth. */
const SQUARE = 0.75;
const WORTH = 0.8;
const INPUT = { side: 140, smallSide: 112, controls: 92, touch: 112 };
/** From this size on there is room for a large picture. */
const LARGE = { width: 640, height: 380 };
const OUTPUT = { width: 178, tight: 150, row: 33, leastRow: 26, verdict: 30, stacked: 108 };
const HEADER = { width: 96, height: 32, touch: 48 };
const HEADING = 34;

/** @param {number} units @param {number} columns @param {number} side @param {Point} step */
const gridOf = (units, columns, side, step) => {
  const rows = Math.ceil(units / columns);
  return { columns, rows, width: (columns - 1) * step.x + side, height: (rows - 1) * step.y + side + GAP.level };
};

/** From one neuron to the next. @param {number} side @param {number} scale @returns {Point} */
const stepOf = (side, scale) => ({ x: side + Math.round(GAP.x * scale), y: side + Math.round((GAP.y + GAP.level) * scale) });

/** Columns for a grid that is about as high as it is wide, and whose last row is as full as can be. @param {number} units */
function squareColumns(units) {
  const least = Math.ceil(Math.sqrt(units * SQUARE));
  const free = (/** @type {number} */ columns) => columns * Math.ceil(units / columns) - units;
  return [least, least + 1, least + 2].reduce((best, columns) => (free(columns) < free(best) ? columns : best));
}

/** @typedef {{width: number, height: number, least: number}} Room  least: width of a layer */
/** @typedef {{side: number, step: Point, grids: {columns: number, rows: number, width: number, height: number}[], needed: number}} Fitted */

/**
 * The grids of all layers with the largest pictures that fit.
 * @param {readonly number[]} layers @param {Room} room @param {number} scale
 * @param {(units: number) => number} leastColumns
 * @returns {Fitted}
 */
function fitGrids(layers, { width, height, least }, scale, leastColumns) {
  const lowest = Math.round(SIDE.least * scale);
  for (let side = Math.round(SIDE.most * scale); ; side--) {
    const step = stepOf(side, scale);
    const rows = Math.max(1, Math.floor((height - side - GAP.level) / step.y) + 1);
    const grids = layers.map((units) => gridOf(units, Math.max(leastColumns(units), Math.ceil(units / rows)), side, step));
    const needed = grids.reduce((sum, grid) => sum + Math.max(least, grid.width), 0);
    if (needed <= width || side <= lowest) return { side, step, grids, needed };
  }
}

/** Grids that are about square, unless their pictures would have to be much smaller. @param {readonly number[]} layers @param {Room} room @param {number} scale */
function bestGrids(layers, room, scale) {
  const narrow = fitGrids(layers, room, scale, () => 1);
  const square = fitGrids(layers, room, scale, squareColumns);
  return square.needed <= room.width && square.side >= WORTH * narrow.side ? square : narrow;
}

/**
 * @param {object} room
 * @param {number} room.width
 * @param {number} room.height
 * @param {readonly number[]} room.layers  neurons of each hidden layer
 * @param {number} [room.scale]  of the page's type
 * @param {boolean} [room.isTouched]  buttons are for fingers
 * @returns {Layout}
 */
export function layoutDigits({ width, height, layers, scale = 1, isTouched = false }) {
  const header = Math.max(Math.round(HEADER.height * scale), isTouched ? HEADER.touch : 0);
  const controls = Math.max(Math.round(INPUT.controls * scale), isTouched ? INPUT.touch : 0);
  const sizes = { scale, header, controls };
  return width < NARROW * scale ? stacked(width, layers, sizes) : sideBySide(width, height, layers, sizes);
}

/** @typedef {{scale: number, header: number, controls: number}} Sizes */

/** @param {number} width @param {number} height @param {readonly number[]} layers @param {Sizes} sizes @returns {Layout} */
function sideBySide(width, height, layers, { scale, header, controls }) {
  const px = (/** @type {number} */ length) => Math.round(length * scale);
  const top = px(HEADING) + header;
  const count = layers.length + 1;
  const isSmall = width < LARGE.width * scale || height < LARGE.height * scale;
  /** @param {{input: number, output: number, gap: number}} choice */
  function fit({ input, output, gap }) {
    const fixed = px(input) + px(output);
    const room = { width: width - fixed - count * px(gap), height: height - top - px(8), least: px(HEADER.width) };
    return { own: px(input), fixed, room, least: px(gap), ...bestGrids(layers, room, scale) };
  }
  const usual = fit({ input: isSmall ? INPUT.smallSide : INPUT.side, output: OUTPUT.width, gap: COLUMN_GAP.least });
  const isTight = usual.needed > usual.room.width;
  const { own, fixed, room, least, side, step, grids, needed } = isTight ? fit({ input: INPUT.smallSide, output: OUTPUT.tight, gap: COLUMN_GAP.tight }) : usual;
  const gap = Math.max(least, Math.min(px(COLUMN_GAP.most), Math.floor((width - fixed - needed) / count)));
  const total = fixed + needed + count * gap;
  const row = Math.max(px(OUTPUT.leastRow), Math.min(px(OUTPUT.row), Math.floor((room.height - px(OUTPUT.verdict)) / OUTPUTS)));
  const heights = { input: own + controls, outputs: OUTPUTS * row + px(OUTPUT.verdict) };
  const tallest = Math.max(heights.input, heights.outputs, ...grids.map((grid) => grid.height));
  // in the middle of the room as long as that is not far from the headings
  const middle = top + Math.max(tallest, Math.min(room.height, tallest + px(60))) / 2;
  const start = Math.max(0, Math.round((width - total) / 2));
  let x = start + own + gap;
  const first = x;
  const placed = grids.map((grid) => {
    const column = { x, width: Math.max(room.least, grid.width) };
    const box = { ...grid, x: Math.round(x + (column.width - grid.width) / 2), y: Math.round(middle - grid.height / 2), column };
    x += column.width + gap;
    return box;
  });
  const outputsTop = Math.round(middle - heights.outputs / 2);
  const inputTop = Math.round(middle - heights.input / 2);
  return {
    isStacked: false, overflows: total > width,
    width: Math.max(width, total), height: Math.max(height, top + tallest + px(8)),
    input: { x: start, y: inputTop, width: own, height: own },
    controls: { x: start, y: inputTop + own, width: own, height: controls },
    heading: { x: first, y: 0, width: Math.max(px(HEADER.width), x - gap - first), height: px(HEADING) },
    headers: placed.map(({ column }) => ({ x: column.x, y: px(HEADING), width: column.width, height: header })),
    grids: placed.map(({ column: _, ...grid }) => grid),
    side, step, row,
    outputs: { x, y: outputsTop, width: fixed - own, height: heights.outputs },
  };
}

/** @param {number} width @param {readonly number[]} layers @param {Sizes} sizes @returns {Layout} */
function stacked(width, layers, { scale, header, controls }) {
  const px = (/** @type {number} */ length) => Math.round(length * scale);
  const gap = px(14);
  // the outlines of neurons at the edges
  const edge = 3;
  const input = { x: 0, y: 0, width: px(INPUT.smallSide), height: px(INPUT.smallSide) };
  const heading = { x: 0, y: Math.max(input.height, controls) + gap, width, height: px(HEADING) };
  const crowded = Math.max(0, ...layers) > 40;
  const wanted = crowded ? px(STACKED_SIDE.least) : px((STACKED_SIDE.least + STACKED_SIDE.most) / 2);
  const room = width - 2 * edge + px(GAP.x);
  const columns = Math.max(1, Math.floor(room / (wanted + px(GAP.x))));
  const side = Math.min(px(STACKED_SIDE.most), Math.floor(room / columns) - px(GAP.x));
  const step = stepOf(side, scale);
  let y = heading.y + heading.height;
  /** @type {Box[]} */
  const headers = [];
  const grids = layers.map((units) => {
    headers.push({ x: 0, y, width: px(HEADER.width), height: header });
    const grid = { ...gridOf(units, Math.min(columns, units), side, step), x: edge, y: y + header + px(6) };
    y = grid.y + grid.height + gap * 2;
    return grid;
  });
  const outputs = { x: 0, y: y + gap, width, height: px(OUTPUT.stacked + OUTPUT.verdict) };
  return {
    isStacked: true, overflows: false, width, height: outputs.y + outputs.height,
    input, controls: { x: input.width + gap, y: 0, width: width - input.width - gap, height: input.height },
    heading, headers, grids, side, step, outputs, row: width / OUTPUTS,
  };
}

/**
 * Where a neuron's picture is.
 * @param {Pick<Layout, "grids" | "step">} layout @param {number} layer  of the hidden ones, from 0 @param {number} unit
 * @returns {Point}
 */
export function placeOf({ grids, step }, layer, unit) {
  const { x, y, columns } = grids[layer];
  return { x: x + (unit % columns) * step.x, y: y + Math.floor(unit / columns) * step.y };
}

/** The part of a neuron's edge at which its links end: those of neurons behind one another are apart. @param {number} at @param {number} count */
const spread = (at, count) => 0.2 + (0.6 * (at + 0.5)) / count;

/**
 * Where links leave a neuron, and where they arrive at a neuron or an output: at the edge of its layer, so that they cross
 * none of its other neurons.
 * @param {Layout} layout @param {number} layer  after the hidden ones come the outputs @param {number} unit
 * @returns {{from: Point, to: Point}}
 */
export function portsOf(layout, layer, unit) {
  const { isStacked, side, outputs, row, grids } = layout;
  if (layer === grids.length) {
    const middle = (unit + 0.5) * row;
    const to = isStacked ? { x: outputs.x + middle, y: outputs.y } : { x: outputs.x, y: outputs.y + middle };
    return { from: to, to };
  }
  const { x, y } = placeOf(layout, layer, unit);
  const grid = grids[layer];
  if (isStacked) {
    const across = x + side * spread(Math.floor(unit / grid.columns), grid.rows);
    return { from: { x: across, y: grid.y + grid.height }, to: { x: across, y: grid.y } };
  }
  const down = y + side * spread(unit % grid.columns, grid.columns);
  return { from: { x: grid.x + grid.width, y: down }, to: { x: grid.x, y: down } };
}
