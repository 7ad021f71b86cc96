/**
 * The network: features, hidden layers and output with their pictures, and the links between them.
 *
 * Units are buttons, one stop of the Tab key for each layer; from there the arrow keys go up and down to the other units
 * of the layer, and left to the weights and the bias of the unit. Links and biases are painted on one canvas.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").UnitBox} UnitBox
 */

import { locksOf } from "../core/locks.js";
import { h, typeSize } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createColumns } from "./columns.js";
import { layoutNetwork } from "./layout.js";
import { createLinks } from "./links.js";
import { createMotion } from "./motion.js";
import { shortUnitName } from "./names.js";
import { createParts } from "./parts.js";
import { boardHeight, isFeatureLocked, isFrameOf, layoutOptions, leftOutIn, namingOf, neighborOf, pinnedBy, structureOf, unitLooks } from "./shape.js";
import { createUnits } from "./units.js";

/** Pixels of the page's type at scale 1. */
const TYPE_SIZE = 14;
const SCROLLBAR = 14;
const KEYS_HINT = "network-keys";

/**
 * What the links are drawn from.
 * @typedef {object} Scene
 * @property {Layout} layout
 * @property {Float64Array} params
 * @property {Uint8Array | undefined} dead
 * @property {number} scale
 */

/** The elements of the network. @param {HTMLElement} element */
function makeBoard(element) {
  const canvas = h("canvas", { class: "links", "aria-hidden": "true" });
  const hint = h("p", { id: KEYS_HINT, class: "visually-hidden" }, "The up and down keys go to the other neurons of the layer, the left key to the weights and the bias.");
  const board = h("div", { class: "board" }, canvas);
  const scroller = h("div", { class: "network-scroll" }, board);
  element.append(scroller, hint);
  return { canvas, board, scroller };
}

/**
 * A network that is laid out.
 * @typedef {object} Arranged
 * @property {Layout} layout
 * @property {import("./names.js").Naming} naming
 * @property {number} scale
 */

/**
 * Lays the network out in its element, whenever its shape or the size of the element changes.
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {HTMLElement} parts.scroller
 * @param {ReturnType<typeof createColumns>} parts.columns
 * @param {ReturnType<typeof createUnits>} parts.units
 * @param {import("../core/types.js").Schema} parts.schema
 */
function createArranger(element, { scroller, columns, units, schema }) {
  let structure = "";
  let measured = "";
  const measure = () => `${element.clientWidth} ${element.clientHeight}`;

  /** The layout for the room there is. @param {ReturnType<typeof layoutOptions>} options @param {number} scale @returns {Layout} */
  function fit(options, scale) {
    element.style.minHeight = "";
    const room = { element: element.clientHeight, top: element.getBoundingClientRect().top + scrollY, view: innerHeight };
    const height = boardHeight(room, scale);
    const given = { ...options, width: scroller.clientWidth, height, scale };
    let layout = layoutNetwork(given);
    if (layout.overflows) layout = layoutNetwork({ ...given, height: height - SCROLLBAR });
    const needed = layout.height + (layout.overflows ? SCROLLBAR : 0);
    if (needed > element.clientHeight) element.style.minHeight = `${needed}px`;
    return layout;
  }

  return {
    /** Whether the network has another shape now. @param {State} state */
    isOfOtherShape(state) {
      const before = structure;
      structure = structureOf(state, innerHeight);
      return structure !== before;
    },

    /** Whether the element has another size now. */
    isOfOtherSize: () => measured !== "" && measure() !== measured,

    /** @param {State} state @param {{canEdit: boolean}} how @returns {Arranged} */
    arrange(state, { canEdit }) {
      const { hidden, locked } = state.view;
      const naming = namingOf(state, schema.features);
      const scale = typeSize() / TYPE_SIZE;
      const layout = fit(layoutOptions(state, naming, schema.features), scale);
      columns.fit(naming.last);
      units.arrange({ layout, naming, scale, isLocked: (unit) => isFeatureLocked(unit, state, schema.features) });
      columns.arrange(layout, { layers: state.config.hidden_layer_sizes, hidden: new Set(hidden), locks: locksOf(schema.controls, locked), canEdit });
      measured = measure();
      return { layout, naming, scale };
    },
  };
}

/**
 * The network.
 * @param {HTMLElement} element  which it fills
 * @param {object} parts
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @returns {import("../core/types.js").Drawing & {scene: () => Scene | null}}
 */
export function createNetwork(element, { actions, schema }) {
  const { canvas, board, scroller } = makeBoard(element);
  const links = createLinks(canvas);
  const columns = createColumns(board, { actions, schema });
  const units = createUnits(columns.group, KEYS_HINT);
  const arranger = createArranger(element, { scroller, columns, units, schema });
  const motion = createMotion(paint, () => Boolean(state?.status.playing));
  const parts = createParts(element, {
    board, canvas, actions, buttonOf: units.button, onChange: repaint,
    scene: () => arranged && state && sceneOfParts(arranged, state, frame?.arrays.params ?? null, units, schema),
  });
  /** @type {Arranged | null} */
  let arranged = null;
  /** @type {State | null} */
  let state = null;
  /** The newest frame, if it is of this network. @type {Frame | null} */
  let frame = null;
  /** @type {import("../lib/palette.js").Palette | null} */
  let palette = null;
  /** @type {ArrayLike<number> | null} */
  let leftOut = null;
  let isStale = true;

  /** @param {State} now */
  function arrange(now) {
    arranged = arranger.arrange(now, { canEdit: parts.canEdit() });
    isStale = true;
    parts.forget();
  }

  function drawUnits() {
    if (!state || !palette || !arranged) return;
    leftOut = leftOutIn(leftOut, frame, state);
    units.draw(frame, unitLooks(state, { ...arranged, leftOut }, palette), schema.features.length);
  }

  function paint() {
    if (!arranged || !palette || !state) return;
    const isUsed = state.hovered !== null && (units.box(state.hovered)?.used ?? false);
    links.paint({
      ...sceneOfLinks(arranged, frame), palette, time: motion.time(), inFull: motion.inFull(), unit: isUsed ? state.hovered : null, marked: parts.marked,
    });
    isStale = false;
  }

  function repaint() {
    isStale = true;
    motion.repaint();
  }

  new ResizeObserver(() => {
    if (!state || !arranger.isOfOtherSize()) return;
    arrange(state);
    drawUnits();
    motion.paint(true);
  }).observe(element);
  listenToUnits(board, { units, parts, actions, features: schema.features, shown: () => state && arranged && { state, ...arranged } });

  return {
    scene: () => arranged && frame && { ...sceneOfLinks(arranged, frame), params: frame.arrays.params },
    draw(newest, now) {
      const isNewState = now !== state;
      state = now;
      if (arranger.isOfOtherShape(now)) arrange(now);
      const before = { frame, palette };
      frame = arranged && newest && isFrameOf(newest, arranged, now.config.hidden_layer_sizes) ? newest : null;
      palette = currentPalette();
      if (isNewState || isStale || frame !== before.frame || palette !== before.palette) {
        drawUnits();
        parts.draw(frame?.arrays.params ?? null);
        motion.paint(isNewState || isStale);
      }
      motion.start();
    },
  };
}

/** What links are drawn from. @param {Arranged} arranged @param {Frame | null} frame */
const sceneOfLinks = ({ layout, scale }, frame) => ({ layout, params: frame?.arrays.params ?? null, dead: frame?.arrays.dead, scale: Math.max(1, scale) });

/**
 * What there is to point at.
 * @param {Arranged} arranged
 * @param {State} state
 * @param {Float64Array | null} params
 * @param {ReturnType<typeof createUnits>} units
 * @param {import("../core/types.js").Schema} schema
 * @returns {import("./parts.js").Scene}
 */
function sceneOfParts({ layout, naming }, state, params, units, { paired, switching }) {
  return { layout, params, state, last: naming.last, paired, switching, unitName: (index) => shortUnitName(units.box(index), index, naming) };
}

/**
 * Units under the pointer, the focus and the keys.
 * @param {HTMLElement} board
 * @param {object} network
 * @param {ReturnType<typeof createUnits>} network.units
 * @param {ReturnType<typeof createParts>} network.parts
 * @param {import("../core/types.js").Actions} network.actions
 * @param {import("../core/types.js").Schema["features"]} network.features
 * @param {() => (Arranged & {state: State}) | null} network.shown
 */
function listenToUnits(board, { units, parts, actions, features, shown }) {
  const leave = (/** @type {PointerEvent | FocusEvent} */ { target, relatedTarget }) => {
    if (units.under(target) && !units.under(relatedTarget)) actions.hover(null);
  };
  /** @param {UnitBox} unit @param {1 | -1} step */
  function go(unit, step) {
    const next = neighborOf(shown()?.layout.units ?? [], unit, step);
    if (next) units.button(next.index)?.focus();
  }
  /** What a key does on a unit. @type {Record<string, (unit: UnitBox) => void>} */
  const KEYS = { ArrowUp: (unit) => go(unit, -1), ArrowDown: (unit) => go(unit, 1), ArrowLeft: ({ index }) => parts.enter(index) };

  board.addEventListener("pointerover", (event) => {
    const unit = units.under(event.target);
    if (unit && event.pointerType !== "touch") actions.hover(unit.index);
  });
  board.addEventListener("pointerout", leave);
  board.addEventListener("focusin", ({ target }) => {
    const unit = units.under(target);
    if (!unit) return;
    units.rove(unit.layer, unit.index);
    if (target instanceof Element && target.matches(":focus-visible")) actions.hover(unit.index);
  });
  board.addEventListener("focusout", leave);
  board.addEventListener("click", ({ target }) => {
    const [unit, now] = [units.under(target), shown()];
    if (!unit || !now) return;
    if (unit.layer > 0) actions.select(pinnedBy(unit, now.naming, now.state.selected));
    else if (!isFeatureLocked(unit, now.state, features)) actions.toggleFeature(features[unit.index].name);
  });
  board.addEventListener("keydown", (event) => {
    const unit = units.under(event.target);
    if (!unit || event.ctrlKey || event.metaKey || event.altKey) return;
    const run = parts.isAt(unit.index) ? parts.command(unit.index, event.key) : KEYS[event.key];
    if (!run) return;
    run(unit);
    event.preventDefault();
    event.stopPropagation();
  });
}
