/** The classroom link: choices for every control, and the texts made of them. Pure. */

/**
 * @typedef {import("../core/types.js").View} View
 * @typedef {"show" | "lock" | "hide"} Choice
 */

/** In the order of the radio buttons. */
export const CHOICES = /** @type {const} */ (["show", "lock", "hide"]);
const WORDS = { lock: "locked", hide: "hidden" };

/** What a view does with a control. @param {Pick<View, "hidden" | "locked">} view @param {string} name @returns {Choice} */
export function choiceOf({ hidden, locked }, name) {
  return hidden.includes(name) ? "hide" : locked.includes(name) ? "lock" : "show";
}

/**
 * The changes of the view that choices make. A hidden control is locked as well: what cannot be seen does not change.
 * @param {readonly {name: string, choice: Choice}[]} choices
 * @returns {{hidden: string[], locked: string[]}}
 */
export function changesOf(choices) {
  const named = (/** @type {Choice[]} */ ...wanted) => choices.filter(({ choice }) => wanted.includes(choice)).map(({ name }) => name);
  return { hidden: named("hide"), locked: named("lock", "hide") };
}

/** The summary of a section: "2 locked, 1 hidden". @param {readonly Choice[]} choices */
export function countText(choices) {
  return /** @type {const} */ (["lock", "hide"])
    .map((choice) => ({ count: choices.filter((other) => other === choice).length, word: WORDS[choice] }))
    .filter(({ count }) => count > 0)
    .map(({ count, word }) => `${count} ${word}`).join(", ");
}

/** The HTML that embeds the page. @param {string} address @param {number} height  in pixels */
export function embedCode(address, height) {
  return `<iframe src="${address.replaceAll("&", "&amp;")}" width="100%" height="${height}" title="NumPy Playground"></iframe>`;
}
