/** Paints the small picture of a network: a tile of the wall, a snapshot, a run of an experiment. */

import { h } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { paintCurves } from "../portraits/startTile.js";
import { putPicture } from "../map/paint.js";
import { heightFor } from "../map/picture.js";

/**
 * What there is to paint.
 * @typedef {object} SmallPicture
 * @property {Uint8Array} surface  48 × 48 bytes, rows from the top
 * @property {Uint8Array | null} classes  the likeliest class of each pixel, where more than two compete
 * @property {Float32Array | null} curve  outputs from x1 = -6 to 6, of one-dimensional data
 * @property {number} classCount  of the data
 * @property {number} dimensions  of the data
 */

/** Pixels of a side. */
export const SIDE = 48;
/** Of a curve's picture. */
const CURVE_SIDE = 144;

/** Pixels of a side of a large picture. */
const LARGE_SIDE = 192;

/** Where a picture is painted before it is enlarged. @type {HTMLCanvasElement | null} */
let scratch = null;

/**
 * Enlarges what is painted small, more smoothly than a style sheet does.
 * @param {CanvasRenderingContext2D} context @param {(small: CanvasRenderingContext2D) => void} paint
 */
function paintLarge(context, paint) {
  const { canvas } = context;
  scratch ??= h("canvas", { width: SIDE, height: SIDE });
  paint(/** @type {CanvasRenderingContext2D} */ (scratch.getContext("2d")));
  if (canvas.width !== LARGE_SIDE || canvas.height !== LARGE_SIDE) canvas.width = canvas.height = LARGE_SIDE;
  context.imageSmoothingQuality = "high";
  context.drawImage(scratch, 0, 0, LARGE_SIDE, LARGE_SIDE);
}

/** Whether a picture is a curve. @param {SmallPicture} picture */
const isCurve = ({ curve, dimensions }) => dimensions === 1 && curve !== null && curve.length > 1;

/** A line where the output is 0, behind the curve. @param {CanvasRenderingContext2D} context @param {string} color */
function paintZero(context, color) {
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = color;
  context.fillRect(0, CURVE_SIDE / 2 - 0.5, CURVE_SIDE, 1);
  context.globalCompositeOperation = "source-over";
}

/**
 * Paints a picture; the canvas takes its size, and the style sheet scales it.
 * @param {HTMLCanvasElement} canvas
 * @param {SmallPicture} picture
 * @param {{discretize: boolean}} view
 * @param {{isLarge?: boolean}} [parts]  isLarge: it is shown larger than a tile of many
 */
export function paintPicture(canvas, picture, { discretize }, { isLarge = false } = {}) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const palette = currentPalette();
  const { surface, classes, curve, classCount } = picture;
  if (curve && isCurve(picture)) {
    if (canvas.width !== CURVE_SIDE || canvas.height !== CURVE_SIDE) canvas.width = canvas.height = CURVE_SIDE;
    paintCurves(context, [curve], { height: heightFor(curve), color: palette.colors.ink, width: 4, opacity: 1 });
    paintZero(context, palette.colors.edge);
    return;
  }
  const hasClasses = classes !== null && classCount > 2;
  const ofClasses = palette.forClasses(Math.max(2, classCount));
  const ramps = hasClasses ? (discretize ? ofClasses.fullRamps : ofClasses.bestRamps) : [discretize ? palette.discreteRamp : palette.ramp];
  const shown = { picture: surface, size: SIDE, classes: hasClasses ? classes : null };
  if (isLarge && !discretize) paintLarge(context, (small) => putPicture(small, shown, ramps));
  else putPicture(context, shown, ramps);
}
