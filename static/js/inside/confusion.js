/** What the examples of each class are taken for, at any threshold. */

import { h, setText } from "../lib/dom.js";
import { formatLoss, formatPercent } from "../lib/format.js";
import { whyNothing } from "./look.js";
import { createPlot, drawAxes, drawLine, line } from "../lib/plot.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../lib/plot.js").Pen} Pen */
/** @typedef {{accuracy: number, precision: number | number[], recall: number | number[], f1: number | number[]}} Scores */

const PARTS = /** @type {const} */ ([["train", "Training"], ["test", "Test"]]);
const SCORES = /** @type {const} */ ([["accuracy", "Accuracy"], ["precision", "Precision"], ["recall", "Recall"], ["f1", "F1"]]);

/**
 * @param {HTMLElement} element
 * @param {{actions: import("../core/actions.js").PageActions}} parts
 * @returns {import("./panel.js").Panel}
 */
export function createConfusion(element, { actions }) {
  /** @type {Look | null} */
  let look = null;
  let shape = "";
  const matrices = h("div", { class: "matrices" });
  const scores = h("table", { class: "scores" });
  const losses = h("p", { class: "inside-note" });
  const slider = h("input", { type: "range", id: "confusion-threshold", min: "0", max: "1", step: "0.01", value: "0.5" });
  const threshold = h("output", { for: "confusion-threshold" });
  const chooser = h("div", { class: "slider" }, h("label", { for: "confusion-threshold" }, "Threshold"), threshold, slider);
  const curve = createPlot({ label: "ROC curve: the share of positives that are found, over the share of negatives taken for positives", kind: "square", paint });
  element.append(matrices, h("div", { class: "inside-aside" }, scores, chooser, losses), curve.element);

  slider.addEventListener("input", () => actions.setLookOptions("confusion", { threshold: Number(slider.value) }));

  /** The cells of both matrices, and those of the scores, to be filled in. @type {{matrix: Record<string, HTMLElement[]>, score: HTMLElement[]}} */
  let fields = { matrix: {}, score: [] };

  /** Makes the tables for these classes. @param {Look} newest */
  function build({ values: { classes, train, test } }) {
    fields = { matrix: {}, score: [] };
    const head = (/** @type {string} */ text, /** @type {string} */ scope) => h("th", { scope }, text);
    matrices.replaceChildren(...PARTS.filter(([part]) => (part === "train" ? train : test)).map(([part, label]) => {
      const cells = classes.flatMap(() => classes.map(() => h("td")));
      fields.matrix[part] = cells;
      return h("table", { class: "matrix" },
        h("caption", {}, `${label} examples`),
        h("thead", {}, h("tr", {}, h("td", {}, "is ↓ taken for →"), ...classes.map((/** @type {string} */ name) => head(name, "col")))),
        h("tbody", {}, ...classes.map((/** @type {string} */ name, /** @type {number} */ row) =>
          h("tr", {}, head(name, "row"), ...cells.slice(row * classes.length, (row + 1) * classes.length)))));
    }));
    const columns = PARTS.filter(([part]) => (part === "train" ? train : test));
    scores.replaceChildren(
      h("thead", {}, h("tr", {}, h("td"), ...columns.map(([, label]) => head(label, "col")))),
      h("tbody", {}, ...SCORES.map(([, label]) => {
        const cells = columns.map(() => h("td"));
        fields.score.push(...cells);
        return h("tr", {}, head(label, "row"), ...cells);
      })));
  }

  /** @param {Look} newest */
  function fill({ values, arrays }) {
    const count = values.classes.length;
    const columns = PARTS.filter(([part]) => fields.matrix[part]);
    for (const [part] of columns) {
      const matrix = arrays[`matrix_${part}`];
      fields.matrix[part].forEach((cell, at) => {
        const row = Math.floor(at / count);
        const all = Array.from(matrix.subarray(row * count, (row + 1) * count)).reduce((sum, number) => sum + number, 0);
        const share = all ? matrix[at] / all : 0;
        setText(cell, String(matrix[at]));
        cell.classList.toggle("right", row === at % count);
        cell.style.setProperty("--share", share.toFixed(2));
      });
    }
    SCORES.forEach(([name], row) => columns.forEach(([part], column) => {
      setText(fields.score[row * columns.length + column], formatPercent(mean(values[part][name]), 0));
    }));
    const penalty = values.penalty > 0 ? ` With the penalty of ${formatLoss(values.penalty)} it is ${formatLoss(values.loss_with_penalty)}.` : "";
    const entropy = values.entropy === null ? "" : ` Mean entropy of the outputs ${formatLoss(values.entropy)} nats.`;
    setText(losses, `Training loss ${formatLoss(values.loss)}.${penalty}${entropy}${count > 2 ? " Precision, recall and F1 are means of the classes." : ""}`);
  }

  /** @param {number | number[]} scored  of one class or of each */
  const mean = (scored) => (Array.isArray(scored) ? scored.reduce((sum, score) => sum + score, 0) / scored.length : scored);

  /** @param {Pen} pen */
  function paint(pen) {
    if (!look?.arrays.roc) return;
    const { roc } = look.arrays;
    const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height },
      { x: { range: [0, 1], title: "Negatives taken for positive" }, y: { range: [0, 1], title: `Positives found (ROC, area ${look.values.area.toFixed(3)})` } });
    const { context, palette: { colors } } = pen;
    context.strokeStyle = colors.edge;
    context.setLineDash([2, 3]);
    line(context, scales.x(0), scales.y(0), scales.x(1), scales.y(1));
    context.setLineDash([]);
    const places = Array.from({ length: roc.length / 2 }, (_, place) => place);
    drawLine(pen, scales, places.map((place) => roc[2 * place]), places.map((place) => roc[2 * place + 1]), colors.accent);
  }

  return {
    why(newest, { config }) {
      return config.problem === "regression" ? "Only classes can be confused: choose the problem type Classification." : whyNothing(newest);
    },
    draw(newest) {
      if (!newest) return;
      look = newest;
      const { values } = newest;
      const nowShape = `${values.classes} ${Boolean(values.train)} ${Boolean(values.test)}`;
      if (nowShape !== shape) build(newest);
      shape = nowShape;
      fill(newest);
      const hasThreshold = values.classes.length === 2;
      chooser.hidden = curve.element.hidden = !hasThreshold;
      element.classList.toggle("many", !hasThreshold);
      setText(threshold, hasThreshold ? Number(slider.value).toFixed(2) : "");
      slider.style.setProperty("--fill", `${100 * Number(slider.value)}%`);
      curve.paint();
    },
  };
}
