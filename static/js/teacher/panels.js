/** What opens over the playground and leaves the class bar in sight: one of several views, chosen by tabs. */

import { all, byId, setText } from "../lib/dom.js";
import { drawTabs, listenToTabs } from "../lib/tabs.js";

/** @typedef {"wall" | "results" | "experiment" | "snapshots" | "question"} PanelName */

/** @type {readonly PanelName[]} */
export const PANELS = ["wall", "results", "experiment", "snapshots", "question"];

/** Whether a name is that of a panel. @param {string} name @returns {name is PanelName} */
export const isPanel = (name) => PANELS.some((panel) => panel === name);

/** What the panel covers. */
const COVERED = "#bar, .tabs-room, main, #dock, #below, footer, #lesson, .skip";

/**
 * @param {object} parts
 * @param {(panel: PanelName | null) => void} parts.show  null closes it
 * @param {() => void} parts.toggleNames  hides the names of students on this page, or shows them again
 */
export function createPanels({ show, toggleNames }) {
  const element = byId("class-panel", HTMLElement);
  const tabs = all(element, "[data-panel]", HTMLButtonElement);
  const title = byId("class-panel-title", HTMLElement);
  const hideNames = byId("hide-names", HTMLButtonElement);
  const bodies = new Map(PANELS.map((name) => [name, byId(`panel-${name}`, HTMLElement)]));
  /** @type {PanelName | null} */
  let drawn = null;
  /** What had the focus before. @type {Element | null} */
  let before = null;
  /** How far the page below was scrolled. */
  let scrolled = 0;

  listenToTabs(tabs, (index) => show(PANELS[index]));
  hideNames.addEventListener("click", toggleNames);
  byId("class-panel-close", HTMLButtonElement).addEventListener("click", () => show(null));

  /** @param {PanelName | null} panel */
  function change(panel) {
    const wasClosed = drawn === null;
    drawn = panel;
    if (wasClosed) {
      before = document.activeElement;
      scrolled = scrollY;
      // views in the panel measure the room from the top
      scrollTo({ top: 0 });
    }
    element.hidden = panel === null;
    document.documentElement.toggleAttribute("data-panel", panel !== null);
    for (const covered of all(document, COVERED, HTMLElement)) covered.inert = panel !== null;
    for (const [name, body] of bodies) body.hidden = name !== panel;
    drawTabs(tabs, panel === null ? -1 : PANELS.indexOf(panel));
    if (panel !== null && wasClosed) element.focus({ preventScroll: true });
    if (panel === null) scrollTo({ top: scrolled });
    if (panel === null && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    setText(title, tabs.find((tab) => tab.dataset.panel === panel)?.firstChild?.textContent ?? "");
  }

  return {
    /** @param {PanelName} name */
    body: (name) => /** @type {HTMLElement} */ (bodies.get(name)),
    /**
     * @param {PanelName | null} panel @param {{areHidden: boolean, areThere: boolean}} names  areThere: in the panel
     * @param {Partial<Record<PanelName, number>>} counts  shown in the tabs
     */
    draw(panel, { areHidden, areThere }, counts) {
      const isOther = panel !== drawn;
      if (isOther) change(panel);
      if (panel === null) return;
      hideNames.setAttribute("aria-pressed", String(areHidden));
      hideNames.classList.toggle("idle", !areThere);
      for (const tab of tabs) {
        const count = counts[/** @type {PanelName} */ (tab.dataset.panel)] ?? 0;
        const badge = all(tab, ".count", HTMLElement)[0];
        badge.hidden = count === 0;
        setText(badge, String(count));
      }
      if (isOther) tabs[PANELS.indexOf(panel)].scrollIntoView({ block: "nearest", inline: "nearest" });
    },
  };
}
