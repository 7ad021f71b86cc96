/** Look inside: a tab for each of its panels, and the panel that is open. */

import { byId, h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { drawTabs, listenToTabs } from "../lib/tabs.js";
import { lookOf } from "./look.js";
import { createRunCounter } from "./record.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("../core/types.js").PanelName} PanelName
 * @typedef {import("./look.js").Look} Look
 * @typedef {{entry: import("./panels.js").PanelEntry, tab: HTMLButtonElement, room: HTMLElement, empty: HTMLElement, body: HTMLElement}} Place
 */

const NO_EXAMPLES = "There are no training examples to look at.";

/** The tab and the room of a panel. @param {import("./panels.js").PanelEntry} entry @returns {Place} */
function createPlace(entry) {
  const { name, label, lead } = entry;
  const tab = h("button", {
    type: "button", role: "tab", id: `inside-tab-${name}`, "data-panel": name, "aria-controls": `inside-${name}`, "aria-selected": "false", tabindex: "-1",
  }, label);
  const empty = h("p", { class: "inside-empty", hidden: true });
  const body = h("div", { class: `inside-body ${name}` });
  const room = h("div", { class: "inside-panel", role: "tabpanel", id: `inside-${name}`, "aria-labelledby": tab.id, hidden: true },
    h("p", { class: "inside-lead" }, lead), empty, body);
  return { entry, tab, room, empty, body };
}

/** Scrolls a tab to the middle of its row, and leaves the page where it is. @param {HTMLElement} tab */
function center(tab) {
  const row = tab.parentElement;
  if (!row) return;
  const [at, room] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += at.left + at.width / 2 - (room.left + room.width / 2);
}

/**
 * @param {HTMLElement} element
 * @param {import("./panels.js").PanelParts & {panels: readonly import("./panels.js").PanelEntry[]}} parts
 * @returns {import("../core/types.js").Drawing & {take: (frame: Frame, state: State) => void}} `take` is given every
 *   frame that arrives, also those that are never drawn
 */
export function createInside(element, { panels: entries, ...parts }) {
  const button = byId("inside-button", HTMLButtonElement);
  const places = entries.map(createPlace);
  const tabs = places.map(({ tab }) => tab);
  const runOf = createRunCounter();
  /** Those that have been open. @type {Map<PanelName, import("./panels.js").Panel>} */
  const panels = new Map();
  /** @type {Place | null} */
  let open = null;
  /** @type {Look | null} */
  let look = null;
  /** What was drawn last. @type {unknown[]} */
  let drawn = [];
  byId("inside-tabs", HTMLElement).append(...tabs);
  element.append(...places.map(({ room }) => room));
  listenToTabs(tabs, (index) => parts.actions.lookInside(places[index].entry.name));

  /** @param {PanelName | null} name */
  function show(name) {
    const was = open;
    open = places.find(({ entry }) => entry.name === name) ?? null;
    // a slow browser may get the first look before it draws the panel
    if (look?.panel !== name) look = null;
    drawn = [];
    drawTabs(tabs, places.findIndex((place) => place === open));
    for (const place of places) place.room.hidden = place !== open;
    if (open === null) return;
    center(open.tab);
    if (!panels.has(open.entry.name)) panels.set(open.entry.name, open.entry.create(open.body, parts));
    if (was === null && document.activeElement === button) open.tab.focus({ preventScroll: true });
  }

  /** @param {Place} place @param {State} state @param {Frame | null} frame */
  function fill({ entry, empty, body }, state, frame) {
    const panel = /** @type {import("./panels.js").Panel} */ (panels.get(entry.name));
    const why = look === null && state.data?.trainSize === 0 && !entry.isExport ? NO_EXAMPLES : panel.why(look, state);
    empty.hidden = why === null;
    body.hidden = why !== null;
    setText(empty, why ?? "");
    if (why === null) panel.draw(look, state, frame);
  }

  return {
    take(frame, state) {
      if (frame.revision !== state.revision) return;
      const next = lookOf(frame, runOf(frame));
      if (next && next.panel === state.inside.panel) look = next;
    },
    draw(frame, state) {
      const name = state.inside.panel;
      if (name !== (open?.entry.name ?? null)) show(name);
      const from = [open?.entry.isLocal ? frame : look, state, currentPalette()];
      if (!open || from.every((part, index) => part === drawn[index])) return;
      drawn = from;
      fill(open, state, frame);
    },
  };
}
