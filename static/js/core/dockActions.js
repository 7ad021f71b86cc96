/** The actions of the dock: which of its panels is open. */

import { openPanelOf } from "./dock.js";

/**
 * @param {object} parts
 * @param {import("./actions.js").PageStore} parts.store
 * @param {(panel: import("./types.js").PanelName | null) => void} parts.lookInside  null: nobody looks any more
 * @param {() => void} parts.estimateStarts
 */
export function createDockActions({ store, lookInside, estimateStarts }) {
  /** Opens a panel in place of the open one; null closes that. @param {import("./dock.js").DockPanel | null} panel */
  function openDock(panel) {
    lookInside(panel === "inside" ? store.get().inside.last : null);
    if (panel !== "inside") store.set({ dock: panel ?? "none" });
    if (panel === "luck") estimateStarts();
  }

  return {
    openDock,
    /** Opens a panel, or closes it. @param {import("./dock.js").DockPanel} panel */
    toggleDock: (panel) => openDock(openPanelOf(store.get()) === panel ? null : panel),
  };
}
