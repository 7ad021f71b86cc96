/**
 * Which card belongs to an element, and how it is opened there. `data-help` marks the words or the button that open a
 * card, `data-explained` what is around a control: a key opens the same card from within it.
 */

/** How far a finger may move while it holds a button, in pixels. */
export const WOBBLE = 10;
/** Keys that do nothing by themselves. */
export const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"]);

/** @param {EventTarget | null} target @param {string} selector */
export function closest(target, selector) {
  const found = target instanceof Element ? target.closest(selector) : null;
  return found instanceof HTMLElement ? found : null;
}

/** What the pointer is on that opens a card. @param {EventTarget | null} target */
export const pointedAt = (target) => closest(target, "[data-help]");

/** What the pointer is on, or rests next to: a slider that does nothing now says why. @param {EventTarget | null} target @param {Document} root */
export const hoveredAt = (target, root) => pointedAt(target) ?? (closest(target, ".idle[data-explained]") && sourceFor(target, root));

/** What opens the card of a control that has the focus. @param {EventTarget | null} target @param {Document} root @returns {HTMLElement | null} */
export function sourceFor(target, root) {
  const around = closest(target, "[data-help], [data-explained]");
  if (!around || around.dataset.help !== undefined) return around;
  const source = root.querySelector(`[data-help="${around.dataset.explained}"]`);
  return source instanceof HTMLElement ? source : null;
}

/** The control and its label, which the card must not cover. @param {HTMLElement} near @returns {HTMLElement} */
export function roomOf(near) {
  const around = closest(near, "[data-explained]") ?? closest(near, "[data-help]") ?? near;
  return around.getBoundingClientRect().height > 0 ? around : near;
}

/** Whether a click opens the card: not on a button, which does something else, nor on the label of a checkbox. @param {HTMLElement} source */
export function isClicked(source) {
  return source.matches(".has-card, label") && source.closest(".check-row") === null;
}

/** How long the pointer rests on it until the card opens. @param {HTMLElement} source @param {{words: number, button: number}} delays */
export const delayOf = (source, { words, button }) => (source.matches(".has-card, label") ? words : button);

/** Whether what the button opens is open: its card would only be in the way. @param {HTMLElement} source */
export function isInUse(source) {
  return !source.matches(".has-card") && (source.getAttribute("aria-expanded") === "true" || source.querySelector("[aria-expanded=true]") !== null);
}

/** Whether the control is locked. @param {HTMLElement} source @param {Document} root */
export function isLocked(source, root) {
  return Boolean(source.closest("[data-locked]") ?? source.querySelector("[data-locked]")
    ?? root.querySelector(`[data-explained="${source.dataset.help}"][data-locked]`));
}
