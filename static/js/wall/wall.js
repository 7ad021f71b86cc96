/** The wall: what every student of the class has, at a glance. */

import { h } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createControls } from "./controls.js";
import { layoutFor } from "./fit.js";
import { createGrid } from "./grid.js";
import { createList } from "./list.js";
import { createOrder, seatsToShow, toggled } from "./order.js";
import { createStrip } from "./strip.js";
import { createSubscription } from "./subscription.js";
import { nameShown } from "./texts.js";

/**
 * @typedef {import("../classroom/types.js").Tile} Tile
 * @typedef {import("./order.js").Filter} Filter
 * @typedef {import("./controls.js").Choice} Choice
 * @typedef {import("./picture.js").SmallPicture} SmallPicture
 */
/**
 * The part of the class's state that the wall is drawn from.
 * @typedef {object} WallState
 * @property {import("../classroom/types.js").JoinedMessage | null} joined
 * @property {import("../classroom/types.js").ClassStateMessage | null} room
 * @property {ReadonlyMap<number, Tile>} tiles
 * @property {ReadonlyMap<number, SmallPicture>} pictures
 */
/**
 * The part of the page's state that the wall is drawn from.
 * @typedef {object} PageView
 * @property {{discretize: boolean}} view
 */
/**
 * What the wall asks of the class. The screen's wall asks for nothing but pictures.
 * @typedef {object} WallActions
 * @property {(on: boolean, seats: number[]) => void} watchWall
 * @property {(seat: number) => void} look
 * @property {(seats: number[]) => void} [admit]  an empty list is all who wait
 * @property {(pace: {first: number, last: number | null, go: number}) => void} [pace]
 */

/** Room below the tiles, in pixels. */
const BELOW = 16;
/** Less is not looked at without scrolling, in type sizes. */
const LEAST_HEIGHT = 14;

/** A name, and the number where names are hidden. @param {Tile} tile */
const namedOf = (tile) => nameShown(tile, false);
/** @param {Tile} tile */
const numberedOf = (tile) => nameShown(tile, true);

/** @type {Choice} */
const AT_FIRST = { sort: "name", size: "fit", query: "", isList: false, filters: [] };

/** What scrolls an element: one around it, or the page. @param {HTMLElement} element @returns {HTMLElement} */
function scrollerOf(element) {
  for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(around).overflowY)) return around;
  }
  return document.documentElement;
}

/**
 * @param {HTMLElement} element  which is filled, and hidden until the wall is opened
 * @param {object} parts
 * @param {WallActions} parts.actions
 * @param {{fields: readonly {name: string, label: string}[]}} parts.schema
 * @param {boolean} [parts.isScreen]  for the projector: no controls
 * @param {() => {step: number, steps: number} | null} [parts.stepOf]  the step of the lesson on the teacher's page, from 0
 */
export function createWall(element, { actions, schema, isScreen = false, stepOf = () => null }) {
  /** @type {{room: WallState, page: PageView} | null} */
  let newest = null;
  let choice = AT_FIRST;
  let isOpen = false;
  let isChosen = false;
  const order = createOrder();
  const subscription = createSubscription((on, seats) => actions.watchWall(on, seats));
  const labels = new Map(schema.fields.map(({ name, label }) => [name, label]));
  const labelOf = (/** @type {string} */ field) => labels.get(field) ?? field;
  const grid = createGrid({
    isScreen,
    onOpen: (seat) => newest?.room.tiles.has(seat) && actions.look(seat),
    onView: (seats) => subscription.show(seats),
    onRelease: update,
  });
  const list = createList({ onOpen: (seat) => actions.look(seat), onSort: (sort) => choose({ sort }) });
  const onFilter = (/** @type {Filter} */ filter) => choose({ filters: toggled(choice.filters, filter) });
  const strip = createStrip({ isScreen, labelOf, onFilter, stepOf, onAdmit: () => actions.admit?.([]), onBring: bring, onFold: (isUnfolded) => element.classList.toggle("unfolded", isUnfolded) });
  const controls = createControls({ labelOf, onChoice: choose, onRemove: onFilter });
  const empty = h("p", { class: "wall-empty", hidden: true });
  element.classList.add("wall");
  element.classList.toggle("on-screen", isScreen);
  element.hidden = true;
  element.append(strip.element, ...(isScreen ? [] : [controls.element]), empty, grid.element, list.element);

  /** @param {Partial<Choice>} patch */
  function choose(patch) {
    choice = { ...choice, ...patch };
    isChosen = true;
    update();
    resize();
  }

  /** @param {number} step */
  function bring(step) {
    const task = newest?.room.room?.task;
    if (task) actions.pace?.({ first: Math.min(task.first, step), last: task.last === null ? null : Math.max(task.last, step), go: step });
  }

  /** @type {unknown} */
  let timer = null;
  function update() {
    if (!isOpen || !newest) return;
    const { room: { tiles, pictures, room }, page: { view } } = newest;
    const areHidden = isScreen && room?.settings.names_on_screen === false;
    const nameOf = areHidden ? numberedOf : namedOf;
    const wanted = seatsToShow(tiles.values(), choice, nameOf);
    const { seats, waits } = order.next(wanted, { now: performance.now(), isHeld: grid.isHeld || list.isHeld, isChosen });
    isChosen = false;
    clearTimeout(/** @type {any} */ (timer));
    if (waits < Infinity) timer = setTimeout(update, waits);
    grid.element.classList.toggle("nameless", areHidden);
    strip.draw([...tiles.values()], choice.filters, room?.task ?? null);
    controls.draw(choice, wanted.length, tiles.size);
    grid.element.hidden = choice.isList;
    list.element.hidden = !choice.isList;
    if (choice.isList) list.draw(seats, { tiles, nameOf, sort: choice.sort });
    else grid.draw(seats, { tiles, pictures, view, nameOf, isAccuracy: choice.sort === "accuracy" });
    empty.hidden = seats.length > 0;
    empty.textContent = tiles.size === 0 ? "Nobody is here yet." : "No student matches.";
    lay(seats.length, areHidden, Math.min(3, [...tiles.values()].reduce((most, { differs }) => Math.max(most, differs.length), 0)));
  }

  /** What the tiles were laid out for. @type {unknown[]} */
  let laid = [];
  /** The room for the tiles, as it was measured. */
  let [width, height, type] = [0, 0, 16];

  /** @param {number} count @param {boolean} areHidden @param {number} chips */
  function lay(count, areHidden, chips) {
    const from = [count, width, height, type, choice.size, areHidden, chips];
    if (width === 0 || from.every((part, index) => part === laid[index])) return;
    laid = from;
    grid.resize(layoutFor({ count, width, height, type, size: choice.size, isScreen, hasNames: !areHidden, chips }));
  }

  function resize() {
    if (!isOpen || grid.element.hidden) return;
    const { top, width: across } = grid.element.getBoundingClientRect();
    const scroller = scrollerOf(element);
    const isPage = scroller === document.documentElement;
    const above = top - (isPage ? 0 : scroller.getBoundingClientRect().top) + scroller.scrollTop;
    type = parseFloat(getComputedStyle(document.documentElement).fontSize);
    width = Math.floor(across);
    height = Math.max(LEAST_HEIGHT * type, scroller.clientHeight - above - BELOW);
    update();
  }
  const observer = new ResizeObserver(resize);
  for (const part of [element, strip.element, controls.element]) observer.observe(part);
  addEventListener("resize", resize);

  /** @type {unknown[]} */
  let drawn = [];
  return {
    /** Whether it is shown. */
    get isOpen() {
      return isOpen;
    },
    open() {
      if (isOpen) return;
      isOpen = true;
      isChosen = true;
      element.hidden = false;
      subscription.open();
      resize();
      update();
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      element.hidden = true;
      clearTimeout(/** @type {any} */ (timer));
      subscription.close();
    },
    /** @param {WallState} room @param {PageView} page */
    draw(room, page) {
      const before = newest;
      newest = { room, page };
      if (!isOpen) return;
      // a connection that is new knows nothing of what is in view
      if (before?.room.joined !== room.joined) subscription.renew();
      const palette = currentPalette();
      const from = [room.tiles, room.pictures, room.room, page.view, palette];
      if (from.every((part, index) => part === drawn[index])) return;
      if (palette !== drawn[4]) grid.redraw();
      drawn = from;
      update();
    },
  };
}
