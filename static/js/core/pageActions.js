/** The actions that change only what the page shows, and what it tells the server about itself. */

/** @typedef {import("./actions.js").PageState} PageState */

/**
 * @param {object} parts
 * @param {import("./actions.js").PageStore} parts.store
 * @param {import("./actions.js").Send} parts.send
 */
export function createPageActions({ store, send }) {
  return {
    /** @param {PageState["sheet"]} sheet  null closes the open one */
    openSheet: (sheet) => store.set({ sheet }),
    /** @param {boolean} logScale  of the loss chart */
    setLogScale: (logScale) => store.set({ logScale }),
    /** @param {number | null} marked  weight or bias under the pointer */
    mark: (marked) => store.set({ marked }),
    /** @param {boolean} singleKeys */
    setSingleKeys: (singleKeys) => store.set({ singleKeys }),

    /** @param {import("./actions.js").Tab} tab */
    showTab: (tab) => store.set({ tab }),
    /** On a small screen, the settings are in a tab of their own. */
    toggleSettings() {
      const { areSettingsOpen, tab } = store.get();
      store.set({ areSettingsOpen: !areSettingsOpen, tab: areSettingsOpen ? tab : "settings" });
    },
    toggleTheme: () => store.set({ theme: store.get().theme === "dark" ? "light" : "dark" }),
    togglePresentation: () => store.set({ presentation: !store.get().presentation }),
    toggleSurface: () => store.set({ isSurfaceOpen: !store.get().isSurfaceOpen }),
    /** @param {boolean} isSurfaceOpen */
    showSurface: (isSurfaceOpen) => store.set({ isSurfaceOpen }),

    dismissRemark: () => store.set({ remark: null }),
    dismissWarnings: () => store.set({ warnings: [] }),
    dismissStorageError: () => store.set({ storageError: null }),
    dismissEnd: () => store.set({ endSeen: store.get().status.run_ended ?? null }),
    dismissStop: () => store.set({ stopSeen: store.get().status.stopped }),
    dismissErrors: () => store.set({ errors: [] }),
    /** Reports that an entry was refused. @param {string} message  a sentence with the field, what was entered and what is expected */
    refuse: (message) => store.set({ errors: [{ code: "bad_type", field: null, got: null, expected: null, message }] }),

    /** Draws the run as an animation, or cancels that. @param {boolean} on */
    animate: (on) => send({ type: "animate", on, ...(on && { theme: store.get().theme }) }),
    /** @param {number} seq  of a frame that has been drawn */
    ack: (seq) => send({ type: "ack", seq }),
    /** @param {boolean} on  whether the page can be seen */
    setVisible: (on) => send({ type: "visible", on }),
  };
}
