/**
 * The network: features, hidden layers and output with their pictures, and the links between them. Its columns with the
 * buttons that change its shape are in `network/columns.js`, links and biases under pointer and keys in `network/parts.js`.
 *
 * Units are buttons, one stop of the Tab key for each layer; the arrow keys go on from there: up and down to the other
 * units of the layer, left to the weights and the bias of the unit. Links and biases are painted on one canvas.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./layout.js").UnitPlace} UnitPlace
 */

import { h, setText } from "../lib/dom.js";
import { layoutNetwork } from "./layout.js";
import { LOCKED, locksOf } from "../core/locks.js";
import { labelsOf } from "../map/classes.js";
import { createPace } from "../lib/throttle.js";
import { showsNetwork } from "../net/protocol.js";
import { createLinks } from "./links.js";
import { createColumns } from "./columns.js";
import { shortUnitName, unitKey, unitLabel } from "./names.js";
import { createParts } from "./parts.js";
import { currentPalette } from "../lib/palette.js";
import { createThumbnail } from "./thumbnail.js";

/** Pixels of the root's type at scale 1. */
const TYPE_SIZE = 14;
/** Heights of the board: lower there is no room, higher the network only falls apart; and the room below it. */
const LOWEST = 420;
const HIGHEST = 870;
const BELOW = 14;
/** So many links get their full width. */
const IN_FULL = { least: 60, most: 4000, start: 160 };
const SCROLLBAR = 14;
const KEYS_HINT = "network-keys";

const stillMotion = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @typedef {object} UnitView
 * @property {HTMLButtonElement} button
 * @property {import("./thumbnail.js").Thumbnail} thumbnail
 * @property {HTMLElement | null} name  beside a feature, or an output unit of a class
 */

/**
 * What the links are drawn from.
 * @typedef {object} Scene
 * @property {import("./layout.js").Layout} layout
 * @property {Float64Array} params
 * @property {Uint8Array | undefined} dead
 * @property {number} scale
 */

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @returns {import("../core/types.js").Drawing & {scene: () => Scene | null}}
 */
export function createNetwork(element, { actions, schema }) {
  const firstUnit = schema.features.length;
  const canvas = h("canvas", { class: "links", "aria-hidden": "true" });
  const hint = h("p", { id: KEYS_HINT, class: "visually-hidden" }, "Up and down go to the other units of the layer, left to the weights and the bias.");
  const board = h("div", { class: "board" }, canvas);
  const scroller = h("div", { class: "network-scroll" }, board);
  element.append(scroller, hint);

  const links = createLinks(canvas);
  const pace = createPace(IN_FULL);
  const columns = createColumns(board, { actions, schema });
  const parts = createParts(element, {
    board, canvas, actions, paired: schema.paired,
    scene: () => layout && state && { layout, params: frame?.arrays.params ?? null, state, last: naming.last, unitName: nameOf },
    buttonOf: (index) => unitsByIndex.get(index)?.button,
    onChange: repaint,
  });

  /** By the unit's name, which stays the same when layers come and go. @type {Map<string, UnitView>} */
  const units = new Map();
  /** @type {Map<number, UnitView>} */
  let unitsByIndex = new Map();
  /** @type {HTMLElement[]} */
  let ones = [];
  /** @type {Map<number, UnitPlace>} */
  let places = new Map();
  /** @type {import("./layout.js").Layout | null} */
  let layout = null;
  let scale = 1;

  /** @type {State | null} */
  let state = null;
  /** @type {Frame | null} */
  let frame = null;
  let structure = "";
  /** @type {import("./names.js").Naming} */
  let naming = { features: schema.features, last: 1, outputs: 1, labels: [] };
  /** The size of the element that is laid out for. */
  let measured = "";
  let isStale = true;
  /** 1 for each hidden and output unit that the step looked at leaves out. @type {ArrayLike<number> | null} */
  let leftOut = null;
  /** @type {import("../lib/palette.js").Palette | null} */
  let palette = null;
  let paintedAt = -1;
  let isTicking = false;
  let isPassedOver = false;

  /* ---- Making what there is ---- */

  /** @param {UnitPlace} place @returns {UnitView} */
  function createUnit({ index, layer }) {
    const thumbnail = createThumbnail();
    const button = h("button", { type: "button", class: "unit", tabindex: "-1", "aria-describedby": KEYS_HINT }, thumbnail.canvas);
    if (naming.outputs > 1 && layer === naming.last) {
      return { button, thumbnail, name: h("span", { class: "class-name", "aria-hidden": "true" }, h("i"), h("span")) };
    }
    if (layer > 0) return { button, thumbnail, name: null };
    const { label } = schema.features[index];
    return { button, thumbnail, name: h("span", { class: "feature-name", "aria-hidden": "true" }, label) };
  }

  /** @param {number} index */
  const nameOf = (index) => shortUnitName(places.get(index), index, naming);

  /** @param {UnitPlace} place  of a feature */
  const isFeatureLocked = ({ index }) => state?.view.locked.includes(schema.features[index].name) ?? false;

  /* ---- Laying out ---- */

  /** What the shape of the network depends on. @param {State} now */
  const structureOf = (now) =>
    JSON.stringify([now.config.features, now.config.hidden_layer_sizes, now.layers.at(-1) ?? 1, labelsOf(now), now.view.hidden, now.view.locked, now.view.show_bias_units, now.presentation, innerHeight]);

  const measure = () => `${element.clientWidth} ${element.clientHeight}`;

  /** The height to use: as the element is high, but where it begins in the first window, not beyond its end. */
  function roomBelow() {
    const inWindow = innerHeight - (element.getBoundingClientRect().top + scrollY) - BELOW * scale;
    const most = inWindow > LOWEST * scale ? inWindow : HIGHEST * scale;
    return Math.min(element.clientHeight, most, HIGHEST * scale);
  }

  /** @param {State} now */
  function arrange(now) {
    const { config, view } = now;
    const outputs = now.layers.at(-1) ?? 1;
    const hidden = new Set(view.hidden);
    const features = schema.features.map(({ name }, index) => ({ name, index, used: config.features.includes(name) }))
      .filter(({ name, used }) => used || !hidden.has(name));
    const layers = config.hidden_layer_sizes;
    const labels = labelsOf(now);
    element.style.minHeight = "";
    scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / TYPE_SIZE;
    const room = { width: scroller.clientWidth, height: roomBelow() };
    const given = { features, firstUnit, layers, outputs, labels, ...room, scale, biasUnits: view.show_bias_units };
    layout = layoutNetwork(given);
    if (layout.overflows) layout = layoutNetwork({ ...given, height: room.height - SCROLLBAR });
    const high = layout.height + (layout.overflows ? SCROLLBAR : 0);
    if (high > element.clientHeight) element.style.minHeight = `${high}px`;

    naming = { features: schema.features, last: layers.length + 1, outputs, labels };
    columns.fit(naming.last);
    places = new Map(layout.units.map((place) => [place.index, place]));
    arrangeUnits(layout.units);
    arrangeOnes(layout.ones);
    columns.arrange(layout, { layers, hidden, locks: locksOf(schema.controls, view.locked), canEdit: parts.canEdit() });
    isStale = true;
    parts.forget();
    measured = measure();
  }

  new ResizeObserver(() => {
    if (!state || measured === "" || measure() === measured) return;
    arrange(state);
    drawUnits();
    paint();
  }).observe(element);

  /** @param {readonly UnitPlace[]} all */
  function arrangeUnits(all) {
    unitsByIndex = new Map();
    const present = new Set();
    for (const place of all) {
      const key = unitKey(place, naming);
      const unit = units.get(key) ?? createUnit(place);
      units.set(key, unit);
      unitsByIndex.set(place.index, unit);
      present.add(key);
      const { button, name } = unit;
      const group = columns.group(place.layer);
      if (button.parentNode !== group) group.append(...(name ? [name] : []), button);
      button.dataset.unit = String(place.index);
      Object.assign(button.style, { left: `${place.x}px`, top: `${place.y}px`, width: `${place.size}px`, height: `${place.size}px` });
      if (name) placeName(name, place);
      if (name && place.layer > 0) nameClass(name, place);
      button.classList.toggle("unused", !place.used);
      button.setAttribute("aria-label", unitLabel(place, naming, place.layer === 0 && isFeatureLocked(place)));
      if (place.layer === 0) {
        button.setAttribute("aria-pressed", String(place.used));
        button.toggleAttribute("aria-disabled", isFeatureLocked(place));
        button.title = isFeatureLocked(place) ? LOCKED : "";
        name?.classList.toggle("locked", isFeatureLocked(place));
      }
      name?.classList.toggle("unused", !place.used);
    }
    for (const [key, { button, name }] of units) {
      if (present.has(key)) continue;
      button.remove();
      name?.remove();
      units.delete(key);
    }
    for (let layer = 0; layer <= naming.last; layer += 1) rove(layer, null);
  }

  /** The units that are always 1. They are no stop of the Tab key: a bias is found from its unit, as ever. @param {import("./layout.js").Layout["ones"]} all */
  function arrangeOnes(all) {
    for (const one of ones) one.remove();
    ones = all.map(({ layer, x, y, size }) => {
      const one = h("div", { class: "one", "aria-hidden": "true" }, "+1");
      Object.assign(one.style, { left: `${x}px`, top: `${y}px`, width: `${size}px`, height: `${size}px` });
      columns.group(layer).append(one);
      return one;
    });
  }

  /** Left of a feature, right of an output unit. @param {HTMLElement} name @param {UnitPlace} place */
  function placeName(name, { x, y, size, layer }) {
    const side = layer === 0 ? { width: `${x - 10 * scale}px` } : { left: `${x + size + 9 * scale}px` };
    Object.assign(name.style, { top: `${y + size / 2}px`, ...side });
  }

  /** What a class is called beside its output unit, as far as there is room. @param {HTMLElement} name @param {UnitPlace} place */
  function nameClass(name, { row, x, size }) {
    const text = naming.labels[row] || String(row);
    const shown = /** @type {HTMLElement} */ (name.lastElementChild);
    setText(shown, text);
    shown.title = text;
    name.style.maxWidth = `${(layout?.width ?? 0) - x - size - 9 * scale}px`;
  }

  /** Makes one unit of the layer the stop of the Tab key. @param {number} layer @param {number | null} index */
  function rove(layer, index) {
    const here = (layout?.units ?? []).filter((place) => place.layer === layer);
    const buttons = here.map((place) => /** @type {UnitView} */ (unitsByIndex.get(place.index)).button);
    const chosen = index === null ? buttons.find((button) => button.tabIndex === 0) ?? buttons[0] : unitsByIndex.get(index)?.button;
    for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1;
  }

  /* ---- Drawing ---- */

  function drawUnits() {
    if (!state || !palette) return;
    const ramp = state.view.discretize ? palette.discreteRamp : palette.ramp;
    const { outputs } = naming;
    const last = places.size && layout ? layout.units[layout.units.length - 1].index : -1;
    const pinned = state.selected ?? (outputs === 1 ? last : null);
    const classes = outputs > 1 ? palette.forClasses(outputs) : null;
    const isOut = droppedNow();
    for (const [index, { button, thumbnail }] of unitsByIndex) {
      const number = index - (last - outputs + 1);
      const own = classes && number >= 0 ? (state.view.discretize ? classes.discreteRamps : classes.ramps)[number] : ramp;
      if (frame) thumbnail.draw(frame.arrays.thumbnails, index, frame.thumbnailSize, own);
      if (classes && number >= 0) paintName(unitsByIndex.get(index)?.name ?? null, classes.colors[number]);
      if (index >= firstUnit) {
        const isPinned = String(index === pinned);
        if (button.getAttribute("aria-pressed") !== isPinned) button.setAttribute("aria-pressed", isPinned);
      }
      button.classList.toggle("pinned", index === pinned);
      button.classList.toggle("hovered", index === state.hovered);
      button.classList.toggle("left-out", isOut(index - firstUnit));
    }
  }

  /**
   * Which neurons dropout leaves out for the example of One step, while that is open and training stands still.
   * @returns {(unit: number) => boolean}  units are counted without features
   */
  function droppedNow() {
    if (frame?.inside?.panel === "step") leftOut = frame.arrays.inside_left_out ?? null;
    if (state?.inside.panel !== "step") leftOut = null;
    const shown = state?.status.playing ? null : leftOut;
    return (unit) => shown?.[unit] === 1;
  }

  /** @param {HTMLElement | null} name @param {string} color */
  function paintName(name, color) {
    const dot = name?.querySelector("i");
    if (dot && dot.dataset.color !== color) dot.style.background = dot.dataset.color = color;
  }

  function paint() {
    if (!layout || !palette || !state) return;
    const isHoveredUnit = state.hovered !== null && (places.get(state.hovered)?.used ?? false);
    links.paint({
      layout,
      palette,
      params: frame?.arrays.params ?? null,
      dead: frame?.arrays.dead,
      scale: Math.max(1, scale),
      time: isMoving() ? performance.now() : 0,
      unit: isHoveredUnit ? state.hovered : null,
      marked: parts.marked,
      inFull: pace.amount,
    });
    isStale = false;
    paintedAt = Number(document.timeline.currentTime);
  }

  /** What is pointed at has changed. */
  function repaint() {
    isStale = true;
    if (!isTicking) paint();
  }

  /** While it moves: where the machine cannot keep up, the links are painted at every other frame only. */
  function paintMoving() {
    pace.frame(performance.now());
    isPassedOver = pace.amount === IN_FULL.least && !isPassedOver;
    if (isPassedOver) paintedAt = Number(document.timeline.currentTime);
    else paint();
  }

  const isMoving = () => Boolean(state?.status.playing) && !stillMotion.matches;

  /** Moves the dashes also when no new frame comes. */
  function tick() {
    isTicking = isMoving();
    if (!isTicking) return;
    if (paintedAt !== Number(document.timeline.currentTime)) paintMoving();
    requestAnimationFrame(tick);
  }

  /** @param {Frame | null} newest @param {State} now @returns {Frame | null} the frame, if it is of this network */
  function fitting(newest, now) {
    if (!newest || !layout) return null;
    const sizes = [layout.units.filter(({ layer, used }) => layer === 0 && used).length, ...now.config.hidden_layer_sizes, naming.outputs];
    return showsNetwork(newest, sizes, schema.features.length) ? newest : null;
  }

  /* ---- Units under the pointer and the focus ---- */

  /** @param {EventTarget | null} target @returns {UnitPlace | undefined} */
  function unitOf(target) {
    const button = target instanceof Element ? target.closest(".unit") : null;
    return button instanceof HTMLElement ? places.get(Number(button.dataset.unit)) : undefined;
  }

  board.addEventListener("pointerover", (event) => {
    const place = unitOf(event.target);
    if (place && event.pointerType !== "touch") actions.hover(place.index);
  });
  board.addEventListener("pointerout", (event) => {
    if (unitOf(event.target) && !unitOf(event.relatedTarget)) actions.hover(null);
  });
  board.addEventListener("focusin", (event) => {
    const place = unitOf(event.target);
    if (!place) return;
    rove(place.layer, place.index);
    if (event.target instanceof Element && event.target.matches(":focus-visible")) actions.hover(place.index);
  });
  board.addEventListener("focusout", (event) => {
    if (unitOf(event.target) && !unitOf(event.relatedTarget)) actions.hover(null);
  });
  board.addEventListener("click", (event) => {
    const place = unitOf(event.target);
    if (!place || !state) return;
    if (place.layer === 0) {
      if (!isFeatureLocked(place)) actions.toggleFeature(schema.features[place.index].name);
    } else actions.select(isWholeOutput(place) ? null : place.index);
  });

  /** Whether choosing this unit shows the whole output: it is all there is of it, or is chosen already. @param {UnitPlace} place */
  function isWholeOutput({ layer, index }) {
    return layer === naming.last && (naming.outputs === 1 || state?.selected === index);
  }

  /* ---- Keys ---- */

  /** @param {UnitPlace} place @param {1 | -1} step */
  function goToUnit({ layer, row }, step) {
    const next = layout?.units.find((place) => place.layer === layer && place.row === row + step);
    if (next) unitsByIndex.get(next.index)?.button.focus();
  }

  /** What a key does on a unit. @type {Record<string, (place: UnitPlace) => void>} */
  const UNIT_KEYS = {
    ArrowUp: (place) => goToUnit(place, -1),
    ArrowDown: (place) => goToUnit(place, 1),
    ArrowLeft: ({ index }) => parts.enter(index),
  };
  board.addEventListener("keydown", (event) => {
    const place = unitOf(event.target);
    if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
    const run = parts.isAt(place.index) ? parts.command(place.index, event.key) : UNIT_KEYS[event.key];
    if (!run) return;
    run(place);
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    scene: () => layout && frame && { layout, params: frame.arrays.params, dead: frame.arrays.dead, scale: Math.max(1, scale) },
    draw(newest, now) {
      const isNewState = now !== state;
      state = now;
      const nowStructure = structureOf(now);
      if (nowStructure !== structure) {
        structure = nowStructure;
        arrange(now);
      }
      const fit = fitting(newest, now);
      const isNew = fit !== frame || palette !== currentPalette() || isStale;
      frame = fit;
      palette = currentPalette();
      if (isNew || isNewState) {
        drawUnits();
        parts.draw(frame?.arrays.params ?? null);
        if (isMoving() && !isNewState && !isStale) paintMoving();
        else paint();
      }
      if (isMoving() && !isTicking) {
        isTicking = true;
        requestAnimationFrame(tick);
      }
    },
  };
}
