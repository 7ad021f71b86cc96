/** The table of results. */

import { h, setText } from "../lib/dom.js";
import { COLUMNS, orderAfter, reachedIn, sortedResults } from "./columns.js";

/** @typedef {import("../classroom/types.js").Result} Result */

/** @param {{onLook: (seat: number | null) => void, onOpen: (seat: number) => void}} parts */
export function createTable({ onLook, onOpen }) {
  /** @type {import("./columns.js").Order} */
  let order = { column: "name", isDown: false };
  /** @type {(() => void) | null} */
  let again = null;
  const heads = COLUMNS.map(({ name, label, isNumber }) => h("th", { scope: "col", class: isNumber ? "figure" : null }, h("button", {
    type: "button",
    click() {
      order = orderAfter(order, name);
      again?.();
    },
  }, label)));
  const body = h("tbody");
  const table = h("table", { class: "results-table" }, h("thead", {}, h("tr", {}, ...heads)), body);
  const element = h("div", { class: "results-room", role: "region", "aria-label": "Table of results", tabindex: "0" }, table);
  /** @type {Map<number, {row: HTMLElement, name: HTMLButtonElement, cells: HTMLElement[]}>} */
  const rows = new Map();

  /** @param {number} seat */
  function create(seat) {
    const name = h("button", { type: "button", class: "link", click: () => onOpen(seat), focus: () => onLook(seat), blur: () => onLook(null) });
    const cells = COLUMNS.slice(1).map(({ isNumber }) => h("td", { class: isNumber ? "figure" : null }));
    const row = h("tr", { pointerenter: () => onLook(seat), pointerleave: () => onLook(null) }, h("th", { scope: "row" }, name), ...cells);
    const made = { row, name, cells };
    rows.set(seat, made);
    return made;
  }

  return {
    element,
    /** In the order of the table. @param {readonly Result[]} results */
    sorted: (results) => sortedResults(results, order),
    /** @param {readonly Result[]} results @param {{looked: number | null, nameOf: (result: Result) => string}} shown */
    draw(results, shown) {
      again = () => this.draw(results, shown);
      heads.forEach((head, index) => head.setAttribute("aria-sort", COLUMNS[index].name !== order.column ? "none" : order.isDown ? "descending" : "ascending"));
      const seats = new Set(results.map(({ seat }) => seat));
      for (const [seat, { row }] of rows) {
        if (seats.has(seat)) continue;
        row.remove();
        rows.delete(seat);
      }
      sortedResults(results, order).forEach((result, index) => {
        const { row, name, cells } = rows.get(result.seat) ?? create(result.seat);
        if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
        row.classList.toggle("looked", shown.looked === result.seat);
        row.classList.toggle("reached", reachedIn(result) !== null);
        setText(name, shown.nameOf(result));
        cells.forEach((cell, column) => setText(cell, COLUMNS[column + 1].text(result)));
      });
    },
    /** Marks one row. @param {number | null} looked */
    look(looked) {
      for (const [seat, { row }] of rows) row.classList.toggle("looked", seat === looked);
    },
  };
}
