/** The dock: a button for each panel, the panel that is open, and the edge that changes its height. */

import { DOCK_PANELS, openPanelOf } from "../core/dock.js";
import { byId } from "../lib/dom.js";
import { SHARE, shareAfter, shareAt, storedShare } from "./height.js";

const STORED = "dock-height";

/**
 * @param {HTMLElement} element  holds a button `NAME-button` and an element `NAME` for each panel
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {() => Storage} parts.storage  where the height is kept; may throw
 */
export function createDock(element, { actions, storage }) {
  const root = document.documentElement;
  const close = byId("dock-close", HTMLButtonElement);
  const panels = DOCK_PANELS.map(({ name }) => ({ name, button: byId(`${name}-button`, HTMLButtonElement), panel: byId(name, HTMLElement) }));
  const edge = createEdge(byId("dock-edge", HTMLElement), element, storage);
  /** @type {import("../core/dock.js").DockPanel | null | undefined} */
  let open;
  close.addEventListener("click", () => actions.openDock(null));

  return {
    /** Before the panels, which draw only while they are open. @param {unknown} _frame @param {import("../core/actions.js").PageState} state */
    draw(_frame, state) {
      const next = openPanelOf(state);
      if (next === open) return;
      const hadFocus = element.contains(document.activeElement) && panels.every(({ button }) => button !== document.activeElement);
      const last = open;
      open = next;
      if (open === null) delete root.dataset.dock;
      else root.dataset.dock = open;
      close.hidden = open === null;
      edge.show(open !== null);
      for (const { name, button, panel } of panels) {
        panel.hidden = name !== open;
        button.setAttribute("aria-expanded", String(name === open));
      }
      if (open === null && hadFocus) panels.find(({ name }) => name === last)?.button.focus({ preventScroll: true });
    },
  };
}

/**
 * The upper edge of the open panel, which the pointer drags and keys move.
 * @param {HTMLElement} edge
 * @param {HTMLElement} dock
 * @param {() => Storage} storage
 */
function createEdge(edge, dock, storage) {
  let share = stored(storage);

  /** @param {number} next */
  function set(next) {
    share = next;
    document.documentElement.style.setProperty("--dock-share", String(share));
    edge.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  }

  function keep() {
    try {
      storage().setItem(STORED, share.toFixed(3));
    } catch {
      // Without storage the height lasts as long as the page.
    }
  }

  edge.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    edge.focus({ preventScroll: true });
    edge.setPointerCapture(event.pointerId);
  });
  edge.addEventListener("pointermove", ({ pointerId, clientY }) => {
    if (edge.hasPointerCapture(pointerId)) set(shareAt(clientY, dock.getBoundingClientRect().bottom, innerHeight));
  });
  edge.addEventListener("lostpointercapture", keep);
  edge.addEventListener("dblclick", () => {
    set(SHARE.usual);
    keep();
  });
  edge.addEventListener("keydown", (event) => {
    const next = event.ctrlKey || event.metaKey || event.altKey ? null : shareAfter(share, event.key);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    set(next);
    keep();
  });
  edge.setAttribute("aria-valuemin", String(SHARE.least * 100));
  edge.setAttribute("aria-valuemax", String(SHARE.most * 100));
  set(share);

  return {
    /** @param {boolean} isOpen */
    show: (isOpen) => void (edge.hidden = !isOpen),
  };
}

/** @param {() => Storage} storage */
function stored(storage) {
  try {
    return storedShare(storage().getItem(STORED));
  } catch {
    return SHARE.usual;
  }
}
