/** A toolbar: one stop of the Tab key for all of its buttons, between which the arrow keys, Home and End move. */

import { MOVES as ROW_MOVES } from "./tabs.js";

/** As in a row of tabs; up and down, too, because the buttons may be in several rows. @type {typeof ROW_MOVES} */
const MOVES = { ...ROW_MOVES, ArrowDown: ROW_MOVES.ArrowRight, ArrowUp: ROW_MOVES.ArrowLeft };

/**
 * Makes a toolbar of the buttons in an element. Who has clicked a button has the arrow keys for what they do elsewhere.
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {() => HTMLButtonElement[]} parts.buttons  all of them, in their order
 * @param {(button: HTMLButtonElement) => boolean} parts.isFirst  whether it is where the Tab key goes, if it can be used
 * @returns {{update: () => void}} to be called when buttons have appeared, disappeared, or become the first
 */
export function createToolbar(element, { buttons, isFirst }) {
  const usable = () => buttons().filter((button) => !button.disabled && button.closest("[hidden]") === null);

  /** @param {HTMLButtonElement | undefined} stop */
  function rove(stop) {
    for (const button of buttons()) button.tabIndex = button === stop ? 0 : -1;
  }

  function update() {
    const there = usable();
    const focused = there.find((button) => button === document.activeElement);
    rove(focused ?? there.find(isFirst) ?? there[0]);
  }

  element.addEventListener("focusin", update);
  element.addEventListener("focusout", () => queueMicrotask(update));
  element.addEventListener("keydown", (event) => {
    const [move, there] = [MOVES[event.key], usable()];
    const index = there.findIndex((button) => button === event.target);
    if (!move || index < 0 || event.ctrlKey || event.metaKey || event.altKey || !there[index].matches(":focus-visible")) return;
    event.preventDefault();
    event.stopPropagation();
    there[move(index, there.length)].focus();
  });
  return { update };
}
