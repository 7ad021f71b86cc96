/** The drawer under the network: a tab for each panel, and the panel that is open. */

import { byId, h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { lookOf } from "./look.js";
import { PANELS } from "./panels.js";
import { createRunCounter } from "./record.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("../core/types.js").PanelName} PanelName
 * @typedef {import("./look.js").Look} Look
 * @typedef {{entry: import("./panels.js").PanelEntry, tab: HTMLButtonElement, room: HTMLElement, empty: HTMLElement, body: HTMLElement}} Place
 */

/** Where a key moves from a tab, in a row of `count` tabs. @type {Record<string, (index: number, count: number) => number>} */
const MOVES = {
  ArrowRight: (index, count) => (index + 1) % count,
  ArrowLeft: (index, count) => (index + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

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

/** @param {readonly Place[]} places @param {(name: PanelName) => void} open */
function listenToTabs(places, open) {
  places.forEach(({ tab, entry }, index) => {
    tab.addEventListener("click", () => open(entry.name));
    tab.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const next = places[move(index, places.length)];
      open(next.entry.name);
      next.tab.focus();
    });
  });
}

/** @param {readonly Place[]} places @param {PanelName | null} name  of the open one */
function drawTabs(places, name) {
  for (const { entry, tab, room } of places) {
    const isOpen = entry.name === name;
    tab.setAttribute("aria-selected", String(isOpen));
    tab.tabIndex = isOpen ? 0 : -1;
    room.hidden = !isOpen;
    if (isOpen) center(tab);
  }
}

/**
 * @param {HTMLElement} element
 * @param {import("./panels.js").PanelParts} parts
 * @returns {import("../core/types.js").Drawing & {take: (frame: Frame, state: State) => void}} `take` is given every
 *   frame that arrives, also those that are never drawn
 */
export function createInside(element, parts) {
  const button = byId("inside-button", HTMLButtonElement);
  const drawer = byId("inside-drawer", HTMLElement);
  const stillMotion = matchMedia("(prefers-reduced-motion: reduce)");
  const places = PANELS.map(createPlace);
  const runOf = createRunCounter();
  /** Those that have been open. @type {Map<PanelName, import("./panels.js").Panel>} */
  const panels = new Map();
  /** @type {Place | null} */
  let open = null;
  /** @type {Look | null} */
  let look = null;
  /** What was drawn last. @type {unknown[]} */
  let drawn = [];
  /** A panel that is open from the start is where the page was left: nothing is scrolled to. */
  let isFirst = true;
  byId("inside-tabs", HTMLElement).append(...places.map(({ tab }) => tab));
  drawer.append(...places.map(({ room }) => room));
  listenToTabs(places, parts.actions.lookInside);

  /** @param {PanelName | null} name */
  function show(name) {
    const was = open;
    const hadFocus = drawer.contains(document.activeElement);
    open = places.find(({ entry }) => entry.name === name) ?? null;
    look = null;
    drawn = [];
    element.classList.toggle("open", open !== null);
    document.documentElement.toggleAttribute("data-inside", open !== null);
    button.setAttribute("aria-expanded", String(open !== null));
    drawer.hidden = open === null;
    drawTabs(places, name);
    if (open === null && hadFocus) button.focus();
    if (open === null) return;
    if (!panels.has(open.entry.name)) panels.set(open.entry.name, open.entry.create(open.body, parts));
    if (was === null && !isFirst) reveal(open.tab);
  }

  /** Scrolls to the drawer that has just been opened. @param {HTMLElement} tab */
  function reveal(tab) {
    if (document.activeElement === button) tab.focus({ preventScroll: true });
    requestAnimationFrame(() => drawer.scrollIntoView({ block: "nearest", behavior: stillMotion.matches ? "auto" : "smooth" }));
  }

  /** @param {Place} place @param {State} state */
  function fill({ entry, empty, body }, state) {
    const panel = /** @type {import("./panels.js").Panel} */ (panels.get(entry.name));
    const why = look === null && state.data?.trainSize === 0 && !entry.isExport ? NO_EXAMPLES : panel.why(look, state);
    empty.hidden = why === null;
    body.hidden = why !== null;
    setText(empty, why ?? "");
    if (why === null) panel.draw(look, state);
  }

  return {
    take(frame, state) {
      if (frame.revision !== state.revision) return;
      const next = lookOf(frame, runOf(frame));
      if (next && next.panel === state.inside.panel) look = next;
    },
    draw(_, state) {
      const name = state.inside.panel;
      if (name !== (open?.entry.name ?? null)) show(name);
      isFirst = false;
      const from = [look, state, currentPalette()];
      if (!open || from.every((part, index) => part === drawn[index])) return;
      drawn = from;
      fill(open, state);
    },
  };
}
