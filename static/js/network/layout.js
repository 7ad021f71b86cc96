/**
 * The layout of the network: pure geometry in CSS pixels, from the board's top left corner.
 *
 * Columns are at equal distances: the features, the hidden layers, the output. All units have one size, and every column
 * is centered on one line. Nothing overlaps: where the given room is too narrow or too low, the layout says how much it
 * needs, and the board scrolls or grows.
 */

/** Sizes at scale 1, in CSS pixels. */
const UNIT = { most: 40, least: 20 };
const ROW = { most: 84, least: 28 };
const COLUMN_LEAST = 62;
/** Narrower than this the headings do not fit on one line. */
const NARROW = 460;
const NAMES = 62;
const MARGIN = { right: 8, bottom: 10 };
/** Room next to the output units for the numbers of their classes; for names, room by their longest, in characters. */
const CLASS_NAMES = 30;
const NAMED = { dot: 24, character: 8.5, most: 104 };
const HEADING = 32;
const CAPTION = 20;
const HEADER = { wide: 30, stacked: 50 };
const HEADER_WIDTH = { wide: 124, stacked: 54 };
const GAP_BELOW_HEADER = 8;
const BIAS = 7;
const BIAS_GAP = 3;
const CALLOUT = { width: 150, height: 54, above: 22, margin: 8 };
const FAN = 2.4;
/** Half the width of a strong link. */
const LINK_HALF = 6;

/**
 * @typedef {{index: number, layer: number, row: number, x: number, y: number, size: number, used: boolean}} UnitBox
 *   x and y: top left corner; layer 0 holds the features; `used` is false for a feature that is not an input
 * @typedef {{index: number, source: number, target: number, layer: number, x1: number, y1: number, x2: number, y2: number, isBias?: boolean}} LinkPath
 *   index into `params`; source and target: indices of units, the source of a bias is `ONE`; layer: of the target
 * @typedef {{index: number, unit: number, layer: number, x: number, y: number, size: number}} BiasBox
 * @typedef {{x: number, width: number, isStacked: boolean}} HeaderBox  x: the middle
 * @typedef {{kind: "unit" | "link", x: number, y: number, width: number, height: number, to: {x: number, y: number}}} CalloutBox
 *   `to`: what it points at, straight above its middle or nearly
 * @typedef {object} Layout
 * @property {UnitBox[]} units  features first, then layer by layer
 * @property {LinkPath[]} links  grouped by target unit, in the order of `params`
 * @property {BiasBox[]} biases  none where they are drawn as links
 * @property {{layer: number, x: number, y: number, size: number}[]} ones  the units that are always 1, below the others of their layers
 * @property {HeaderBox[]} headers  of the hidden layers
 * @property {{headings: number, headers: number, features: number}} rows  tops of what is above the units; `features`: of their heading
 * @property {number} middle  of the heading of the hidden layers
 * @property {CalloutBox[]} callouts  none where there is no room for them
 * @property {number} width
 * @property {number} height
 * @property {number} unitSize
 * @property {boolean} overflows  the board is wider than the room given
 * @property {boolean} isNarrow  the heading of the hidden layers is at the left, that of the features below it
 */

/** The source of a bias that is drawn as a link. */
export const ONE = -1;

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

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
 * @returns {Layout}
 */
export function layoutNetwork({ features, firstUnit, layers, outputs = 1, labels = [], width: given, height: room, scale = 1, biasUnits = false }) {
  const gaps = layers.length + 1;
  const left = NAMES * scale;
  const right = MARGIN.right + (outputs > 1 ? roomForNames(labels) * scale : 0);
  const least = left + gaps * COLUMN_LEAST * scale + UNIT.most * 0.8 * scale + right;
  const overflows = given < least;
  const width = Math.ceil(Math.max(given, least));
  const isNarrow = overflows || width < NARROW * scale;
  const counts = [features.length, ...layers, outputs];
  const sizes = counts.map((count, layer) => count + (biasUnits && layer < gaps ? 1 : 0));

  const pitchOf = (/** @type {number} */ unit) => (width - right - unit - left) / gaps;
  const columnPitch = pitchOf(UNIT.most * 0.8 * scale);
  const isStacked = columnPitch < (HEADER_WIDTH.wide + 6) * scale;
  const header = isStacked ? HEADER.stacked : HEADER.wide;
  const top = (HEADING + header + GAP_BELOW_HEADER) * scale;
  const most = Math.max(...sizes);
  const height = Math.ceil(Math.max(room, top + most * ROW.least * scale + MARGIN.bottom));
  const space = height - top - MARGIN.bottom;
  const rowPitch = Math.min(ROW.most * scale, space / most);
  const unitSize = Math.floor(clamp(Math.min(rowPitch * 0.76, columnPitch * 0.52), UNIT.least * scale, UNIT.most * scale));
  const pitch = pitchOf(unitSize);
  const middle = top + Math.min(space, most * rowPitch) / 2;

  const columns = sizes.map((count, layer) => {
    const step = Math.min(ROW.most * scale, space / Math.max(count, 1));
    return { x: left + layer * pitch, first: middle - ((count - 1) * step + unitSize) / 2, step, count };
  });
  const units = placeUnits(columns, counts, features, firstUnit, unitSize);
  const inputs = units[0].filter((unit) => unit.used);
  const ones = biasUnits ? columns.slice(0, -1).map(({ x, first, step, count }, layer) =>
    ({ layer, x: Math.round(x), y: Math.round(first + (count - 1) * step), size: unitSize })) : [];
  const { links, biases } = placeLinks([inputs, ...units.slice(1)], ones, unitSize);

  const flat = units.flat();
  return {
    units: flat,
    links,
    biases,
    ones,
    headers: layers.map((_, layer) => ({
      x: columns[layer + 1].x + unitSize / 2,
      width: (isStacked ? HEADER_WIDTH.stacked : HEADER_WIDTH.wide) * scale,
      isStacked,
    })),
    rows: { headings: 0, headers: HEADING * scale, features: isNarrow ? (HEADING + header - CAPTION) * scale : 0 },
    middle: (columns[0].x + columns[gaps].x + unitSize) / 2,
    callouts: placeCallouts(columns, links, { unitSize, width, height, scale }),
    width,
    height,
    unitSize,
    overflows,
    isNarrow,
  };
}

/** @typedef {{x: number, first: number, step: number, count: number}} Column */

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
    return { index, layer, row, x: Math.round(x), y: Math.round(first + row * step), size, used };
  }));
}

/**
 * Links end spread a little at their target, so that they can be distinguished there, and above its bias.
 * @param {readonly UnitBox[][]} layers  inputs that are in use first
 * @param {Layout["ones"]} ones  where the biases come from; none: they are squares next to their units
 * @param {number} size
 * @returns {{links: LinkPath[], biases: BiasBox[]}}
 */
function placeLinks(layers, ones, size) {
  /** @type {LinkPath[]} */
  const links = [];
  /** @type {BiasBox[]} */
  const biases = [];
  const half = size / 2;
  layers.slice(1).forEach((targets, before) => {
    const one = ones[before];
    const sources = one ? [...layers[before], { ...one, index: ONE }] : layers[before];
    const spread = Math.min(FAN, (size - 2 * BIAS - 4) / Math.max(sources.length, 1));
    for (const target of targets) {
      sources.forEach((source, rank) => links.push({
        index: links.length + biases.length,
        source: source.index,
        target: target.index,
        layer: before + 1,
        x1: source.x + size,
        y1: source.y + half,
        x2: target.x,
        y2: target.y + half + (rank - (sources.length - 1) / 2) * spread,
        ...(source.index === ONE && { isBias: true }),
      }));
      if (one) continue;
      const x = target.x - BIAS - BIAS_GAP;
      biases.push({ index: links.length + biases.length, unit: target.index, layer: before + 1, x, y: target.y + size - BIAS, size: BIAS });
    }
  });
  return { links, biases };
}

/**
 * Callouts go below what they are about, where nothing else is.
 * @param {readonly Column[]} columns
 * @param {readonly LinkPath[]} links
 * @param {{unitSize: number, width: number, height: number, scale: number}} board
 * @returns {CalloutBox[]}
 */
function placeCallouts(columns, links, { unitSize, width, height, scale }) {
  const box = { width: CALLOUT.width * scale, height: CALLOUT.height * scale };
  const ends = columns.map(({ x, first, step, count }) => ({
    left: x - BIAS - BIAS_GAP,
    right: x + unitSize,
    bottom: count === 0 ? 0 : first + (count - 1) * step + unitSize,
  }));

  /** The bottom of what lies between two positions. @param {number} from @param {number} to */
  const lowest = (from, to) => Math.max(
    ...ends.map(({ left, right, bottom }, column) => (from < right && to > (column === 0 ? 0 : left) ? bottom : 0)),
    ...links.filter(({ x1, x2 }) => from < x2 && to > x1).map((link) => Math.max(linkHeight(link, from), linkHeight(link, to)) + LINK_HALF),
  );

  /** @param {"unit" | "link"} kind @param {{x: number, y: number}} to @returns {CalloutBox | null} */
  const putBelow = (kind, to) => {
    const x = clamp(to.x - box.width / 2, 0, width - box.width);
    const y = lowest(x - CALLOUT.margin, x + box.width + CALLOUT.margin) + CALLOUT.above * scale;
    return y + box.height <= height ? { kind, x, y, ...box, to } : null;
  };

  const hidden = ends.slice(1, -1);
  const unit = hidden.map(({ right, bottom }) => putBelow("unit", { x: right - unitSize / 2, y: bottom + 3 })).find(Boolean);
  const gaps = ends.slice(1).map((_, gap) => lowestLink(links, gap + 1)).reverse();
  const link = gaps.map((found) => found && putBelow("link", { x: (found.x1 + found.x2) / 2, y: (found.y1 + found.y2) / 2 + 8 }))
    .find((found) => found && !(unit && touches(unit, found)));
  return [unit, link].filter((found) => found !== undefined && found !== null);
}

/** @param {readonly LinkPath[]} links @param {number} layer */
function lowestLink(links, layer) {
  const inLayer = links.filter((link) => link.layer === layer);
  return inLayer.reduce((low, link) => (link.y1 >= low.y1 && link.y2 >= low.y2 ? link : low), inLayer[0]);
}

/** Whether the text or the arrow of one meets the text or the arrow of the other. @param {CalloutBox} one @param {CalloutBox} other */
function touches(one, other) {
  const margin = CALLOUT.margin;
  const parts = (/** @type {CalloutBox} */ { x, y, width, height, to }) => [{ x, y, width, height }, { x: to.x, y: to.y, width: 0, height: y - to.y }];
  return parts(one).some((a) => parts(other).some((b) => a.x < b.x + b.width + margin && b.x < a.x + a.width + margin
    && a.y < b.y + b.height + margin && b.y < a.y + a.height + margin));
}

/**
 * How high a link is at `x`: both inner control points are in the middle between its ends, so x runs from 0 to 1 with
 * 1.5 t - 1.5 t² + t³ of the way, and y with 3 t² - 2 t³.
 * @param {LinkPath} link @param {number} x
 * @returns {number}
 */
export function linkHeight({ x1, y1, x2, y2 }, x) {
  const t = curveTime(clamp((x - x1) / (x2 - x1), 0, 1));
  return y1 + (y2 - y1) * t * t * (3 - 2 * t);
}

/** @param {number} share  of the way in x */
function curveTime(share) {
  let t = share;
  for (let i = 0; i < 6; i++) t -= (t * (1.5 + t * (t - 1.5)) - share) / (1.5 - 3 * t + 3 * t * t);
  return t;
}

/**
 * The bias or else the link at a position of the board, or null.
 * @param {Layout} layout @param {number} x @param {number} y
 * @param {number} [reach]  how far away it may be
 * @returns {{kind: "bias", part: BiasBox} | {kind: "link", part: LinkPath} | null}
 */
export function findPart(layout, x, y, reach = 7) {
  const bias = layout.biases.find((part) => Math.abs(x - part.x - part.size / 2) <= reach && Math.abs(y - part.y - part.size / 2) <= reach);
  if (bias) return { kind: "bias", part: bias };
  let best = reach;
  /** @type {LinkPath | null} */
  let nearest = null;
  for (const link of layout.links) {
    if (x < link.x1 || x > link.x2) continue;
    const away = Math.abs(y - linkHeight(link, x)) / steepness(link, x);
    if (away < best) [best, nearest] = [away, link];
  }
  return nearest && { kind: "link", part: nearest };
}

/** How much longer the way up or down is than the way straight to the link. @param {LinkPath} link @param {number} x */
function steepness(link, x) {
  const slope = linkHeight(link, x + 0.5) - linkHeight(link, x - 0.5);
  return Math.hypot(1, slope);
}
