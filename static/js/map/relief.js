/**
 * What is seen in three dimensions: the map's picture as a surface, and the examples as pins on it. Pure. Heights are the
 * values of the picture, -1 … 1, whatever they stand for.
 *
 * @typedef {import("./look.js").Look} Look
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("../core/types.js").Data} Data
 * @typedef {import("../lib/palette.js").Palette} Palette
 */

import { cssColor, valueOf } from "../lib/color.js";
import { targetColor } from "../lib/palette.js";
import { RINGS, partsOf } from "./paint.js";
import { EXTENT, between, toShare } from "./picture.js";

/** Above the surface, of the heads of pins that stand on it. */
const PIN = 0.2;
/** Distance between the colors of a scale, which is linear in between, in bytes; and where it may jump. */
const STOP = 15;
const JUMP = [127, 128];

/** Coordinates of a grid's points. @param {number} points  of a side */
export const coordinates = (points) => Array.from({ length: points }, (_, index) => (index / (points - 1)) * 2 * EXTENT - EXTENT);

/** The height of a picture at a point of the plane. @param {Picture} picture @param {number} x1 @param {number} x2 */
function heightAt({ picture, size }, x1, x2) {
  return valueOf(between(picture, size, toShare(x1) * (size - 1), (1 - toShare(x2)) * (size - 1)));
}

/**
 * The heights of a surface.
 * @param {Picture} picture
 * @param {number} points  of a side
 * @returns {Float32Array[]} a row for each x2, the lowest first
 */
export function heightsOf(picture, points) {
  const at = coordinates(points);
  return at.map((x2) => Float32Array.from(at, (x1) => heightAt(picture, x1, x2)));
}

/**
 * A ramp as a color scale of Plotly.
 * @param {Uint32Array} ramp
 * @returns {[number, string][]}
 */
export function scaleOf(ramp) {
  const last = ramp.length - 1;
  const bytes = [...Array.from({ length: last / STOP + 1 }, (_, index) => index * STOP), ...JUMP].sort((a, b) => a - b);
  return bytes.map((byte) => [byte / last, cssColor(ramp, valueOf(byte))]);
}

/* ---- Classes ---- */

/**
 * The triangles of a grid, two to a cell; points are numbered row by row.
 * @param {number} points  of a side
 * @returns {{i: number[], j: number[], k: number[]}}
 */
export function trianglesOf(points) {
  /** @type {{i: number[], j: number[], k: number[]}} */
  const corners = { i: [], j: [], k: [] };
  for (let row = 0; row < points - 1; row++) {
    for (let column = 0; column < points - 1; column++) {
      const at = row * points + column;
      corners.i.push(at, at + 1);
      corners.j.push(at + 1, at + points + 1);
      corners.k.push(at + points, at + points);
    }
  }
  return corners;
}

/**
 * The color of each triangle where classes compete: mixing the colors of two classes would show a third one.
 * @param {Picture & {classes: Uint8Array}} picture
 * @param {number} points  of a side of the grid
 * @param {readonly Uint32Array[]} ramps  one for each class
 * @returns {string[]}
 */
export function classColors({ picture, classes, size }, points, ramps) {
  const colors = [];
  const scale = (size - 1) / (points - 1);
  for (let row = 0; row < points - 1; row++) {
    for (let column = 0; column < points - 1; column++) {
      for (const third of [1 / 3, 2 / 3]) {
        const pixel = Math.round(size - 1 - (row + third) * scale) * size + Math.round((column + third) * scale);
        colors.push(cssColor(ramps[classes[pixel]], valueOf(picture[pixel])));
      }
    }
  }
  return colors;
}

/* ---- Pins ---- */

/**
 * Whether the heads of the pins are at the examples' targets, so that each pin is as long as the error: where the surface is
 * what must reach them. Elsewhere pins stand on the surface, and the color says the class.
 * @param {Pick<Look, "role">} look @param {Pick<Data, "classes">} data
 */
export const hasTargets = ({ role }, { classes }) => role === "output" && classes === 0;

/**
 * The examples as pins: their heads, and their stalks as lines with gaps.
 * @typedef {{x: number[], y: number[], z: number[], color: string[], ring: string[]}} Heads
 * @typedef {{x: (number | null)[], y: (number | null)[], z: (number | null)[]}} Stalks
 * @param {Look & {picture: Picture}} look
 * @param {Data} data
 * @param {boolean} hasHeldOut  whether test and validation examples are shown, too
 * @param {Palette} palette
 * @returns {{heads: Heads, stalks: Stalks}}
 */
export function pinsOf(look, data, hasHeldOut, palette) {
  /** @type {Heads} */
  const heads = { x: [], y: [], z: [], color: [], ring: [] };
  /** @type {Stalks} */
  const stalks = { x: [], y: [], z: [] };
  const isTarget = hasTargets(look, data);
  for (const { kind, start, end } of partsOf(data, hasHeldOut)) {
    for (let index = start; index < end; index++) {
      const [x1, x2] = [data.points[2 * index], data.points[2 * index + 1]];
      if (Math.abs(x1) > EXTENT || Math.abs(x2) > EXTENT) continue;
      const foot = heightAt(look.picture, x1, x2);
      const head = isTarget ? Math.max(-1, Math.min(1, data.targets[index])) : foot + PIN;
      heads.x.push(x1);
      heads.y.push(x2);
      heads.z.push(head);
      heads.color.push(targetColor(palette, data, data.targets[index]));
      heads.ring.push(RINGS[kind]);
      stalks.x.push(x1, x1, null);
      stalks.y.push(x2, x2, null);
      stalks.z.push(foot, head, null);
    }
  }
  return { heads, stalks };
}

/* ---- Words ---- */

/**
 * The name of the vertical axis, and the numbers on it.
 * @param {Pick<Look, "kind" | "role">} look
 * @returns {{name: string, ticks: string[]}} ticks: at -1, 0 and 1
 */
export function upright({ kind, role }) {
  if (kind !== "value") return { name: "probability", ticks: ["0", "0.5", "1"] };
  return { name: role === "neuron" ? "activation" : role === "feature" ? "value" : "output", ticks: ["−1", "0", "1"] };
}

/** The accessible name of the surface. @param {Pick<Look, "name" | "kind" | "role">} look @param {boolean} isTarget  see `hasTargets` */
export function surfaceLabel(look, isTarget) {
  const height = look.kind === "classes" ? "The height is the probability of the likeliest class" : `The height is the ${upright(look).name}`;
  const pins = isTarget ? "the pins reach from the surface to the examples' targets" : "the pins on it are the examples";
  return `${look.name} over x₁ and x₂ in three dimensions. ${height}; ${pins}. Arrow keys turn it, plus and minus zoom, Home resets the view, Escape returns to the flat map.`;
}
