/** The histogram of the class's losses: columns that filter, those who reached the goal in green. */

import { h, setText } from "../lib/dom.js";
import { createToolbar } from "../lib/toolbar.js";
import { tickText } from "../luck/texts.js";
import { exponentsIn, ticksIn } from "../plot/scale.js";
import { isSameFilter } from "./order.js";
import { BINS, histogramOf, placeOf } from "./summary.js";
import { binText } from "./texts.js";

/** @typedef {import("./summary.js").Histogram} Histogram */

/** Numbers below the columns. */
const TICKS = 4;
/** A column with anybody in it is at least so high, in percent. */
const LEAST = 4;

/** Round numbers on the axis. @param {Histogram} histogram */
function ticksOf({ isLog, range }) {
  return isLog ? exponentsIn(range, TICKS).map((exponent) => Number(`1e${exponent}`)) : ticksIn(range, TICKS);
}

/**
 * @param {object} parts
 * @param {boolean} parts.isScreen
 * @param {(filter: import("./order.js").Filter) => void} parts.onFilter
 */
export function createHistogram({ isScreen, onFilter }) {
  const columns = Array.from({ length: BINS }, (_, index) => {
    const [reached, others] = [h("i", { class: "reached" }), h("i")];
    const element = h(isScreen ? "div" : "button", isScreen ? { class: "wall-column", role: "listitem" } : { class: "wall-column", type: "button" }, others, reached);
    if (!isScreen) element.addEventListener("click", () => filterBy(index));
    return { element, reached, others };
  });
  const row = h("div", { class: "wall-columns", role: isScreen ? "list" : "toolbar", "aria-label": "Losses of the class" }, ...columns.map(({ element }) => element));
  const goal = h("span", { class: "wall-goal", hidden: true });
  const ticks = h("span", { class: "wall-ticks", "aria-hidden": "true" });
  const [kind, aim, lost] = [h("span"), h("span", { class: "wall-aim" }), h("span")];
  const caption = h("figcaption", { class: "wall-label" }, kind, aim, lost);
  const element = h("figure", { class: "wall-histogram" }, caption, h("div", { class: "wall-columns-room" }, row, goal), ticks);
  const toolbar = isScreen ? null : createToolbar(row, { buttons: () => columns.map((column) => /** @type {HTMLButtonElement} */ (column.element)), isFirst: () => true });
  /** @type {Histogram | null} */
  let histogram = null;

  /** @param {number} index @returns {import("./order.js").Filter | null} */
  const filterAt = (index) => histogram && { kind: "loss", low: histogram.bins[index].low, high: histogram.bins[index].high, isLast: index === BINS - 1 };

  /** @param {number} index */
  function filterBy(index) {
    const filter = filterAt(index);
    if (filter) onFilter(filter);
  }

  /** @param {Histogram} shown */
  function drawTicks(shown) {
    const values = ticksOf(shown);
    while (ticks.childElementCount < values.length) ticks.append(h("span"));
    [...ticks.children].forEach((tick, index) => {
      if (!(tick instanceof HTMLElement)) return;
      tick.hidden = index >= values.length;
      if (tick.hidden) return;
      setText(tick, tickText(values[index]));
      tick.style.left = `${(100 * placeOf(shown, values[index])).toFixed(2)}%`;
    });
  }

  /** @param {Histogram} shown @param {number | null} loss */
  function drawGoal(shown, loss) {
    const place = loss === null || loss <= 0 ? NaN : placeOf(shown, loss);
    goal.hidden = !(place >= 0 && place <= 1);
    setText(aim, loss === null ? "" : `goal ${tickText(loss)}`);
    if (!goal.hidden) goal.style.left = `${(100 * place).toFixed(2)}%`;
  }

  return {
    element,
    /**
     * @param {readonly import("../classroom/types.js").Tile[]} tiles @param {readonly import("./order.js").Filter[]} filters
     * @param {number | null} goalLoss
     */
    draw(tiles, filters, goalLoss) {
      histogram = histogramOf(tiles, histogram);
      element.hidden = histogram === null;
      if (!histogram) return;
      const { bins, diverged } = histogram;
      const most = Math.max(...bins.map(({ count }) => count));
      bins.forEach((bin, index) => {
        const { element: column, reached, others } = columns[index];
        const percent = bin.count === 0 ? 0 : Math.max(LEAST, (100 * bin.count) / most);
        const share = bin.count === 0 ? 0 : bin.reached / bin.count;
        reached.style.height = `${percent * share}%`;
        others.style.height = `${percent * (1 - share)}%`;
        column.title = binText(bin);
        column.setAttribute("aria-label", binText(bin));
        column.classList.toggle("empty", bin.count === 0);
        const filter = filterAt(index);
        if (!isScreen) column.setAttribute("aria-pressed", String(filter !== null && filters.some((other) => isSameFilter(other, filter))));
      });
      drawTicks(histogram);
      drawGoal(histogram, goalLoss);
      setText(kind, tiles.some(({ test_loss: loss }) => loss !== null) ? "Test loss" : "Training loss");
      setText(lost, diverged === 0 ? "" : `without ${diverged} diverged`);
      toolbar?.update();
    },
  };
}
