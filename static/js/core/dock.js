/** The dock: the panels at the lower edge of the window, one of which can be open. Pure. */

/** @typedef {import("./actions.js").PageState} PageState */
/** @typedef {"inside" | "runs" | "compare" | "luck"} DockPanel */

/**
 * The panels in the order of their buttons; `control` is the name by which links hide and lock one.
 * @type {readonly {name: DockPanel, control: string}[]}
 */
export const DOCK_PANELS = [
  { name: "inside", control: "lookInside" },
  { name: "runs", control: "runTable" },
  { name: "compare", control: "compare" },
  { name: "luck", control: "luck" },
];

/**
 * The panel that is open. As long as the user has neither opened nor closed one since the link was opened, it is that of
 * the networks to compare or of the sweep, if the link has any.
 * @param {Pick<PageState, "dock" | "view">} state
 * @returns {DockPanel | null}
 */
export function openPanelOf({ dock, view }) {
  const name = dock ?? (view.compare.length > 0 ? "compare" : view.sweep ? "luck" : "none");
  const panel = DOCK_PANELS.find((candidate) => candidate.name === name);
  return panel && !view.hidden.includes(panel.control) ? panel.name : null;
}
