/** The ways to open and close the card of a control: pointing, tapping, holding, and keys. */

import { MODIFIERS, WOBBLE, closest, delayOf, hoveredAt, isClicked, isInUse, pointedAt, sourceFor } from "./explained.js";
import { DWELL } from "./dwell.js";

/**
 * @typedef {object} Parts
 * @property {HTMLElement} card
 * @property {ReturnType<typeof import("./dwell.js").createDwell<HTMLElement>>} dwell  of what opens cards
 * @property {(near: HTMLElement) => void} place  says next to what the card opens
 * @property {(target: EventTarget | null) => boolean} isNear  whether something belongs to the control that the card is about
 */

/** @param {Parts} parts */
export function createPointing({ card, dwell, place, isNear }) {
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType !== "mouse") return;
    const source = hoveredAt(target, document);
    if (closest(target, `#${card.id}`) || (!source && isNear(target))) dwell.stay();
    else if (!source || isInUse(source)) dwell.leave();
    else {
      if (dwell.shown === null) place(source);
      dwell.rest(source, delayOf(source, DWELL));
    }
  });
  document.documentElement.addEventListener("pointerleave", dwell.leave);
}

/** @param {Parts} parts @param {{setTimeout: (run: () => void, delay: number) => unknown, clearTimeout: (timer: any) => void}} clock */
export function createPresses({ card, dwell, place }, { setTimeout, clearTimeout }) {
  /** @type {unknown} */
  let holding = null;
  let start = { x: 0, y: 0 };
  let isTouch = false;
  /** Whether the next click is the end of holding a button. */
  let isHeld = false;
  /** What the card was opened for by a click before. @type {HTMLElement | null} */
  let pinned = null;

  function release() {
    if (holding !== null) clearTimeout(holding);
    holding = null;
  }

  document.addEventListener("pointerdown", ({ target, pointerType, clientX, clientY }) => {
    release();
    isHeld = false;
    if (closest(target, `#${card.id}`)) return;
    isTouch = pointerType !== "mouse";
    start = { x: clientX, y: clientY };
    pinned = dwell.isPinned ? dwell.shown : null;
    const source = pointedAt(target);
    if (source && isClicked(source)) return;
    dwell.dismiss();
    if (!source || !isTouch) return;
    holding = setTimeout(() => {
      isHeld = true;
      place(source);
      dwell.pin(source);
    }, DWELL.hold);
  }, { capture: true });
  for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) document.addEventListener(type, release, { capture: true });
  document.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (holding !== null && Math.hypot(clientX - start.x, clientY - start.y) > WOBBLE) release();
  }, { capture: true, passive: true });
  document.addEventListener("contextmenu", (event) => {
    if (isTouch && pointedAt(event.target)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (isHeld) {
      isHeld = false;
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const source = pointedAt(event.target);
    if (!source || !isClicked(source)) return;
    // a finger on a label asks what it means; a mouse has other ways, and focuses the control as usual
    if (isTouch && event.detail > 0) event.preventDefault();
    const isSecond = event.detail > 0 ? pinned === source : dwell.isPinned && dwell.shown === source;
    if (isSecond) return dwell.dismiss();
    place(source);
    dwell.pin(source);
  }, { capture: true });
}

/** @param {Parts & {link: HTMLElement, near: () => HTMLElement | null}} parts */
export function createCardKeys({ card, dwell, place, isNear, link, near }) {
  let isByTab = false;
  document.addEventListener("pointerdown", () => (isByTab = false), { capture: true });

  /** Tab goes from the control to the link and on from the control. @param {KeyboardEvent} event */
  function passLink(event) {
    if (event.target === link) {
      near()?.focus({ preventScroll: true });
      if (event.shiftKey) event.preventDefault();
      dwell.dismiss();
    } else if (dwell.isPinned && event.target === near() && !event.shiftKey) {
      event.preventDefault();
      link.focus({ preventScroll: true });
    }
  }

  document.addEventListener("keydown", (event) => {
    // what a browser fills in by itself comes as events without a key
    if (!(event instanceof KeyboardEvent) || MODIFIERS.has(event.key)) return;
    isByTab = event.key === "Tab";
    const source = event.key === "F1" ? sourceFor(event.target, document) : null;
    if (source) {
      event.preventDefault();
      place(/** @type {HTMLElement} */ (event.target));
      dwell.pin(source);
    } else if (isByTab) {
      passLink(event);
    } else if (event.key === "Escape" && dwell.shown !== null) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (card.contains(document.activeElement)) near()?.focus({ preventScroll: true });
      dwell.dismiss();
    } else if (!event.ctrlKey && !event.metaKey && !card.contains(/** @type {Node} */ (event.target)) && !pointedAt(event.target)?.matches(".has-card")) {
      dwell.dismiss();
    }
  }, { capture: true });

  document.addEventListener("focusin", ({ target }) => {
    if (closest(target, `#${card.id}`)) return dwell.stay();
    const source = isByTab && !closest(target, ".unit") ? sourceFor(target, document) : null;
    if (dwell.shown !== null && !isNear(target)) dwell.isPinned ? dwell.dismiss() : dwell.leave();
    if (!source || isInUse(source)) return;
    if (dwell.shown === null) place(/** @type {HTMLElement} */ (target));
    dwell.rest(source, DWELL.focus);
  });
}
