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
/** Pictures that are painted in one frame; a hundred starts may come at the same time. */
const MOST_AT_ONCE = 12;

/** Where all pictures are painted, one after the other. @type {HTMLCanvasElement | null} */
let scratch = null;

/** A canvas whose pixels are read right after they are painted. @param {HTMLCanvasElement} canvas */
const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));

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

/** How many classes there are at least, if these are drawn. @param {Uint8Array | null} classes */
export const classCountOf = (classes) => classes?.reduce((most, number) => Math.max(most, number + 1), 0) ?? 0;

/**
 * The picture of a start, as the address of an image: browsers draw hundreds of canvases far more slowly.
 * @param {Start} start @param {Pick<PageState, "view" | "data">} state
 */
function pictureOf({ surface, classes, curve }, { view: { discretize }, data }) {
  const palette = currentPalette();
  const canvas = (scratch ??= h("canvas"));
  if (curve) {
    canvas.width = canvas.height = CURVE_SIDE;
    paintCurves(contextOf(canvas), [curve], { height: heightFor(data?.targets ?? []), color: palette.colors.ink, width: 3, opacity: 1 });
    return canvas.toDataURL();
  }
  const ofClasses = palette.forClasses(Math.max(2, data?.classes ?? 2, classCountOf(classes)));
  const ramps = classes ? (discretize ? ofClasses.fullRamps : ofClasses.bestRamps) : [discretize ? palette.discreteRamp : palette.ramp];
  putPicture(contextOf(canvas), { picture: surface, size: SIDE, classes }, ramps);
  return canvas.toDataURL();
}

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

/** What every picture is painted with. @param {Pick<PageState, "view" | "data">} state */
const paintsOf = ({ view: { discretize }, data }) => [discretize, currentPalette(), data?.classes, data?.targets];

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
 * @param {(start: Start | null) => void} parts.onLook  at which start the pointer or the focus is
 * @param {(start: Start) => void} parts.onOpen  not called for a tap: on a touch screen that is how one looks
 */
export function createTiles(element, { onLook, onOpen }) {
  /** By index of the start. @type {Map<number, Tile>} */
  const tiles = new Map();
  /** @type {unknown[]} */
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
      tile.image.src = pictureOf(start, state);
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
      const paints = paintsOf(state);
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
