/** Small multiples: the picture of each start, the best first. One of them is in the tab order, arrow keys lead on. */

import { h } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { putPicture } from "../map/paint.js";
import { heightFor } from "../map/picture.js";
import { SIDE } from "./starts.js";
import { startText } from "./texts.js";

/**
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** Pixels of a side of a curve's picture. */
const CURVE_SIDE = 2 * SIDE;

/** @param {HTMLCanvasElement} canvas */
const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * Curves over the values of x1, one over the other.
 * @param {CanvasRenderingContext2D} context @param {readonly ArrayLike<number>[]} curves
 * @param {{height: number, color: string, width: number, opacity: number}} style  height: how far the value axis reaches up and down
 */
export function paintCurves(context, curves, { height, color, width, opacity }) {
  const { width: across, height: down } = context.canvas;
  context.clearRect(0, 0, across, down);
  Object.assign(context, { strokeStyle: color, lineWidth: width, globalAlpha: opacity, lineJoin: "round" });
  for (const curve of curves) {
    context.beginPath();
    for (let i = 0; i < curve.length; i++) {
      context.lineTo((i / (curve.length - 1)) * across, (0.5 - Math.max(-4, Math.min(4, curve[i] / height)) / 2) * down);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** @param {HTMLCanvasElement} canvas @param {Start} start @param {Pick<PageState, "view" | "data">} state */
function paintStart(canvas, { surface, classes, curve }, { view: { discretize }, data }) {
  const palette = currentPalette();
  if (curve) {
    canvas.width = canvas.height = CURVE_SIDE;
    paintCurves(contextOf(canvas), [curve], { height: heightFor(data?.targets ?? []), color: palette.colors.ink, width: 3, opacity: 1 });
    return;
  }
  const ofClasses = palette.forClasses(Math.max(2, data?.classes ?? 2));
  const ramps = classes ? (discretize ? ofClasses.fullRamps : ofClasses.bestRamps) : [discretize ? palette.discreteRamp : palette.ramp];
  putPicture(contextOf(canvas), { picture: surface, size: SIDE, classes }, ramps);
}

/** How many tiles a key leads on, by the number of columns. @type {Record<string, (columns: number) => number>} */
const MOVES = { ArrowRight: () => 1, ArrowLeft: () => -1, ArrowDown: (columns) => columns, ArrowUp: (columns) => -columns, Home: () => -Infinity, End: () => Infinity };

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {(start: Start | null) => void} parts.onLook  at which start the pointer or the focus is
 * @param {(start: Start) => void} parts.onOpen
 */
export function createTiles(element, { onLook, onOpen }) {
  /** By index of the start. @type {Map<number, {button: HTMLButtonElement, canvas: HTMLCanvasElement, start: Start, drawn: unknown[]}>} */
  const tiles = new Map();

  /** @param {Start} start */
  function create(start) {
    const canvas = h("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
    const button = h("button", { type: "button", class: "luck-tile", tabindex: "-1", "data-start": start.index }, canvas);
    for (const type of ["pointerenter", "focus"]) button.addEventListener(type, () => onLook(start));
    for (const type of ["pointerleave", "blur"]) button.addEventListener(type, () => onLook(null));
    button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && onOpen(start));
    return { button, canvas, start, drawn: [] };
  }

  const buttons = () => /** @type {HTMLButtonElement[]} */ ([...element.children]);

  /** Only this tile is in the tab order. @param {HTMLButtonElement | undefined} button */
  function choose(button) {
    for (const other of buttons()) other.tabIndex = other === button ? 0 : -1;
  }

  element.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const all = buttons();
    const columns = Math.max(1, all.filter(({ offsetTop }) => offsetTop === all[0].offsetTop).length);
    const next = all[Math.max(0, Math.min(all.length - 1, all.findIndex((button) => button === document.activeElement) + move(columns)))];
    choose(next);
    next.focus();
  });

  return {
    /**
     * @param {readonly Start[]} starts  in their order
     * @param {PageState} state
     * @param {{opened: number | null, looked: number | null, canOpen: boolean}} marks
     */
    draw(starts, state, { opened, looked, canOpen }) {
      const present = new Set(starts.map(({ index }) => index));
      for (const [index, { button, start }] of tiles) {
        if (present.has(index) && starts.includes(start)) continue;
        button.remove();
        tiles.delete(index);
      }
      starts.forEach((start, rank) => {
        const tile = tiles.get(start.index) ?? create(start);
        tiles.set(start.index, tile);
        const { button, canvas } = tile;
        if (element.children[rank] !== button) element.insertBefore(button, element.children[rank] ?? null);
        button.setAttribute("aria-label", startText(start, rank + 1, starts.length));
        button.setAttribute("aria-disabled", String(!canOpen));
        button.classList.toggle("diverged", start.diverged !== null);
        button.classList.toggle("looked", start.index === looked);
        button.toggleAttribute("aria-current", start.index === opened);
        const from = [state.view.discretize, currentPalette(), state.data?.classes, state.data?.targets];
        if (from.every((part, i) => part === tile.drawn[i])) return;
        tile.drawn = from;
        paintStart(canvas, start, state);
      });
      if (!buttons().some(({ tabIndex }) => tabIndex === 0)) choose(buttons()[0]);
    },
  };
}
