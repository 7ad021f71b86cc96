/** The wall as a table: the same students, for those who read more easily than they look. */

import { h, setText } from "../lib/dom.js";
import { formatCount, formatLoss, formatPercent } from "../lib/format.js";
import { accuracyOf } from "./order.js";
import { STATES } from "./texts.js";

/**
 * @typedef {import("../classroom/types.js").Tile} Tile
 * @typedef {import("./order.js").Sort} Sort
 */

/** @param {Tile} tile */
const goalText = ({ reached }) => Object.values(reached).length === 0 ? "" : `epoch ${formatCount(Math.min(...Object.values(reached)))}`;

/** @type {{label: string, sort: Sort | null, text: (tile: Tile) => string, isNumber?: boolean}[]} */
const COLUMNS = [
  { label: "State", sort: "stuck", text: ({ state }) => STATES[state] },
  { label: "Hand", sort: "hand", text: ({ hand }) => (hand ? "raised" : "") },
  { label: "Epoch", sort: null, text: ({ epoch }) => formatCount(epoch), isNumber: true },
  { label: "Test loss", sort: "loss", text: ({ test_loss: loss }) => formatLoss(loss), isNumber: true },
  { label: "Training loss", sort: null, text: ({ train_loss: loss }) => formatLoss(loss), isNumber: true },
  { label: "Accuracy", sort: "accuracy", text: (tile) => formatPercent(accuracyOf(tile)), isNumber: true },
  { label: "Goal", sort: "goal", text: goalText },
  { label: "Differs from the task", sort: null, text: ({ differs }) => differs.map(({ label, value }) => `${label}: ${value}`).join(" · ") },
];

/** @param {{onOpen: (seat: number) => void, onSort: (sort: Sort) => void}} parts */
export function createList({ onOpen, onSort }) {
  const heads = [{ label: "Name", sort: /** @type {Sort | null} */ ("name"), isNumber: false }, ...COLUMNS].map(({ label, sort, isNumber }) => {
    const button = sort ? h("button", { type: "button", class: "wall-head", click: () => onSort(sort) }, label) : label;
    return { sort, element: h("th", { scope: "col", class: isNumber ? "figure" : null }, button) };
  });
  const body = h("tbody");
  const element = h("div", { class: "wall-list", hidden: true, role: "region", "aria-label": "Students", tabindex: "0" }, h(
    "table", {}, h("thead", {}, h("tr", {}, ...heads.map(({ element: head }) => head))), body,
  ));
  /** @type {Map<number, {row: HTMLElement, name: HTMLButtonElement, cells: HTMLElement[], drawn: unknown[]}>} */
  const rows = new Map();

  /** @param {number} seat */
  function create(seat) {
    const name = h("button", { type: "button", class: "link", click: () => onOpen(seat) });
    const cells = COLUMNS.map(({ isNumber }) => h("td", { class: isNumber ? "figure" : null }));
    const made = { row: h("tr", {}, h("th", { scope: "row" }, name), ...cells), name, cells, drawn: /** @type {unknown[]} */ ([]) };
    rows.set(seat, made);
    return made;
  }

  return {
    element,
    get isHeld() {
      return body.matches(":hover") || body.contains(document.activeElement);
    },
    /** @param {readonly number[]} seats @param {{tiles: ReadonlyMap<number, Tile>, nameOf: (tile: Tile) => string, sort: Sort}} content */
    draw(seats, { tiles, nameOf, sort }) {
      for (const { sort: other, element: head } of heads) if (other) head.setAttribute("aria-sort", other === sort ? (sort === "accuracy" ? "descending" : "ascending") : "none");
      const shown = seats.filter((seat) => tiles.has(seat));
      const wanted = new Set(shown);
      for (const [seat, { row }] of rows) {
        if (wanted.has(seat)) continue;
        row.remove();
        rows.delete(seat);
      }
      shown.forEach((seat, index) => {
        const { row, name, cells, drawn } = rows.get(seat) ?? create(seat);
        if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
        const tile = /** @type {Tile} */ (tiles.get(seat));
        if (drawn[0] === tile && drawn[1] === nameOf) return;
        drawn.splice(0, 2, tile, nameOf);
        row.dataset.state = tile.state;
        setText(name, nameOf(tile));
        cells.forEach((cell, column) => setText(cell, COLUMNS[column].text(tile)));
      });
    },
  };
}
