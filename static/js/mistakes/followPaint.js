/** Paints the network of the panel "Follow". */

import { byteOf } from "../lib/color.js";
import { line } from "../plot/plot.js";
import { paintBox } from "../inside/stepPaint.js";
import { valueText } from "./followScene.js";

/**
 * @typedef {import("../plot/plot.js").Pen} Pen
 * @typedef {import("./followLayout.js").UnitBox} UnitBox
 * @typedef {import("./followLayout.js").Placed} Placed
 */

/** Links to an output end before its digit, in type sizes. */
const BEFORE_DIGIT = 1.2;
const WIDTH = { least: 0.5, most: 4, chosen: 1.5 };
/** How visible lines from the pixels are: each stands for hundreds of links. */
const FAINT = 0.3;

/** @param {UnitBox} one @param {UnitBox | null} other */
const isSame = (one, other) => one.layer === other?.layer && one.row === other.row;

/**
 * @param {Pen} pen
 * @param {object} scene
 * @param {Placed} scene.placed
 * @param {HTMLCanvasElement} scene.picture
 * @param {readonly import("./followScene.js").FollowLink[]} scene.links
 * @param {readonly import("./followScene.js").SceneBox[]} scene.boxes
 * @param {readonly UnitBox[]} scene.fromPixels  boxes that the pixels reach in this phase
 * @param {UnitBox | null} scene.chosen
 * @param {ArrayLike<number> | null} scene.target  what is wanted of each output; null: it is not shown
 */
export function paintFollow(pen, { placed, picture, links, boxes, fromPixels, chosen, target }) {
  const { context, palette: { colors, shades, inks } } = pen;
  const { x, y, side } = placed.picture;
  for (const box of fromPixels) {
    const isChosen = isSame(box, chosen);
    context.globalAlpha = isChosen ? 1 : FAINT;
    context.strokeStyle = isChosen ? colors.accent : colors.soft;
    context.lineWidth = isChosen ? WIDTH.chosen : WIDTH.least;
    line(context, x + side, y + side / 2, box.x - box.width / 2, box.y);
  }
  context.globalAlpha = 1;
  const most = Math.max(1e-300, ...links.map(({ value }) => Math.abs(value)));
  for (const { from, to, value } of links) {
    context.strokeStyle = shades[value < 0 ? 0 : 255];
    context.lineWidth = WIDTH.least + (Math.abs(value) / most) * (WIDTH.most - WIDTH.least);
    const before = to.layer === placed.units.length ? BEFORE_DIGIT * pen.type : 0;
    line(context, from.x + from.width / 2, from.y, to.x - to.width / 2 - before, to.y);
  }
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, x, y, side, side);
  context.strokeStyle = colors.edge;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  context.textAlign = "center";
  for (const shown of boxes) {
    const { box, value, shade, isDelta } = shown;
    const byte = byteOf(shade);
    const isChosen = isSame(box, chosen);
    paintBox(pen, box, {
      text: valueText(shown), fill: value === null ? colors.panel : shades[byte],
      edge: isChosen ? colors.accent : colors.edge, ink: value === null ? colors.ink : inks[byte], isMarked: isChosen, isDelta,
    });
  }
  paintDigits(pen, placed.units[placed.units.length - 1], target);
}

/** The digit of each output, and what is wanted of it. @param {Pen} pen @param {readonly UnitBox[]} outputs @param {ArrayLike<number> | null} target */
function paintDigits({ context, type, palette: { colors } }, outputs, target) {
  for (const { x, y, row, width } of outputs) {
    context.textAlign = "right";
    context.fillStyle = target?.[row] === 1 ? colors.accent : colors.ink;
    context.fillText(String(row), x - width / 2 - 0.4 * type, y + 0.5);
    if (!target) continue;
    context.textAlign = "left";
    context.fillStyle = target[row] === 1 ? colors.accent : colors.soft;
    context.fillText(`y = ${target[row]}`, x + width / 2 + 0.4 * type, y + 0.5);
  }
}
