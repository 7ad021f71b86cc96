/** The linear regions of a network of piecewise-linear units, drawn over the map, and how many there are. */

import { h, setText } from "../lib/dom.js";
import { formatPower } from "../lib/format.js";
import { roundUp } from "../chart/series.js";
import { whyNothing } from "./look.js";
import { createPlot, drawAxes, drawLine } from "../lib/plot.js";
import { createRecord } from "./record.js";
import { borders, polygonsOn, sidesOf } from "./contours.js";
import { steadyRange } from "../lib/scale.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../lib/plot.js").Pen} Pen */

const MOST_LOOKS = 400;
const LEAST_EPOCHS = 10;
/** Hues that are far from those of the numbers beside them. */
const GOLDEN_ANGLE = 137.508;
const RADIUS = 6;
const EXTENT = 6;
const EXACTLY = "Counted exactly. Slivers narrower than 10⁻⁸ are left out.";
const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A count; a huge one as a power of ten. @param {number} count */
function countText(count) {
  if (count < 1e6) return grouped.format(count);
  return `about ${formatPower(Math.floor(Math.log10(count)))}`;
}

/**
 * @param {HTMLElement} element
 * @returns {import("./panel.js").Panel}
 */
export function createRegions(element) {
  /** @type {import("./record.js").Record<number>} */
  const record = createRecord(MOST_LOOKS);
  /** @type {Look | null} */
  let look = null;
  /** @type {import("./contours.js").Segment[]} */
  let lines = [];
  /** Of the picture that the lines are given on. */
  let size = 1;
  /** The regions, where they are known exactly. @type {[number, number][][]} */
  let polygons = [];
  let classCount = 0;
  /** @type {import("../lib/scale.js").Range | null} */
  let range = null;
  const picture = h("canvas");
  const pictureContext = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
  const map = createPlot({ label: "The map, with the borders of the linear regions", kind: "square", paint: paintMap });
  const tints = createPlot({ label: "Each linear region in a tint of its own", kind: "square", paint: paintTints });
  const chart = createPlot({ label: "The number of linear regions over the epochs", kind: "small", paint: paintCounts });
  const count = h("p", { class: "inside-count" });
  const bound = h("p", { class: "inside-note" });
  const how = h("p", { class: "inside-note" });
  element.append(map.element, tints.element, h("div", { class: "inside-aside" }, count, bound, how, chart.element));

  /** Rounds the corners of what is painted next, which fills a square. @param {Pen} pen */
  function clipSquare({ context, width, height }) {
    const side = Math.min(width, height);
    context.beginPath();
    context.roundRect((width - side) / 2, 0, side, side, RADIUS);
    context.clip();
  }

  /** @param {Pen} pen @param {Uint32Array} pixels  of canvas, row by row @param {number} across  of a side @param {boolean} isSmooth */
  function paintPicture({ context, width, height }, pixels, across, isSmooth) {
    if (picture.width !== across) picture.width = picture.height = across;
    const image = pictureContext.createImageData(across, across);
    new Uint32Array(image.data.buffer).set(pixels);
    pictureContext.putImageData(image, 0, 0);
    const side = Math.min(width, height);
    context.imageSmoothingEnabled = isSmooth;
    context.drawImage(picture, (width - side) / 2, 0, side, side);
  }

  /** @param {Pen} pen @param {string} color */
  function paintBorders({ context, width, height }, color) {
    const side = Math.min(width, height);
    const [left, step] = [(width - side) / 2, side / size];
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

  /** @param {Pen} pen */
  function paintMap(pen) {
    if (!look) return;
    const { context, palette } = pen;
    const { arrays, shapes } = look.frame;
    context.save();
    clipSquare(pen);
    const { surface, classes } = arrays;
    const ramps = classes && classCount > 2 ? palette.forClasses(classCount).bestRamps : null;
    paintPicture(pen, Uint32Array.from(surface, (byte, at) => (ramps && classes ? ramps[classes[at]] : palette.mapRamp)[byte]), shapes.surface[1], true);
    paintBorders(pen, palette.colors.ink);
    context.restore();
  }

  /** @param {Pen} pen */
  function paintTints(pen) {
    if (!look) return;
    const { context, isDark, palette } = pen;
    const colors = Array.from({ length: look.values.count }, (_, region) => tint(region, isDark));
    context.save();
    clipSquare(pen);
    if (polygons.length > 0) paintPolygons(pen, colors);
    else paintPicture(pen, Uint32Array.from(look.arrays.regions, (region) => colors[region]), look.shapes.regions[1], false);
    paintBorders(pen, palette.colors.soft);
    context.restore();
  }

  /** @param {Pen} pen @param {readonly number[]} colors  a pixel of a canvas for each */
  function paintPolygons({ context, width, height }, colors) {
    const side = Math.min(width, height);
    const left = (width - side) / 2;
    polygons.forEach((polygon, region) => {
      const pixel = colors[region];
      context.fillStyle = `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
      context.beginPath();
      for (const [x, y] of polygon) context.lineTo(left + x * side, y * side);
      context.fill();
    });
  }

  /** @param {Pen} pen */
  function paintCounts(pen) {
    const { epochs, rows } = record;
    if (rows.length === 0) return;
    range = steadyRange(range, 0, Math.max(...rows));
    const first = epochs[0];
    const span = roundUp(Math.max(epochs[epochs.length - 1] - first, LEAST_EPOCHS));
    const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height },
      { x: { range: [first, first + span] }, y: { range: [0, range[1]], title: "Regions over the epochs" }, left: 2.6 });
    drawLine(pen, scales, epochs, rows, pen.palette.colors.accent);
  }

  return {
    why: (newest) => whyNothing(newest) ?? (newest?.arrays.regions || look ? null : "The regions are being counted."),
    draw(newest, { data }) {
      if (!newest?.arrays.regions) return;
      classCount = data?.classes ?? 0;
      const isNews = newest !== look;
      look = newest;
      const { values, arrays, shapes } = newest;
      if (isNews) {
        record.add(newest.run, newest.frame.epoch, values.count);
        polygons = arrays.corners ? polygonsOn({ corners: arrays.corners, sizes: arrays.sizes, extent: EXTENT }) : [];
        size = arrays.corners ? 1 : shapes.regions[1];
        lines = arrays.corners ? sidesOf(polygons) : borders({ values: arrays.regions, rows: shapes.regions[0], columns: size });
      }
      setText(count, `${values.exact ? "" : "≥ "}${countText(values.count)} ${values.count === 1 ? "region" : "regions"}`);
      setText(bound, `on this map. With the best weights, layers like these make at least ${countText(values.bound)} on the whole plane (Montúfar et al. 2014), and never more than ${countText(values.most)}.`);
      setText(how, values.why || EXACTLY);
      map.paint();
      tints.paint();
      chart.paint();
    },
  };
}

/**
 * A tint for each region, so that neighbours differ.
 * @param {number} region @param {boolean} isDark
 * @returns {number} a pixel of a canvas
 */
function tint(region, isDark) {
  const hue = ((region * GOLDEN_ANGLE) % 360) / 60;
  const [low, high] = isDark ? [44, 92] : [198, 244];
  const channel = (/** @type {number} */ shift) => {
    const share = Math.max(0, Math.min(1, Math.abs(((hue + shift) % 6) - 3) - 1));
    return Math.round(low + (high - low) * share);
  };
  return (0xff000000 | (channel(2) << 16) | (channel(4) << 8) | channel(0)) >>> 0;
}
