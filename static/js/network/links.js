/**
 * Paints links, biases and the arrows of callouts on one canvas: a network may have thousands of links, each of them
 * changes with every frame, and their dashes move.
 *
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").LinkPath} LinkPath
 * @typedef {import("../lib/palette.js").Palette} Palette
 */

import { byteOf } from "../lib/color.js";
import { paintPulses } from "./pulses.js";
import { createSorter, linkWidth } from "./strength.js";

/** For each link in full, this many are dashed hairlines; the rest are plain hairlines, all of one shade in one stroke. */
const DASHED = 2;
const DASH = [9, 3];
/** CSS pixels per second. */
const DASH_SPEED = 24;
const OPACITY = { dead: 0.3, aside: 0.22 };
const HALO = 5;

/**
 * What there is to paint.
 * @typedef {object} Scene
 * @property {Layout} layout
 * @property {Palette} palette
 * @property {Float64Array | null} params  null: not known yet
 * @property {Uint8Array | undefined} alive
 * @property {number} scale
 * @property {number} time  in ms: where the dashes are
 * @property {number | null} unit  whose links are emphasized
 * @property {number | null} marked  the parameter that is pointed at
 * @property {{has: (kind: string) => boolean}} dismissed  callouts that are not shown
 * @property {ReturnType<ReturnType<typeof import("./pulses.js").createPulses>["at"]>} pulses  null: none
 * @property {number} inFull  how many links, the strongest, get their full width
 */

/**
 * The painter of links.
 * @param {HTMLCanvasElement} canvas
 * @returns {{paint: (scene: Scene) => void}}
 */
export function createLinks(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const sort = createSorter();
  return {
    paint(scene) {
      const { layout, params, palette } = scene;
      fitCanvas(canvas, layout);
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      context.clearRect(0, 0, layout.width, layout.height);
      if (params) {
        paintLinks(context, scene, params, sort(layout.links, params));
        paintMarked(context, scene, params);
      } else {
        context.strokeStyle = palette.colors.line;
        context.lineWidth = 1;
        for (const link of layout.links) stroke(context, link);
      }
      if (scene.pulses) paintPulses(context, scene.pulses, scene);
      paintBiases(context, scene);
      paintArrows(context, scene);
    },
  };
}

/** Fits a canvas to the board and the screen's pixels. @param {HTMLCanvasElement} canvas @param {Layout} layout */
function fitCanvas(canvas, { width, height }) {
  const [pixelsX, pixelsY] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (canvas.width === pixelsX && canvas.height === pixelsY) return;
  canvas.width = pixelsX;
  canvas.height = pixelsY;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

/** @param {CanvasRenderingContext2D} context @param {LinkPath} link */
function trace(context, { x1, y1, x2, y2 }) {
  const middle = (x1 + x2) / 2;
  context.moveTo(x1, y1);
  context.bezierCurveTo(middle, y1, middle, y2, x2, y2);
}

/** @param {CanvasRenderingContext2D} context @param {LinkPath} link */
function stroke(context, link) {
  context.beginPath();
  trace(context, link);
  context.stroke();
}

/**
 * Paints the links from weak to strong: plain hairlines, dashed hairlines, and the strongest in full.
 * @param {CanvasRenderingContext2D} context
 * @param {Pick<Scene, "layout" | "palette" | "alive" | "unit" | "time" | "scale" | "inFull">} scene
 * @param {ArrayLike<number>} params
 * @param {{order: ArrayLike<number>, levels: ArrayLike<number>}} sorted  of `createSorter`
 */
export function paintLinks(context, { layout: { links }, palette, alive, unit, time, scale, inFull }, params, { order, levels }) {
  const full = links.length - inFull;
  const dashed = full - DASHED * inFull;
  const opacityOf = (/** @type {LinkPath} */ { index, source, target, opacity = 1 }) =>
    opacity * (unit !== null && source !== unit && target !== unit ? OPACITY.aside : alive?.[index] === 0 ? OPACITY.dead : 1);
  context.lineWidth = 1;
  context.setLineDash([]);
  context.lineDashOffset = -((time * DASH_SPEED) / 1000) % (DASH[0] + DASH[1]);
  let rank = 0;
  while (rank < full) {
    const first = links[order[rank]];
    const [level, opacity, isDashed] = [levels[order[rank]], opacityOf(first), rank >= dashed];
    if (isDashed) context.setLineDash(DASH);
    context.globalAlpha = opacity;
    context.strokeStyle = palette.shades[byteOf(params[first.index])];
    context.beginPath();
    for (; rank < full; rank++) {
      const link = links[order[rank]];
      if (levels[order[rank]] !== level || opacityOf(link) !== opacity || rank >= dashed !== isDashed) break;
      trace(context, link);
    }
    context.stroke();
  }
  context.setLineDash(DASH);
  for (; rank < links.length; rank++) {
    const link = links[order[rank]];
    const weight = params[link.index];
    context.globalAlpha = opacityOf(link);
    context.strokeStyle = palette.shades[byteOf(weight)];
    context.lineWidth = linkWidth(weight) * scale;
    stroke(context, link);
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

/** The link that is pointed at, with a halo. @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Float64Array} params */
function paintMarked(context, { layout: { links }, palette, marked, scale }, params) {
  const link = marked === null ? undefined : links.find(({ index }) => index === marked);
  if (!link) return;
  const width = linkWidth(params[link.index]) * scale;
  const shade = palette.shades[byteOf(params[link.index])];
  for (const [color, extra] of /** @type {const} */ ([[palette.colors.ink, HALO], [palette.colors.bg, HALO - 3], [shade, 0]])) {
    context.strokeStyle = color;
    context.lineWidth = width + extra;
    stroke(context, link);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
function paintBiases(context, { layout: { biases }, palette, params, marked }) {
  for (const { index, x, y, size } of biases) {
    const isMarked = index === marked;
    context.fillStyle = isMarked ? palette.colors.ink : palette.colors.edge;
    const border = isMarked ? 2.5 : 0.75;
    context.fillRect(x - border, y - border, size + 2 * border, size + 2 * border);
    context.fillStyle = params ? palette.shades[byteOf(params[index])] : palette.colors.line;
    context.fillRect(x, y, size, size);
  }
}

/** From callouts to what they are about. @param {CanvasRenderingContext2D} context @param {Scene} scene */
function paintArrows(context, { layout: { callouts }, dismissed, palette }) {
  context.strokeStyle = palette.colors.soft;
  context.fillStyle = palette.colors.soft;
  context.lineWidth = 1.25;
  for (const { kind, from, to } of callouts) {
    if (dismissed.has(kind)) continue;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.quadraticCurveTo(to.x, from.y - 2, to.x, to.y + 5);
    context.stroke();
    context.beginPath();
    context.moveTo(to.x, to.y);
    context.lineTo(to.x - 3.5, to.y + 7);
    context.lineTo(to.x + 3.5, to.y + 7);
    context.fill();
  }
}
