/**
 * From where the surface is seen, and how keys and the pointer change that. Pure.
 *
 * @typedef {object} Sight
 * @property {number} turn  around the vertical axis, in radians; -π/2 is from the side where x2 is lowest
 * @property {number} tilt  above the plane, in radians; π/2 is straight down, as on the flat map
 * @property {number} distance
 */

import { clamp } from "../lib/numbers.js";

/** At first, and after Home. @type {Readonly<Sight>} */
export const START = { turn: -1.95, tilt: 0.6, distance: 2.15 };
/** As on the flat map. @type {Readonly<Sight>} */
export const ABOVE = { turn: -Math.PI / 2, tilt: 1.55, distance: 2.15 };

/** @type {[number, number]} */
const TILTS = [-1.45, 1.55];
/** @type {[number, number]} */
const DISTANCES = [1, 3.6];
/** Radians that an arrow key turns, and that a pixel of dragging does. */
const TURN = { key: Math.PI / 36, pixel: 0.009 };
/** How much nearer a key and a notch of the wheel bring it. */
const ZOOM = 1.12;
/** How far to the left of the middle of the box, and below it, one looks, so that its labels have room. */
const ASIDE = 0.02;
const BELOW = -0.1;

/** @type {Record<string, [number, number]>} */
const TURNS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** @type {Record<string, number>} */
const ZOOMS = { "+": 1, "=": 1, "-": -1, "−": -1, _: -1 };

/**
 * What is seen after a turn of the surface.
 * @param {Sight} sight @param {number} across  to the right, in radians @param {number} up  of the eye, in radians
 * @returns {Sight}
 */
export const turned = ({ turn, tilt, distance }, across, up) => ({ turn: turn - across, tilt: clamp(tilt + up, ...TILTS), distance });

/**
 * What is seen after the surface was dragged.
 * @param {Sight} sight @param {number} right  pixels @param {number} down  pixels
 * @returns {Sight}
 */
export const dragged = (sight, right, down) => turned(sight, right * TURN.pixel, down * TURN.pixel);

/**
 * What is seen from nearer or farther.
 * @param {Sight} sight @param {number} steps  nearer; negative: farther
 * @returns {Sight}
 */
export const zoomed = (sight, steps) => ({ ...sight, distance: clamp(sight.distance / ZOOM ** steps, ...DISTANCES) });

/**
 * What is seen after two fingers have spread it.
 * @param {Sight} sight @param {number} ratio  of their distances, after and before
 * @returns {Sight}
 */
export const spread = (sight, ratio) => zoomed(sight, Math.log(ratio) / Math.log(ZOOM));

/**
 * What is seen after a key.
 * @param {Sight} sight
 * @param {string} key  as in KeyboardEvent.key
 * @param {boolean} isFar  whether Shift is held
 * @returns {Sight | null} null: the key changes nothing
 */
export function sightAfter(sight, key, isFar) {
  if (key === "Home") return START;
  if (Object.hasOwn(ZOOMS, key)) return zoomed(sight, ZOOMS[key]);
  if (!Object.hasOwn(TURNS, key)) return null;
  const [across, up] = TURNS[key];
  const step = isFar ? 3 * TURN.key : TURN.key;
  return turned(sight, across * step, up * step);
}

/**
 * A sight on the way from one to another.
 * @param {Sight} from @param {Sight} to @param {number} share  of the way, 0 … 1
 * @returns {Sight}
 */
export function sightBetween(from, to, share) {
  const eased = share * share * (3 - 2 * share);
  const at = (/** @type {keyof Sight} */ part) => from[part] + (to[part] - from[part]) * eased;
  return { turn: at("turn"), tilt: at("tilt"), distance: at("distance") };
}

/**
 * The camera of Plotly for a sight.
 * @param {Sight} sight
 * @returns {Record<"eye" | "center" | "up", {x: number, y: number, z: number}>}
 */
export function cameraOf({ turn, tilt, distance }) {
  const level = distance * Math.cos(tilt);
  const center = { x: ASIDE * Math.sin(turn), y: -ASIDE * Math.cos(turn), z: BELOW };
  return {
    eye: { x: center.x + level * Math.cos(turn), y: center.y + level * Math.sin(turn), z: center.z + distance * Math.sin(tilt) },
    center, up: { x: 0, y: 0, z: 1 },
  };
}
