/**
 * Links and biases as targets of the pointer: the card of each, its position, and which of them enter a unit. Pure.
 *
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").LinkPath} LinkPath
 * @typedef {import("./layout.js").BiasBox} BiasBox
 * @typedef {LinkPath | BiasBox} Part
 */

import { hasThreshold, hiddenActivations } from "../core/applies.js";
import { linkHeight } from "./curve.js";

/** What the names of parts depend on.
 * @typedef {object} Named
 * @property {Pick<State, "config" | "data">} state
 * @property {number} last  the output's layer
 * @property {(index: number) => string} unitName
 * @property {readonly string[]} paired  activations with several pieces
 * @property {readonly string[]} switching  activations that switch where their weighted sum is 0
 */

/**
 * The unit that a link or bias comes into.
 * @param {Part} part
 * @returns {number}
 */
export const targetOf = (part) => ("source" in part ? part.target : part.unit);

/**
 * What the card says of a part: "Weight", "x₁ → neuron 2, layer 1".
 * @param {Part} part
 * @param {Named} named
 * @returns {import("./card.js").Subject}
 */
export function subjectOf(part, { state, last, unitName, paired, switching }) {
  const isLink = "source" in part && !part.isBias;
  const piece = paired.includes(hiddenActivations(state.config)[part.layer - 1]) ? ", first piece" : "";
  const layer = part.layer === last ? "" : `, layer ${part.layer}${piece}`;
  const from = isLink ? `${unitName(part.source)} → ` : "source" in part ? "+1 → " : "";
  return {
    index: part.index,
    kind: isLink ? "Weight" : "Bias",
    name: `${from}${unitName(targetOf(part))}${layer}`,
    hasThreshold: !isLink && hasThreshold(state.config, part.layer, state.data?.classes ?? 2, switching),
  };
}

/**
 * Whether weights can be edited, and how, or why not.
 * @param {Pick<State["view"], "hidden" | "locked"> | undefined} view
 * @param {"look" | "keys"} mode  how the card is opened
 * @returns {Exclude<import("./card.js").Mode, "edit">}
 */
export function modeOf(view, mode) {
  if (view?.locked.includes("weights")) return "locked";
  return view?.hidden.includes("weights") ? "hidden" : mode;
}

/**
 * What comes into a unit, from the top: its links, then its bias.
 * @param {Pick<Layout, "links" | "biases"> | undefined} layout
 * @param {number} unit
 * @returns {Part[]}
 */
export function incomingOf(layout, unit) {
  if (!layout) return [];
  return [...layout.links.filter(({ target }) => target === unit), ...layout.biases.filter((bias) => bias.unit === unit)];
}

/**
 * The point at which the card of a part opens: the middle of a link, the right edge of a bias.
 * @param {Part} part
 * @returns {{x: number, y: number}}
 */
export function anchorOf(part) {
  if (!("source" in part)) return { x: part.x + part.size, y: part.y };
  const x = (part.x1 + part.x2) / 2;
  return { x, y: linkHeight(part, x) };
}

/**
 * The part at an index of a list, or the nearest one.
 * @template T
 * @param {readonly T[]} parts
 * @param {number} index
 * @returns {T | undefined} undefined: the list is empty
 */
export const nearestIn = (parts, index) => parts[Math.max(0, Math.min(parts.length - 1, index))];
