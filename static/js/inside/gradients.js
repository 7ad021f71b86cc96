/** The panel "Gradients": the gradient norm of each layer over the epochs, and why it grows or shrinks on the way to a unit. */

import { roundUp } from "../chart/series.js";
import { h, setText } from "../lib/dom.js";
import { formatSignificant } from "../lib/format.js";
import { createPlot, drawAxes, drawLine, drawNames } from "../plot/plot.js";
import { steadyExponents } from "../plot/scale.js";
import { layerColor } from "../lib/sequential.js";
import { unitName } from "../network/names.js";
import { layerNames, whyNothing } from "./look.js";
import { createRecord } from "./record.js";

/** @typedef {import("./look.js").Look} Look */

const MOST_LOOKS = 600;
const LEAST_EPOCHS = 10;
/** Below this a gradient counts as none. */
const LEAST_NORM = 1e-12;
const TITLES = { vanishing: "The gradient is vanishing", exploding: "The gradient is exploding" };

/** @type {import("./panels.js").PanelEntry} */
export const panel = {
  name: "gradients", label: "Gradients", isAboutUnit: true, create: createGradients,
  lead: "Gradient norm per layer. If the first layers are orders of magnitude below the last, the gradient is vanishing.",
};

/**
 * The text next to the chart.
 * @param {Record<string, any>} values  of a look
 * @param {readonly {label: string}[]} features
 * @param {Pick<import("../core/types.js").Config, "hidden_layer_sizes" | "batch_norm">} config
 * @returns {{title: string, isWarning: boolean, why: string, path: string, factors: string[], product: string}}
 */
export function gradientTexts({ notice, why, unit, factors, product }, features, config) {
  const name = unitName(unit, { features, layers: config.hidden_layer_sizes });
  /** @type {string[]} */
  const texts = (factors ?? []).map((/** @type {number} */ factor) => formatSignificant(factor));
  return {
    title: notice ? TITLES[/** @type {keyof typeof TITLES} */ (notice)] : "The gradient reaches every layer",
    isWarning: Boolean(notice),
    why: why ?? "",
    path: `${name} to the output, along the strongest path: |w · f′(z)| of each link${config.batch_norm ? ", with normalization as part of w" : ""}`,
    factors: texts.map((text, index) => (index + 1 < texts.length ? `${text} ×` : text)),
    product: `= ${formatSignificant(product)}`,
  };
}

/** The texts next to the chart. @param {import("../core/types.js").Schema} schema */
function createAside({ features }) {
  const [notice, path, factors, product, why] = ["inside-notice", "inside-label", "factors", "product", "inside-note"].map((name) => h("p", { class: name }));
  const hint = h("p", { class: "inside-note" }, "Click a neuron in the network to follow another path.");
  return {
    element: h("div", { class: "inside-aside" }, notice, path, factors, product, hint, why),
    /** @param {Look} look @param {import("../core/types.js").State} state */
    draw({ values }, { config }) {
      const texts = gradientTexts(values, features, config);
      notice.classList.toggle("warn", texts.isWarning);
      setText(notice, texts.title);
      setText(why, texts.why);
      setText(path, texts.path);
      setText(product, texts.product);
      path.hidden = factors.hidden = product.hidden = texts.factors.length === 0;
      while (factors.childElementCount < texts.factors.length) factors.append(h("span"));
      while (factors.childElementCount > texts.factors.length) factors.lastElementChild?.remove();
      texts.factors.forEach((text, index) => setText(factors.children[index], text));
    },
  };
}

/**
 * @param {HTMLElement} element
 * @param {import("./panels.js").PanelParts} parts
 * @returns {import("./panels.js").Panel}
 */
export function createGradients(element, { schema }) {
  /** @type {import("./record.js").EpochRecord<number[]>} */
  const record = createRecord(MOST_LOOKS);
  /** @type {import("../plot/scale.js").Range | null} */
  let range = null;
  const plot = createPlot({ label: "Gradient norm of each layer over the epochs, on a logarithmic scale", paint });
  const aside = createAside(schema);
  element.append(plot.element, aside.element);

  /** @param {import("../plot/plot.js").Pen} pen */
  function paint(pen) {
    const { epochs, rows } = record;
    const newest = rows[rows.length - 1];
    if (!newest) return;
    range = steadyExponents(range, rows.flat().map((norm) => Math.max(norm, LEAST_NORM)));
    const first = epochs[0];
    const span = roundUp(Math.max(epochs[epochs.length - 1] - first, LEAST_EPOCHS));
    const names = layerNames(newest.length);
    const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height },
      { x: { range: [first, first + span], title: "Epoch" }, y: { range, isLog: true, title: "Gradient norm" }, right: 4.6 });
    const colorOf = (/** @type {number} */ layer) => layerColor(layer, newest.length, pen.isDark);
    names.forEach((_, layer) => drawLine(pen, scales, epochs, rows.map((row) => Math.max(row[layer], LEAST_NORM)), colorOf(layer)));
    drawNames(pen, scales, names.map((name, layer) => ({ name, value: Math.max(newest[layer], LEAST_NORM), color: colorOf(layer) })));
  }

  return {
    why: whyNothing,
    draw(look, state) {
      if (!look) return;
      record.add(look.run, look.frame.epoch, Array.from(look.arrays.norms));
      aside.draw(look, state);
      plot.paint();
    },
  };
}
