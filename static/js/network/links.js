/**
 * Paints links, biases and the arrows of callouts on one canvas: a network may have thousands of links, each of them
 * changes with every frame, and their dashes move.
 *
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").LinkPath} LinkPath
 * @typedef {import("../lib/palette.js").Palette} Palette
 */

import { byteOf } from "../lib/color.js";
import { h } from "../lib/dom.js";
import { createWatch } from "../lib/watch.js";
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

/** @typedef {Pick<Scene, "layout" | "palette" | "alive" | "unit" | "time" | "scale" | "inFull">} LinkScene */
/** @typedef {{order: ArrayLike<number>, levels: ArrayLike<number>}} Sorted  links, by `createSorter` */

/**
 * The painter of links.
 * @param {HTMLCanvasElement} canvas
 * @returns {{paint: (scene: Scene) => void}}
 */
export function createLinks(canvas) {
  const context = contextOf(canvas);
  const still = createStill();
  return {
    paint(scene) {
      const { layout, params, palette } = scene;
      clear(context, layout);
      if (params) {
        paintMoving(context, scene, params, still.paint(context, scene, params));
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

/** @param {HTMLCanvasElement} canvas */
const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/** Clears a canvas, and fits it to the board. @param {CanvasRenderingContext2D} context @param {Layout} layout */
function clear(context, layout) {
  fitCanvas(context.canvas, layout);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, layout.width, layout.height);
}

/** The painter of what stays while dashes move, on a canvas of its own: there may be thousands of links. */
function createStill() {
  const context = contextOf(h("canvas"));
  const { canvas } = context;
  const watch = createWatch();
  const sort = createSorter();
  /** @type {Sorted} */
  let sorted = { order: [], levels: [] };
  return {
    /**
     * Paints the plain hairlines, if there are any, on a canvas that is empty.
     * @param {CanvasRenderingContext2D} target
     * @param {Scene} scene
     * @param {Float64Array} params
     * @returns {Sorted} all links, of the present scene
     */
    paint(target, scene, params) {
      const { layout, palette, alive, unit, inFull } = scene;
      const isNew = watch.isNew(layout, params, palette, alive, unit, inFull, devicePixelRatio);
      if (isNew) sorted = sort(layout.links, params);
      if (plainOf(scene) <= 0) return sorted;
      if (isNew) {
        clear(context, layout);
        paintPlain(context, scene, params, sorted);
      }
      target.setTransform(1, 0, 0, 1, 0, 0);
      target.drawImage(canvas, 0, 0);
      target.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      return sorted;
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

/** How many links are plain hairlines; 0 or less: none. @param {Pick<Scene, "layout" | "inFull">} scene */
const plainOf = ({ layout: { links }, inFull }) => links.length - (1 + DASHED) * inFull;

/** @param {LinkPath} link @param {Pick<Scene, "unit" | "alive">} scene */
const opacityOf = ({ index, source, target, opacity = 1 }, { unit, alive }) =>
  opacity * (unit !== null && source !== unit && target !== unit ? OPACITY.aside : alive?.[index] === 0 ? OPACITY.dead : 1);

/**
 * Paints the links from weak to strong: plain hairlines, dashed hairlines, and the strongest in full.
 * @param {CanvasRenderingContext2D} context
 * @param {LinkScene} scene
 * @param {ArrayLike<number>} params
 * @param {Sorted} sorted
 */
export function paintLinks(context, scene, params, sorted) {
  paintPlain(context, scene, params, sorted);
  paintMoving(context, scene, params, sorted);
}

/** Paints the weakest links. @param {CanvasRenderingContext2D} context @param {LinkScene} scene @param {ArrayLike<number>} params @param {Sorted} sorted */
function paintPlain(context, scene, params, sorted) {
  context.setLineDash([]);
  paintHairlines(context, scene, params, sorted, 0, plainOf(scene));
}

/** Paints the links with dashes. @param {CanvasRenderingContext2D} context @param {LinkScene} scene @param {ArrayLike<number>} params @param {Sorted} sorted */
function paintMoving(context, scene, params, sorted) {
  const { layout: { links }, palette, time, scale, inFull } = scene;
  const full = Math.max(0, links.length - inFull);
  context.setLineDash(DASH);
  context.lineDashOffset = -((time * DASH_SPEED) / 1000) % (DASH[0] + DASH[1]);
  paintHairlines(context, scene, params, sorted, Math.max(0, plainOf(scene)), full);
  for (let rank = full; rank < links.length; rank++) {
    const link = links[sorted.order[rank]];
    const weight = params[link.index];
    context.globalAlpha = opacityOf(link, scene);
    context.strokeStyle = palette.shades[byteOf(weight)];
    context.lineWidth = linkWidth(weight) * scale;
    stroke(context, link);
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

/**
 * Paints links from one rank to another, all of one shade in one stroke.
 * @param {CanvasRenderingContext2D} context
 * @param {LinkScene} scene
 * @param {ArrayLike<number>} params
 * @param {Sorted} sorted
 * @param {number} first @param {number} end
 */
function paintHairlines(context, scene, params, { order, levels }, first, end) {
  const { layout: { links }, palette } = scene;
  context.lineWidth = 1;
  let rank = first;
  while (rank < end) {
    const weakest = links[order[rank]];
    const [level, opacity] = [levels[order[rank]], opacityOf(weakest, scene)];
    context.globalAlpha = opacity;
    context.strokeStyle = palette.shades[byteOf(params[weakest.index])];
    context.beginPath();
    for (; rank < end; rank++) {
      const link = links[order[rank]];
      if (levels[order[rank]] !== level || opacityOf(link, scene) !== opacity) break;
      trace(context, link);
    }
    context.stroke();
  }
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
