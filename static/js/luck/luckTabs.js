/** The two tabs of "Is it luck?": starts of the present settings, and sweeps over other settings. */

import { byId } from "../lib/dom.js";
import { drawTabs, listenToTabs } from "../lib/tabs.js";

const TABS = /** @type {const} */ (["starts", "sweep"]);

/** @param {{actions: Pick<import("../core/actions.js").PageActions, "showLuckTab">}} parts */
export function createLuckTabs({ actions }) {
  const tabs = TABS.map((name) => byId(`luck-tab-${name}`, HTMLButtonElement));
  const panels = TABS.map((name) => byId(`${name}-panel`, HTMLElement));
  listenToTabs(tabs, (index) => actions.showLuckTab(TABS[index]));
  const room = byId("dock-room", HTMLElement);
  /** @type {number | null} */
  let drawn = null;

  return {
    /** @param {Pick<import("../core/actions.js").PageState, "luckTab">} state */
    draw({ luckTab }) {
      const chosen = TABS.indexOf(luckTab);
      if (chosen === drawn) return;
      drawn = chosen;
      drawTabs(tabs, chosen);
      panels.forEach((panel, index) => (panel.hidden = index !== chosen));
      room.scrollTop = 0;
    },
  };
}
