/** The panel "Confusion matrix": how each class is classified, at any threshold. */

import { createAmountLegend } from "../plot/amountLegend.js";
import { inkOn } from "../lib/color.js";
import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createPlot, drawAxes, drawLine, line } from "../plot/plot.js";
import { amountColor } from "../lib/sequential.js";
import { layoutKey, lossesText, matricesOf, scoresOf } from "./confusionTable.js";
import { whyNothing } from "./look.js";

/** @typedef {import("./look.js").Look} Look */

/** @type {import("./panels.js").PanelEntry} */
export const panel = {
  name: "confusion", label: "Confusion", create: createConfusion,
  lead: "How each class is classified. The outlined diagonal is correct; everything else is an error.",
};

/** @param {string} text @param {"row" | "col"} scope */
const head = (text, scope) => h("th", { scope }, text);

/** The matrices: made for their classes, then filled in. @param {HTMLElement} element */
function createMatrices(element) {
  /** @type {HTMLElement[][]} */
  let cells = [];
  const legend = createAmountLegend("Share of the actual class");
  const tables = h("div", { class: "matrices-tables" });
  element.append(tables, legend.element);
  return {
    /** @param {ReturnType<typeof matricesOf>} matrices */
    build(matrices) {
      cells = matrices.map((matrix) => matrix.cells.map(() => h("td")));
      tables.replaceChildren(...matrices.map(({ caption, classes }, index) => h("table", { class: "matrix" },
        h("caption", {}, caption),
        h("thead", {}, h("tr", {}, h("td", {}, "actual ↓ predicted →"), ...classes.map((name) => head(name, "col")))),
        h("tbody", {}, ...classes.map((name, row) =>
          h("tr", {}, head(name, "row"), ...cells[index].slice(row * classes.length, (row + 1) * classes.length)))))));
    },
    /** @param {ReturnType<typeof matricesOf>} matrices */
    fill(matrices) {
      const { amounts } = currentPalette();
      legend.draw(amounts, ["0%", "50%", "100%"]);
      matrices.forEach((matrix, index) => matrix.cells.forEach(({ text, share, isRight }, at) => {
        const cell = cells[index][at];
        setText(cell, text);
        cell.classList.toggle("right", isRight);
        // a cell without examples stays as it is
        const color = share > 0 ? amountColor(amounts, share) : "";
        cell.style.background = color;
        cell.style.color = color && inkOn(color);
      }));
    },
  };
}

/** The scores: the same. @param {HTMLElement} element */
function createScores(element) {
  /** @type {HTMLElement[][]} */
  let cells = [];
  return {
    /** @param {ReturnType<typeof scoresOf>} scores */
    build({ columns, rows }) {
      cells = rows.map(() => columns.map(() => h("td")));
      element.replaceChildren(
        h("thead", {}, h("tr", {}, h("td"), ...columns.map((label) => head(label, "col")))),
        h("tbody", {}, ...rows.map(({ label }, row) => h("tr", {}, head(label, "row"), ...cells[row]))));
    },
    /** @param {ReturnType<typeof scoresOf>} scores */
    fill({ rows }) {
      rows.forEach((row, index) => row.cells.forEach((text, column) => setText(cells[index][column], text)));
    },
  };
}

/** The ROC curve. @param {import("../plot/plot.js").Pen} pen @param {ArrayLike<number>} roc  false and true positive rates in turn @param {number} area  beneath it */
function paintRoc(pen, roc, area) {
  const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height },
    { x: { range: [0, 1], title: "False positive rate" }, y: { range: [0, 1], title: `True positive rate (ROC, area ${area.toFixed(3)})` } });
  const { context, palette: { colors } } = pen;
  context.strokeStyle = colors.edge;
  context.setLineDash([2, 3]);
  line(context, scales.x(0), scales.y(0), scales.x(1), scales.y(1));
  context.setLineDash([]);
  const points = Array.from({ length: roc.length / 2 }, (_, index) => index);
  drawLine(pen, scales, points.map((index) => roc[2 * index]), points.map((index) => roc[2 * index + 1]), colors.accent);
}

/**
 * @param {HTMLElement} element
 * @param {import("./panels.js").PanelParts} parts
 * @returns {import("./panels.js").Panel}
 */
export function createConfusion(element, { actions }) {
  /** @type {Look | null} */
  let drawn = null;
  let layout = "";
  const [matrices, scores] = [h("div", { class: "matrices" }), h("table", { class: "scores" })];
  const [matrixTables, scoreTable] = [createMatrices(matrices), createScores(scores)];
  const losses = h("p", { class: "inside-note" });
  const slider = h("input", { type: "range", id: "confusion-threshold", min: "0", max: "1", step: "0.01", value: "0.5" });
  const threshold = h("output", { for: "confusion-threshold" });
  const chooser = h("div", { class: "slider" }, h("label", { for: "confusion-threshold" }, "Threshold"), threshold, slider);
  const curve = createPlot({
    label: "ROC curve: the true positive rate over the false positive rate", kind: "square",
    paint: (pen) => drawn?.arrays.roc && paintRoc(pen, drawn.arrays.roc, drawn.values.area),
  });
  element.append(matrices, h("div", { class: "inside-aside" }, scores, chooser, losses), curve.element);
  slider.addEventListener("input", () => actions.setLookOptions("confusion", { threshold: Number(slider.value) }));

  /** @param {Look} look */
  function drawTables(look) {
    const [inMatrices, inScores] = [matricesOf(look), scoresOf(look.values)];
    if (layout !== layoutKey(look.values)) {
      matrixTables.build(inMatrices);
      scoreTable.build(inScores);
    }
    layout = layoutKey(look.values);
    matrixTables.fill(inMatrices);
    scoreTable.fill(inScores);
    setText(losses, lossesText(look.values));
  }

  return {
    why: (look, { config }) => (config.problem === "regression" ? "The confusion matrix needs a classification problem." : whyNothing(look)),
    draw(look) {
      if (!look) return;
      drawn = look;
      drawTables(look);
      const hasThreshold = look.values.classes.length === 2;
      chooser.hidden = curve.element.hidden = !hasThreshold;
      element.classList.toggle("many", !hasThreshold);
      setText(threshold, hasThreshold ? Number(slider.value).toFixed(2) : "");
      slider.style.setProperty("--fill", `${100 * Number(slider.value)}%`);
      curve.paint();
    },
  };
}
