/**
 * Paints links, biases and the lines of call-outs on one canvas: a network may have thousands, each of them changes with
 * every frame, and their dashes move.
 *
 * @typedef {import("../layout.js").Layout} Layout
 * @typedef {import("./palette.js").Palette} Palette
 */

import { byteOf } from "../color.js";

/** Width of a link: 1 … 10 pixels for |weight| 0 … 5. */
const WIDTH = { least: 1, most: 10, weight: 5 };
/** So many links, the strongest, are painted in full; of more, the others are hairlines. Painting must stay cheap. */
const MOST_IN_FULL = 320;
const LEVELS = 64;
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

  /** Sorts the links from weak to strong, by counting. @param {Layout["links"]} links @param {Float64Array} params */
  function sortByStrength(links, params) {
    if (order.length !== links.length) {
      order = new Uint16Array(links.length);
      levels = new Uint8Array(links.length);
    }
    const starts = new Uint32Array(LEVELS + 1);
    for (let i = 0; i < links.length; i++) {
      const strength = Math.min(Math.abs(params[links[i].index]) / WIDTH.weight, 1);
      levels[i] = Math.sqrt(strength) * (LEVELS - 1);
      starts[levels[i] + 1] += 1;
    }
    for (let level = 0; level < LEVELS; level++) starts[level + 1] += starts[level];
    for (let i = 0; i < links.length; i++) order[starts[levels[i]]++] = i;
  }

  /** @param {Layout["links"][number]} link */
  function stroke({ x1, y1, x2, y2 }) {
    const middle = (x1 + x2) / 2;
    context.beginPath();
    context.moveTo(x1, y1);
    context.bezierCurveTo(middle, y1, middle, y2, x2, y2);
    context.stroke();
  }

  /** @param {Scene} scene @param {Float64Array} params */
  function paintLinks({ layout: { links }, palette, dead, unit, marked, time, scale }, params) {
    sortByStrength(links, params);
    const thin = links.length > MOST_IN_FULL ? links.length - MOST_IN_FULL : 0;
    context.lineWidth = 1;
    context.setLineDash([]);
    context.lineDashOffset = -((time * DASH_SPEED) / 1000) % (DASH[0] + DASH[1]);
    for (let place = 0; place < order.length; place++) {
      if (place === thin) context.setLineDash(DASH);
      const link = links[order[place]];
      const weight = params[link.index];
      const isAside = unit !== null && link.source !== unit && link.target !== unit;
      context.globalAlpha = isAside ? FAINT.aside : dead?.[link.index] ? FAINT.dead : 1;
      context.strokeStyle = palette.shades[byteOf(weight)];
      if (place >= thin) context.lineWidth = linkWidth(weight) * scale;
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
