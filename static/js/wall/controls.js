/** What the teacher can set about the wall: order, size, search, tiles or list, and the filters in force. */

import { h, setText } from "../lib/dom.js";
import { SORTS } from "./order.js";
import { filterText, shownText } from "./texts.js";

/**
 * @typedef {import("./order.js").Filter} Filter
 * @typedef {import("./order.js").Sort} Sort
 * @typedef {import("./fit.js").Size} Size
 */
/**
 * What was chosen.
 * @typedef {object} Choice
 * @property {Sort} sort
 * @property {Size} size
 * @property {string} query
 * @property {boolean} isList
 * @property {readonly Filter[]} filters
 */

/** @type {{value: Size, label: string, name: string}[]} */
const SIZES = [
  { value: "fit", label: "Fit", name: "as large as fits" }, { value: "s", label: "S", name: "small" },
  { value: "m", label: "M", name: "medium" }, { value: "l", label: "L", name: "large" },
];

/**
 * @param {object} parts
 * @param {(field: string) => string} parts.labelOf
 * @param {(patch: Partial<Choice>) => void} parts.onChoice
 * @param {(filter: Filter) => void} parts.onRemove
 */
export function createControls({ labelOf, onChoice, onRemove }) {
  const shown = h("span", { class: "wall-shown", role: "status" });
  const chips = h("span", { class: "wall-filters", role: "group", "aria-label": "Filters" });
  const sort = h("select", { id: "wall-sort", "aria-label": "Sort by", change: () => onChoice({ sort: /** @type {Sort} */ (sort.value) }) }, ...SORTS.map(({ value, label }) => h("option", { value }, label)));
  const sizes = SIZES.map(({ value, label, name }) => {
    const input = h("input", { type: "radio", name: "wall-size", value, "aria-label": name, change: () => onChoice({ size: value }) });
    return { value, input, element: h("label", {}, input, h("span", { title: `Tiles ${name}` }, label)) };
  });
  const search = h("input", {
    type: "search", class: "text", placeholder: "Search names", "aria-label": "Search names", autocomplete: "off", spellcheck: "false",
    input: () => onChoice({ query: search.value }),
  });
  const list = h("button", { type: "button", class: "wall-button", click: () => onChoice({ isList: list.getAttribute("aria-pressed") !== "true" }) }, "List");
  const element = h(
    "div", { class: "wall-controls" },
    h("div", { class: "wall-state" }, shown, chips),
    h("div", { class: "wall-sort" }, h("label", { for: "wall-sort" }, "Sort by"), h("span", { class: "select" }, sort)),
    h("div", { class: "wall-options", role: "radiogroup", "aria-label": "Size of tiles" }, ...sizes.map(({ element: option }) => option)),
    h("div", { class: "wall-search" }, search), list,
  );
  /** @type {readonly Filter[] | null} */
  let drawn = null;

  /** @param {readonly Filter[]} filters */
  function drawChips(filters) {
    if (filters === drawn) return;
    const hadFocus = chips.contains(document.activeElement);
    drawn = filters;
    chips.replaceChildren(...filters.map((filter) => {
      const text = filterText(filter, labelOf);
      return h("button", { type: "button", class: "wall-filter", "aria-label": `Remove the filter ${text}`, click: () => onRemove(filter) }, text, h("span", { "aria-hidden": "true" }, "×"));
    }));
    if (!hadFocus) return;
    const next = chips.querySelector("button") ?? sort;
    if (next instanceof HTMLElement) next.focus();
  }

  return {
    element,
    /** @param {Choice} choice @param {number} count  of tiles that are shown @param {number} total */
    draw({ sort: order, size, isList, filters }, count, total) {
      setText(shown, shownText(count, total));
      drawChips(filters);
      if (sort.value !== order) sort.value = order;
      for (const { value, input } of sizes) input.checked = value === size;
      list.setAttribute("aria-pressed", String(isList));
      element.classList.toggle("list", isList);
    },
  };
}
