/**
 * What the teacher points at, as it travels to those who follow: the weight or bias under the pointer, the open panel, and
 * the picture that is being read.
 * The selected unit needs no words, since the frames show it. Pure.
 *
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {{hovered: string | null, panel: string | null, example: number | null, drawing: Uint8Array | null}} Pointing
 * @typedef {{hovered: string | null, panel: string | null, example?: number | null, drawing?: string | null}} Pointed  as it is received
 */

import { openPanelOf } from "../core/dock.js";
import { bytesOf } from "../net/protocol.js";

const PART = "part ";
const INSIDE = "inside ";

/** What is pointed at on this page. @param {Pick<PageState, "marked" | "dock" | "view" | "inside" | "followed">} state @returns {Pointing} */
export function pointingOf(state) {
  const panel = openPanelOf(state);
  return {
    hovered: state.marked === null ? null : `${PART}${state.marked}`,
    panel: panel === "inside" ? state.inside.panel && `${INSIDE}${state.inside.panel}` : panel === "compare" ? panel : null,
    example: state.followed && "example" in state.followed ? state.followed.example : null,
    drawing: state.followed && "pixels" in state.followed ? state.followed.pixels : null,
  };
}

/** The picture that a page which follows shows. @param {Pointed | null} pointed @returns {PageState["followed"]} */
export function readBy(pointed) {
  if (typeof pointed?.example === "number") return { example: pointed.example };
  try {
    return pointed?.drawing ? { pixels: bytesOf(pointed.drawing) } : null;
  } catch {
    return null;
  }
}

/**
 * What a page that follows shows of that picture: what the frames hold of it.
 * @param {PageState["followed"]} followed @param {Float32Array | null} activations  of all units, the ten outputs last, in the newest frame
 * @returns {PageState["reading"]} null: there is no picture, or nothing of it
 */
export function readingBy(followed, activations) {
  if (!followed || !activations) return null;
  const all = Array.from(activations);
  const outputs = all.slice(-10);
  return { answer: outputs.indexOf(Math.max(...outputs)), activations: [all], example: "example" in followed ? followed.example : null, label: null, after: -1 };
}

/** What a page that follows marks. @param {Pointed | null} pointed @returns {PageState["marked"]} */
export function markedBy(pointed) {
  const index = pointed?.hovered?.startsWith(PART) ? Number(pointed.hovered.slice(PART.length)) : NaN;
  return Number.isInteger(index) && index >= 0 ? index : null;
}

/**
 * What a page that follows opens; it closes what the teacher has closed.
 * @param {Pointed | null} pointed
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
