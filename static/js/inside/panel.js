/**
 * The drawer under the network: its tabs, and the panel that is open. A panel is drawn only when a frame brings a new
 * look inside, or when what it is drawn from has changed on the page.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("../core/types.js").PanelName} PanelName
 * @typedef {import("./look.js").Look} Look
 */

import { all, byId, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createActivations } from "./activations.js";
import { createCode } from "./code.js";
import { createConfusion } from "./confusion.js";
import { createGradients } from "./gradients.js";
import { createLandscape } from "./landscape.js";
import { lookOf } from "./look.js";
import { createRuns } from "./record.js";
import { createRegions } from "./regions.js";
import { createSpace } from "./space.js";
import { createStep } from "./step.js";
import { createWeights } from "./weights.js";

/**
 * One panel. `why` says why there is nothing to show, or null; else `draw` is called with the newest look, which may be
 * null only for a panel that asks nothing of the server.
 * @typedef {object} Panel
 * @property {(look: Look | null, state: State) => string | null} why
 * @property {(look: Look | null, state: State) => void} draw
 */

/** @type {Record<PanelName, (element: HTMLElement, parts: {actions: import("../core/actions.js").PageActions, schema: import("../core/types.js").Schema}) => Panel>} */
const PANELS = {
  gradients: createGradients,
  activations: createActivations,
  weights: createWeights,
  space: createSpace,
  landscape: createLandscape,
  regions: createRegions,
  step: createStep,
  confusion: createConfusion,
  code: createCode,
};
/** @param {unknown} name @returns {name is PanelName} */
export const isPanel = (name) => typeof name === "string" && Object.hasOwn(PANELS, name);

/** Where a key moves from one tab, in a row of so many. @type {Record<string, (place: number, count: number) => number>} */
const MOVES = {
  ArrowRight: (place, count) => (place + 1) % count,
  ArrowLeft: (place, count) => (place + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

const NO_EXAMPLES = "There are no training examples to look at.";

const stillMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** Brings a tab to the middle of its row, as far as that scrolls, and leaves the page where it is. @param {HTMLElement} tab */
function center(tab) {
  const row = tab.parentElement;
  if (!row) return;
  const [at, room] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += at.left + at.width / 2 - (room.left + room.width / 2);
}

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @returns {import("../core/types.js").Drawing & {take: (frame: Frame, state: State) => void}} `take` is told of every
 *   frame that comes, also of those that are never drawn
 */
export function createInside(element, parts) {
  const { actions } = parts;
  const button = byId("inside-button", HTMLButtonElement);
  const drawer = byId("inside-drawer", HTMLElement);
  const tabs = all(element, "[role=tab]", HTMLButtonElement);
  const nameOf = (/** @type {HTMLElement} */ tab) => /** @type {PanelName} */ (tab.dataset.panel);
  const rooms = new Map(tabs.map((tab) => [nameOf(tab), byId(`inside-${nameOf(tab)}`, HTMLElement)]));

  const runOf = createRuns();
  /** Those that have been open. @type {Map<PanelName, Panel>} */
  const panels = new Map();
  /** @type {PanelName | null} */
  let open = null;
  /** @type {Look | null} */
  let look = null;
  /** What was drawn last. @type {unknown[]} */
  let drawn = [];
  /** What is open from the start is where the page was left: nothing is scrolled to. */
  let isFirst = true;

  tabs.forEach((tab, place) => {
    tab.addEventListener("click", () => actions.lookInside(nameOf(tab)));
    tab.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const next = tabs[move(place, tabs.length)];
      actions.lookInside(nameOf(next));
      next.focus();
    });
  });

  /** @param {PanelName | null} name */
  function show(name) {
    const was = open;
    const hadFocus = drawer.contains(document.activeElement);
    open = name;
    look = null;
    drawn = [];
    element.classList.toggle("open", name !== null);
    document.documentElement.toggleAttribute("data-inside", name !== null);
    button.setAttribute("aria-expanded", String(name !== null));
    drawer.hidden = name === null;
    for (const tab of tabs) {
      const isOpen = nameOf(tab) === name;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      if (isOpen) center(tab);
    }
    for (const [other, room] of rooms) room.hidden = other !== name;
    if (name === null) {
      if (hadFocus) button.focus();
      return;
    }
    if (!panels.has(name)) {
      const body = /** @type {HTMLElement} */ (rooms.get(name)?.querySelector(".inside-body"));
      panels.set(name, PANELS[name](body, parts));
    }
    if (was === null && !isFirst) {
      if (document.activeElement === button) tabs.find((tab) => nameOf(tab) === name)?.focus({ preventScroll: true });
      requestAnimationFrame(() => drawer.scrollIntoView({ block: "nearest", behavior: stillMotion.matches ? "auto" : "smooth" }));
    }
  }

  /** @param {Panel} panel @param {HTMLElement} room @param {State} state */
  function fill(panel, room, state) {
    const why = look === null && state.data?.trainSize === 0 && open !== "code" ? NO_EXAMPLES : panel.why(look, state);
    const [empty, body] = [room.querySelector(".inside-empty"), room.querySelector(".inside-body")];
    if (!(empty instanceof HTMLElement) || !(body instanceof HTMLElement)) return;
    empty.hidden = why === null;
    body.hidden = why !== null;
    setText(empty, why ?? "");
    if (why === null) panel.draw(look, state);
  }

  return {
    take(frame, state) {
      if (frame.revision !== state.revision) return;
      const news = lookOf(frame, runOf(frame));
      if (news && news.panel === state.inside.panel) look = news;
    },
    draw(_, state) {
      const name = state.inside.panel;
      if (name !== open) show(name);
      isFirst = false;
      const [panel, room] = [name && panels.get(name), name && rooms.get(name)];
      if (!panel || !room) return;
      const from = [look, state, currentPalette()];
      if (from.every((part, place) => part === drawn[place])) return;
      drawn = from;
      fill(panel, room, state);
    },
  };
}
