/**
 * Paints links, biases and the lines of call-outs on one canvas: a network may have thousands, each of them changes with
 * every frame, and their dashes move.
 *
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("../lib/palette.js").Palette} Palette
 */

import { byteOf } from "../lib/color.js";

/** Width of a link: 1 … 10 pixels for |weight| 0 … 5. */
const WIDTH = { least: 1, most: 10, weight: 5 };
/** Links are sorted into so many levels of strength, and these by sign. */
const LEVELS = 64;
/** To one link in full so many may be hairlines with dashes; the rest are hairlines, all of one shade in one stroke. */
const DASHED = 2;
const DASH = [9, 3];
/** Pixels in a second. */
const DASH_SPEED = 24;
const FAINT = { dead: 0.3, aside: 0.22 };
const HALO = 5;

/**
 * @param {number} weight
 * @returns {number} pixels
 */
export function linkWidth(weight) {
  return WIDTH.least + (Math.min(Math.abs(weight), WIDTH.weight) / WIDTH.weight) * (WIDTH.most - WIDTH.least);
}

/**
 * What there is to paint.
 * @typedef {object} Scene
 * @property {Layout} layout
 * @property {Palette} palette
 * @property {Float64Array | null} params  null: not known yet
 * @property {Uint8Array | undefined} dead
 * @property {number} scale
 * @property {number} time  in ms: where the dashes are
 * @property {number | null} unit  the links of this one stand out
 * @property {number | null} marked  the parameter that is pointed at
 * @property {number} inFull  so many links, the strongest, get their full width
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {{paint: (scene: Scene) => void}}
 */
export function createLinks(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let order = new Uint16Array(0);
  let levels = new Uint8Array(0);

  /** Fits the canvas to the board and the screen's pixels. @param {Layout} layout */
  function fit({ width, height }) {
    const density = devicePixelRatio;
    const [pixelsX, pixelsY] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== pixelsX || canvas.height !== pixelsY) {
      canvas.width = pixelsX;
      canvas.height = pixelsY;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    context.setTransform(density, 0, 0, density, 0, 0);
  }

  /** Sorts the links from weak to strong, by counting; those of one level by sign. @param {Layout["links"]} links @param {Float64Array} params */
  function sortByStrength(links, params) {
    if (order.length !== links.length) {
      order = new Uint16Array(links.length);
      levels = new Uint8Array(links.length);
    }
    const starts = new Uint32Array(2 * LEVELS + 1);
    for (let i = 0; i < links.length; i++) {
      const weight = params[links[i].index];
      const strength = Math.min(Math.abs(weight) / WIDTH.weight, 1);
      levels[i] = 2 * Math.floor(Math.sqrt(strength) * (LEVELS - 1)) + (weight < 0 ? 0 : 1);
      starts[levels[i] + 1] += 1;
    }
    for (let level = 0; level < 2 * LEVELS; level++) starts[level + 1] += starts[level];
    for (let i = 0; i < links.length; i++) order[starts[levels[i]]++] = i;
  }

  /** @param {Layout["links"][number]} link */
  function trace({ x1, y1, x2, y2 }) {
    const middle = (x1 + x2) / 2;
    context.moveTo(x1, y1);
    context.bezierCurveTo(middle, y1, middle, y2, x2, y2);
  }

  /** @param {Layout["links"][number]} link */
  function stroke(link) {
    context.beginPath();
    trace(link);
    context.stroke();
  }

  /** @param {Scene} scene @param {Float64Array} params */
  function paintLinks({ layout: { links }, palette, dead, unit, marked, time, scale, inFull }, params) {
    sortByStrength(links, params);
    const full = links.length - inFull;
    const dashed = full - DASHED * inFull;
    const opacityOf = (/** @type {Layout["links"][number]} */ { index, source, target }) =>
      unit !== null && source !== unit && target !== unit ? FAINT.aside : dead?.[index] ? FAINT.dead : 1;

    context.lineWidth = 1;
    context.setLineDash([]);
    context.lineDashOffset = -((time * DASH_SPEED) / 1000) % (DASH[0] + DASH[1]);
    let place = 0;
    while (place < full) {
      const first = links[order[place]];
      const [level, opacity, isDashed] = [levels[order[place]], opacityOf(first), place >= dashed];
      if (isDashed) context.setLineDash(DASH);
      context.globalAlpha = opacity;
      context.strokeStyle = palette.shades[byteOf(params[first.index])];
      context.beginPath();
      for (; place < full; place++) {
        const link = links[order[place]];
        if (levels[order[place]] !== level || opacityOf(link) !== opacity || place >= dashed !== isDashed) break;
        trace(link);
      }
      context.stroke();
    }
    context.setLineDash(DASH);
    for (; place < order.length; place++) {
      const link = links[order[place]];
      const weight = params[link.index];
      context.globalAlpha = opacityOf(link);
      context.strokeStyle = palette.shades[byteOf(weight)];
      context.lineWidth = linkWidth(weight) * scale;
      stroke(link);
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
    const link = marked === null ? undefined : links.find(({ index }) => index === marked);
    if (!link) return;
    const width = linkWidth(params[link.index]) * scale;
    for (const [color, extra] of [[palette.colors.ink, HALO], [palette.colors.bg, HALO - 3], [palette.shades[byteOf(params[link.index])], 0]]) {
      context.strokeStyle = String(color);
      context.lineWidth = width + Number(extra);
      stroke(link);
    }
  }

  /** @param {Scene} scene */
  function paintBiases({ layout: { biases }, palette, params, marked }) {
    for (const { index, x, y, size } of biases) {
      const isMarked = index === marked;
      context.fillStyle = isMarked ? palette.colors.ink : palette.colors.edge;
      const border = isMarked ? 2.5 : 0.75;
      context.fillRect(x - border, y - border, size + 2 * border, size + 2 * border);
      context.fillStyle = params ? palette.shades[byteOf(params[index])] : palette.colors.line;
      context.fillRect(x, y, size, size);
    }
  }

  /** @param {Scene} scene */
  function paintLeaders({ layout: { callouts }, palette }) {
    context.strokeStyle = palette.colors.soft;
    context.fillStyle = palette.colors.soft;
    context.lineWidth = 1;
    for (const { x, y, width, to } of callouts) {
      const from = Math.max(x + 8, Math.min(x + width - 8, to.x));
      context.beginPath();
      context.moveTo(from, y - 4);
      context.lineTo(to.x, to.y + 4);
      context.stroke();
      context.beginPath();
      context.moveTo(to.x, to.y);
      context.lineTo(to.x - 3.5, to.y + 7);
      context.lineTo(to.x + 3.5, to.y + 7);
      context.fill();
    }
  }

  return {
    paint(scene) {
      const { layout, params, palette } = scene;
      fit(layout);
      context.clearRect(0, 0, layout.width, layout.height);
      if (params) {
        paintLinks(scene, params);
      } else {
        context.strokeStyle = palette.colors.line;
        context.lineWidth = 1;
        layout.links.forEach(stroke);
      }
      paintBiases(scene);
      paintLeaders(scene);
    },
  };
}
