/** What of the page is shown: a tick for every control that can be hidden. The server answers with the link. */

import { all } from "../lib/dom.js";
import { LOCKED } from "../core/locks.js";

/** @typedef {import("../core/actions.js").PageState} PageState */

/**
 * @param {HTMLElement} element  holds a checkbox `data-hide` for each control, and one `data-hide-text`
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createHide(element, { actions }) {
  const checks = all(element, "input[data-hide]", HTMLInputElement);
  const texts = all(element, "input[data-hide-text]", HTMLInputElement);
  const names = checks.map((check) => check.dataset.hide ?? "");
  /** @type {PageState["view"] | null} */
  let drawn = null;

  /** What is hidden without being on the list stays so. */
  function send() {
    const others = drawn?.hidden.filter((name) => !names.includes(name)) ?? [];
    actions.setView({ hidden: [...names.filter((_, index) => !checks[index].checked), ...others] });
  }
  for (const check of checks) check.addEventListener("change", send);
  for (const check of texts) check.addEventListener("change", () => actions.setView({ hide_text: !check.checked }));

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { view }) {
      if (view === drawn) return;
      drawn = view;
      for (const [index, check] of checks.entries()) {
        check.checked = !view.hidden.includes(names[index]);
        check.disabled = view.locked.includes(names[index]);
        check.title = check.disabled ? LOCKED : "";
      }
      for (const check of texts) check.checked = !view.hide_text;
    },
  };
}
