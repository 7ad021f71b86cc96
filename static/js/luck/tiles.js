/** Small multiples: the picture of each start, the best first. One of them is in the tab order, arrow keys lead on. */

import { h } from "../lib/dom.js";
import { SIDE } from "./starts.js";
import { startText } from "./texts.js";

/**
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** Pictures that are painted in one frame; a hundred starts may come at the same time. */
const MOST_AT_ONCE = 12;

/** How many tiles a key leads on, by the number of columns. @type {Record<string, (columns: number) => number>} */
const MOVES = { ArrowRight: () => 1, ArrowLeft: () => -1, ArrowDown: (columns) => columns, ArrowUp: (columns) => -columns, Home: () => -Infinity, End: () => Infinity };

/**
 * @typedef {object} Tile
 * @property {HTMLButtonElement} button
 * @property {HTMLImageElement} image
 * @property {Start} start
 * @property {boolean} isPainted
 * @property {string} label
 */
/**
 * @typedef {object} Marks
 * @property {number | null} opened  index of the start that is the present run
 * @property {number | null} looked  index of the start that is looked at
 * @property {boolean} canOpen
 * @property {boolean} [isRanked]  whether each says its rank, which changes while others come
 */

/** @param {Start} start @param {boolean} canOpen @returns {Tile} */
function createTile(start, canOpen) {
  const image = h("img", { width: SIDE, height: SIDE, alt: "", decoding: "sync", draggable: "false" });
  const button = h("button", { type: "button", class: "luck-tile", tabindex: "-1", "data-start": start.index, "aria-disabled": String(!canOpen) }, image);
  button.classList.toggle("diverged", start.diverged !== null);
  return { button, image, start, isPainted: false, label: "" };
}

/** @param {Tile} tile @param {string} label */
function name(tile, label) {
  if (label !== tile.label) tile.button.setAttribute("aria-label", label);
  tile.label = label;
}

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {Pick<import("../portraits/plane.js").Portraits, "tileOf" | "tileParts">} parts.portraits
 * @param {(start: Start | null) => void} parts.onLook  at which start the pointer or the focus is
 * @param {(start: Start) => void} parts.onOpen  not called for a tap: on a touch screen that is how one looks
 */
export function createTiles(element, { portraits, onLook, onOpen }) {
  /** By index of the start. @type {Map<number, Tile>} */
  const tiles = new Map();
  /** @type {readonly unknown[]} */
  let painted = [];
  /** The tile in the tab order. @type {HTMLButtonElement | null} */
  let chosen = null;
  let isTouched = false;
  let isOpenable = false;
  /** @type {(() => void) | null} */
  let paintMore = null;
  /** Those that are marked as opened and as looked at. @type {(Tile | undefined)[]} */
  let marked = [];

  /** @param {Event} event */
  const startOf = ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    return tiles.get(Number(button?.dataset.start ?? -1))?.start ?? null;
  };
  for (const type of ["pointerover", "focusin"]) element.addEventListener(type, (event) => onLook(startOf(event)));
  for (const type of ["pointerout", "focusout"]) element.addEventListener(type, () => onLook(null));
  element.addEventListener("pointerdown", ({ pointerType }) => (isTouched = pointerType === "touch"));
  element.addEventListener("click", (event) => {
    const start = startOf(event);
    // a key clicks without a pointer
    if (isTouched && event.detail > 0) onLook(start);
    else if (start && isOpenable) onOpen(start);
  });

  /** Only this tile is in the tab order. @param {HTMLButtonElement} button */
  function choose(button) {
    if (chosen) chosen.tabIndex = -1;
    chosen = button;
    button.tabIndex = 0;
  }

  element.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const all = /** @type {HTMLButtonElement[]} */ ([...element.children]);
    const second = all.findIndex(({ offsetTop }) => offsetTop !== all[0].offsetTop);
    const columns = second < 0 ? all.length : second;
    const next = all[Math.max(0, Math.min(all.length - 1, all.findIndex((button) => button === document.activeElement) + move(columns)))];
    choose(next);
    next.focus();
  });

  /** Paints some of the pictures that are missing, and the others in the next frames. @param {readonly Start[]} starts @param {PageState} state */
  function paintMissing(starts, state) {
    const missing = starts.filter(({ index }) => tiles.get(index)?.isPainted === false);
    for (const start of missing.slice(0, MOST_AT_ONCE)) {
      const tile = /** @type {Tile} */ (tiles.get(start.index));
      tile.image.src = portraits.tileOf(start, state);
      tile.isPainted = true;
    }
    const isWaiting = paintMore !== null;
    paintMore = missing.length > MOST_AT_ONCE ? () => paintMissing(starts, state) : null;
    if (paintMore && !isWaiting) requestAnimationFrame(goOn);
  }

  function goOn() {
    const more = paintMore;
    paintMore = null;
    more?.();
  }

  /** Removes the tiles of starts that are no longer there. @param {readonly Start[]} starts */
  function keepOnly(starts) {
    const present = new Set(starts);
    for (const [index, { button, start }] of tiles) {
      if (present.has(start)) continue;
      button.remove();
      tiles.delete(index);
    }
  }

  /** Brings tiles into their order; those that are in it stay where they are. @param {readonly Start[]} starts */
  function arrange(starts) {
    let place = element.firstElementChild;
    for (const start of starts) {
      const tile = tiles.get(start.index) ?? createTile(start, isOpenable);
      tiles.set(start.index, tile);
      if (tile.button === place) place = place.nextElementSibling;
      else element.insertBefore(tile.button, place);
    }
  }

  /** @param {Marks} marks */
  function mark({ opened, looked, canOpen }) {
    for (const tile of marked) {
      tile?.button.removeAttribute("aria-current");
      tile?.button.classList.remove("looked");
    }
    marked = [opened, looked].map((index) => (index === null ? undefined : tiles.get(index)));
    marked[0]?.button.setAttribute("aria-current", "true");
    marked[1]?.button.classList.add("looked");
    if (canOpen === isOpenable) return;
    isOpenable = canOpen;
    for (const { button } of tiles.values()) button.setAttribute("aria-disabled", String(!canOpen));
  }

  return {
    /**
     * @param {readonly Start[]} starts  in their order
     * @param {PageState} state
     * @param {Marks} marks
     */
    draw(starts, state, marks) {
      keepOnly(starts);
      arrange(starts);
      mark(marks);
      const paints = portraits.tileParts(state);
      const isOther = paints.some((part, i) => part !== painted[i]);
      painted = paints;
      starts.forEach((start, rank) => {
        const tile = /** @type {Tile} */ (tiles.get(start.index));
        if (marks.isRanked !== false || tile.label === "") name(tile, startText(start, marks.isRanked === false ? 0 : rank + 1, starts.length));
        if (isOther) tile.isPainted = false;
      });
      paintMissing(starts, state);
      const [first] = element.children;
      if ((chosen === null || chosen.parentElement !== element) && first instanceof HTMLButtonElement) choose(first);
    },
  };
}
