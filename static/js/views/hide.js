/** The list of controls to hide. The server answers with the link that hides them. */

import { all } from "../dom.js";

/** @typedef {import("../actions.js").PageState} PageState */

/**
 * @param {HTMLElement} element  holds one checkbox `data-hide` for each control
 * @param {object} parts
 * @param {import("../actions.js").PageActions} parts.actions
 */
export function createHide(element, { actions }) {
  const checks = all(element, "input[data-hide]", HTMLInputElement);
  const names = checks.map((check) => check.dataset.hide ?? "");
  /** @type {string[]} */
  let hidden = [];

  /** What is hidden without being on the list stays so. */
  function send() {
    const others = hidden.filter((name) => !names.includes(name));
    actions.setView({ hidden: [...names.filter((_, index) => checks[index].checked), ...others] });
  }
  for (const check of checks) check.addEventListener("change", send);

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { view }) {
      if (view.hidden === hidden) return;
      hidden = view.hidden;
      for (const [index, check] of checks.entries()) check.checked = hidden.includes(names[index]);
    },
  };
}
