/**
 * Links and biases under the pointer and the keys: which of them is marked, and its card. They are found by
 * position on the canvas; from a unit, the left arrow key goes to what comes into it.
 *
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./incoming.js").Part} Part
 */

import { h, setText } from "../lib/dom.js";
import { formatValue } from "../lib/format.js";
import { createHovercard } from "./hovercard.js";
import { anchorOf, incomingOf, modeOf, nearestIn, subjectOf, targetOf } from "./incoming.js";
import { findPart } from "./curve.js";

/** How far from a link a finger and a mouse may be, in CSS pixels. */
const REACH = { touch: 14, mouse: 7 };

/**
 * What there is to point at.
 * @typedef {object} Scene
 * @property {Layout} layout
 * @property {Float64Array | null} params  null: there is no frame of this network yet
 * @property {State} state
 * @property {number} last  the output's layer
 * @property {(index: number) => string} unitName
 * @property {readonly string[]} paired  activations with several pieces
 * @property {readonly string[]} switching  activations that switch where their weighted sum is 0
 */

/**
 * Pointing at links and biases.
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {HTMLElement} parts.board
 * @param {HTMLElement} parts.canvas
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {() => Scene | null} parts.scene
 * @param {(index: number) => HTMLElement | undefined} parts.buttonOf  of a unit
 * @param {() => void} parts.onChange  another one is marked, or none
 * @param {() => void} parts.onEdit  a weight or bias has been edited
 */
export function createParts(element, { board, canvas, actions, scene, buttonOf, onChange, onEdit }) {
  const spoken = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  element.append(spoken);
  const card = createHovercard(element, { setParameter, onLeave: () => keys.returnFocus(), onRefused: actions.refuse });
  /** @param {number} index @param {number} value */
  function setParameter(index, value) {
    actions.setParameter(index, value);
    onEdit();
  }
  const mark = createMark(board, { onChange, onNone: card.withdraw });
  const canEdit = () => modeOf(scene()?.state.view, "look") === "look";
  const shared = { card, mark, scene, canEdit, board };
  const keys = createPartKeys({ ...shared, buttonOf, say: (text) => setText(spoken, text) });
  listenToPointer({ ...shared, canvas, onClick: keys.forget });
  element.addEventListener("focusout", () => queueMicrotask(() => {
    if (mark.part() && !card.isEditing && keys.origin() !== document.activeElement) mark.put(null);
  }));

  return {
    canEdit,
    /** The index of the marked parameter. */
    get marked() {
      return mark.part()?.index ?? null;
    },
    /**
     * Follows a new layout. A link or bias that is being edited stays marked if the network is the same; everything is
     * drawn again anyway. @param {Layout} layout @param {boolean} isSameNetwork
     */
    follow(layout, isSameNetwork) {
      const [part, isKept] = [mark.part(), isSameNetwork && card.isEditing];
      mark.replace((isKept && part && incomingOf(layout, targetOf(part)).find(({ index }) => index === part.index)) || null);
    },
    /** @param {Float64Array | null} params */
    draw: (params) => card.draw(params),
    enter: keys.enter,
    isAt: keys.isAt,
    command: keys.command,
  };
}

/** The link or bias that is marked. @param {HTMLElement} board @param {{onChange: () => void, onNone: () => void}} parts */
function createMark(board, { onChange, onNone }) {
  /** @type {Part | null} */
  let marked = null;

  /** @param {Part | null} part @returns {boolean} whether it is another one */
  function set(part) {
    const isOther = part?.index !== marked?.index;
    marked = part;
    board.classList.toggle("pointing", part !== null);
    if (part === null) onNone();
    return isOther;
  }

  return {
    part: () => marked,
    /** Marks this part, or none, when everything is drawn again anyway. @param {Part | null} part */
    replace: (part) => void set(part),
    /** @param {Part | null} part */
    put: (part) => void (set(part) && onChange()),
  };
}

/**
 * @typedef {object} Shared
 * @property {ReturnType<typeof createHovercard>} card
 * @property {ReturnType<typeof createMark>} mark
 * @property {() => Scene | null} scene
 * @property {() => boolean} canEdit
 * @property {HTMLElement} board
 */

/** @param {Shared & {canvas: HTMLElement, onClick: () => void}} parts */
function listenToPointer({ card, mark, scene, canEdit, board, canvas, onClick }) {
  /** @param {PointerEvent | MouseEvent} event @returns {{part: Part, shown: Scene} | null} */
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
    mark.put(found?.part ?? null);
    if (found) card.show(subjectOf(found.part, found.shown), { x: event.clientX, y: event.clientY }, modeOf(found.shown.state.view, "look"));
  });
  board.addEventListener("pointerleave", () => {
    if (!card.isEditing) mark.put(null);
  });
  board.addEventListener("click", (event) => {
    const found = under(event);
    if (!found) return;
    onClick();
    mark.put(found.part);
    if (canEdit()) card.edit(subjectOf(found.part, found.shown), { x: event.clientX, y: event.clientY });
  });
}

/** @param {Shared & {buttonOf: (index: number) => HTMLElement | undefined, say: (text: string) => void}} parts */
function createPartKeys({ card, mark, scene, canEdit, board, buttonOf, say }) {
  /** The unit from which keys went to the marked part: there the focus returns after an edit. @type {number | null} */
  let from = null;
  const origin = () => (from === null ? undefined : buttonOf(from));
  const incoming = (/** @type {number} */ unit) => incomingOf(scene()?.layout, unit);
  const indexIn = (/** @type {Part[]} */ parts) => parts.findIndex(({ index }) => index === mark.part()?.index);
  const leave = () => mark.put(null);

  /** Where a part is in the window. @param {Part} part */
  function whereIs(part) {
    const { left, top } = board.getBoundingClientRect();
    const { x, y } = anchorOf(part);
    return { x: left + x, y: top + y };
  }

  /** @param {Part | undefined} part */
  function go(part) {
    const shown = scene();
    if (!part || !shown?.params) return;
    mark.put(part);
    from = targetOf(part);
    const subject = subjectOf(part, shown);
    card.show(subject, whereIs(part), modeOf(shown.state.view, "keys"));
    say(`${subject.kind} ${subject.name}: ${formatValue(shown.params[part.index])}`);
  }

  /** @param {Part} part */
  function edit(part) {
    const shown = scene();
    if (shown && canEdit()) card.edit(subjectOf(part, shown), whereIs(part));
  }

  /** What a key does on one of the parts that come into a unit. @type {Record<string, (parts: Part[], index: number) => void>} */
  const KEYS = {
    ArrowUp: (parts, index) => go(nearestIn(parts, index - 1)),
    ArrowDown: (parts, index) => go(nearestIn(parts, index + 1)),
    ArrowLeft: () => {},
    ArrowRight: leave,
    Escape: leave,
    Enter: (parts, index) => edit(parts[index]),
  };

  return {
    origin,
    forget: () => void (from = null),
    /** After an edit. */
    returnFocus() {
      const [button, part] = [origin(), mark.part()];
      button?.focus();
      if (button && part) go(part);
      else leave();
    },
    /** Goes to what comes into a unit. @param {number} unit */
    enter: (unit) => go(incoming(unit)[0]),
    /** Whether something that comes into this unit is marked. @param {number} unit */
    isAt: (unit) => indexIn(incoming(unit)) >= 0,
    /** What a key does there. @param {number} unit @param {string} key @returns {(() => void) | undefined} */
    command(unit, key) {
      const parts = incoming(unit);
      return KEYS[key] && (() => KEYS[key](parts, indexIn(parts)));
    },
  };
}
