/**
 * What the teacher points at, as it travels to those who follow: the weight or bias under the pointer, and the open panel.
 * The selected unit needs no words, since the frames show it. Pure.
 *
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {{hovered: string | null, panel: string | null}} Pointing
 */

import { openPanelOf } from "../core/dock.js";

const PART = "part ";
const INSIDE = "inside ";

/** What is pointed at on this page. @param {Pick<PageState, "marked" | "dock" | "view" | "inside">} state @returns {Pointing} */
export function pointingOf(state) {
  const panel = openPanelOf(state);
  return {
    hovered: state.marked === null ? null : `${PART}${state.marked}`,
    panel: panel === "inside" ? state.inside.panel && `${INSIDE}${state.inside.panel}` : panel === "compare" ? panel : null,
  };
}

/** What a page that follows marks. @param {Pointing | null} pointed @returns {PageState["marked"]} */
export function markedBy(pointed) {
  const index = pointed?.hovered?.startsWith(PART) ? Number(pointed.hovered.slice(PART.length)) : NaN;
  return Number.isInteger(index) && index >= 0 ? index : null;
}

/**
 * What a page that follows opens; it closes what the teacher has closed.
 * @param {Pointing | null} pointed
 * @param {Pick<PageState, "dock" | "inside">} open
 * @param {readonly string[]} panels  of Look inside
 * @returns {Partial<Pick<PageState, "dock" | "inside">>}
 */
export function openedBy(pointed, { dock, inside }, panels) {
  const name = pointed?.panel ?? "";
  const panel = name.startsWith(INSIDE) ? panels.find((candidate) => candidate === name.slice(INSIDE.length)) : undefined;
  if (panel) return { dock: "inside", inside: { ...inside, panel: /** @type {PageState["inside"]["panel"]} */ (panel), last: /** @type {any} */ (panel) } };
  if (name === "compare") return { dock: name, inside: { ...inside, panel: null } };
  return dock === "inside" || dock === "compare" ? { dock: "none", inside: { ...inside, panel: null } } : {};
}
