/** The tabs of a small screen: which part of the page is below the map. Each part keeps where it was scrolled to. */

import { all } from "../lib/dom.js";
import { drawTabs, listenToTabs } from "../lib/tabs.js";

/** @typedef {import("../core/actions.js").Tab} Tab */

/** The part that the page begins with, as its HTML says. @returns {Tab} */
export const initialTab = () => (document.body.dataset.tab === "lesson" ? "lesson" : "network");

/**
 * @param {HTMLElement} element  with a button `data-tab` for each part
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createTabs(element, { actions }) {
  const tabs = all(element, "[data-tab]", HTMLButtonElement);
  const names = tabs.map((tab) => /** @type {Tab} */ (tab.dataset.tab));
  /** Where each part was scrolled to, in pixels. @type {Map<Tab, number>} */
  const places = new Map();
  /** @type {Tab | null} */
  let drawn = null;
  listenToTabs(tabs, (index) => actions.showTab(names[index]));

  /** A part that was not open yet begins below what stays in sight. @param {Tab} tab */
  function placeOf(tab) {
    const header = element.parentElement?.querySelector("#header")?.clientHeight ?? 0;
    return places.get(tab) ?? Math.min(scrollY, header);
  }

  return {
    /** @param {unknown} _frame @param {import("../core/actions.js").PageState} state */
    draw(_frame, { tab }) {
      if (tab === drawn) return;
      const place = placeOf(tab);
      if (drawn !== null) places.set(drawn, scrollY);
      document.body.dataset.tab = tab;
      drawTabs(tabs, names.indexOf(tab));
      // on a wide screen, all parts are in sight and the tabs are not
      if (drawn !== null && element.offsetParent !== null) scrollTo({ top: place, behavior: "instant" });
      drawn = tab;
    },
  };
}
