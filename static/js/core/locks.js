/**
 * Pure: what the locks of a link hold, as the page needs it. The server refuses what is locked; the page does not offer it.
 *
 * @typedef {import("./types.js").Config} Config
 * @typedef {import("./types.js").View} View
 * @typedef {import("./types.js").Control} Control
 * @typedef {{controls: Set<string>, fields: Set<string>, view: Set<string>, commands: Set<string>}} Locks
 */

import { isEqual } from "./store.js";

/** What a locked control says of itself. */
export const LOCKED = "Locked by the author of this link";

/** Why another experiment does not replace a locked one. @type {import("./types.js").FieldError} */
export const OTHER_EXPERIMENT_LOCKED = {
  code: "locked", field: null, got: null, expected: null,
  message: "The author of this link has locked parts of this page, and the other experiment differs there. Open it in a new tab instead.",
};

/** @param {readonly Control[]} controls @param {readonly string[]} locked  names @returns {Locks} */
export function locksOf(controls, locked) {
  const held = controls.filter(({ name }) => locked.includes(name));
  return {
    controls: new Set(locked),
    fields: new Set(held.flatMap(({ fields }) => fields)),
    view: new Set(held.flatMap(({ view }) => view)),
    commands: new Set(held.flatMap(({ commands }) => commands)),
  };
}

/** The values of a config that are the features' and the layers' own controls. @param {Config} config @returns {Record<string, unknown>} */
function parts({ features, hidden_layer_sizes: sizes }) {
  return {
    ...Object.fromEntries(features.map((name) => [name, true])),
    ...Object.fromEntries(sizes.map((units, layer) => [`numNodes${layer + 1}`, units])),
    numHiddenLayers: sizes.length,
  };
}

/**
 * Whether another experiment may replace a locked one: whatever is locked must be locked there, too, and have the same value.
 * @param {readonly Control[]} controls
 * @param {{config: Config, view: View}} here
 * @param {{config: Config, view: View, hasExamples: boolean}} there  and whether it has own examples that are not in the link
 */
export function keepsLocks(controls, here, there) {
  const locks = locksOf(controls, here.view.locked);
  const isSame = (/** @type {object} */ one, /** @type {object} */ other, /** @type {Iterable<string>} */ names) =>
    [...names].every((name) => isEqual(/** @type {any} */ (one)[name], /** @type {any} */ (other)[name]));
  return here.view.locked.every((name) => there.view.locked.includes(name) && here.view.hidden.includes(name) === there.view.hidden.includes(name))
    && isSame(here.config, there.config, locks.fields) && isSame(here.view, there.view, locks.view)
    && isSame(parts(here.config), parts(there.config), locks.controls) && !(there.hasExamples && locks.controls.has("ownData"));
}

/** @param {{name: string, control: string | null}} action @param {Locks} locks */
export function isActionLocked({ name, control }, { controls, commands }) {
  return controls.has(control ?? "") || commands.has(name);
}

/**
 * Whether a hidden layer may be added and taken away: the units of a locked layer stay what they are, also if there are none.
 * @param {number} layers  hidden ones that there are
 * @param {Locks} locks
 */
export function layerChanges(layers, { controls, fields }) {
  const isOpen = !controls.has("numHiddenLayers") && !fields.has("hidden_layer_sizes");
  return { canAdd: isOpen && !controls.has(`numNodes${layers + 1}`), canRemove: isOpen && !controls.has(`numNodes${layers}`) };
}
