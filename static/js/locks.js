/**
 * Pure: what the locks of a link hold, as the page needs it. The server refuses what is locked; the page does not offer it.
 *
 * @typedef {import("./types.js").Control} Control
 * @typedef {{controls: Set<string>, fields: Set<string>, view: Set<string>, commands: Set<string>}} Locks
 */

/** What a locked control says of itself. */
export const LOCKED = "Locked by whoever made this link";

/** What is said when another experiment is to come in place of a locked one. @type {import("./types.js").FieldError} */
export const NOT_ANOTHER = {
  code: "locked", field: null, got: null, allowed: null,
  message: "Whoever made this link has locked parts of this page, so no other experiment is opened in its place. Open it in a page of its own.",
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
