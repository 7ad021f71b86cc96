/**
 * The cells of a sweep as a map: a button for each, colored by its median. With a single axis, each shows its starts as
 * dots. One cell is in the tab order, arrow keys lead on.
 */

import { inkOn } from "../lib/color.js";
import { h, setText, typeSize } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { amountColor } from "../lib/sequential.js";
import { moveTo } from "../wall/keys.js";
import { gridOf } from "./arrangement.js";
import { isReliable } from "./cells.js";
import { heightOf, LANE_MIDDLE, paintColumn } from "./column.js";
import { spreadOf } from "./shades.js";
import { axisLabel, placeText } from "./texts.js";

/**
 * @typedef {import("../luck/starts.js").Axis} Axis
 * @typedef {import("../luck/layout.js").Scale} Scale
 * @typedef {import("./cells.js").Cell} Cell
 */
/**
 * @typedef {object} Drawn
 * @property {readonly Axis[]} axes
 * @property {readonly Cell[]} cells
 * @property {import("./arrangement.js").Arrangement} arrangement
 * @property {Scale | null} scale  of the medians
 * @property {Scale | null} dots  of all that is measured; null: the cells have colors instead of dots
 * @property {import("./cells.js").Criterion} criterion
 * @property {number} starts  of each cell, when all are finished
 * @property {string} kind  what is measured, in words
 * @property {(value: number) => string} numberText  of what is measured
 * @property {(cell: Cell) => string} textOf
 * @property {number | null} present  the cell of the present settings
 * @property {readonly (number | null)[]} chosen  the cells A and B
 * @property {(cell: Cell) => boolean} isKept  by the filter
 */
/**
 * @typedef {object} Node
 * @property {number} index  of the cell
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} spread
 * @property {HTMLElement} cross
 * @property {HTMLElement} badge
 * @property {HTMLCanvasElement | null} canvas
 */

/** In type sizes: the least and the largest width of a cell, in colors and with dots, and the space between cells. */
const WIDTH = { least: 1.85, most: 6.5, leastDots: 2.5, mostDots: 7, gap: 0.15 };
/** About the width of a character of the labels, in type sizes. */
const CHARACTER = 0.52;
/** A spread that takes less of the scale is not drawn: the starts agree. */
const LEAST_SPREAD = 0.01;

/**
 * How wide cells are, and whether the labels of the columns have room above them.
 * @param {{room: number, columns: number, labels: readonly string[], type: number, hasDots: boolean}} given  room: for all columns, in pixels
 */
export function widthsOf({ room, columns, labels, type, hasDots }) {
  const longest = Math.max(...labels.map((label) => label.length)) * CHARACTER * type + 0.5 * type;
  const least = (hasDots ? WIDTH.leastDots : WIDTH.least) * type;
  const most = Math.max((hasDots ? WIDTH.mostDots : 4) * type, Math.min(longest, WIDTH.most * type));
  const width = Math.max(least, Math.min(most, room / columns - (hasDots ? 0 : WIDTH.gap * type)));
  return { width, isUpright: longest > width };
}

/**
 * @param {object} parts
 * @param {(cell: number | null) => void} parts.onLook  which cell the pointer or the focus is at
 * @param {(cell: number, isSecond: boolean) => void} parts.onChoose  isSecond: to compare with the one chosen before
 */
export function createHeatMap({ onLook, onChoose }) {
  const table = h("table", { class: "sweep-map" });
  const room = h("div", { class: "sweep-map-room" }, table);
  /** @type {Node[]} */
  let nodes = [];
  let columns = 1;
  /** @type {readonly unknown[]} */
  let built = [];
  /** @type {Drawn | null} */
  let drawn = null;
  /** The fields of the schema. @type {import("./texts.js").Fields} */
  let known = new Map();
  let available = 0;

  /** @param {number} index @param {boolean} hasDots @returns {Node} */
  function createCell(index, hasDots) {
    const [spread, cross, badge] = [h("i", { class: "sweep-spread" }), h("span", { class: "sweep-cross", "aria-hidden": "true" }, "×"), h("b", { class: "sweep-badge" })];
    const canvas = hasDots ? h("canvas", { "aria-hidden": "true" }) : null;
    const button = h("button", { type: "button", class: "sweep-cell", tabindex: "-1", "data-cell": index }, ...(canvas ? [canvas] : [spread, cross]), badge);
    for (const type of ["pointerenter", "focus"]) button.addEventListener(type, () => onLook(index));
    for (const type of ["pointerleave", "blur"]) button.addEventListener(type, () => onLook(null));
    button.addEventListener("click", (event) => onChoose(index, event.shiftKey));
    return { index, button, spread, cross, badge, canvas };
  }

  /** @param {Drawn} next */
  function build({ axes, arrangement, dots, kind }) {
    const { column, row } = arrangement;
    const grid = gridOf(axes, arrangement);
    const labels = (/** @type {number} */ axis) => axes[axis].values.map((_, place) => placeText(known, axes[axis], place));
    columns = grid[0].length;
    nodes = [];
    const heads = labels(column).map((label) => h("th", { scope: "col" }, h("span", {}, label)));
    const rows = row === null ? null : labels(row);
    table.replaceChildren(
      h("caption", {}, axisLabel(known, axes[column])),
      h("thead", {}, h("tr", {}, h("td", { class: "sweep-corner" }, row === null ? (dots ? kind : "") : axisLabel(known, axes[row])), ...heads)),
      h("tbody", {}, ...grid.map((cells, y) => h("tr", {}, h(rows ? "th" : "td", { class: "sweep-row", ...(rows && { scope: "row" }) }, h("span", {}, rows ? rows[y] : "")), ...cells.map((index) => {
        const node = createCell(index, dots !== null);
        nodes.push(node);
        return h("td", {}, node.button);
      })))),
    );
    table.classList.toggle("dotted", dots !== null);
    nodes[0].button.tabIndex = 0;
    fit();
  }

  /** Gives the cells the width that there is room for. */
  function fit() {
    if (!drawn || available < 2) return;
    const { axes, arrangement: { column }, dots } = drawn;
    const type = typeSize();
    const side = table.querySelector(".sweep-row")?.getBoundingClientRect().width ?? 0;
    const labels = axes[column].values.map((_, place) => placeText(known, axes[column], place));
    const { width, isUpright } = widthsOf({ room: available - side - 2, columns, labels, type, hasDots: dots !== null });
    table.style.setProperty("--cell", `${Math.floor(width)}px`);
    table.classList.toggle("upright", isUpright);
    paintColumns();
  }

  function paintColumns() {
    const { cells, dots, criterion, numberText } = drawn ?? {};
    if (!cells || !dots || !criterion || !numberText) return;
    for (const { canvas, index } of nodes) if (canvas) paintColumn(canvas, cells[index], dots, criterion);
    const height = nodes[0]?.canvas?.clientHeight ?? 0;
    const isFailing = cells.some(({ starts }) => starts.some((start) => criterion.measure.of(start) === Infinity));
    const ticks = dots.ticks.map(({ value, at }) => tickAt(numberText(value), heightOf(at, height)));
    table.querySelector(".sweep-row span")?.replaceChildren(...ticks, ...(isFailing ? [tickAt(criterion.measure.lane, LANE_MIDDLE)] : []));
  }

  /** A number beside the columns. @param {string} text @param {number} top  in pixels */
  function tickAt(text, top) {
    const tick = h("i", {}, text);
    tick.style.top = `${Math.round(top)}px`;
    return tick;
  }

  new ResizeObserver(([{ contentRect }]) => {
    available = contentRect.width;
    fit();
  }).observe(room);

  table.addEventListener("keydown", (event) => {
    const index = nodes.findIndex(({ button }) => button === document.activeElement);
    const next = event.ctrlKey || event.metaKey || event.altKey ? null : moveTo(event.key, { index, count: nodes.length, columns });
    if (index < 0 || next === null) return;
    event.preventDefault();
    event.stopPropagation();
    stopAt(next);
    nodes[next].button.focus();
  });

  /** Only this cell is in the tab order. @param {number} stop */
  function stopAt(stop) {
    nodes.forEach(({ button }, at) => (button.tabIndex = at === stop ? 0 : -1));
  }

  /** @param {Node} node @param {Drawn} next */
  function drawCell({ index, button, spread, cross, badge }, { cells, scale, starts, textOf, present, chosen, isKept, dots }) {
    const cell = cells[index];
    const color = dots === null && scale && cell.median < Infinity ? amountColor(currentPalette().amounts, scale.at(cell.median)) : "";
    const part = scale && dots === null ? spreadOf(cell, scale) : 0;
    button.style.background = color;
    button.style.color = color === "" ? "" : inkOn(color);
    spread.hidden = part < LEAST_SPREAD;
    spread.style.setProperty("--spread", `${Math.round(100 * Math.sqrt(Math.min(1, part)))}%`);
    cross.hidden = cell.diverged === 0;
    const letter = chosen.indexOf(index);
    setText(badge, chosen[1] === null || letter < 0 ? "" : "AB"[letter]);
    badge.hidden = badge.textContent === "";
    const marks = { pending: cell.count === 0, partial: cell.count > 0 && cell.count < starts, reliable: isReliable(cell), empty: cell.count > 0 && cell.median === Infinity, dimmed: !isKept(cell), chosen: letter >= 0 };
    for (const [name, is] of Object.entries(marks)) button.classList.toggle(name, is);
    button.setAttribute("aria-pressed", String(letter >= 0));
    button.toggleAttribute("data-present", index === present);
    const text = textOf(cell);
    if (button.getAttribute("aria-label") !== text) button.setAttribute("aria-label", text);
  }

  return {
    element: room,
    /** Puts the focus on a cell, if it is on the map. @param {number} cell */
    focus(cell) {
      const at = nodes.findIndex(({ index }) => index === cell);
      if (at < 0) return;
      stopAt(at);
      nodes[at].button.focus();
    },
    /** @param {Drawn} next @param {import("./texts.js").Fields} fields */
    draw(next, fields) {
      [drawn, known] = [next, fields];
      const from = [next.axes, next.arrangement, next.dots === null];
      if (from.some((part, index) => part !== built[index])) {
        built = from;
        build(next);
      }
      for (const node of nodes) drawCell(node, next);
      paintColumns();
    },
  };
}
