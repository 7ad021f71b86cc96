/** How the map of a sweep is read: the colors with numbers, and what the marks mean. */

import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { amountColor } from "../lib/sequential.js";

/** Colors of the ramp, at equal distances. */
const STOPS = 17;
/** The color of the samples, and their spread, as shares of the scale. */
const SAMPLE = { color: 0.35, spread: "0.55" };

/** @typedef {{scale: import("../luck/layout.js").Scale | null, dots: boolean, label: string, numberText: (value: number) => string, isGoal: boolean, hasFailed: boolean, failed: string, hasPresent: boolean, hasBest: boolean}} Legend */

/** A mark as it is on the map, and what it means. @param {HTMLElement} sample @param {string} text */
const entry = (sample, text) => h("li", {}, sample, h("span", {}, text));

/** A cell without a button. @param {string} marks  classes @param {...Node} children */
const sample = (marks, ...children) => h("i", { class: `sweep-cell sample ${marks}`, "aria-hidden": "true" }, ...children);

/** A cell in the color of the samples. @param {HTMLElement} cell */
function colored(cell) {
  cell.style.backgroundColor = amountColor(currentPalette().amounts, SAMPLE.color);
  cell.style.setProperty("--spread", SAMPLE.spread);
  return cell;
}

export function createLegend() {
  const title = h("span", { class: "sweep-legend-title" });
  const ramp = h("i", { class: "sweep-ramp", "aria-hidden": "true" });
  const numbers = h("span", { class: "sweep-ramp-numbers" });
  const scale = h("div", { class: "sweep-scale" }, title, h("div", {}, ramp, numbers));
  const marks = h("ul", { class: "sweep-marks" });
  /** @type {unknown[]} */
  let drawn = [];

  /** @param {Legend} legend */
  function drawMarks({ dots, isGoal, hasFailed, failed, hasPresent, hasBest }) {
    const reliable = entry(dots ? sample("reliable") : colored(sample("reliable")), `At least 80% of the starts ${isGoal ? "reach the goal" : "get that low"}`);
    const present = entry(h("i", { class: "sweep-cell sample present", "aria-hidden": "true" }), "Your present settings");
    const entries = dots
      ? [entry(h("i", { class: "sweep-key dot" }), "A start"), entry(h("i", { class: "sweep-key box" }), "Median and middle half")]
      : [entry(colored(sample("spread")), "The larger the inner square, the farther apart the middle half of the starts")];
    const cross = entry(dots ? h("i", { class: "sweep-key" }, "×") : colored(sample("crossed")), failed);
    const best = entry(h("i", { class: "sweep-key", "aria-hidden": "true" }, h("b", { class: "sweep-badge best" }, "★")), "Best cell");
    marks.replaceChildren(...(hasBest ? [best] : []), ...entries, ...(hasFailed ? [cross] : []), reliable, ...(hasPresent ? [present] : []));
  }

  return {
    element: h("div", { class: "sweep-legend" }, scale, marks),
    /** @param {Legend} legend */
    draw(legend) {
      const { amounts } = currentPalette();
      scale.hidden = legend.scale === null || legend.dots;
      if (legend.scale) {
        const colors = Array.from({ length: STOPS }, (_, stop) => amountColor(amounts, stop / (STOPS - 1)));
        ramp.style.background = `linear-gradient(90deg, ${colors.join(", ")})`;
        setText(title, legend.label);
        numbers.replaceChildren(...legend.scale.ticks.map(({ value, at }) => {
          const tick = h("i", {}, legend.numberText(value));
          tick.style.setProperty("--at", `${(100 * at).toFixed(1)}%`);
          return tick;
        }));
      }
      const from = [amounts, legend.dots, legend.isGoal, legend.hasFailed, legend.failed, legend.hasPresent, legend.hasBest];
      if (from.every((part, index) => part === drawn[index])) return;
      drawn = from;
      drawMarks(legend);
    },
  };
}
