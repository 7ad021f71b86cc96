/** The length of the gradient in each layer, epoch by epoch, and why it grows or shrinks on its way to one unit. */

import { h, setText } from "../lib/dom.js";
import { roundUp } from "../chart/series.js";
import { formatSignificant } from "../lib/format.js";
import { unitName } from "../network/names.js";
import { layerNames, whyNothing } from "./look.js";
import { createPlot, drawAxes, drawLine, drawNames } from "../lib/plot.js";
import { createRecord } from "./record.js";
import { layerColor, steadyExponents } from "../lib/scale.js";

/** @typedef {import("./look.js").Look} Look */

const MOST_LOOKS = 600;
const LEAST_EPOCHS = 10;
/** Below this a gradient counts as none. */
const LEAST_NORM = 1e-12;
const TITLES = { vanishing: "The gradient vanishes", exploding: "The gradient explodes" };

/**
 * @param {HTMLElement} element
 * @param {{schema: import("../core/types.js").Schema}} parts
 * @returns {import("./panel.js").Panel}
 */
export function createGradients(element, { schema }) {
  /** @type {import("./record.js").Record<number[]>} */
  const record = createRecord(MOST_LOOKS);
  /** @type {import("../lib/scale.js").Range | null} */
  let range = null;
  const plot = createPlot({ label: "Length of the gradient in each layer over the epochs, on a logarithmic scale", paint });
  const notice = h("p", { class: "inside-notice" });
  const why = h("p", { class: "inside-note" });
  const path = h("p", { class: "inside-label" });
  const factors = h("p", { class: "factors" });
  const product = h("p", { class: "product" });
  const hint = h("p", { class: "inside-note" }, "Click a unit of the network to follow another path.");
  element.append(plot.element, h("div", { class: "inside-aside" }, notice, path, factors, product, hint, why));

  /** @param {import("../lib/plot.js").Pen} pen */
  function paint(pen) {
    const { epochs, rows } = record;
    const newest = rows[rows.length - 1];
    if (!newest) return;
    range = steadyExponents(range, rows.flat().map((norm) => Math.max(norm, LEAST_NORM)));
    const first = epochs[0];
    const span = roundUp(Math.max(epochs[epochs.length - 1] - first, LEAST_EPOCHS));
    const names = layerNames(newest.length);
    const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height },
      { x: { range: [first, first + span], title: "Epoch" }, y: { range, isLog: true, title: "Length of the gradient" }, right: 4.6 });
    const colorOf = (/** @type {number} */ layer) => layerColor(layer, newest.length, pen.isDark);
    names.forEach((_, layer) => drawLine(pen, scales, epochs, rows.map((row) => Math.max(row[layer], LEAST_NORM)), colorOf(layer)));
    drawNames(pen, scales, names.map((name, layer) => ({ name, value: Math.max(newest[layer], LEAST_NORM), color: colorOf(layer) })));
  }

  /** @param {Look} look @param {import("../core/types.js").State} state */
  function drawNotice({ values }, { config }) {
    const title = values.notice ? TITLES[/** @type {keyof typeof TITLES} */ (values.notice)] : "The gradient reaches every layer";
    notice.classList.toggle("warn", Boolean(values.notice));
    setText(notice, title);
    setText(why, values.why ?? "");
    const name = unitName(values.unit, { features: schema.features, layers: config.hidden_layer_sizes });
    setText(path, `${name} to the output, along the strongest path: |w · f′(z)| of each link${config.batch_norm ? ", with normalization as part of w" : ""}`);
    /** @type {string[]} */
    const texts = (values.factors ?? []).map((/** @type {number} */ factor) => formatSignificant(factor));
    path.hidden = factors.hidden = product.hidden = texts.length === 0;
    while (factors.childElementCount < texts.length) factors.append(h("span"));
    while (factors.childElementCount > texts.length) factors.lastElementChild?.remove();
    texts.forEach((text, place) => setText(factors.children[place], place + 1 < texts.length ? `${text} ×` : text));
    setText(product, `= ${formatSignificant(values.product)}`);
  }

  return {
    why: whyNothing,
    draw(look, state) {
      if (!look) return;
      record.add(look.run, look.frame.epoch, Array.from(look.arrays.norms));
      drawNotice(look, state);
      plot.paint();
    },
  };
}
