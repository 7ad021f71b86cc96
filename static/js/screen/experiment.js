/** The class's experiment on the screen: as large as the window allows. */

import { byId } from "../lib/dom.js";
import { createExperiment } from "../results/experiment.js";
import { axesOf } from "../results/grid.js";

/** @param {{schema: import("../core/types.js").Schema}} parts */
export function createExperimentView({ schema }) {
  const section = byId("screen-experiment", HTMLElement);
  const experiment = createExperiment(section, { schema, isScreen: true });
  return {
    /** @param {import("../classroom/state.js").ClassState} state @param {import("../core/actions.js").PageState} page */
    draw(state, page) {
      if (section.hidden) return;
      section.style.setProperty("--rows", String(axesOf(state.experiment?.grid ?? {})?.rows.length ?? 1));
      experiment.draw(state, page);
    },
  };
}
