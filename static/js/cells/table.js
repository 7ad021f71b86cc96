/** All cells of a sweep in a table, the best first: the way to filter and to open them without a pointer. */

import { h, setText } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { withValue } from "./filter.js";
import { axisLabel, measureLabel, numberText, placeText } from "./texts.js";

/**
 * @typedef {import("../luck/starts.js").Axis} Axis
 * @typedef {import("./cells.js").Cell} Cell
 * @typedef {import("./filter.js").Filter} Filter
 */
/** @typedef {{axes: readonly Axis[], cells: readonly Cell[], filter: Filter, criterion: import("./cells.js").Criterion, kind: string, chosen: number | null}} Drawn  cells: those that are kept, the best first */

/** Rows that are shown unless more are asked for. */
const FIRST = 20;

/**
 * @param {object} parts
 * @param {(cell: number) => void} parts.onChoose
 * @param {(filter: Filter) => void} parts.onFilter
 */
export function createTable({ onChoose, onFilter }) {
  const [head, body] = [h("thead"), h("tbody")];
  const table = h("table", { class: "sweep-table" }, head, body);
  const more = h("button", { type: "button", class: "link" });
  const element = h("div", { class: "sweep-table-room" }, table, more);
  let isWhole = false;
  /** @type {HTMLSelectElement[]} */
  let selects = [];
  /** @type {readonly Axis[] | null} */
  let built = null;
  /** @type {{drawn: Drawn, fields: import("./texts.js").Fields} | null} */
  let newest = null;

  more.addEventListener("click", () => {
    isWhole = !isWhole;
    if (newest) drawRows(newest.drawn, newest.fields);
  });

  /** @param {Drawn} drawn @param {import("./texts.js").Fields} fields */
  function build({ axes, criterion, kind }, fields) {
    isWhole = false;
    selects = axes.map((axis, index) => {
      const select = h("select", { "aria-label": `${axisLabel(fields, axis)}: which values` },
        h("option", { value: "" }, "all"), ...axis.values.map((_, place) => h("option", { value: place }, placeText(fields, axis, place))));
      select.addEventListener("change", () => newest && onFilter(withValue(newest.drawn.filter, index, select.value === "" ? null : Number(select.value))));
      return select;
    });
    const columns = [`Median ${measureLabel(criterion.measure, kind)}`, "Middle half", criterion.isGoal ? "Reach the goal" : "Get that low", "Diverged"];
    head.replaceChildren(h("tr", {},
      ...axes.map((axis, index) => h("th", { scope: "col" }, h("span", {}, axisLabel(fields, axis)), h("span", { class: "select" }, selects[index]))),
      ...columns.map((label) => h("th", { scope: "col", class: "number" }, label))));
  }

  /** @param {Drawn} drawn @param {import("./texts.js").Fields} fields */
  function drawRows({ axes, cells, criterion: { measure }, chosen }, fields) {
    const shown = isWhole ? cells : cells.slice(0, FIRST);
    const text = (/** @type {number} */ value) => numberText(measure, value);
    body.replaceChildren(...shown.map((cell) => {
      const open = h("button", { type: "button", class: "link", "aria-pressed": cell.index === chosen, "data-row": cell.index }, placeText(fields, axes[0], cell.places[0]));
      open.addEventListener("click", () => onChoose(cell.index));
      return h("tr", { ...(cell.index === chosen && { class: "chosen" }) }, h("th", { scope: "row" }, open), ...axes.slice(1).map((axis, index) => h("td", {}, placeText(fields, axis, cell.places[index + 1]))),
        ...[text(cell.median), cell.low === Infinity ? "–" : `${text(cell.low)} – ${text(cell.high)}`, `${formatCount(cell.reached)} of ${formatCount(cell.count)}`, cell.diverged > 0 ? formatCount(cell.diverged) : "–"].map((number) => h("td", { class: "number" }, number)));
    }));
    more.hidden = cells.length <= FIRST;
    setText(more, isWhole ? "Show the best only" : `Show all ${formatCount(cells.length)}`);
  }

  return {
    element,
    /** @param {Drawn} drawn @param {import("./texts.js").Fields} fields */
    draw(drawn, fields) {
      newest = { drawn, fields };
      if (built !== drawn.axes) build(drawn, fields);
      built = drawn.axes;
      drawn.filter.values.forEach((range, axis) => (selects[axis].value = range && range[0] === range[1] ? String(range[0]) : ""));
      drawRows(drawn, fields);
    },
  };
}
