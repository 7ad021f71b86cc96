/** The icons of the data sets: dots that show what to expect, in [-6, 6]². Pure. */

/** Colors of the classes, and of a value from -1 to 1. @typedef {{classes: readonly string[], shade: (value: number) => string}} Colors */
/** A dot of an icon. @typedef {{x: number, y: number, color: string, radius: number}} Dot */

const DOTS = 40;
const DOT_RADIUS = 0.34;
/** In the smaller buttons. */
const SMALL = { dots: 72, radius: 0.46 };

/** @param {number} radius @param {number} angle @returns {[number, number]} */
function polar(radius, angle) {
  return [radius * Math.sin(angle), radius * Math.cos(angle)];
}

/** Numbers in [0, 1) that are the same on every visit: the pictures are icons, not data. @returns {() => number} */
function fixedRandom() {
  let seed = 20260;
  return () => (seed = (seed * 16807) % 2147483647) / 2147483647;
}

/** @typedef {(random: () => number, share: number, side: -1 | 1) => [number, number]} Sketch
 *  a point in [-6, 6]² for an example of the class `side`; `share` runs from 0 to 1 through the class */

/** Six bumps, alternating like a chessboard. @param {number} x @param {number} y */
function bumps(x, y) {
  const centres = [[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]];
  return centres.reduce((sum, [cx, cy, sign]) => sum + sign * Math.max(0, 1 - Math.hypot(x - cx, y - cy) / 2), 0);
}

/** Where the dots of a class go. @type {Record<string, Sketch>} */
const CLASSES = {
  circle: (random, share, side) => polar(side > 0 ? random() * 2.4 : 3.7 + random() * 1.3, (share + random() / 9) * 2 * Math.PI),
  xor: (random, share, side) => {
    const right = share < 0.5 ? 1 : -1;
    return [right * (0.6 + random() * 4.6), right * side * (0.6 + random() * 4.6)];
  },
  gauss: (random, share, side) => {
    const [x, y] = polar(2 * Math.sqrt(random()), (share + random() / 9) * 2 * Math.PI);
    return [2.3 * side + x, 2.3 * side + y];
  },
  spiral: (_random, share, side) => polar(share * 5.2, 1.75 * share * 2 * Math.PI + (side > 0 ? 0 : Math.PI)),
};

/** The value at a point. @type {Record<string, (x: number, y: number) => number>} */
const PLANES = {
  "reg-plane": (x, y) => (x + y) / 10,
  "reg-gauss": bumps,
};

/** The level of a gate's input. @param {() => number} random @param {number} on  0 or 1 */
const level = (random, on) => (on ? 2.5 : -2.5) + 2 * (random() - 0.5);

/** A logic gate: the four rows of its table in turn. @param {(a: number, b: number) => boolean} truth @returns {Scatter} */
const gate = (truth) => (random, index) => {
  const [a, b] = [(index >> 1) & 1, index & 1];
  return [level(random, a), level(random, b), Number(truth(a, b))];
};

/** A point in [-6, 6]² and the number of its class, for the dot `index` of SMALL.dots.
 * @typedef {(random: () => number, index: number) => [number, number, number]} Scatter */

/** Where the dots of the other data sets go. @type {Record<string, Scatter>} */
const SCATTERS = {
  and: gate((a, b) => a + b === 2),
  or: gate((a, b) => a + b > 0),
  nand: gate((a, b) => a + b < 2),
  moons: (_random, index) => {
    const side = index % 2 === 0 ? 1 : -1;
    const angle = (index / SMALL.dots) * Math.PI;
    return [side * 3.2 * (Math.cos(angle) - 0.5), side * 3.2 * (Math.sin(angle) - 0.25), side > 0 ? 1 : 0];
  },
  rings: (random, index) => {
    const ring = [0, 1, 1, 2, 2, 2, 3, 3, 3, 3][index % 10];
    return [...polar(1.4 * ring + 0.15 + random() * 0.5, (index * 0.29 + random() / 9) * 2 * Math.PI), ring % 2 === 0 ? 1 : 0];
  },
  checkerboard: (random, index) => {
    const [column, row] = [index & 3, (index >> 2) & 3];
    return [3 * column - 4.5 + 2.2 * (random() - 0.5), 3 * row - 4.5 + 2.2 * (random() - 0.5), (column + row) % 2 === 0 ? 1 : 0];
  },
  spiral3: (_random, index) => {
    const share = Math.floor(index / 3) / (SMALL.dots / 3);
    return [...polar(share * 5.2, 2 * Math.PI * (1.2 * share + (index % 3) / 3)), index % 3];
  },
  gauss4: (random, index) => {
    const [x, y] = polar(1.6 * Math.sqrt(random()), random() * 2 * Math.PI);
    const corner = index % 4;
    return [(corner % 3 === 0 ? 2.8 : -2.8) + x, (corner < 2 ? 2.8 : -2.8) + y, corner];
  },
};

/** The value over x1, where nothing depends on x2. @type {Record<string, (x: number) => number>} */
const CURVES = {
  "reg-sine": (x) => Math.sin((x * Math.PI) / 6),
  "reg-step": (x) => (x >= 0 ? 1 : -1),
  "reg-abs": (x) => Math.abs(x) / 3 - 1,
};
/** How high a value of 1 is drawn. */
const CURVE_HEIGHT = 4;

/** From one number to another in steps. @param {number} from @param {number} to @param {number} step */
function range(from, to, step) {
  const numbers = [];
  for (let number = from; number < to; number += step) numbers.push(number);
  return numbers;
}

/** How each kind of data set is drawn. @type {((name: string, random: () => number, colors: Colors) => Dot[])[]} */
const KINDS = [
  (name, random, { classes: [neg, pos] }) => (CLASSES[name] ? Array.from({ length: 2 * DOTS }, (_, index) => {
    const side = index % 2 === 0 ? 1 : -1;
    const [x, y] = CLASSES[name](random, Math.floor(index / 2) / DOTS, side);
    return { x, y, color: side > 0 ? pos : neg, radius: DOT_RADIUS };
  }) : []),
  (name, _, { shade }) => (PLANES[name] ? range(-5.6, 6, 0.8).flatMap((x) =>
    range(-5.6, 6, 0.8).map((y) => ({ x, y, color: shade(PLANES[name](x, y)), radius: DOT_RADIUS }))) : []),
  (name, random, { classes }) => (SCATTERS[name] ? Array.from({ length: SMALL.dots }, (_, index) => {
    const [x, y, number] = SCATTERS[name](random, index);
    return { x, y, color: classes[number], radius: SMALL.radius };
  }) : []),
  (name, _, { shade }) => (CURVES[name] ? range(-5.4, 5.5, 0.4).map((x) => {
    const value = CURVES[name](x);
    return { x, y: CURVE_HEIGHT * value, color: shade(value), radius: SMALL.radius };
  }) : []),
];

/**
 * The dots of a data set's icon.
 * @param {string} name  of the data set; one without an icon has no dots
 * @param {Colors} colors
 * @returns {Dot[]} the same on every call
 */
export function dotsOf(name, colors) {
  const random = fixedRandom();
  return KINDS.flatMap((kind) => kind(name, random, colors));
}

/**
 * The dots of the user's own examples.
 * @param {Pick<import("../core/types.js").Data, "points" | "targets" | "classes"> | null} data
 * @param {Colors} colors
 * @returns {Dot[]} none while there are no examples
 */
export function ownDots(data, { classes, shade }) {
  if (!data) return [];
  return Array.from(data.targets, (target, index) => ({
    x: data.points[2 * index], y: data.points[2 * index + 1], radius: SMALL.radius,
    color: data.classes > 2 ? classes[target] : shade(target),
  }));
}
