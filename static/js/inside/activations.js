/** What units answer, as one histogram for each layer; units that are saturated or dead are marked. */

import { h } from "../lib/dom.js";
import { formatPercent } from "../lib/format.js";
import { layerNames, rowOf, whyNothing } from "./look.js";
import { createPlot, drawBars, drawText, line, tickText } from "../lib/plot.js";
import { cells } from "../lib/scale.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../lib/plot.js").Pen} Pen */

/** In the root's type size. */
const CELL = { least: 7, gap: 1.6 };
const HEAD = { roomy: 2.7, low: 1.5 };
/** Lower cells have room for one line of words. */
const LOW = 11;
const FOOT = 1.5;
/** Shares of the width that are next to nothing. */
const NEAR = 0.08;
const MARK = { size: 0.72, gap: 0.25 };
/** From this share of the layer on, it is said in full ink. */
const WORTH_SAYING = 0.5;

/**
 * @param {HTMLElement} element
 * @returns {import("./panel.js").Panel}
 */
export function createActivations(element) {
  /** @type {Look | null} */
  let look = null;
  /** Units of each hidden layer. @type {readonly number[]} */
  let layers = [];
  const plot = createPlot({ label: "Histogram of what the units of each layer answer", paint });
  const entry = (/** @type {string} */ kind, /** @type {string} */ text) => h("span", {}, h("i", { class: `mark ${kind}` }), text);
  element.append(plot.element,
    h("p", { class: "inside-legend" }, "Each square is a unit:", entry("alive", "at work"), entry("saturated", "saturated"), entry("dead", "dead")));

  /** @param {Pen} pen */
  function paint(pen) {
    if (!look) return;
    const count = look.shapes.histograms[0];
    const names = layerNames(count);
    const unit = pen.type;
    cells(count, pen.width, pen.height, { least: CELL.least * unit, gap: CELL.gap * unit }).forEach((cell, layer) => {
      if (look) paintLayer(pen, look, cell, layer, names[layer]);
    });
  }

  /** @param {Pen} pen @param {Look} seen @param {import("../lib/plot.js").Box} cell @param {number} layer @param {string} name */
  function paintLayer(pen, seen, cell, layer, name) {
    const { context, type, palette: { colors } } = pen;
    const { edges_low: low, edges_high: high, saturated, dead } = seen.values;
    const [full, none] = [saturated[layer] ?? 0, dead[layer] ?? 0];
    context.textAlign = "left";
    context.fillStyle = colors.ink;
    context.fillText(name, cell.x, cell.y + 0.6 * type);
    const isMuch = Math.max(full, none) >= WORTH_SAYING;
    context.fillStyle = isMuch ? colors.ink : colors.soft;
    const isLow = cell.height < LOW * type;
    const head = (isLow ? HEAD.low : HEAD.roomy) * type;
    const room = isLow ? cell.width - context.measureText(name).width - 0.4 * type : cell.width;
    const says = [
      `${formatPercent(full, 0)} saturated, ${formatPercent(none, 0)} dead`,
      `${formatPercent(full, 0)} sat., ${formatPercent(none, 0)} dead`,
      none >= full ? `${formatPercent(none, 0)} dead` : `${formatPercent(full, 0)} sat.`,
      formatPercent(Math.max(none, full), 0),
    ];
    const fitting = says.find((text) => context.measureText(text).width <= room) ?? says[3];
    if (isLow) context.textAlign = "right";
    drawText(pen, fitting, isLow ? cell.x + cell.width : cell.x, cell.y + (isLow ? 0.6 : 1.75) * type, room);
    context.textAlign = "left";

    const marks = paintMarks(pen, seen, cell, layer);
    const box = { x: cell.x, y: cell.y + head, width: cell.width, height: Math.max(8, cell.height - head - FOOT * type - marks) };
    drawBars(pen, box, rowOf(seen, "histograms", layer), () => colors.accent);
    const foot = Math.round(box.y + box.height) + 0.5;
    context.strokeStyle = colors.edge;
    context.lineWidth = 1;
    line(context, box.x, foot, box.x + box.width, foot);
    context.fillStyle = colors.soft;
    const zero = -low[layer] / (high[layer] - low[layer]);
    // a little room below 0 is no number of interest
    const isFromZero = zero >= 0 && zero < NEAR;
    context.fillText(isFromZero ? "0" : tickText(low[layer]), box.x + (isFromZero ? zero * box.width : 0), foot + 0.85 * type);
    context.textAlign = "right";
    context.fillText(tickText(high[layer]), box.x + box.width, foot + 0.85 * type);
    if (zero > 0.2 && zero < 0.8) {
      context.textAlign = "center";
      context.fillText("0", box.x + zero * box.width, foot + 0.85 * type);
    }
  }

  /** The units of a hidden layer, at the foot of its cell. @param {Pen} pen @param {Look} seen @param {import("../lib/plot.js").Box} cell @param {number} layer */
  function paintMarks({ context, type, palette: { colors, shades } }, { arrays }, cell, layer) {
    const count = layers[layer] ?? 0;
    const isKnown = layers.reduce((sum, units) => sum + units, 0) === arrays.dead_units.length;
    const pitch = Math.min((MARK.size + MARK.gap) * type, cell.width / Math.max(1, count));
    const size = pitch * (MARK.size / (MARK.size + MARK.gap));
    const first = layers.slice(0, layer).reduce((sum, units) => sum + units, 0);
    const top = cell.y + cell.height - size;
    for (let unit = 0; isKnown && unit < count; unit++) {
      const left = cell.x + unit * pitch;
      const [isDead, isFull] = [arrays.dead_units[first + unit], arrays.saturated_units[first + unit]];
      context.fillStyle = isFull ? shades[0] : colors.accent;
      context.strokeStyle = colors.soft;
      if (isDead) context.strokeRect(left + 0.5, top + 0.5, size - 1, size - 1);
      else context.fillRect(left, top, size, size);
    }
    return (MARK.size + 0.7) * type;
  }

  return {
    why: whyNothing,
    draw(newest, { config }) {
      look = newest;
      layers = config.hidden_layer_sizes;
      plot.paint();
    },
  };
}
