/** Paints the small network and the small map of the panel "Backprop step by step". */

import { byteOf } from "../lib/color.js";
import { formatShort } from "../lib/format.js";
import { targetColor } from "../lib/palette.js";
import { disc, line } from "../plot/plot.js";

/** @typedef {import("../plot/plot.js").Pen} Pen */
/** @typedef {import("./phases.js").UnitBox} UnitBox */

/** The map shows x1 and x2 from -6 to 6. */
const EXTENT = 6;
/** A number may be this much too wide for its box, and is then condensed. */
const SQUEEZE = 1.2;
/** Widths of links, in pixels. */
const WIDTH = { least: 0.6, most: 5, chosen: 2.5 };

/** @param {Pen} pen @param {readonly import("./phases.js").SceneLink[]} links */
function paintLinks({ context, palette: { colors, shades } }, links) {
  for (const { link: { source, target }, value, share, isActive, isChosen } of links) {
    context.globalAlpha = isActive ? 1 : 0.25;
    context.strokeStyle = isChosen ? colors.accent : shades[value < 0 ? 0 : 255];
    context.lineWidth = isChosen ? Math.max(WIDTH.chosen, share * WIDTH.most) : WIDTH.least + share * (WIDTH.most - WIDTH.least);
    line(context, source.x + source.width / 2, source.y, target.x - target.width / 2, target.y);
  }
  context.globalAlpha = 1;
}

/**
 * A box with a number, if there is room for it.
 * @param {Pen} pen @param {Pick<UnitBox, "x" | "y" | "width" | "height">} box
 * @param {{text: string, fill: string, edge: string, ink: string, isMarked?: boolean, isDelta?: boolean, isOut?: boolean}} style
 */
export function paintBox({ context, type }, { x, y, width, height }, { text, fill, edge, ink, isMarked = false, isDelta = false, isOut = false }) {
  context.beginPath();
  context.roundRect(x - width / 2, y - height / 2, width, height, isDelta ? height / 2 : 4);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = edge;
  context.lineWidth = isMarked ? 3 : 1;
  context.setLineDash(isOut ? [3, 3] : []);
  context.stroke();
  context.setLineDash([]);
  if (height < 0.9 * type || context.measureText(text).width > SQUEEZE * width) return;
  context.fillStyle = ink;
  context.fillText(text, x, y + 0.5, width - 6);
}

/** How a box looks. @param {import("./phases.js").SceneBox} box @param {Pen} pen */
function styleOf({ value, shade, isOut, isDelta, isChosen }, { palette: { colors, shades, inks } }) {
  const byte = byteOf(shade);
  const isKnown = value !== null && !isOut;
  return {
    text: isOut ? "out" : value === null ? "" : formatShort(value),
    fill: isKnown ? shades[byte] : colors.panel,
    edge: isChosen ? colors.accent : colors.edge,
    ink: isOut ? colors.soft : isKnown ? inks[byte] : colors.ink,
    isMarked: isChosen, isDelta, isOut,
  };
}

/**
 * @param {Pen} pen
 * @param {ReturnType<typeof import("./phases.js").sceneOf>} scene
 * @param {readonly UnitBox[]} inputs @param {readonly string[]} names  of the inputs
 */
export function paintNetwork(pen, { links, boxes }, inputs, names) {
  const { colors } = pen.palette;
  paintLinks(pen, links);
  pen.context.textAlign = "center";
  inputs.forEach((box, row) => paintBox(pen, box, { text: names[row], fill: colors.panel, edge: colors.edge, ink: colors.ink }));
  for (const box of boxes) paintBox(pen, box.box, styleOf(box, pen));
}

/**
 * The training examples, with a ring around one.
 * @param {Pen} pen @param {import("../core/types.js").Data} data @param {number} chosen  index of that one
 */
export function paintExamples({ context, width, height, palette }, data, chosen) {
  const at = (/** @type {number} */ index) => ({
    x: ((data.points[2 * index] + EXTENT) / (2 * EXTENT)) * width,
    y: (1 - (data.points[2 * index + 1] + EXTENT) / (2 * EXTENT)) * height,
  });
  context.fillStyle = palette.colors.panel;
  context.fillRect(0, 0, width, height);
  for (let index = 0; index < data.trainSize; index++) {
    const { x, y } = at(index);
    context.fillStyle = targetColor(palette, data, data.targets[index]);
    disc(context, x, y, 1.8);
  }
  if (chosen >= data.trainSize) return;
  const { x, y } = at(chosen);
  context.strokeStyle = palette.colors.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.stroke();
}

/** The point of the plane under a place of the small map. @param {{x: number, y: number}} at  in pixels @param {{width: number, height: number}} size */
export function pointAt({ x, y }, { width, height }) {
  return { x1: ((2 * x) / width - 1) * EXTENT, x2: (1 - (2 * y) / height) * EXTENT };
}
