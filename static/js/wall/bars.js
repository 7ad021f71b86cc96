/** Bars of what the class has chosen: a setting, and how many students have each of its values. */

import { h, setText } from "../lib/dom.js";
import { createToolbar } from "../lib/toolbar.js";
import { isSameFilter } from "./order.js";
import { barsOf, fieldsOf, tellingField } from "./summary.js";
import { counted } from "./texts.js";

/** Bars that are shown; the others are summed up in words. */
const MOST = 5;

/**
 * @param {object} parts
 * @param {boolean} parts.isScreen
 * @param {(field: string) => string} parts.labelOf
 * @param {(filter: import("./order.js").Filter) => void} parts.onFilter
 */
export function createBars({ isScreen, labelOf, onFilter }) {
  const select = h("select", { "aria-label": "Setting", change: () => choose(select.value) });
  const label = h("span", { class: "wall-label" });
  const list = h("div", { class: "wall-bar-list", role: isScreen ? "list" : "toolbar", "aria-label": "What was chosen" });
  const rest = h("p", { class: "wall-label wall-rest", role: isScreen ? "listitem" : null });
  const element = h("div", { class: "wall-bars" }, isScreen ? label : h("span", { class: "select" }, select), list);
  list.append(rest);
  /** @type {string | null} */
  let chosen = null;
  /** @type {string | null} */
  let telling = null;
  /** @type {(() => void) | null} */
  let again = null;
  /** @type {{button: HTMLElement, name: HTMLElement, bar: HTMLElement, count: HTMLElement, value: string}[]} */
  const rows = [];
  const buttons = () => rows.map(({ button }) => /** @type {HTMLButtonElement} */ (button));
  const toolbar = isScreen ? null : createToolbar(list, { buttons, isFirst: () => true });

  /** @param {string} field */
  function choose(field) {
    chosen = field;
    again?.();
  }

  function addRow() {
    const [name, bar, count] = [h("span", { class: "wall-bar-name" }), h("i"), h("span", { class: "wall-bar-count" })];
    const button = h(isScreen ? "div" : "button", isScreen ? { class: "wall-bar", role: "listitem" } : { class: "wall-bar", type: "button" }, name, h("span", { class: "wall-bar-room" }, bar), count);
    const row = { button, name, bar, count, value: "" };
    if (!isScreen) button.addEventListener("click", () => shownField !== null && onFilter({ kind: "chosen", field: shownField, value: row.value }));
    rows.push(row);
    list.insertBefore(button, rest);
  }
  /** @type {string | null} */
  let shownField = null;

  /** @param {readonly string[]} fields @param {string} present */
  function drawSelect(fields, present) {
    if ([...select.options].map(({ value }) => value).join() !== fields.join()) {
      select.replaceChildren(...fields.map((field) => h("option", { value: field }, labelOf(field))));
    }
    if (select.value !== present) select.value = present;
    setText(label, labelOf(present));
  }

  return {
    element,
    /** @param {readonly import("../classroom/types.js").Tile[]} tiles @param {readonly import("./order.js").Filter[]} filters */
    draw(tiles, filters) {
      again = () => this.draw(tiles, filters);
      const fields = fieldsOf(tiles);
      telling = tellingField(tiles, fields, telling);
      const field = chosen !== null && fields.includes(chosen) ? chosen : telling;
      shownField = field;
      element.hidden = field === null;
      if (field === null) return;
      drawSelect(fields, field);
      const all = barsOf(tiles, field);
      const bars = all.slice(0, all.length === MOST + 1 ? MOST + 1 : MOST);
      const others = all.slice(bars.length);
      while (rows.length < bars.length) addRow();
      list.classList.toggle("few", all.length <= 3);
      rows.forEach(({ button }, index) => (button.hidden = index >= bars.length));
      bars.forEach(({ value, count }, index) => {
        const row = rows[index];
        row.value = value;
        setText(row.name, value);
        row.name.title = value;
        setText(row.count, String(count));
        row.bar.style.width = `${(100 * count) / bars[0].count}%`;
        row.button.setAttribute("aria-label", `${value}: ${counted(count, "student")}`);
        if (!isScreen) row.button.setAttribute("aria-pressed", String(filters.some((filter) => isSameFilter(filter, { kind: "chosen", field, value }))));
      });
      rest.hidden = others.length === 0;
      setText(rest, others.length === 0 ? "" : `${others.length} more: ${others.reduce((sum, { count }) => sum + count, 0)}`);
      toolbar?.update();
    },
  };
}
