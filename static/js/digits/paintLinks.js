/** Paints the links of the unit that is pointed at, or of the answer, on a canvas behind the neurons. */

import { byteOf } from "../lib/color.js";
import { h } from "../lib/dom.js";
import { portsOf } from "./layout.js";

/** In CSS pixels. */
const WIDTH = { least: 1, most: 5.5 };
const OPACITY = { least: 0.25, most: 0.9 };

/** @param {HTMLElement} board */
export function createLinks(board) {
  const canvas = h("canvas", { class: "links", "aria-hidden": "true" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  board.prepend(canvas);

  return {
    /** @param {import("./layout.js").Layout | null} layout @param {readonly import("./links.js").Link[]} links @param {import("../lib/palette.js").Palette} palette */
    paint(layout, links, palette) {
      if (!layout) return;
      const density = devicePixelRatio || 1;
      const [width, height] = [Math.round(layout.width * density), Math.round(layout.height * density)];
      if (canvas.width !== width || canvas.height !== height) {
        Object.assign(canvas, { width, height });
        Object.assign(canvas.style, { width: `${layout.width}px`, height: `${layout.height}px` });
      }
      context.setTransform(density, 0, 0, density, 0, 0);
      context.clearRect(0, 0, layout.width, layout.height);
      const most = Math.max(1e-9, ...links.map(({ value }) => Math.abs(value)));
      // the strongest on top
      for (const { from, to, value } of [...links].reverse()) {
        const share = Math.abs(value) / most;
        const start = portsOf(layout, from.layer, from.unit).from;
        const end = portsOf(layout, to.layer, to.unit).to;
        const [midX, midY] = [(start.x + end.x) / 2, (start.y + end.y) / 2];
        context.beginPath();
        context.moveTo(start.x, start.y);
        if (layout.isStacked) context.bezierCurveTo(start.x, midY, end.x, midY, end.x, end.y);
        else context.bezierCurveTo(midX, start.y, midX, end.y, end.x, end.y);
        context.lineWidth = WIDTH.least + share * (WIDTH.most - WIDTH.least);
        context.globalAlpha = OPACITY.least + share * (OPACITY.most - OPACITY.least);
        context.strokeStyle = palette.shades[byteOf(value < 0 ? -1 : 1)];
        context.stroke();
      }
      context.globalAlpha = 1;
    },
  };
}
