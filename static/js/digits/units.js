/**
 * The neurons of the hidden layers: a button for each, with its picture and the bar of its activation. Each layer is one stop
 * of the Tab key, between whose neurons the arrow keys move.
 *
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./links.js").Unit} Unit
 */

import { h } from "../lib/dom.js";
import { createThumbnail } from "../map/thumbnail.js";
import { placeOf } from "./layout.js";
import { indexOf, levelsOf } from "./links.js";
import { nameOf } from "./texts.js";

/** @typedef {{button: HTMLButtonElement, thumbnail: import("../map/thumbnail.js").Thumbnail, level: HTMLElement}} Cell */
/** @typedef {{element: HTMLElement, cells: Cell[]}} Group */

/** Where arrow keys go. @type {Record<string, (at: number, columns: number, count: number) => number>} */
const MOVES = {
  ArrowRight: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at, columns) => at + columns,
  ArrowUp: (at, columns) => at - columns,
  Home: () => 0,
  End: (_at, _columns, count) => count - 1,
};

/**
 * The neuron that a key leads to.
 * @param {string} key  as in KeyboardEvent.key
 * @param {number} at @param {{columns: number, count: number}} grid
 * @returns {number | null} null: it is another key, or there is no neuron
 */
export function moved(key, at, { columns, count }) {
  const next = MOVES[key]?.(at, columns, count);
  return next === undefined || next < 0 || next >= count ? null : next;
}

/**
 * @param {HTMLElement} board
 * @param {object} parts
 * @param {HTMLElement} parts.next  what comes after the neurons
 * @param {(unit: Unit | null) => void} parts.onPoint  a neuron is under the pointer or the focus, or none any more
 * @param {(unit: Unit) => void} parts.onChoose
 */
export function createUnits(board, { next: after, onPoint, onChoose }) {
  /** @type {Group[]} */
  let groups = [];
  /** @type {Layout | null} */
  let layout = null;

  /** @param {number} layer @param {number} unit @returns {Cell} */
  function makeCell(layer, unit) {
    const thumbnail = createThumbnail();
    const level = h("b");
    const button = h("button", {
      type: "button", class: "unit digit-unit", tabindex: unit === 0 ? "0" : "-1", "data-layer": layer, "data-unit": unit, "aria-describedby": "digit-card",
    }, thumbnail.canvas, h("i", { class: "level" }, level));
    button.addEventListener("pointerenter", ({ pointerType }) => pointerType !== "touch" && onPoint({ layer, unit }));
    button.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && onPoint(null));
    button.addEventListener("focus", () => {
      for (const other of groups[layer]?.cells ?? []) other.button.tabIndex = other.button === button ? 0 : -1;
      if (button.matches(":focus-visible")) onPoint({ layer, unit });
    });
    button.addEventListener("blur", () => onPoint(null));
    button.addEventListener("click", () => onChoose({ layer, unit }));
    return { button, thumbnail, level };
  }

  /** @param {number} layer @param {number} count @param {number} layers */
  function fitGroup(layer, count, layers) {
    groups[layer] ??= { element: h("div", { class: "digit-layer", role: "group" }), cells: [] };
    const { element, cells } = groups[layer];
    element.setAttribute("aria-label", layers === 1 ? "Hidden layer" : `Hidden layer ${layer + 1}`);
    while (cells.length > count) cells.pop()?.button.remove();
    while (cells.length < count) {
      const cell = makeCell(layer, cells.length);
      cells.push(cell);
      element.append(cell.button);
    }
    if (!element.isConnected) board.insertBefore(element, after);
  }

  board.addEventListener("keydown", (event) => {
    const { dataset } = /** @type {HTMLElement} */ (event.target);
    if (dataset?.unit === undefined || !layout || event.ctrlKey || event.metaKey || event.altKey) return;
    const layer = Number(dataset.layer);
    const next = moved(event.key, Number(dataset.unit), { columns: layout.grids[layer].columns, count: groups[layer].cells.length });
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    groups[layer].cells[next].button.focus();
  });

  return {
    /** @param {Layout} next @param {readonly number[]} sizes  of the hidden layers, and of the outputs */
    arrange(next, sizes) {
      layout = next;
      const count = next.grids.length;
      for (const { element } of groups.splice(count)) element.remove();
      for (let layer = 0; layer < count; layer++) {
        fitGroup(layer, sizes[layer], count);
        groups[layer].cells.forEach(({ button }, unit) => {
          const { x, y } = placeOf(next, layer, unit);
          button.setAttribute("aria-label", nameOf(sizes, { layer, unit }));
          Object.assign(button.style, { left: `${x}px`, top: `${y}px`, width: `${next.side}px`, height: `${next.side}px` });
        });
      }
    },

    /**
     * @param {import("../core/types.js").FrameDigits} digits @param {readonly number[]} sizes
     * @param {ArrayLike<number> | null} activations @param {Uint32Array} ramp
     */
    draw({ pictures, side }, sizes, activations, ramp) {
      groups.forEach(({ cells }, layer) => {
        const start = indexOf(sizes, { layer, unit: 0 });
        const levels = activations ? levelsOf(activations, start, cells.length) : null;
        cells.forEach(({ thumbnail, level }, unit) => {
          thumbnail.draw(pictures, start + unit, side, ramp);
          const share = levels?.[unit] ?? 0;
          level.style.transform = `scaleX(${Math.abs(share).toFixed(3)})`;
          level.classList.toggle("negative", share < 0);
        });
      });
    },

    /**
     * Outlines the neurons at the ends of the links that are shown, in their colors.
     * @param {readonly import("./links.js").Link[]} links @param {(value: number) => string} color
     */
    outline(links, color) {
      for (const { cells } of groups) for (const { button } of cells) button.classList.remove("linked");
      for (const { from, to, value } of links) {
        for (const { layer, unit } of [from, to]) {
          const button = groups[layer]?.cells[unit]?.button;
          button?.classList.add("linked");
          button?.style.setProperty("--link", color(value));
        }
      }
    },

    /** @param {Unit | null} hovered @param {Unit | null} pinned */
    mark(hovered, pinned) {
      groups.forEach(({ cells }, layer) => cells.forEach(({ button }, unit) => {
        const isIt = (/** @type {Unit | null} */ one) => one?.layer === layer && one.unit === unit;
        button.classList.toggle("hovered", isIt(hovered));
        button.classList.toggle("pinned", isIt(pinned));
        button.setAttribute("aria-pressed", String(isIt(pinned)));
      }));
    },

    /** The button of a unit, if there is one. @param {Unit} unit */
    buttonOf: ({ layer, unit }) => groups[layer]?.cells[unit]?.button ?? null,
  };
}
