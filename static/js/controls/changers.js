/** The small buttons − and + next to a count. */

import { h } from "../lib/dom.js";

/** A small round button. @param {string} sign @param {string} label @param {() => void} run @param {string} [id] */
export function changer(sign, label, run, id) {
  const button = h("button", { type: "button", class: "changer", "aria-label": label, title: label, ...(id && { id }) }, sign);
  button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && run());
  return button;
}

/** Enables a button or not; the focus stays where it is. @param {HTMLButtonElement} button @param {{isEnabled: boolean, isLocked: boolean}} state @param {string} reason  of a lock */
function enable(button, { isEnabled, isLocked }, reason) {
  if (isEnabled && !isLocked) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
  button.title = isLocked ? reason : button.getAttribute("aria-label") ?? "";
}

/** @param {HTMLElement} element @param {HTMLButtonElement[]} changers  − and + @param {import("../network/headings.js").Heading} heading @param {string} reason  of a lock */
export function drawChangers(element, [remove, add], heading, reason) {
  enable(remove, heading.remove, reason);
  enable(add, heading.add, reason);
  for (const button of [remove, add]) button.hidden = heading.areButtonsHidden;
  element.toggleAttribute("data-locked", heading.isLocked);
}
