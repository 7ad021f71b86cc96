/**
 * The tiles of the wall. Nodes stay while their students are there, and little is done in each animation frame, so that
 * hundreds of tiles change without a pause. One of them is in the tab order; arrow keys lead on.
 */

import { h } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { moveTo } from "./keys.js";
import { createTile } from "./tile.js";

/** @typedef {import("../classroom/types.js").Tile} Tile */
/** @typedef {import("./picture.js").SmallPicture} SmallPicture */
/**
 * What tiles are drawn from.
 * @typedef {object} Content
 * @property {ReadonlyMap<number, Tile>} tiles
 * @property {ReadonlyMap<number, SmallPicture>} pictures
 * @property {{discretize: boolean}} view
 * @property {(tile: Tile) => string} nameOf
 * @property {boolean} isAccuracy  whether tiles show the accuracy
 */

/** Tiles that are drawn in one animation frame. */
const PER_FRAME = 20;
/** Tiles so near to the window count as in view. */
const MARGIN = "160px 0px";

/**
 * @param {object} parts
 * @param {boolean} parts.isScreen
 * @param {(seat: number) => void} parts.onOpen
 * @param {(seats: ReadonlySet<number>) => void} parts.onView  the tiles in view have changed
 * @param {() => void} parts.onRelease  neither the pointer nor the focus is here any more
 */
export function createGrid({ isScreen, onOpen, onView, onRelease }) {
  const element = h("div", { class: "wall-grid", role: "group", "aria-label": "Students" });
  /** @type {Map<number, ReturnType<typeof createTile>>} */
  const nodes = new Map();
  /** @type {readonly number[]} */
  let order = [];
  /** The last tile of each seat, also of those that have left. @type {Map<number, Tile>} */
  const known = new Map();
  /** @type {Content | null} */
  let content = null;
  /** Which are to be drawn. @type {Set<number>} */
  const due = new Set();
  /** @type {Set<number>} */
  const inView = new Set();
  let [frame, columns, isPointed, isLarge] = [0, 1, false, false];
  /** Of the chips of a tile. */
  let room = { width: 0, rows: 0 };

  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const seat = Number(/** @type {HTMLElement} */ (target).dataset.seat);
      if (!nodes.has(seat) || isIntersecting === inView.has(seat)) continue;
      if (isIntersecting) inView.add(seat);
      else inView.delete(seat);
      if (isIntersecting) due.add(seat);
    }
    onView(inView);
    soon();
  }, { rootMargin: MARGIN });

  function soon() {
    if (frame === 0 && due.size > 0) frame = requestAnimationFrame(drawSome);
  }

  function drawSome() {
    frame = 0;
    if (!content) return;
    const palette = currentPalette();
    let count = 0;
    for (const seat of due) {
      if (++count > PER_FRAME) break;
      due.delete(seat);
      drawTile(seat, content, palette);
    }
    soon();
  }

  /** @param {number} seat @param {Content} from @param {unknown} palette */
  function drawTile(seat, { tiles, pictures, view, nameOf, isAccuracy }, palette) {
    const node = nodes.get(seat);
    const tile = tiles.get(seat) ?? known.get(seat);
    if (!node || !tile) return;
    known.set(seat, tile);
    node.draw(tile, { name: nameOf(tile), isAccuracy, isGone: !tiles.has(seat), room });
    const picture = pictures.get(seat);
    if (picture && inView.has(seat)) node.paint(picture, view, { palette, isLarge });
  }

  /** Only this tile is in the tab order. @param {HTMLElement | undefined} stop */
  function rove(stop) {
    if (isScreen) return;
    for (const { element: tile } of nodes.values()) if (tile.tabIndex !== -1 && tile !== stop) tile.tabIndex = -1;
    if (stop && stop.tabIndex !== 0) stop.tabIndex = 0;
  }

  const stopNow = () => [...nodes.values()].find(({ element: tile }) => tile.tabIndex === 0)?.element;

  element.addEventListener("keydown", (event) => {
    if (isScreen || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = order.findIndex((seat) => nodes.get(seat)?.element === document.activeElement);
    const next = moveTo(event.key, { index, count: order.length, columns });
    if (index < 0 || next === null) return;
    event.preventDefault();
    event.stopPropagation();
    const tile = nodes.get(order[next])?.element;
    rove(tile);
    tile?.focus();
  });
  element.addEventListener("focusin", ({ target }) => target instanceof HTMLElement && target !== element && rove(target));
  element.addEventListener("pointerenter", ({ pointerType }) => (isPointed = pointerType !== "touch"));
  element.addEventListener("pointerleave", () => {
    isPointed = false;
    onRelease();
  });
  element.addEventListener("focusout", () => queueMicrotask(() => !element.contains(document.activeElement) && onRelease()));

  return {
    element,
    /** Whether somebody points at a tile, or has the focus on one. */
    get isHeld() {
      return isPointed || element.contains(document.activeElement);
    },
    /** Lays the tiles out. @param {ReturnType<typeof import("./fit.js").layoutFor>} layout */
    resize(layout) {
      columns = layout.columns;
      element.dataset.density = layout.density;
      const { width, rows } = layout.chips;
      const isOther = width !== room.width || rows !== room.rows;
      if (isOther) room = layout.chips;
      if (isOther || isLarge !== (layout.density === "roomy")) for (const seat of order) due.add(seat);
      isLarge = layout.density === "roomy";
      soon();
      const values = { "--columns": String(columns), "--tile": `${layout.width}px`, "--tile-height": `${layout.height}px`, "--picture": `${layout.picture}px`, "--tile-gap": `${layout.gap}px` };
      for (const [name, value] of Object.entries(values)) element.style.setProperty(name, value);
    },
    /**
     * @param {readonly number[]} seats  in their order @param {Content} next
     */
    draw(seats, next) {
      const before = content;
      content = next;
      const isAll = !before || before.view.discretize !== next.view.discretize || before.nameOf !== next.nameOf || before.isAccuracy !== next.isAccuracy;
      if (seats !== order) place(seats);
      for (const seat of seats) {
        const hasChanged = isAll || before?.tiles.get(seat) !== next.tiles.get(seat) || before?.pictures.get(seat) !== next.pictures.get(seat);
        if (hasChanged) due.add(seat);
      }
      soon();
    },
    /** Draws all tiles again: the theme is another. */
    redraw() {
      for (const seat of order) due.add(seat);
      soon();
    },
  };

  /** @param {readonly number[]} seats */
  function place(seats) {
    const wanted = new Set(seats);
    let hasFewer = false;
    for (const [seat, { element: tile }] of nodes) {
      if (wanted.has(seat)) continue;
      observer.unobserve(tile);
      tile.remove();
      nodes.delete(seat);
      known.delete(seat);
      due.delete(seat);
      hasFewer = inView.delete(seat) || hasFewer;
    }
    const children = element.children;
    seats.forEach((seat, index) => {
      let node = nodes.get(seat);
      if (!node) {
        node = createTile(seat, { isScreen, onOpen });
        nodes.set(seat, node);
        observer.observe(node.element);
        due.add(seat);
      }
      if (children[index] !== node.element) element.insertBefore(node.element, children[index] ?? null);
    });
    order = seats;
    if (!stopNow()) rove(nodes.get(seats[0])?.element);
    if (hasFewer) onView(inView);
  }
}
