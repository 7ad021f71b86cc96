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
 * @typedef {import("./arranger.js").Arranged} Arranged
 */

import { h } from "../lib/dom.js";
import { createNames } from "../lib/storage.js";
import { currentPalette } from "../lib/palette.js";
import { createArranger, showEnds } from "./arranger.js";
import { createColumns } from "./columns.js";
import { createLinks } from "./links.js";
import { createMotion } from "./motion.js";
import { shortUnitName } from "./names.js";
import { createParts } from "./parts.js";
import { isFeatureLocked, isFrameOf, leftOutIn, neighborOf, pinnedBy, unitLooks } from "./shape.js";
import { placesOf, shifted } from "./transition.js";
import { createUnits } from "./units.js";

const KEYS_HINT = "network-keys";
/** The entry of the storage with the callouts that were dismissed. */
const DISMISSED = "callouts";
/** In ms: who looks at a neuron for that long knows what its callout says. */
const LOOKED = 500;
/** In ms: how often the map's place is looked up while frames come. */
const LOOK_UP = 250;

/**
 * What the links are drawn from.
 * @typedef {object} Scene
 * @property {Layout} layout
 * @property {Float64Array} params
 * @property {Uint8Array | undefined} alive
 * @property {number} scale
 */

/** The elements of the network. @param {HTMLElement} element */
function makeBoard(element) {
  const canvas = h("canvas", { class: "links", "aria-hidden": "true" });
  const hint = h("p", { id: KEYS_HINT, class: "visually-hidden" }, "The up and down keys go to the other neurons of the layer, the left key to the weights and the bias.");
  const board = h("div", { class: "board" }, canvas);
  const scroller = h("div", { class: "network-scroll" }, board);
  element.append(scroller, hint);
  scroller.addEventListener("scroll", () => showEnds(scroller));
  return { canvas, board, scroller };
}

/**
 * The network.
 * @param {HTMLElement} element  which it fills
 * @param {object} parts
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {() => Pick<Storage, "getItem" | "setItem">} parts.storage  for the callouts that were dismissed; may throw
 * @param {HTMLElement} [parts.map]  the large map of the output
 * @returns {import("../core/types.js").Drawing & {scene: () => Scene | null}}
 */
export function createNetwork(element, { actions, schema, storage, map }) {
  const { canvas, board, scroller } = makeBoard(element);
  const links = createLinks(canvas);
  const dismissed = createNames(storage, DISMISSED);
  const columns = createColumns(board, { actions, schema, dismissed, onDismiss: repaint });
  const units = createUnits(board, columns.group, KEYS_HINT);
  const arranger = createArranger(element, { scroller, columns, units, schema, map: map ?? null });
  const motion = createMotion(paint, () => Boolean(state?.status.playing));
  const parts = createParts(element, {
    board, canvas, actions, buttonOf: units.button, onChange: mark, onEdit: () => columns.dismiss("link"),
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
  let lookedUp = 0;

  /** @param {State} now @param {boolean} isOther  whether the network has another shape; its units then ease to their new places */
  function arrange(now, isOther) {
    const isEased = isOther && arranged !== null && motion.isAnimated();
    arranged = arranger.arrange(now, { canEdit: parts.canEdit(), isEased });
    motion.place(placesOf(arranged), isEased);
    isStale = true;
    parts.follow(arranged.layout, !isOther);
  }

  function drawUnits() {
    if (!state || !palette || !arranged) return;
    leftOut = leftOutIn(leftOut, frame, state);
    units.draw(frame, unitLooks(state, { ...arranged, leftOut }, palette), schema.features);
  }

  function paint() {
    if (!arranged || !palette || !state) return;
    const isUsed = state.hovered !== null && (units.box(state.hovered)?.used ?? false);
    const { shifts, left, pulses } = motion.now();
    units.shift(shifts, left);
    columns.shift(shifts);
    links.paint({
      ...sceneOfLinks({ ...arranged, layout: shifted(arranged, shifts) }, frame), palette, dismissed, pulses, time: motion.time(), inFull: motion.inFull(), unit: isUsed ? state.hovered : null, marked: parts.marked ?? state.marked,
    });
    isStale = false;
  }

  function repaint() {
    isStale = true;
    motion.repaint();
  }

  function mark() {
    actions.mark(parts.marked);
    repaint();
  }

  /** Follows the map, and the size of the element. */
  function follow() {
    lookedUp = performance.now();
    if (!state || !arranger.isOfOtherSize()) return;
    arrange(state, false);
    drawUnits();
    motion.paint(true);
  }

  const sizes = new ResizeObserver(follow);
  for (const part of [element, ...partsAround(map)]) sizes.observe(part);
  for (const event of ["scroll", "resize"]) addEventListener(event, follow, { passive: true });
  listenToUnits(board, { units, parts, actions, onUse: () => columns.dismiss("unit"), features: schema.features, shown: () => state && arranged && { state, ...arranged } });

  return {
    scene: () => arranged && frame && { ...sceneOfLinks(arranged, frame), params: frame.arrays.params },
    draw(newest, now) {
      const isNewState = now !== state;
      state = now;
      if (arranger.isOfOtherShape(now)) arrange(now, true);
      else if (isNewState || performance.now() - lookedUp > LOOK_UP) follow();
      const before = { frame, palette };
      frame = arranged && newest && isFrameOf(newest, arranged, now.config.hidden_layer_sizes) ? newest : null;
      palette = currentPalette();
      if (arranged && frame !== before.frame) motion.train(before.frame, frame, now.status, arranged.layout);
      if (isNewState || isStale || frame !== before.frame || palette !== before.palette) {
        drawUnits();
        parts.draw(frame?.arrays.params ?? null);
        motion.paint(isNewState || isStale);
      }
      motion.start();
    },
  };
}

/** The map, and what may move it by its own size. @param {Element | null} [map] @returns {Element[]} */
function partsAround(map) {
  const parent = /** @type {Element | null} */ (map?.parentElement ?? null);
  return parent && !parent.matches("main") ? [...parent.children, ...partsAround(parent)] : [];
}

/** What links are drawn from. @param {Arranged} arranged @param {Frame | null} frame */
const sceneOfLinks = ({ layout, scale }, frame) => ({ layout, params: frame?.arrays.params ?? null, alive: frame?.arrays.alive, scale: Math.max(1, scale) });

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
 * @param {() => void} network.onUse  a neuron was looked at
 * @param {import("../core/types.js").Schema["features"]} network.features
 * @param {() => (Arranged & {state: State}) | null} network.shown
 */
function listenToUnits(board, { units, parts, actions, onUse, features, shown }) {
  let since = Infinity;
  const isNeuron = (/** @type {UnitBox} */ { layer }) => layer > 0 && layer < (shown()?.naming.last ?? 0);
  const leave = (/** @type {PointerEvent | FocusEvent} */ { target, relatedTarget }) => {
    const unit = units.under(target);
    if (!unit || units.under(relatedTarget) === unit) return;
    if (isNeuron(unit) && performance.now() - since > LOOKED) onUse();
    if (!units.under(relatedTarget)) actions.hover(null);
  };
  /** @param {UnitBox} unit */
  function look({ index }) {
    since = performance.now();
    actions.hover(index);
  }
  /** @param {UnitBox} unit @param {1 | -1} step */
  function go(unit, step) {
    const next = neighborOf(shown()?.layout.units ?? [], unit, step);
    if (next) units.button(next.index)?.focus();
  }
  /** What a key does on a unit. @type {Record<string, (unit: UnitBox) => void>} */
  const KEYS = { ArrowUp: (unit) => go(unit, -1), ArrowDown: (unit) => go(unit, 1), ArrowLeft: ({ index }) => parts.enter(index) };

  board.addEventListener("pointerover", (event) => {
    const unit = units.under(event.target);
    if (unit && event.pointerType !== "touch") look(unit);
  });
  board.addEventListener("pointerout", leave);
  board.addEventListener("focusin", ({ target }) => {
    const unit = units.under(target);
    if (!unit) return;
    units.rove(unit.layer, unit.index);
    if (target instanceof Element && target.matches(":focus-visible")) look(unit);
  });
  board.addEventListener("focusout", leave);
  board.addEventListener("click", ({ target }) => {
    const [unit, now] = [units.under(target), shown()];
    if (!unit || !now) return;
    if (isNeuron(unit)) onUse();
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
