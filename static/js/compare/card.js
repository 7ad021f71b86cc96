/** The card of one network: map, losses, their chart, and what can be done with it. */

import { h, setText } from "../lib/dom.js";
import { createPlot, drawAxes, drawLine } from "../plot/plot.js";

/**
 * @typedef {import("../core/types.js").Variant} Variant
 * @typedef {import("./results.js").Card} CardContent
 */

/** The losses over the epochs. @param {import("../plot/plot.js").Pen} pen @param {CardContent} content */
function paintLosses(pen, { losses, last, range }) {
  if (!losses) return;
  const { colors } = pen.palette;
  const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height }, {
    x: { range: [0, Math.max(1, last)] }, y: { range }, left: 2.6, right: 0.8,
  });
  drawLine(pen, scales, losses.epochs, losses.train, colors.train);
  drawLine(pen, scales, losses.epochs, losses.test, colors.test);
}

/** A number with its label. @param {string} label @param {HTMLElement} value @param {string} [swatch]  class of its color */
const labeled = (label, value, swatch) => h("div", {}, h("dt", {}, swatch ? h("i", { class: `swatch ${swatch}` }) : "", label), value);

/**
 * @param {object} parts
 * @param {import("../portraits/plane.js").Portraits} parts.portraits
 * @param {() => void} parts.onUse  make this network the main one
 * @param {() => void} parts.onRemove
 */
export function createCard({ portraits, onUse, onRemove }) {
  const title = h("h3");
  const [detail, note] = [h("p", { class: "detail" }), h("p", { class: "note" })];
  const best = h("span", { class: "best", hidden: true });
  const [test, train, accuracy] = [h("dd"), h("dd"), h("dd")];
  const portrait = portraits.createCard();
  /** @type {CardContent | null} */
  let drawn = null;
  const chart = createPlot({ label: "Losses over the epochs", paint: (pen) => drawn && paintLosses(pen, drawn) });
  const use = h("button", { type: "button", class: "link", "data-control": "compare" }, "Use this network");
  const remove = h("button", { type: "button", class: "link", "data-control": "compare" }, "Remove");
  const buttons = h("div", { class: "compare-do" }, use, remove);
  use.addEventListener("click", onUse);
  remove.addEventListener("click", onRemove);

  return {
    element: h("li", {},
      h("div", { class: "compare-head" }, title, best), detail, portrait.element,
      h("dl", {}, labeled("Test loss", test, "test"), labeled("Training loss", train, "train"), labeled("Accuracy", accuracy)),
      h("div", { class: "compare-curve" }, chart.element), note, buttons),

    /** @param {{title: string, detail: string, variant: Variant | null}} heading */
    name(heading) {
      setText(title, heading.title);
      setText(detail, heading.detail);
      buttons.hidden = heading.variant === null;
      chart.element.setAttribute("aria-label", `Losses over the epochs: ${heading.title}`);
      portrait.name(heading.title);
    },

    /** @param {CardContent} content @param {import("../core/actions.js").PageState} state */
    draw(content, state) {
      best.hidden = content.best === "";
      setText(best, content.best);
      setText(test, content.test);
      setText(train, content.train);
      setText(accuracy, content.accuracy);
      setText(note, content.note);
      portrait.draw(content.picture, content.known, state);
      drawn = content;
      chart.paint();
    },
  };
}

/** @typedef {ReturnType<typeof createCard>} Card */
