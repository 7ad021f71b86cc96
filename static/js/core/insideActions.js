/** The actions of Look inside: which panel is open, and what it looks at. */

/**
 * @typedef {import("./types.js").PanelName} PanelName
 * @typedef {import("./types.js").LookOptions} LookOptions
 * @typedef {import("./types.js").ExportFormat} ExportFormat
 * @typedef {{name: PanelName, isAboutUnit?: boolean, isComputedOnOpen?: boolean, isExport?: boolean, isLocal?: boolean}} PanelKind  see inside/panels.js
 */

/**
 * @param {object} parts
 * @param {import("./actions.js").PageStore} parts.store
 * @param {import("./actions.js").Send} parts.send
 * @param {readonly PanelKind[]} parts.panels
 */
export function createInsideActions({ store, send, panels }) {
  const kindOf = (/** @type {PanelName | null} */ panel) => panels.find(({ name }) => name === panel);

  /** @param {LookOptions} [once]  what is asked for this time only */
  function inspect(once = {}) {
    const { inside: { panel, options }, selected } = store.get();
    const kind = kindOf(panel);
    if (panel === null || kind?.isExport || kind?.isLocal) {
      send({ type: "inspect", panel: null });
      return;
    }
    send({ type: "inspect", panel, options: { ...(kind?.isAboutUnit && { unit: selected }), ...options[panel], ...once } });
  }

  /** Tells a server that has not heard of it what to look at. */
  function beginToLook() {
    inspect(kindOf(store.get().inside.panel)?.isComputedOnOpen ? { compute: true } : {});
  }

  /** @param {ExportFormat} format */
  function exportCode(format) {
    store.set({ inside: { ...store.get().inside, format } });
    send({ type: "export", format });
  }

  /** @param {PanelName | null} panel  null closes the open one */
  function lookInside(panel) {
    const { inside, dock } = store.get();
    if (panel === inside.panel) return;
    const closed = dock === "inside" ? "none" : dock;
    store.set({ inside: { ...inside, panel, last: panel ?? inside.last }, dock: panel === null ? closed : "inside" });
    beginToLook();
    if (kindOf(panel)?.isExport) exportCode(inside.format);
  }

  return {
    lookInside, exportCode,

    /** Asks for the program with the data that it reads. @param {ExportFormat} format */
    exportArchive: (format) => send({ type: "export", format, archive: true }),

    /** @param {PanelName} panel @param {LookOptions} changes  `compute` counts once */
    setLookOptions(panel, { compute, ...changes }) {
      const { inside } = store.get();
      store.set({ inside: { ...inside, options: { ...inside.options, [panel]: { ...inside.options[panel], ...changes } } } });
      if (compute || store.get().inside !== inside) inspect(compute ? { compute } : {});
    },

    /** Another unit is selected. */
    lookAtUnit() {
      if (kindOf(store.get().inside.panel)?.isAboutUnit) inspect();
    },

    /** Opens again what a new greeting has closed for the server; without the right to look the panel closes. */
    lookAgain() {
      const { inside, inside: { panel, format }, exported, view } = store.get();
      if (panel !== null && [...view.hidden, ...view.locked].includes("lookInside")) {
        store.set({ inside: { ...inside, panel: null }, dock: "none" });
        return;
      }
      if (panel !== null) beginToLook();
      if (kindOf(panel)?.isExport && exported === null) exportCode(format);
    },
  };
}
