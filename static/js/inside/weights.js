/** How the weights of each layer are spread, epoch by epoch, and how much an epoch changes them. */

import { h } from "../lib/dom.js";
import { roundUp } from "../chart/series.js";
import { layerNames, rowOf, whyNothing } from "./look.js";
import { createPlot, drawAxes, drawLine, drawNames, line, tickText } from "../lib/plot.js";
import { createRecord } from "./record.js";
import { cells, layerColor, steadyExponents } from "../lib/scale.js";

/** @typedef {import("../lib/plot.js").Pen} Pen */
/** @typedef {{ratios: number[], edges: [number, number][], histograms: Float32Array[]}} Row */

const MOST_LOOKS = 240;
const LEAST_EPOCHS = 10;
const LEAST_RATIO = 1e-8;
/** What is held to be healthy. */
const HEALTHY = 1e-3;
/** In the root's type size. */
const CELL = { least: 7, gap: 1.2 };
const HEAD = 1.5;

/**
 * @param {HTMLElement} element
 * @returns {import("./panel.js").Panel}
 */
export function createWeights(element) {
  /** @type {import("./record.js").Record<Row>} */
  const record = createRecord(MOST_LOOKS);
  /** @type {import("../lib/scale.js").Range | null} */
  let range = null;
  const spreads = createPlot({ label: "How the weights of each layer are spread over the epochs", paint: paintSpreads });
  const ratios = createPlot({ label: "Size of an epoch's changes beside that of the weights, for each layer over the epochs, on a logarithmic scale", paint: paintRatios });
  element.append(
    h("div", { class: "inside-figure" }, h("h3", {}, "How the weights are spread"), spreads.element),
    h("div", { class: "inside-figure" }, h("h3", {}, "Change in an epoch / size of the weights"), ratios.element));

  const span = () => roundUp(Math.max(record.epochs[record.epochs.length - 1] - record.epochs[0], LEAST_EPOCHS));

  /** @param {Pen} pen */
  function paintSpreads(pen) {
    const newest = record.rows[record.rows.length - 1];
    if (!newest) return;
    const names = layerNames(newest.ratios.length);
    cells(names.length, pen.width, pen.height, { least: CELL.least * pen.type, gap: CELL.gap * pen.type })
      .forEach((cell, layer) => paintLayer(pen, cell, layer, names[layer]));
  }

  /**
   * Epochs to the right, weights upwards: the darker, the more weights.
   * @param {Pen} pen @param {import("../lib/plot.js").Box} cell @param {number} layer @param {string} name
   */
  function paintLayer(pen, cell, layer, name) {
    const { context, type, palette: { colors } } = pen;
    const { epochs, rows } = record;
    const newest = rows[rows.length - 1];
    const reach = Math.max(...rows.map(({ edges }) => Math.max(-edges[layer][0], edges[layer][1])));
    const box = { x: cell.x, y: cell.y + HEAD * type, width: cell.width, height: cell.height - HEAD * type };
    const middle = box.y + box.height / 2;
    const toY = (/** @type {number} */ value) => middle - (value / reach) * (box.height / 2);
    // the newest look stands by itself at the right, as wide as it is easily seen
    const side = Math.min(2.4 * type, box.width / 4);
    const wide = box.width - side - 4;
    context.fillStyle = colors.bg;
    context.fillRect(box.x, box.y, box.width, box.height);
    context.fillStyle = colors.accent;
    const first = epochs[0];
    rows.forEach(({ edges, histograms }, at) => {
      const left = box.x + ((epochs[at] - first) / span()) * wide;
      const right = at + 1 < rows.length ? box.x + ((epochs[at + 1] - first) / span()) * wide : left + 2;
      const [low, high] = edges[layer];
      const counts = histograms[layer];
      const step = (high - low) / counts.length;
      for (let bin = 0; bin < counts.length; bin++) {
        if (counts[bin] === 0) continue;
        const top = toY(low + (bin + 1) * step);
        context.globalAlpha = 0.15 + 0.85 * Math.sqrt(counts[bin]);
        context.fillRect(left, top, Math.max(1, right - left), Math.max(1, toY(low + bin * step) - top));
      }
    });
    context.globalAlpha = 1;
    const [low, high] = newest.edges[layer];
    const counts = newest.histograms[layer];
    const most = Math.max(...counts);
    const step = (high - low) / counts.length;
    for (let bin = 0; bin < counts.length && most > 0; bin++) {
      const top = toY(low + (bin + 1) * step);
      context.fillRect(box.x + wide + 4, top, (counts[bin] / most) * side, Math.max(1, toY(low + bin * step) - top - 0.25));
    }
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

  /** @param {Pen} pen */
  function paintRatios(pen) {
    const { epochs, rows } = record;
    const newest = rows[rows.length - 1];
    if (!newest) return;
    const count = newest.ratios.length;
    range = steadyExponents(range, [HEALTHY, ...rows.flatMap((row) => row.ratios.filter((ratio) => ratio > LEAST_RATIO))]);
    const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height },
      { x: { range: [epochs[0], epochs[0] + span()], title: "Epoch" }, y: { range, isLog: true }, right: 4.6 });
    const { context, palette: { colors } } = pen;
    const healthy = Math.round(scales.y(HEALTHY)) + 0.5;
    context.strokeStyle = colors.soft;
    context.setLineDash([2, 3]);
    line(context, scales.box.x, healthy, scales.box.x + scales.box.width, healthy);
    context.setLineDash([]);
    const colorOf = (/** @type {number} */ layer) => layerColor(layer, count, pen.isDark);
    const names = layerNames(count);
    names.forEach((_, layer) => drawLine(pen, scales, epochs, rows.map((row) => row.ratios[layer]), colorOf(layer)));
    drawNames(pen, scales, names.map((name, layer) => ({ name, value: newest.ratios[layer], color: colorOf(layer) })));
  }

  return {
    why: whyNothing,
    draw(look) {
      if (!look) return;
      const { arrays, values, shapes } = look;
      const histograms = Array.from({ length: shapes.histograms[0] }, (_, layer) => Float32Array.from(rowOf(look, "histograms", layer)));
      record.add(look.run, look.frame.epoch, { ratios: Array.from(arrays.ratios), edges: values.edges, histograms });
      spreads.paint();
      ratios.paint();
    },
  };
}
