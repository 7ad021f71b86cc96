/**
 * The cells of a sweep as a map: a button for each, colored by its median. With a single axis, each shows its starts as
 * dots. One cell is in the tab order, arrow keys lead on.
 *
 * There may be thousands of cells. So they are built and drawn in pieces, one in each frame; a cell is only drawn when
 * something about it has changed; and its spread and its cross are parts of its background rather than elements.
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
 * @property {number | null} best  the cell with the lowest median
 * @property {(cell: Cell) => boolean} isKept  by the filter
 */
/**
 * @typedef {object} Node
 * @property {number} index  of the cell
 * @property {HTMLButtonElement} button
 * @property {Map<string, HTMLElement>} badges  in its corners
 * @property {HTMLCanvasElement | null} canvas
 * @property {readonly unknown[]} drawn  what it was drawn from
 */

/** In type sizes: the least and the largest width of a cell, with a long label, in colors and with dots, and the space between cells. */
const WIDTH = { least: 1.85, usual: 4.5, most: 6.5, leastDots: 2.5, mostDots: 7, gap: 0.15 };
/** In type sizes: the least and the largest height of a cell, that of a map whose cells may be higher than the least, and that of cells with dots. */
const HEIGHT = { least: 2.2, most: 2.75, map: 22, dots: 13 };
/** The height of a cell over its width, at most. */
const RATIO = 0.61;
/** About the width of a character of the labels, in type sizes. */
const CHARACTER = 0.52;
/** A spread that takes less of the scale is not drawn: the starts agree. */
const LEAST_SPREAD = 0.01;
/** Cells that are built or drawn in one frame. */
const PIECE = 200;

/**
 * How wide cells are, and whether the labels of the columns have room above them.
 * @param {{room: number, columns: number, labels: readonly string[], type: number, hasDots: boolean}} given  room: for all columns, in pixels
 */
export function widthsOf({ room, columns, labels, type, hasDots }) {
  const longest = Math.max(...labels.map((label) => label.length)) * CHARACTER * type + 0.5 * type;
  const least = (hasDots ? WIDTH.leastDots : WIDTH.least) * type;
  const most = Math.max((hasDots ? WIDTH.mostDots : WIDTH.usual) * type, Math.min(longest, WIDTH.most * type));
  const width = Math.max(least, Math.min(most, room / columns - (hasDots ? 0 : WIDTH.gap * type)));
  return { width, isUpright: longest > width };
}

/** How high cells are: higher where there are few rows and wide columns. @param {{rows: number, width: number, type: number}} given  width: of a cell, in pixels */
export const heightOfCells = ({ rows, width, type }) => Math.max(HEIGHT.least * type, Math.min(HEIGHT.most * type, (HEIGHT.map * type) / rows, RATIO * width));

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
  /** Rows that are still to be filled with cells. @type {(readonly [HTMLElement, readonly number[]])[]} */
  let unbuilt = [];
  /** What is still to be drawn. @type {Set<Node>} */
  const stale = new Set();
  let isWaiting = false;
  let columns = 1;
  /** @type {readonly unknown[]} */
  let built = [];
  /** @type {Drawn | null} */
  let drawn = null;
  /** The fields of the schema. @type {import("./texts.js").Fields} */
  let known = new Map();
  let available = 0;

  /** The cell that an event is of. @param {Event} event */
  function cellOf({ target }) {
    const button = target instanceof Element ? target.closest("button") : null;
    return button === null ? null : Number(button.dataset.cell);
  }
  for (const type of ["pointerover", "focusin"]) table.addEventListener(type, (event) => onLook(cellOf(event)));
  for (const type of ["pointerout", "focusout"]) table.addEventListener(type, () => onLook(null));
  table.addEventListener("click", (event) => {
    const cell = cellOf(event);
    if (cell !== null) onChoose(cell, event.shiftKey);
  });

  /** @param {number} index @param {boolean} hasDots @returns {Node} */
  function createCell(index, hasDots) {
    const canvas = hasDots ? h("canvas", { "aria-hidden": "true" }) : null;
    const button = h("button", { type: "button", class: "sweep-cell", tabindex: nodes.length === 0 ? "0" : "-1", "data-cell": index }, ...(canvas ? [canvas] : []));
    return { index, button, badges: new Map(), canvas, drawn: [] };
  }

  /** The head and the rows, which have their heights at once; cells come later. @param {Drawn} next */
  function build({ axes, arrangement, dots, kind }) {
    const { column, row } = arrangement;
    const grid = gridOf(axes, arrangement);
    const labels = (/** @type {number} */ axis) => axes[axis].values.map((_, place) => placeText(known, axes[axis], place));
    columns = grid[0].length;
    nodes = [];
    stale.clear();
    const heads = labels(column).map((label) => h("th", { scope: "col" }, h("span", {}, label)));
    const rows = row === null ? null : labels(row);
    const lines = grid.map((_, y) => h("tr", {}, h(rows ? "th" : "td", { class: "sweep-row", ...(rows && { scope: "row" }) }, h("span", {}, rows ? rows[y] : ""))));
    unbuilt = lines.map((line, y) => [line, grid[y]]);
    table.classList.toggle("dotted", dots !== null);
    table.replaceChildren(
      h("caption", {}, axisLabel(known, axes[column])),
      h("thead", {}, h("tr", {}, h("td", { class: "sweep-corner" }, row === null ? (dots ? kind : "") : axisLabel(known, axes[row])), ...heads)),
      h("tbody", {}, ...lines),
    );
    fit();
  }

  /** Builds and draws a piece, and what is left in the next frames. */
  function goOn() {
    let room = PIECE;
    while (room > 0 && unbuilt.length > 0) {
      const [[line, cells]] = unbuilt.splice(0, 1);
      const added = cells.map((index) => {
        const node = createCell(index, drawn?.dots != null);
        nodes.push(node);
        if (drawn) drawCell(node, drawn);
        return h("td", {}, node.button);
      });
      line.append(...added);
      room -= added.length;
    }
    for (const node of stale) {
      if (room <= 0) break;
      stale.delete(node);
      if (drawn && drawCell(node, drawn)) room--;
    }
    if (isWaiting || (unbuilt.length === 0 && stale.size === 0)) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      goOn();
    });
  }

  /** Gives the cells the size that there is room for. */
  function fit() {
    // before it is first laid out, so that what is below does not move right after
    if (available < 2) available = room.parentElement?.clientWidth ?? 0;
    if (!drawn || available < 2) return;
    const { axes, arrangement: { column, row }, dots } = drawn;
    const type = typeSize();
    const side = table.querySelector(".sweep-row")?.getBoundingClientRect().width ?? 0;
    const labels = axes[column].values.map((_, place) => placeText(known, axes[column], place));
    const { width, isUpright } = widthsOf({ room: available - side - 2, columns, labels, type, hasDots: dots !== null });
    const height = dots ? HEIGHT.dots * type : heightOfCells({ rows: row === null ? 1 : axes[row].values.length, width, type });
    table.style.setProperty("--cell", `${Math.floor(width)}px`);
    table.style.setProperty("--high", `${Math.floor(height)}px`);
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
    // while rows are filled only the height changes
    if (contentRect.width === available) return;
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

  /** All that a cell is drawn from, to see whether it has changed. @param {Node} node @param {Drawn} next @returns {readonly unknown[]} */
  function contentOf({ index }, { cells, scale, starts, present, chosen, best, isKept, dots, criterion, kind }) {
    const cell = cells[index];
    const { count, median, low, high, reached, diverged } = cell;
    const color = dots === null && scale && median < Infinity ? amountColor(currentPalette().amounts, scale.at(median)) : "";
    const spread = scale && dots === null ? spreadOf(cell, scale) : 0;
    return [color, spread, chosen.indexOf(index), index === present, index === best, isKept(cell), chosen[1] !== null,
      count, median, low, high, reached, diverged, starts, kind, dots === null, criterion.isGoal, criterion.threshold];
  }

  /** A letter or a sign in a corner of a cell. @param {Node} node @param {string} kind @param {string} text  empty: none */
  function mark({ badges, button }, kind, text) {
    const badge = badges.get(kind);
    if (text === "") {
      badge?.remove();
      badges.delete(kind);
    } else if (badge) setText(badge, text);
    else {
      const added = h("b", { class: `sweep-badge ${kind}`, "aria-hidden": "true" }, text);
      badges.set(kind, added);
      button.append(added);
    }
  }

  /** @param {Node} node @param {Drawn} next @returns {boolean} whether anything about the cell has changed */
  function drawCell(node, next) {
    const content = contentOf(node, next);
    if (content.every((part, at) => part === node.drawn[at])) return false;
    node.drawn = content;
    const [color, spread, letter, isPresent, isBest, isKept, areTwo] = /** @type {[string, number, number, boolean, boolean, boolean, boolean]} */ (content);
    const { button, index } = node;
    const cell = next.cells[index];
    button.style.backgroundColor = color;
    button.style.color = color === "" ? "" : inkOn(color);
    button.style.setProperty("--spread", Math.sqrt(Math.min(1, spread)).toFixed(2));
    const marks = {
      pending: cell.count === 0, partial: cell.count > 0 && cell.count < next.starts, reliable: isReliable(cell), empty: cell.count > 0 && cell.median === Infinity,
      dimmed: !isKept, chosen: letter >= 0, spread: spread >= LEAST_SPREAD, crossed: next.dots === null && cell.diverged > 0, marked: isBest || (areTwo && letter >= 0),
    };
    button.setAttribute("class", ["sweep-cell", ...Object.entries(marks).flatMap(([name, is]) => (is ? [name] : []))].join(" "));
    mark(node, "letter", areTwo && letter >= 0 ? "AB"[letter] : "");
    mark(node, "best", isBest ? "★" : "");
    button.setAttribute("aria-pressed", String(letter >= 0));
    button.toggleAttribute("data-present", isPresent);
    button.setAttribute("aria-label", next.textOf(cell));
    return true;
  }

  return {
    element: room,
    /** Puts the focus on a cell or, if it is not on the map, on the first one. @param {number} cell */
    focus(cell) {
      const at = Math.max(0, nodes.findIndex(({ index }) => index === cell));
      stopAt(at);
      nodes[at]?.button.focus();
    },
    /** @param {Drawn} next @param {import("./texts.js").Fields} fields */
    draw(next, fields) {
      [drawn, known] = [next, fields];
      const from = [next.axes, next.arrangement, next.dots === null];
      if (from.some((part, index) => part !== built[index])) {
        built = from;
        build(next);
      }
      for (const node of nodes) stale.add(node);
      goOn();
      paintColumns();
    },
  };
}
