/** The class's experiment on a student's page: all runs, with the student's own one marked. */

import { isExperimenting } from "../classroom/state.js";
import { h } from "../lib/dom.js";
import { createExperiment } from "../results/experiment.js";

/** @typedef {import("../classroom/state.js").ClassState} ClassState */

/**
 * @param {HTMLElement} element
 * @param {{schema: import("../core/types.js").Schema}} parts
 */
export function createRuns(element, { schema }) {
  const body = h("div");
  const experiment = createExperiment(body, { schema });
  element.append(
    h("div", { class: "class-panel-head" }, h("h2", { id: "class-experiment-heading" }, "Class experiment"), h("button", { type: "button", class: "link", click: close }, "Hide")),
    body);

  function close() {
    const hadFocus = element.contains(document.activeElement);
    element.hidden = true;
    if (hadFocus) document.getElementById("class-button-line")?.focus();
  }

  return {
    open() {
      element.hidden = false;
      element.focus({ preventScroll: true });
    },
    /** @param {ClassState} state @param {import("../core/actions.js").PageState} page */
    draw(state, page) {
      if (element.hidden) return;
      if (isExperimenting(state)) experiment.draw(state, page);
      else close();
    },
  };
}
