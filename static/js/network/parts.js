/**
 * Links and biases under the pointer and under the keys: which of them is marked, what the card says of it, and how it is
 * changed. They are found by their place on the canvas; from a unit, the left arrow key goes to what comes into it.
 *
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").LinkPlace} LinkPlace
 * @typedef {import("./layout.js").BiasPlace} BiasPlace
 */

import { hasThreshold, hiddenActivations } from "../core/applies.js";
import { h, setText } from "../lib/dom.js";
import { formatValue } from "../lib/format.js";
import { findPart, linkHeight } from "./layout.js";
import { createHovercard } from "./hovercard.js";

/** How far from a link a finger may be, and a mouse. */
const REACH = { touch: 14, mouse: 7 };

/**
 * What is there to point at.
 * @typedef {object} Scene
 * @property {Layout} layout
 * @property {Float64Array | null} params  null while no frame of this network has come
 * @property {State} state
 * @property {number} last  the output's layer
 * @property {(index: number) => string} unitName
 */

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {HTMLElement} parts.board
 * @param {HTMLElement} parts.canvas
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {readonly string[]} parts.paired  activations with several pieces
 * @param {() => Scene | null} parts.scene
 * @param {(index: number) => HTMLElement | undefined} parts.buttonOf  of a unit
 * @param {() => void} parts.onChange  another one is marked, or none
 */
export function createParts(element, { board, canvas, actions, paired, scene, buttonOf, onChange }) {
  const spoken = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  element.append(spoken);
  const card = createHovercard(element, { setParameter: actions.setParameter, onLeave: returnFocus, onRefused: actions.refuse });

  /** The one that is pointed at. @type {LinkPlace | BiasPlace | null} */
  let marked = null;
  /** The unit from which keys went to it: there the focus returns after an edit. @type {number | null} */
  let markedFrom = null;

  /** What the card says, if values may be changed, and if not. @param {"look" | "keys"} by */
  function hintOf(by) {
    const view = scene()?.state.view;
    if (view?.locked.includes("weights")) return "locked";
    return view?.hidden.includes("weights") ? "hidden" : by;
  }

  const canEdit = () => hintOf("look") === "look";

  /** @param {LinkPlace | BiasPlace} part @param {Scene} shown @returns {import("./hovercard.js").Subject} */
  function subjectOf(part, { state, last, unitName }) {
    const isLink = "source" in part && !part.isBias;
    const target = unitName("source" in part ? part.target : part.unit);
    const piece = paired.includes(hiddenActivations(state.config)[part.layer - 1]) ? ", first piece" : "";
    const layer = part.layer === last ? "" : `, layer ${part.layer}${piece}`;
    const from = isLink ? `${unitName(part.source)} → ` : "source" in part ? "+1 → " : "";
    return { index: part.index, kind: isLink ? "Weight" : "Bias", place: `${from}${target}${layer}`, hasThreshold: !isLink && hasThreshold(state.config, part.layer, state.data?.classes ?? 2) };
  }

  /** Where in the window. @param {LinkPlace | BiasPlace} part */
  function whereIs(part) {
    const { left, top } = board.getBoundingClientRect();
    if (!("source" in part)) return { x: left + part.x + part.size, y: top + part.y };
    const x = (part.x1 + part.x2) / 2;
    return { x: left + x, y: top + linkHeight(part, x) };
  }

  /** @param {LinkPlace | BiasPlace | null} part */
  function mark(part) {
    const isAnother = part?.index !== marked?.index;
    marked = part;
    board.classList.toggle("pointing", part !== null);
    if (part === null) card.hide();
    return isAnother;
  }

  /** @param {LinkPlace | BiasPlace | null} part */
  function point(part) {
    if (mark(part)) onChange();
  }

  const leave = () => point(null);

  /* ---- By pointer ---- */

  /** @param {PointerEvent | MouseEvent} event @returns {{part: LinkPlace | BiasPlace, shown: Scene} | null} */
  function under(event) {
    const shown = scene();
    if (!shown?.params || (event.target !== board && event.target !== canvas)) return null;
    const { left, top } = board.getBoundingClientRect();
    const isTouch = event instanceof PointerEvent && event.pointerType === "touch";
    const found = findPart(shown.layout, event.clientX - left, event.clientY - top, isTouch ? REACH.touch : REACH.mouse);
    return found && { part: found.part, shown };
  }

  board.addEventListener("pointermove", (event) => {
    if (card.isEditing || event.pointerType === "touch") return;
    const found = under(event);
    point(found?.part ?? null);
    if (found) card.show(subjectOf(found.part, found.shown), { x: event.clientX, y: event.clientY }, hintOf("look"));
  });
  board.addEventListener("pointerleave", () => {
    if (!card.isEditing) leave();
  });
  board.addEventListener("click", (event) => {
    const found = under(event);
    if (!found) return;
    markedFrom = null;
    point(found.part);
    if (canEdit()) card.edit(subjectOf(found.part, found.shown), { x: event.clientX, y: event.clientY });
  });
  element.addEventListener("focusout", () => queueMicrotask(() => {
    const from = markedFrom === null ? undefined : buttonOf(markedFrom);
    if (!marked || card.isEditing || from === document.activeElement) return;
    leave();
  }));

  /* ---- By keys ---- */

  /** What comes into a unit, from the top: its links, then the bias. @param {number} unit */
  function incoming(unit) {
    const { links = [], biases = [] } = scene()?.layout ?? {};
    return [...links.filter(({ target }) => target === unit), ...biases.filter((bias) => bias.unit === unit)];
  }

  /** The place of what is pointed at. @param {(LinkPlace | BiasPlace)[]} parts */
  const placeOf = (parts) => parts.findIndex(({ index }) => index === marked?.index);

  /** @param {(LinkPlace | BiasPlace)[]} parts @param {number} at */
  function goTo(parts, at) {
    const part = parts[Math.max(0, Math.min(parts.length - 1, at))];
    if (part) pointByKeys(part);
  }

  /** @param {LinkPlace | BiasPlace} part */
  function pointByKeys(part) {
    const shown = scene();
    if (!shown?.params) return;
    point(part);
    markedFrom = "source" in part ? part.target : part.unit;
    const subject = subjectOf(part, shown);
    card.show(subject, whereIs(part), hintOf("keys"));
    setText(spoken, `${subject.kind} ${subject.place}: ${formatValue(shown.params[part.index])}`);
  }

  function returnFocus() {
    const button = markedFrom === null ? undefined : buttonOf(markedFrom);
    const part = marked;
    button?.focus();
    if (button && part) pointByKeys(part);
    else leave();
  }

  /** @param {LinkPlace | BiasPlace} part */
  function editByKeys(part) {
    const shown = scene();
    if (shown && canEdit()) card.edit(subjectOf(part, shown), whereIs(part));
  }

  /** What a key does on one of the parts that come into a unit. @type {Record<string, (parts: (LinkPlace | BiasPlace)[], at: number) => void>} */
  const KEYS = {
    ArrowUp: (parts, at) => goTo(parts, at - 1),
    ArrowDown: (parts, at) => goTo(parts, at + 1),
    ArrowLeft: () => {},
    ArrowRight: leave,
    Escape: leave,
    Enter: (parts, at) => editByKeys(parts[at]),
  };

  return {
    canEdit,
    /** The index of the parameter that is pointed at. */
    get marked() {
      return marked?.index ?? null;
    },
    /** Marks none, where all is drawn anew anyway. */
    forget: () => mark(null),
    /** @param {Float64Array | null} params */
    draw: (params) => card.draw(params),
    /** Goes to what comes into a unit. @param {number} unit */
    enter: (unit) => goTo(incoming(unit), 0),
    /** Whether something that comes into this unit is pointed at. @param {number} unit */
    isAt: (unit) => placeOf(incoming(unit)) >= 0,
    /** What a key does there. @param {number} unit @param {string} key @returns {(() => void) | undefined} */
    command(unit, key) {
      const parts = incoming(unit);
      return KEYS[key] && (() => KEYS[key](parts, placeOf(parts)));
    },
  };
}
