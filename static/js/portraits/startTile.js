/** The map of a start as an image, for where there are hundreds. */

import { h } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { SIDE } from "../luck/starts.js";
import { putPicture } from "../map/paint.js";
import { heightFor } from "../map/picture.js";

/**
 * @typedef {import("../luck/starts.js").Start} Start
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** Pixels of a side of a curve's picture. */
const CURVE_SIDE = 2 * SIDE;

/** Where all pictures are painted, one after the other. @type {HTMLCanvasElement | null} */
let scratch = null;

/** A canvas whose pixels are read right after they are painted. @param {HTMLCanvasElement} canvas */
const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));

/**
 * Curves over the values of x1, one over the other.
 * @param {CanvasRenderingContext2D} context @param {readonly ArrayLike<number>[]} curves
 * @param {{height: number, color: string, width: number, opacity: number}} style  height: how far the value axis reaches up and down
 */
export function paintCurves(context, curves, { height, color, width, opacity }) {
  const { width: across, height: down } = context.canvas;
  context.clearRect(0, 0, across, down);
  Object.assign(context, { strokeStyle: color, lineWidth: width, globalAlpha: opacity, lineJoin: "round" });
  for (const curve of curves) {
    context.beginPath();
    for (let i = 0; i < curve.length; i++) {
      context.lineTo((i / (curve.length - 1)) * across, (0.5 - Math.max(-4, Math.min(4, curve[i] / height)) / 2) * down);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** How many classes there are at least, if these are drawn. @param {Uint8Array | null} classes */
export const classCountOf = (classes) => classes?.reduce((most, number) => Math.max(most, number + 1), 0) ?? 0;

/** What every tile is painted with, besides its start. @param {Pick<PageState, "view" | "data">} state */
export const tileParts = ({ view: { discretize }, data }) => [discretize, currentPalette(), data?.classes, data?.targets];

/**
 * The picture of a start, as the address of an image: browsers draw hundreds of canvases far more slowly.
 * @param {Start} start @param {Pick<PageState, "view" | "data">} state
 */
export function tileOf({ surface, classes, curve }, { view: { discretize }, data }) {
  const palette = currentPalette();
  const canvas = (scratch ??= h("canvas"));
  if (curve) {
    canvas.width = canvas.height = CURVE_SIDE;
    paintCurves(contextOf(canvas), [curve], { height: heightFor(data?.targets ?? []), color: palette.colors.ink, width: 3, opacity: 1 });
    return canvas.toDataURL();
  }
  const ofClasses = palette.forClasses(Math.max(2, data?.classes ?? 2, classCountOf(classes)));
  const ramps = classes ? (discretize ? ofClasses.fullRamps : ofClasses.bestRamps) : [discretize ? palette.discreteRamp : palette.ramp];
  putPicture(contextOf(canvas), { picture: surface, size: SIDE, classes }, ramps);
  return canvas.toDataURL();
}
