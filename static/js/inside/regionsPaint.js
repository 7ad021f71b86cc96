/** Paints the linear regions over the map, and each in a tint of its own. */

import { h } from "../lib/dom.js";
import { borders, polygonsOn, sidesOf } from "./contours.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../plot/plot.js").Pen} Pen */

/** Hues this far apart, in degrees, differ from those of the numbers next to them. */
const GOLDEN_ANGLE = 137.508;
/** Of the corners of a map, in pixels. */
const RADIUS = 6;
/** The map shows x1 and x2 from -6 to 6. */
const EXTENT = 6;

/**
 * The regions as they are drawn: as polygons where they are known exactly, else as pixels.
 * @typedef {object} Regions
 * @property {[number, number][][]} polygons  on a picture of size 1; empty for pixels
 * @property {import("./contours.js").Segment[]} lines  their borders
 * @property {number} size  of the picture that the lines are given on
 */

/** @param {Pick<Look, "arrays" | "shapes">} look @returns {Regions} */
export function regionsOf({ arrays, shapes }) {
  if (arrays.corners) {
    const polygons = polygonsOn({ corners: arrays.corners, sizes: arrays.sizes, extent: EXTENT });
    return { polygons, lines: sidesOf(polygons), size: 1 };
  }
  const [rows, size] = shapes.regions;
  return { polygons: [], lines: borders({ values: arrays.regions, rows, columns: size }), size };
}

/**
 * A tint for a region; those of regions next to each other differ.
 * @param {number} region  from 0 @param {boolean} isDark
 * @returns {number} a pixel of a canvas
 */
export function tint(region, isDark) {
  const hue = ((region * GOLDEN_ANGLE) % 360) / 60;
  const [low, high] = isDark ? [44, 92] : [198, 244];
  const channel = (/** @type {number} */ shift) => {
    const share = Math.max(0, Math.min(1, Math.abs(((hue + shift) % 6) - 3) - 1));
    return Math.round(low + (high - low) * share);
  };
  return (0xff000000 | (channel(2) << 16) | (channel(4) << 8) | channel(0)) >>> 0;
}

/** A pixel of a canvas for CSS. @param {number} pixel */
const cssOf = (pixel) => `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;

/** The square in the middle of a picture. @param {Pen} pen */
function squareOf({ width, height }) {
  const side = Math.min(width, height);
  return { left: (width - side) / 2, side };
}

/** Rounds the corners of what is painted next. @param {Pen} pen */
function clipSquare(pen) {
  const { left, side } = squareOf(pen);
  pen.context.beginPath();
  pen.context.roundRect(left, 0, side, side, RADIUS);
  pen.context.clip();
}

/** @param {Pen} pen @param {Regions} regions @param {string} color */
function paintBorders(pen, { lines, size }, color) {
  const { context } = pen;
  const { left, side } = squareOf(pen);
  const step = side / size;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.lineCap = "round";
  context.beginPath();
  for (const [x1, y1, x2, y2] of lines) {
    context.moveTo(left + x1 * step, y1 * step);
    context.lineTo(left + x2 * step, y2 * step);
  }
  context.stroke();
}

/** @param {Pen} pen @param {Regions} regions @param {readonly number[]} colors  a pixel of a canvas for each */
function paintPolygons(pen, { polygons }, colors) {
  const { context } = pen;
  const { left, side } = squareOf(pen);
  polygons.forEach((polygon, region) => {
    context.fillStyle = cssOf(colors[region]);
    context.beginPath();
    for (const [x, y] of polygon) context.lineTo(left + x * side, y * side);
    context.fill();
  });
}

/** The painters of both maps, which share a canvas for pixels. */
export function createRegionPainters() {
  const picture = h("canvas");
  const pictureContext = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));

  /** @param {Pen} pen @param {Uint32Array} pixels  of a canvas, row by row @param {number} across  of a side @param {boolean} isSmooth */
  function paintPixels(pen, pixels, across, isSmooth) {
    if (picture.width !== across) picture.width = picture.height = across;
    const image = pictureContext.createImageData(across, across);
    new Uint32Array(image.data.buffer).set(pixels);
    pictureContext.putImageData(image, 0, 0);
    const { left, side } = squareOf(pen);
    pen.context.imageSmoothingEnabled = isSmooth;
    // the centers of the outermost pixels of a smooth picture are on the edges of the plane
    const margin = isSmooth ? 0.5 : 0;
    pen.context.drawImage(picture, margin, margin, across - 2 * margin, across - 2 * margin, left, 0, side, side);
  }

  return {
    /** The output, with borders over it. @param {Pen} pen @param {Look} look @param {Regions} regions @param {number} classCount */
    paintMap(pen, { frame: { arrays: { surface, classes }, shapes } }, regions, classCount) {
      const { context, palette } = pen;
      const ramps = classes && classCount > 2 ? palette.forClasses(classCount).bestRamps : null;
      context.save();
      clipSquare(pen);
      paintPixels(pen, Uint32Array.from(surface, (byte, at) => (ramps && classes ? ramps[classes[at]] : palette.mapRamp)[byte]), shapes.surface[1], true);
      paintBorders(pen, regions, palette.colors.ink);
      context.restore();
    },

    /** Each region in its tint. @param {Pen} pen @param {Look} look @param {Regions} regions */
    paintTints(pen, { values, arrays, shapes }, regions) {
      const { context, isDark, palette } = pen;
      const colors = Array.from({ length: values.count }, (_, region) => tint(region, isDark));
      context.save();
      clipSquare(pen);
      if (regions.polygons.length > 0) paintPolygons(pen, regions, colors);
      else paintPixels(pen, Uint32Array.from(arrays.regions, (region) => colors[region]), shapes.regions[1], false);
      paintBorders(pen, regions, palette.colors.soft);
      context.restore();
    },
  };
}
