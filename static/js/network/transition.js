/**
 * Layers and neurons ease to their new places when the network changes its shape. Pure.
 *
 * A place is known by a key that stays the same when layers come or go elsewhere. What is new grows from its middle.
 *
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./names.js").Naming} Naming
 * @typedef {{x: number, y: number, size: number, opacity: number}} Place  x and y: upper left corner
 * @typedef {Map<string, Place>} Places
 * @typedef {{dx: number, dy: number, scale: number, opacity: number}} Shift  from where something is laid out to where it is now
 */

import { unitKey } from "./names.js";

/** In ms. */
export const DURATION = 220;
/** The size of what has just come, as a share. */
const BIRTH = 0.5;

/** @param {number} t */
const ease = (t) => 1 - (1 - t) ** 3;

/** @param {number} layer  of a hidden layer, from 0 */
export const headerKey = (layer) => `header ${layer}`;

/**
 * Where everything is laid out.
 * @param {{layout: Pick<Layout, "units" | "headers" | "rows">, naming: Naming}} arranged
 * @returns {Places}
 */
export function placesOf({ layout: { units, headers, rows }, naming }) {
  const places = new Map(units.map((unit) => [unitKey(unit, naming), { x: unit.x, y: unit.y, size: unit.size, opacity: 1 }]));
  headers.forEach(({ x, width }, layer) => places.set(headerKey(layer), { x: x - width / 2, y: rows.headers, size: width, opacity: 1 }));
  return places;
}

/** @param {Place} place @returns {Place} */
const born = ({ x, y, size }) => ({ x: x + (size * (1 - BIRTH)) / 2, y: y + (size * (1 - BIRTH)) / 2, size: size * BIRTH, opacity: 0 });

/** @param {Place} from @param {Place} to @param {number} share @returns {Place} */
function between(from, to, share) {
  const at = (/** @type {keyof Place} */ name) => from[name] + (to[name] - from[name]) * share;
  return { x: at("x"), y: at("y"), size: at("size"), opacity: at("opacity") };
}

/** Moves places from where they are to where they should be; a new goal begins from where they are then. */
export function createTransition() {
  /** @type {Places} */
  let from = new Map();
  /** @type {Places} */
  let to = new Map();
  let begun = -Infinity;
  const shareAt = (/** @type {number} */ time) => Math.min(1, (time - begun) / DURATION);

  /** @param {number} time @returns {Places} */
  function now(time) {
    const share = ease(shareAt(time));
    return new Map([...to].map(([key, place]) => [key, between(from.get(key) ?? born(place), place, share)]));
  }

  return {
    /** @param {Places} next @param {number} time  in ms */
    ease(next, time) {
      from = now(time);
      to = next;
      begun = time;
    },
    /** Without easing. @param {Places} next */
    jump(next) {
      to = next;
      begun = -Infinity;
    },
    isRunning: (/** @type {number} */ time) => shareAt(time) < 1,
    /** How much is left of the way, 1 … 0. */
    left: (/** @type {number} */ time) => 1 - ease(shareAt(time)),

    /** How far each is from where it will be. @param {number} time @returns {Map<string, Shift>} empty: all are there */
    shifts(time) {
      if (shareAt(time) >= 1) return new Map();
      return new Map([...now(time)].map(([key, { x, y, size, opacity }]) => {
        const goal = /** @type {Place} */ (to.get(key));
        return [key, { dx: x - goal.x, dy: y - goal.y, scale: size / goal.size, opacity }];
      }));
    },
  };
}

/**
 * A layout whose links and biases follow the units on their way.
 * @param {{layout: Layout, naming: Naming}} arranged
 * @param {ReadonlyMap<string, Shift>} byKey
 * @returns {Layout}
 */
export function shifted({ layout, naming }, byKey) {
  if (byKey.size === 0) return layout;
  const boxes = new Map(layout.units.map((unit) => [unit.index, unit]));
  const shifts = new Map(layout.units.map((unit) => [unit.index, byKey.get(unitKey(unit, naming))]));
  /** @param {number} index @param {number} x @param {number} y */
  const move = (index, x, y) => {
    const [box, shift] = [boxes.get(index), shifts.get(index)];
    return box && shift ? { x: box.x + shift.dx + (x - box.x) * shift.scale, y: box.y + shift.dy + (y - box.y) * shift.scale } : { x, y };
  };
  return {
    ...layout,
    links: layout.links.map((link) => {
      const [start, end] = [move(link.source, link.x1, link.y1), move(link.target, link.x2, link.y2)];
      const opacity = Math.min(shifts.get(link.source)?.opacity ?? 1, shifts.get(link.target)?.opacity ?? 1);
      return { ...link, x1: start.x, y1: start.y, x2: end.x, y2: end.y, opacity };
    }),
    biases: layout.biases.map((bias) => ({ ...bias, ...move(bias.unit, bias.x, bias.y) })),
    callouts: [],
  };
}
