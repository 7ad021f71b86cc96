/** The panel "Activations": the distribution of each layer's activations; saturated and dead neurons are marked. */

import { h } from "../lib/dom.js";
import { formatPercent } from "../lib/format.js";
import { createPlot, drawBars, drawText, line, tickText } from "../plot/plot.js";
import { cells } from "../plot/scale.js";
import { layerNames, rowOf, whyNothing } from "./look.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../plot/plot.js").Pen} Pen */
/** @typedef {import("../plot/plot.js").Box} Box */

/** In multiples of the font size. */
const CELL = { least: 7, gap: 1.6 };
const HEAD = { roomy: 2.7, low: 1.5 };
const MARK = { size: 0.72, gap: 0.25 };
const FOOT = 1.5;
/** Cells lower than this have room for one line of words. */
const LOW = 11;
/** Shares of an axis's width: a 0 this near the start counts as the start; a 0 in this range gets a number of its own. */
const NEAR_START = 0.08;
const MIDDLE = [0.2, 0.8];
/** From this share of the layer on, it is written in full ink. */
const MUCH = 0.5;

/** @type {import("./panels.js").PanelEntry} */
export const panel = {
  name: "activations", label: "Activations", create: createActivations,
  lead: "Distribution of each layer’s activations over the training examples. Spikes at the ends mean saturated neurons, which barely learn; dead neurons always have the same output.",
};

/**
 * Texts about a layer, from the longest to the shortest.
 * @param {number} saturated  share of its neurons, 0 … 1 @param {number} dead
 */
export function shareTexts(saturated, dead) {
  const [full, none] = [formatPercent(saturated, 0), formatPercent(dead, 0)];
  return [
    `${full} saturated, ${none} dead`,
    `${full} sat., ${none} dead`,
    dead >= saturated ? `${none} dead` : `${full} sat.`,
    dead >= saturated ? none : full,
  ];
}

/**
 * The numbers under a histogram.
 * @param {number} low @param {number} high
 * @returns {{text: string, share: number, align: "left" | "right" | "center"}[]} share: of the width
 */
export function footOf(low, high) {
  const zero = -low / (high - low);
  const isFromZero = zero >= 0 && zero < NEAR_START;
  return [
    { text: isFromZero ? "0" : tickText(low), share: isFromZero ? zero : 0, align: "left" },
    { text: tickText(high), share: 1, align: "right" },
    ...(zero > MIDDLE[0] && zero < MIDDLE[1] ? [{ text: "0", share: zero, align: /** @type {const} */ ("center") }] : []),
  ];
}

/** @param {Pen} pen @param {Look} look @param {Box} cell @param {number} layer @param {string} name @param {boolean} isLow */
function paintHead(pen, { values: { saturated, dead } }, cell, layer, name, isLow) {
  const { context, type, palette: { colors } } = pen;
  const [full, none] = [saturated[layer] ?? 0, dead[layer] ?? 0];
  context.textAlign = "left";
  context.fillStyle = colors.ink;
  context.fillText(name, cell.x, cell.y + 0.6 * type);
  context.fillStyle = Math.max(full, none) >= MUCH ? colors.ink : colors.soft;
  const room = isLow ? cell.width - context.measureText(name).width - 0.4 * type : cell.width;
  const texts = shareTexts(full, none);
  const fitting = texts.find((text) => context.measureText(text).width <= room) ?? texts[texts.length - 1];
  if (isLow) context.textAlign = "right";
  drawText(pen, fitting, isLow ? cell.x + cell.width : cell.x, cell.y + (isLow ? 0.6 : 1.75) * type, room);
}

/** @param {Pen} pen @param {Look} look @param {Box} box @param {number} layer */
function paintHistogram(pen, look, box, layer) {
  const { context, type, palette: { colors } } = pen;
  const { edges_low: low, edges_high: high } = look.values;
  drawBars(pen, box, rowOf(look, "histograms", layer), () => colors.accent);
  const foot = Math.round(box.y + box.height) + 0.5;
  context.strokeStyle = colors.edge;
  context.lineWidth = 1;
  line(context, box.x, foot, box.x + box.width, foot);
  context.fillStyle = colors.soft;
  for (const { text, share, align } of footOf(low[layer], high[layer])) {
    context.textAlign = align;
    context.fillText(text, box.x + share * box.width, foot + 0.85 * type);
  }
}

/**
 * A mark for each neuron of a hidden layer, at the foot of its cell.
 * @param {Pen} pen @param {Look} look @param {Box} cell @param {readonly number[]} layers  neurons of each hidden layer @param {number} layer
 */
function paintMarks({ context, type, palette: { colors } }, { arrays }, cell, layers, layer) {
  const count = layers[layer] ?? 0;
  const isKnown = layers.reduce((sum, units) => sum + units, 0) === arrays.dead_units.length;
  const pitch = Math.min((MARK.size + MARK.gap) * type, cell.width / Math.max(1, count));
  const size = pitch * (MARK.size / (MARK.size + MARK.gap));
  const first = layers.slice(0, layer).reduce((sum, units) => sum + units, 0);
  const top = cell.y + cell.height - size;
  for (let unit = 0; isKnown && unit < count; unit++) {
    const left = cell.x + unit * pitch;
    context.fillStyle = arrays.saturated_units[first + unit] ? colors.warn : colors.accent;
    context.strokeStyle = colors.soft;
    if (arrays.dead_units[first + unit]) context.strokeRect(left + 0.5, top + 0.5, size - 1, size - 1);
    else context.fillRect(left, top, size, size);
  }
}

/** @param {Pen} pen @param {Look} look @param {Box} cell @param {readonly number[]} layers @param {number} layer @param {string} name */
function paintLayer(pen, look, cell, layers, layer, name) {
  const { type } = pen;
  const isLow = cell.height < LOW * type;
  const head = (isLow ? HEAD.low : HEAD.roomy) * type;
  const marks = (MARK.size + 0.7) * type;
  paintHead(pen, look, cell, layer, name, isLow);
  paintMarks(pen, look, cell, layers, layer);
  paintHistogram(pen, look, { x: cell.x, y: cell.y + head, width: cell.width, height: Math.max(8, cell.height - head - FOOT * type - marks) }, layer);
}

/**
 * @param {HTMLElement} element
 * @returns {import("./panels.js").Panel}
 */
export function createActivations(element) {
  /** @type {{look: Look, layers: readonly number[]} | null} */
  let drawn = null;
  const plot = createPlot({
    label: "Distribution of the activations of each layer",
    paint(pen) {
      if (!drawn) return;
      const { look, layers } = drawn;
      const names = layerNames(look.shapes.histograms[0]);
      cells(names.length, pen.width, pen.height, { least: CELL.least * pen.type, gap: CELL.gap * pen.type })
        .forEach((cell, layer) => paintLayer(pen, look, cell, layers, layer, names[layer]));
    },
  });
  const entry = (/** @type {string} */ kind, /** @type {string} */ text) => h("span", {}, h("i", { class: `mark ${kind}` }), text);
  element.append(plot.element,
    h("p", { class: "inside-legend" }, "Each square is a neuron:", entry("alive", "active"), entry("saturated", "saturated"), entry("dead", "dead")));

  return {
    why: whyNothing,
    draw(look, { config }) {
      drawn = look && { look, layers: config.hidden_layer_sizes };
      plot.paint();
    },
  };
}
