/** The panel "Weights": the distribution of each layer's weights over the epochs, and the size of the updates. */

import { roundUp } from "../chart/series.js";
import { createAmountLegend } from "../plot/amountLegend.js";
import { h } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createPlot, drawAxes, drawLine, drawNames, line, tickText } from "../plot/plot.js";
import { cells, steadyExponents } from "../plot/scale.js";
import { amountColor, layerColor } from "../lib/sequential.js";
import { layerNames, rowOf, whyNothing } from "./look.js";
import { createRecord } from "./record.js";

/** @typedef {import("../plot/plot.js").Pen} Pen */
/** @typedef {import("../plot/plot.js").Box} Box */
/** @typedef {{ratios: number[], edges: [number, number][], histograms: Float32Array[]}} Row */

const MOST_LOOKS = 240;
const LEAST_EPOCHS = 10;
const LEAST_RATIO = 1e-8;
/** An update of this share of the weights is considered healthy. */
const HEALTHY = 1e-3;
/** Even a single weight stands out from the background. */
const LEAST_PLACE = 0.2;
/** In multiples of the font size. */
const CELL = { least: 7, gap: 1.2 };
const HEAD = 1.5;
const NEWEST = 2.4;
/** Pixels between the past and the newest histogram. */
const GAP = 4;

/** @type {import("./panels.js").PanelEntry} */
export const panel = {
  name: "weights", label: "Weights", create: createWeights,
  lead: "Distribution of each layer’s weights over the epochs, and the size of the updates relative to the weights: about one thousandth is healthy.",
};

/** Epochs that the charts show. @param {readonly number[]} epochs */
const spanOf = (epochs) => roundUp(Math.max(epochs[epochs.length - 1] - epochs[0], LEAST_EPOCHS));

/** The largest size of a weight of a layer at any epoch. @param {readonly Row[]} rows @param {number} layer */
export const reachOf = (rows, layer) => Math.max(...rows.map(({ edges }) => Math.max(-edges[layer][0], edges[layer][1])));

/**
 * The bars of a histogram, without the empty ones.
 * @param {ArrayLike<number>} counts @param {[number, number]} edges  of the first and the last bin
 * @param {(value: number) => number} toY
 * @returns {{top: number, height: number, count: number}[]} in pixels, 1 high at least
 */
export function barsOf(counts, [low, high], toY) {
  const step = (high - low) / counts.length;
  return Array.from(counts, (count, bin) => {
    const top = toY(low + (bin + 1) * step);
    return { top, height: Math.max(1, toY(low + bin * step) - top), count };
  }).filter(({ count }) => count > 0);
}

/** The place of a count in the palette: the root keeps few weights visible. @param {number} count  the share of a layer's weights */
const placeOf = (count) => LEAST_PLACE + (1 - LEAST_PLACE) * Math.sqrt(count);
/** Those at equal distances in the palette. */
const SHARES = ["0%", "25%", "100%"];

/** The past: the farther from the background, the more weights. @param {Pen} pen @param {Box} box @param {import("./record.js").EpochRecord<Row>} record @param {number} layer @param {(value: number) => number} toY */
function paintPast({ context, palette: { amounts } }, box, { epochs, rows }, layer, toY) {
  const span = spanOf(epochs);
  const toX = (/** @type {number} */ epoch) => box.x + ((epoch - epochs[0]) / span) * box.width;
  rows.forEach(({ edges, histograms }, at) => {
    const left = toX(epochs[at]);
    const right = at + 1 < rows.length ? toX(epochs[at + 1]) : left + 2;
    for (const { top, height, count } of barsOf(histograms[layer], edges[layer], toY)) {
      context.fillStyle = amountColor(amounts, placeOf(count));
      context.fillRect(left, top, Math.max(1, right - left), height);
    }
  });
}

/** The newest histogram, by itself. @param {Pen} pen @param {number} x @param {number} width @param {Row} row @param {number} layer @param {(value: number) => number} toY */
function paintNewest({ context }, x, width, { edges, histograms }, layer, toY) {
  const most = Math.max(...histograms[layer]);
  for (const { top, height, count } of barsOf(histograms[layer], edges[layer], toY)) {
    context.fillRect(x, top, (count / most) * width, Math.max(1, height - 0.25));
  }
}

/**
 * A layer: epochs to the right, weights upwards.
 * @param {Pen} pen @param {Box} cell @param {import("./record.js").EpochRecord<Row>} record @param {number} layer @param {string} name
 */
function paintLayer(pen, cell, record, layer, name) {
  const { context, type, palette: { colors } } = pen;
  const { rows } = record;
  const reach = reachOf(rows, layer);
  const box = { x: cell.x, y: cell.y + HEAD * type, width: cell.width, height: cell.height - HEAD * type };
  const middle = box.y + box.height / 2;
  const toY = (/** @type {number} */ value) => middle - (value / reach) * (box.height / 2);
  const side = Math.min(NEWEST * type, box.width / 4);
  const past = { ...box, width: box.width - side - GAP };
  context.fillStyle = colors.bg;
  context.fillRect(box.x, box.y, box.width, box.height);
  paintPast(pen, past, record, layer, toY);
  context.fillStyle = colors.accent;
  paintNewest(pen, box.x + past.width + GAP, side, rows[rows.length - 1], layer, toY);
  context.strokeStyle = colors.edge;
  context.lineWidth = 1;
  line(context, box.x, Math.round(middle) + 0.5, box.x + box.width, Math.round(middle) + 0.5);
  context.textAlign = "left";
  context.fillStyle = colors.ink;
  context.fillText(name, box.x, cell.y + 0.6 * type);
  context.textAlign = "right";
  context.fillStyle = colors.soft;
  context.fillText(`±${tickText(reach)}`, box.x + box.width, cell.y + 0.6 * type);
}

/**
 * The size of the updates relative to the weights.
 * @param {Pen} pen @param {import("./record.js").EpochRecord<Row>} record @param {import("../plot/scale.js").Range} range  of exponents
 */
function paintRatios(pen, { epochs, rows }, range) {
  const newest = rows[rows.length - 1];
  const names = layerNames(newest.ratios.length);
  const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height },
    { x: { range: [epochs[0], epochs[0] + spanOf(epochs)], title: "Epoch" }, y: { range, isLog: true }, right: 4.6 });
  const { context, palette: { colors } } = pen;
  const healthy = Math.round(scales.y(HEALTHY)) + 0.5;
  context.strokeStyle = colors.soft;
  context.setLineDash([2, 3]);
  line(context, scales.box.x, healthy, scales.box.x + scales.box.width, healthy);
  context.setLineDash([]);
  const colorOf = (/** @type {number} */ layer) => layerColor(layer, names.length, pen.isDark);
  names.forEach((_, layer) => drawLine(pen, scales, epochs, rows.map((row) => row.ratios[layer]), colorOf(layer)));
  drawNames(pen, scales, names.map((name, layer) => ({ name, value: newest.ratios[layer], color: colorOf(layer) })));
}

/** What a look adds to the record. @param {import("./look.js").Look} look @returns {Row} */
export function rowOfLook(look) {
  const { arrays, values, shapes } = look;
  const histograms = Array.from({ length: shapes.histograms[0] }, (_, layer) => Float32Array.from(rowOf(look, "histograms", layer)));
  return { ratios: Array.from(arrays.ratios), edges: values.edges, histograms };
}

/**
 * @param {HTMLElement} element
 * @returns {import("./panels.js").Panel}
 */
export function createWeights(element) {
  /** @type {import("./record.js").EpochRecord<Row>} */
  const record = createRecord(MOST_LOOKS);
  /** @type {import("../plot/scale.js").Range | null} */
  let range = null;
  const distributions = createPlot({
    label: "Distribution of the weights of each layer over the epochs",
    paint(pen) {
      const newest = record.rows[record.rows.length - 1];
      if (!newest) return;
      const names = layerNames(newest.ratios.length);
      cells(names.length, pen.width, pen.height, { least: CELL.least * pen.type, gap: CELL.gap * pen.type })
        .forEach((cell, layer) => paintLayer(pen, cell, record, layer, names[layer]));
    },
  });
  const ratios = createPlot({
    label: "Size of the updates relative to the weights, for each layer over the epochs, on a logarithmic scale",
    paint(pen) {
      if (record.rows.length === 0) return;
      range = steadyExponents(range, [HEALTHY, ...record.rows.flatMap((row) => row.ratios.filter((ratio) => ratio > LEAST_RATIO))]);
      paintRatios(pen, record, range);
    },
  });
  const legend = createAmountLegend("Share of the layer’s weights", LEAST_PLACE);
  element.append(
    h("div", { class: "inside-figure" }, h("h3", {}, "Weight distribution"), distributions.element, legend.element),
    h("div", { class: "inside-figure" }, h("h3", {}, "Change per epoch / size of the weights"), ratios.element));

  return {
    why: whyNothing,
    draw(look) {
      if (!look) return;
      record.add(look.run, look.frame.epoch, rowOfLook(look));
      legend.draw(currentPalette().amounts, SHARES);
      distributions.paint();
      ratios.paint();
    },
  };
}
