/**
 * The buttons of features, neurons and outputs, with their pictures and names.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").Schema} Schema
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").UnitBox} UnitBox
 * @typedef {import("./names.js").Naming} Naming
 */

import { h, setText } from "../lib/dom.js";
import { createThumbnail } from "../map/thumbnail.js";
import { unitKey, unitLabel } from "./names.js";

/** Between a unit and its name, in CSS pixels at scale 1. */
const GAP = { feature: 10, output: 9 };
/** The colors of the port, from the highest value to the lowest. */
const RAMP = { size: 16, bytes: Uint8Array.from({ length: 256 }, (_, pixel) => 255 - 17 * Math.floor(pixel / 16)) };

/**
 * @typedef {object} UnitView
 * @property {HTMLButtonElement} button
 * @property {import("../map/thumbnail.js").Thumbnail} thumbnail
 * @property {HTMLElement | null} name  next to a feature, the output of a class, or the port
 */

/** @typedef {import("./transition.js").Shift} Shift */

/**
 * What the buttons are arranged by.
 * @typedef {object} Arrangement
 * @property {Layout} layout
 * @property {Naming} naming
 * @property {number} scale
 * @property {(unit: UnitBox) => string} lockOf  why a feature is locked; "" if it is not
 * @property {boolean} isEased  what is gone fades away
 */

/**
 * The buttons of all units.
 * @param {HTMLElement} board
 * @param {(layer: number) => HTMLElement} groupOf  the group of a layer
 * @param {string} describedBy  id of what screen readers say of each
 */
export function createUnits(board, groupOf, describedBy) {
  /** By the unit's key, which stays the same when layers are added or removed. @type {Map<string, UnitView>} */
  const views = new Map();
  /** @type {Map<number, UnitView>} */
  let byIndex = new Map();
  /** @type {Map<number, UnitBox>} */
  let boxes = new Map();
  const movement = createMovement(board, views);
  /** What is made again whenever the shape changes. @type {HTMLElement[]} */
  let rest = [];

  /** @param {Arrangement} arrangement */
  function arrange(arrangement) {
    const { layout, naming } = arrangement;
    movement.settle();
    byIndex = new Map();
    boxes = new Map(layout.units.map((unit) => [unit.index, unit]));
    const present = new Set();
    for (const unit of layout.units) {
      const key = unitKey(unit, naming);
      const view = views.get(key) ?? makeUnit(unit, naming, describedBy);
      views.set(key, view);
      byIndex.set(unit.index, view);
      present.add(key);
      const group = groupOf(unit.layer);
      if (view.button.parentNode !== group) group.append(...(view.name ? [view.name] : []), view.button);
      arrangeUnit(view, unit, arrangement);
    }
    for (const [key, view] of views) {
      if (present.has(key)) continue;
      if (arrangement.isEased) movement.leave(view);
      view.button.remove();
      view.name?.remove();
      views.delete(key);
    }
    for (const element of rest) element.remove();
    rest = [...layout.ones.map((one) => makeOne(one, groupOf(one.layer))), ...(layout.biasName ? [makeBiasName(layout.biasName, groupOf(naming.last))] : [])];
    for (let layer = 0; layer <= naming.last; layer += 1) rove(layer, null);
  }

  /** Makes one unit of the layer the stop of the Tab key. @param {number} layer @param {number | null} index  null: the one that is, or else the first */
  function rove(layer, index) {
    const buttons = [...boxes.values()].filter((unit) => unit.layer === layer).map((unit) => /** @type {UnitView} */ (byIndex.get(unit.index)).button);
    const chosen = index === null ? buttons.find((button) => button.tabIndex === 0) ?? buttons[0] : byIndex.get(index)?.button;
    for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1;
  }

  return {
    arrange,
    rove,
    shift: movement.shift,
    /** @param {number} index */
    box: (index) => boxes.get(index),
    /** @param {number} index */
    button: (index) => byIndex.get(index)?.button,

    /** The unit that an event is about. @param {EventTarget | null} target @returns {UnitBox | undefined} */
    under(target) {
      const button = target instanceof Element ? target.closest(".unit") : null;
      return button instanceof HTMLElement ? boxes.get(Number(button.dataset.unit)) : undefined;
    },

    /** @param {Frame | null} frame @param {(index: number) => import("./shape.js").UnitLook} lookOf @param {Schema["features"]} features */
    draw(frame, lookOf, features) {
      for (const [index, view] of byIndex) {
        const look = lookOf(index);
        drawPicture(view, index, frame, look.ramp, features);
        drawState(view, look, index >= features.length);
      }
    },
  };
}

/**
 * Units on their way to their places.
 * @param {HTMLElement} board
 * @param {Map<string, UnitView>} views
 */
function createMovement(board, views) {
  /** Pictures of units that are gone. @type {HTMLElement[]} */
  let leaving = [];
  let isShifted = false;

  function settle() {
    for (const element of leaving) element.remove();
    leaving = [];
    for (const { button, name } of views.values()) for (const element of name ? [button, name] : [button]) place(element);
    isShifted = false;
  }

  return {
    settle,
    /** @param {UnitView} view  of a unit that is gone */
    leave({ button, thumbnail }) {
      const { left, top, width, height } = button.style;
      const element = h("div", { class: "leaving", "aria-hidden": "true" }, thumbnail.canvas);
      Object.assign(element.style, { left, top, width, height });
      board.append(element);
      leaving.push(element);
    },
    /** @param {ReadonlyMap<string, Shift>} shifts  empty: all are there @param {number} left  of the way, 1 … 0 */
    shift(shifts, left) {
      if (shifts.size === 0) return void (isShifted && settle());
      isShifted = true;
      for (const element of leaving) element.style.opacity = String(left);
      for (const [key, { button, name }] of views) {
        const shift = shifts.get(key);
        place(button, shift);
        if (name) place(name, shift && { ...shift, scale: 1 });
      }
      return undefined;
    },
  };
}

/** Puts an element where it is on its way, or at its place. @param {HTMLElement} element @param {Shift} [shift] */
export function place({ style }, shift) {
  style.translate = shift ? `${shift.dx}px ${shift.dy}px` : "";
  style.scale = shift && shift.scale !== 1 ? String(shift.scale) : "";
  style.opacity = shift && shift.opacity < 1 ? String(shift.opacity) : "";
}

/** @param {UnitBox} unit @param {Naming} naming @param {string} describedBy @returns {UnitView} */
function makeUnit({ index, layer }, { features, outputs, last }, describedBy) {
  const thumbnail = createThumbnail();
  const isPort = outputs === 1 && layer === last;
  const button = h("button", { type: "button", class: isPort ? "unit port" : "unit", tabindex: "-1", "aria-describedby": describedBy }, thumbnail.canvas);
  if (isPort) return { button, thumbnail, name: h("span", { class: "port-name", "aria-hidden": "true" }, "Output") };
  if (outputs > 1 && layer === last) return { button, thumbnail, name: h("span", { class: "class-name", "aria-hidden": "true" }, h("i"), h("span")) };
  return { button, thumbnail, name: layer > 0 ? null : h("span", { class: "feature-name", "aria-hidden": "true" }, features[index].label) };
}

/** A unit that is always 1. It is no stop of the Tab key: a bias is reached from its unit. @param {Layout["ones"][number]} box @param {HTMLElement} group */
function makeOne({ x, y, size }, group) {
  const one = h("div", { class: "one", "aria-hidden": "true" }, "+1");
  Object.assign(one.style, { left: `${x}px`, top: `${y}px`, width: `${size}px`, height: `${size}px` });
  group.append(one);
  return one;
}

/** What the bias of the port is called. @param {NonNullable<Layout["biasName"]>} box @param {HTMLElement} group */
function makeBiasName({ x, y, width, height }, group) {
  const name = h("span", { class: "bias-name", "aria-hidden": "true" }, "bias");
  Object.assign(name.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, lineHeight: `${height}px` });
  group.append(name);
  return name;
}

/** @param {UnitView} view @param {UnitBox} unit @param {Arrangement} arrangement */
function arrangeUnit({ button, name }, unit, { layout, naming, scale, lockOf }) {
  const { x, y, size, height, used } = unit;
  const isFeature = unit.layer === 0;
  const lock = isFeature ? lockOf(unit) : "";
  button.dataset.unit = String(unit.index);
  Object.assign(button.style, { left: `${x}px`, top: `${y}px`, width: `${size}px`, height: `${height}px` });
  button.classList.toggle("unused", !used);
  button.setAttribute("aria-label", unitLabel(unit, naming, lock));
  if (isFeature) {
    button.setAttribute("aria-pressed", String(used));
    button.toggleAttribute("aria-disabled", lock !== "");
    button.title = lock;
  }
  if (!name) return;
  name.classList.toggle("unused", !used);
  name.classList.toggle("locked", lock !== "");
  name.style.top = `${y + height / 2}px`;
  if (isFeature) name.style.width = `${x - GAP.feature * scale}px`;
  else Object.assign(name.style, placeOutputName(unit, layout, scale));
  if (unit.isPort) name.hidden = layout.isAtMap;
  else if (!isFeature) nameClass(/** @type {HTMLElement} */ (name.lastElementChild), naming.labels[unit.row] || String(unit.row));
}

/** @param {UnitBox} unit @param {Layout} layout @param {number} scale */
function placeOutputName({ x, size, isPort }, { width }, scale) {
  const left = x + size + (isPort ? 0 : GAP.output * scale);
  return { left: `${left}px`, maxWidth: isPort ? "" : `${width - left - GAP.output * scale}px` };
}

/** @param {HTMLElement} element @param {string} text */
function nameClass(element, text) {
  setText(element, text);
  element.title = text;
}

/** Draws the picture of a feature at once, and that of a unit as the frame has it. @param {UnitView} view @param {number} index @param {Frame | null} frame
 * @param {Uint32Array} ramp @param {Schema["features"]} features */
function drawPicture({ button, thumbnail }, index, frame, ramp, features) {
  if (index < features.length) thumbnail.draw(features[index].picture.picture, 0, features[index].picture.size, ramp);
  else if (button.classList.contains("port")) thumbnail.draw(RAMP.bytes, 0, RAMP.size, ramp);
  else if (frame) thumbnail.draw(frame.arrays.thumbnails, index - features.length, frame.thumbnailSize, ramp);
}

/** @param {UnitView} view @param {import("./shape.js").UnitLook} look @param {boolean} canBePinned */
function drawState({ button, name }, { color, isPinned, isHovered, isLeftOut }, canBePinned) {
  const dot = color === null ? null : name?.querySelector("i");
  if (dot && dot.dataset.color !== color) dot.style.background = dot.dataset.color = color ?? "";
  if (canBePinned && button.getAttribute("aria-pressed") !== String(isPinned)) button.setAttribute("aria-pressed", String(isPinned));
  button.classList.toggle("pinned", isPinned);
  button.classList.toggle("hovered", isHovered);
  button.classList.toggle("left-out", isLeftOut);
}
