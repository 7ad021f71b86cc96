/**
 * The layout of the network: pure geometry in CSS pixels, from the board's top left corner.
 *
 * Columns are at equal distances: the features and the hidden layers. The last links end at the right edge of the board,
 * in the port of the output, or with several outputs in a column of their pictures. Where the large map is next to the
 * board, that edge is the map's. All units have one size, and the columns are centered on one line, which is the middle
 * of the map where there is room. Nothing overlaps: where the given room is too narrow or too low, the layout says how
 * much it needs, and the board scrolls or grows.
 */

import { clamp } from "../lib/numbers.js";
import { placeCallouts } from "./callouts.js";
import { LINK_HALF, linkHeight } from "./curve.js";

/** Sizes at scale 1, in CSS pixels. */
const UNIT = { most: 50, least: 20 };
/** `good`: rows are this far apart before they move away from the middle of the map. */
const ROW = { most: 108, good: 72, least: 28 };
const COLUMN_LEAST = 38;
/** Narrower than this the headings do not fit on one line. */
const NARROW = 460;
const NAMES = 60;
const BOTTOM = 10;
/** The port: a bar at the map's edge. `name`: room for its name where the map is elsewhere. */
const PORT = { width: 9, least: 34, most: 120, fan: 9, pad: 7, name: 17 };
/** Room next to the output units for the numbers of their classes; for names, room by their longest, in characters. */
const CLASS_NAMES = 44;
const NAMED = { dot: 36, character: 8.5, most: 116 };
const HEADING = 32;
const CAPTION = 20;
/** The headings of hidden layers, each for columns that are at least this far apart. */
const HEADERS = /** @type {const} */ ([
  { form: "wide", width: 132, height: 30, from: 138 },
  { form: "stacked", width: 68, height: 50, from: 71 },
  { form: "compact", width: 30, height: 74, from: 0 },
]);
const GAP_BELOW_HEADER = 8;
const BIAS = 7;
const BIAS_GAP = 3;
/** The bias of the port, and its name. */
const PORT_BIAS = { size: 9, gap: 5, name: { width: 26, height: 12 } };
const FAN = 2.4;

/**
 * @typedef {{index: number, layer: number, row: number, x: number, y: number, size: number, height: number, used: boolean, isPort: boolean}} UnitBox
 *   x and y: top left corner; size: its width, and its height unless it is the port; layer 0 holds the features; `used` is
 *   false for a feature that is not an input
 * @typedef {{index: number, source: number, target: number, layer: number, x1: number, y1: number, x2: number, y2: number, isBias?: boolean, opacity?: number}} LinkPath
 *   opacity: while it comes; index into `params`; source and target: indices of units, the source of a bias is `ONE`; layer: of the target
 * @typedef {{index: number, unit: number, layer: number, x: number, y: number, size: number}} BiasBox
 * @typedef {{x: number, width: number, height: number, form: "wide" | "stacked" | "compact"}} HeaderBox  x: the middle
 * @typedef {import("./callouts.js").CalloutBox} CalloutBox
 * @typedef {object} Layout
 * @property {UnitBox[]} units  features first, then layer by layer
 * @property {LinkPath[]} links  grouped by target unit, in the order of `params`
 * @property {BiasBox[]} biases  none where they are drawn as links
 * @property {{layer: number, x: number, y: number, size: number}[]} ones  the units that are always 1, below the others of their layers
 * @property {HeaderBox[]} headers  of the hidden layers
 * @property {{headings: number, headers: number, features: number}} rows  tops of what is above the units; `features`: of their heading
 * @property {number} middle  of the heading of the hidden layers
 * @property {CalloutBox[]} callouts  none where there is no room for them
 * @property {{x: number, y: number, width: number, height: number} | null} biasName  where "bias" is written; null: nowhere
 * @property {number} width
 * @property {number} height
 * @property {number} unitSize
 * @property {boolean} overflows  the board is wider than the room given
 * @property {boolean} isNarrow  the heading of the hidden layers is at the left, that of the features below it
 * @property {boolean} isAtMap  the right edge of the board is the left edge of the map
 */

/** The source of a bias that is drawn as a link. */
export const ONE = -1;

/** @param {readonly string[]} labels */
function roomForNames(labels) {
  const longest = Math.max(0, ...labels.map((label) => [...label].length));
  return clamp(NAMED.dot + longest * NAMED.character, CLASS_NAMES, NAMED.most);
}

/**
 * Lays the network out.
 * @param {object} options
 * @param {readonly {index: number, used: boolean}[]} options.features  those that are shown, with their indices as units
 * @param {number} options.firstUnit  index of the first hidden unit: how many features the schema has
 * @param {readonly number[]} options.layers  units of each hidden layer
 * @param {number} [options.outputs]  output units: one, or one of each class
 * @param {readonly string[]} [options.labels]  names of the classes, as far as they have any
 * @param {number} options.width  of the given room
 * @param {number} options.height  of the given room
 * @param {number} [options.scale]  for a projector: above 1
 * @param {boolean} [options.biasUnits]  biases are links from one more unit in the layer before
 * @param {{top: number, bottom: number} | null} [options.map]  the map, if it begins where the board ends
 * @returns {Layout}
 */
export function layoutNetwork({ features, firstUnit, layers, outputs = 1, labels = [], width: given, height: room, scale = 1, biasUnits = false, map = null }) {
  const gaps = layers.length + 1;
  const counts = [features.length, ...layers, outputs];
  const sizes = counts.map((count, layer) => count + (biasUnits && layer < gaps ? 1 : 0));
  const across = spanColumns({ gaps, given, outputs, labels, scale, isAtMap: map !== null });
  const { width, isNarrow, form, columnPitch } = across;
  const top = (HEADING + form.height + GAP_BELOW_HEADER) * scale;
  const down = spanRows({ sizes: outputs > 1 ? sizes : sizes.slice(0, -1), top, room, scale, map });
  const { height, middle } = down;
  const unitSize = Math.floor(clamp(Math.min(down.rowPitch * 0.76, columnPitch * 0.52), UNIT.least * scale, UNIT.most * scale));
  const pitch = across.pitchOf(unitSize);

  const columns = sizes.map((count, layer) => {
    const step = Math.min(ROW.most * scale, down.extent / Math.max(count, 1));
    return { x: across.left + layer * pitch, first: middle - ((count - 1) * step + unitSize) / 2, step, count };
  });
  const units = placeUnits(outputs > 1 ? columns : columns.slice(0, -1), counts, features, firstUnit, unitSize);
  if (outputs === 1) units.push([placePort(units, { index: firstUnit + layers.reduce((sum, count) => sum + count, 0), sizes, across, top, height, middle, map, scale, biasUnits })]);
  const inputs = units[0].filter((unit) => unit.used);
  const ones = biasUnits ? columns.slice(0, -1).map(({ x, first, step, count }, layer) =>
    ({ layer, x: Math.round(x), y: Math.round(first + (count - 1) * step), size: unitSize })) : [];
  const { links, biases } = placeLinks([inputs, ...units.slice(1)], ones, scale);
  const biasName = outputs === 1 && !biasUnits ? nameBias(biases[biases.length - 1], links, { height, scale }) : null;

  return {
    units: units.flat(),
    links,
    biases,
    ones,
    headers: layers.map((_, layer) => ({
      x: columns[layer + 1].x + unitSize / 2, width: Math.min(form.width * scale, pitch - 2), height: form.height * scale, form: form.form,
    })),
    rows: { headings: 0, headers: HEADING * scale, features: isNarrow ? (HEADING + form.height - CAPTION) * scale : 0 },
    middle: (columns[0].x + across.end) / 2,
    callouts: placeCallouts(columns.slice(0, gaps), links, { unitSize, hasOnes: biasUnits, isAtMap: map !== null, output: endOf(units[gaps], biases, biasName), width, height, scale }),
    biasName,
    width,
    height,
    unitSize,
    overflows: across.overflows,
    isNarrow,
    isAtMap: map !== null,
  };
}

/**
 * How the columns share the width.
 * @param {{gaps: number, given: number, outputs: number, labels: readonly string[], scale: number, isAtMap: boolean}} options
 */
function spanColumns({ gaps, given, outputs, labels, scale, isAtMap }) {
  const left = NAMES * scale;
  const right = outputs > 1 ? roomForNames(labels) * scale : isAtMap ? 0 : PORT.name * scale;
  const lastOf = (/** @type {number} */ unit) => (outputs > 1 ? unit : PORT.width * scale);
  const least = left + gaps * COLUMN_LEAST * scale + lastOf(UNIT.least * scale) + right;
  const overflows = given < least;
  const width = Math.ceil(Math.max(given, least));
  const endOf = (/** @type {number} */ unit) => width - right - lastOf(unit);
  const pitchOf = (/** @type {number} */ unit) => (endOf(unit) - left) / gaps;
  const columnPitch = Math.min(pitchOf(UNIT.least * scale), Math.max(pitchOf(UNIT.most * scale), COLUMN_LEAST * scale));
  const form = HEADERS.find(({ from }) => columnPitch >= from * scale) ?? HEADERS[2];
  return { left, width, end: endOf(0), right, overflows, isNarrow: overflows || width < NARROW * scale, pitchOf, columnPitch, form };
}

/**
 * How the rows share the height: they spread over it, as long as the tallest column is still centered on the map's
 * middle or its rows are comfortably far apart.
 * @param {{sizes: readonly number[], top: number, room: number, scale: number, map: {top: number, bottom: number} | null}} options
 */
function spanRows({ sizes, top, room, scale, map }) {
  const most = Math.max(1, ...sizes);
  const height = Math.ceil(Math.max(room, top + most * ROW.least * scale + BOTTOM));
  const bottom = height - BOTTOM;
  const space = bottom - top;
  const wanted = map ? clamp((map.top + map.bottom) / 2, top, bottom) : top + Math.min(space, most * ROW.most * scale) / 2;
  const centered = (2 * Math.min(wanted - top, bottom - wanted)) / most;
  const rowPitch = Math.min(ROW.most * scale, space / most, Math.max(ROW.good * scale, centered));
  const half = (most * rowPitch) / 2;
  const middle = clamp(wanted, top + half, bottom - half);
  return { height, middle, rowPitch, extent: 2 * Math.min(middle - top, bottom - middle) };
}

/** @typedef {{x: number, first: number, step: number, count: number}} Column */

/**
 * The port of the output: a bar at the end of the board, as near to the middle of the map as the board allows.
 * @param {readonly (readonly UnitBox[])[]} units
 * @param {{index: number, sizes: readonly number[], across: ReturnType<typeof spanColumns>, top: number, height: number, middle: number, map: {top: number, bottom: number} | null, scale: number, biasUnits: boolean}} board
 * @returns {UnitBox}
 */
function placePort(units, { index, sizes, across: { width, right }, top, height, middle, map, scale, biasUnits }) {
  const before = units.length === 1 ? units[0].filter(({ used }) => used).length + (biasUnits ? 1 : 0) : sizes[units.length - 1];
  const below = biasUnits ? 0 : (PORT_BIAS.gap + PORT_BIAS.size) * scale;
  const [low, high] = [Math.max(top, map?.top ?? top), Math.min(height - BOTTOM, map?.bottom ?? height) - below];
  const extent = Math.round(clamp((Math.max(before, 1) - 1) * PORT.fan * scale + 2 * PORT.pad, PORT.least * scale, Math.min(PORT.most * scale, high - low)));
  const wanted = map ? (map.top + map.bottom) / 2 : middle;
  return {
    index,
    layer: units.length,
    row: 0,
    x: width - right - PORT.width * scale,
    y: Math.round(clamp(wanted - extent / 2, low, Math.max(low, high - extent))),
    size: PORT.width * scale,
    height: extent,
    used: true,
    isPort: true,
  };
}

/**
 * @param {readonly Column[]} columns
 * @param {readonly number[]} counts  units of each layer
 * @param {readonly {index: number, used: boolean}[]} features
 * @param {number} firstUnit
 * @param {number} size
 * @returns {UnitBox[][]}
 */
function placeUnits(columns, counts, features, firstUnit, size) {
  let next = firstUnit;
  return columns.map(({ x, first, step }, layer) => Array.from({ length: counts[layer] }, (_, row) => {
    const { index, used } = layer === 0 ? features[row] : { index: next++, used: true };
    return { index, layer, row, x: Math.round(x), y: Math.round(first + row * step), size, height: size, used, isPort: false };
  }));
}

/**
 * Links end spread a little at their target, so that they can be distinguished there, and above its bias.
 * @param {readonly (readonly UnitBox[])[]} layers  inputs that are in use first
 * @param {Layout["ones"]} ones  where the biases come from; none: they are squares next to their units
 * @param {number} scale
 * @returns {{links: LinkPath[], biases: BiasBox[]}}
 */
function placeLinks(layers, ones, scale) {
  /** @type {LinkPath[]} */
  const links = [];
  /** @type {BiasBox[]} */
  const biases = [];
  layers.slice(1).forEach((targets, before) => {
    const one = ones[before];
    const sources = one ? [...layers[before], { ...one, height: one.size, index: ONE }] : layers[before];
    for (const target of targets) {
      const spread = fanOf(target, sources.length, scale);
      sources.forEach((source, rank) => links.push({
        index: links.length + biases.length,
        source: source.index,
        target: target.index,
        layer: before + 1,
        x1: source.x + source.size,
        y1: source.y + source.height / 2,
        x2: target.x,
        y2: target.y + target.height / 2 + (rank - (sources.length - 1) / 2) * spread,
        ...(source.index === ONE && { isBias: true }),
      }));
      if (!one) biases.push({ index: links.length + biases.length, unit: target.index, layer: before + 1, ...placeBias(target, scale) });
    }
  });
  return { links, biases };
}

/** How far apart links end. @param {UnitBox} target @param {number} count @param {number} scale */
function fanOf({ isPort, size, height }, count, scale) {
  if (isPort) return Math.min(PORT.fan * scale, (height - 2 * PORT.pad) / Math.max(count - 1, 1));
  return Math.min(FAN, (size - 2 * BIAS - 4) / Math.max(count, 1));
}

/** The bias of a unit is at its lower left corner, that of the port below it. @param {UnitBox} target @param {number} scale */
function placeBias({ x, y, size, height, isPort }, scale) {
  if (!isPort) return { x: x - BIAS - BIAS_GAP, y: y + size - BIAS, size: BIAS };
  const side = Math.round(PORT_BIAS.size * scale);
  return { x: x + size - side - 1, y: y + height + PORT_BIAS.gap * scale, size: side };
}

/** The left and lower edge of what is at the end of the board. @param {readonly UnitBox[]} outputs @param {readonly BiasBox[]} biases @param {Layout["biasName"]} name */
function endOf(outputs, biases, name) {
  const last = outputs[outputs.length - 1];
  const below = last.isPort && biases.length > 0 ? biases[biases.length - 1] : { y: 0, size: 0 };
  return {
    left: Math.min(last.x - BIAS - BIAS_GAP, name?.x ?? Infinity),
    bottom: Math.max(last.y + last.height, below.y + below.size, name ? name.y + name.height : 0),
  };
}

/**
 * Where the bias of the port is named: next to it, or below, where no link is.
 * @param {BiasBox} bias
 * @param {readonly LinkPath[]} links
 * @param {{height: number, scale: number}} board
 */
function nameBias({ x, y, size, layer }, links, { height, scale }) {
  const [width, high] = [PORT_BIAS.name.width * scale, PORT_BIAS.name.height * scale];
  const places = [{ x: x - width - 5, y: y + (size - high) / 2 }, { x: x + size - width, y: y + size + 3 }];
  const begin = Math.max(0, ...links.filter(({ layer: of }) => of === layer).map(({ x1 }) => x1));
  const isFree = (/** @type {{x: number, y: number}} */ place) => place.x > begin + 4 && place.y + high <= height && links.every((link) => {
    const [from, to] = [Math.max(place.x, link.x1), Math.min(place.x + width, link.x2)];
    const heights = from < to ? [linkHeight(link, from), linkHeight(link, to)] : [];
    return heights.every((at) => at < place.y - LINK_HALF) || heights.every((at) => at > place.y + high + LINK_HALF);
  });
  const place = places.find(isFree);
  return place ? { ...place, width, height: high } : null;
}
