/** One listener for all keys: it looks the key up in the list of actions. */

/**
 * Keys that these elements need for themselves; any other key is free. A button that got the focus from the pointer
 * does not keep the space bar: who has just clicked Reset and presses space means play.
 * @type {{selector: string, keys: (key: string, element: Element) => boolean}[]}
 */
const OWN_KEYS = [
  { selector: "textarea, input:not([type=checkbox], [type=range], [type=radio], [type=button])", keys: () => true },
  { selector: "button, a[href], summary, [role=button], input[type=checkbox], input[type=radio]",
    keys: (key, element) => (key === " " || key === "Enter") && element.matches(":focus-visible") },
  { selector: "select", keys: (key, element) => /^(Arrow|Page|Home|End|Enter)/.test(key) || element.matches(":focus-visible") },
  { selector: "input[type=range]", keys: (key) => /^(Arrow|Page|Home|End)/.test(key) },
];

/** @param {EventTarget | null} target @param {string} key */
function isTaken(target, key) {
  return target instanceof Element && OWN_KEYS.some(({ selector, keys }) => {
    const element = target.closest(selector);
    return element !== null && keys(key, element);
  });
}

/**
 * Throws if two actions are on one key.
 * @param {Document} target
 * @param {object} parts
 * @param {import("./actions.js").Action[]} parts.actions
 * @param {(action: import("./actions.js").Action) => boolean} parts.isEnabled
 */
export function listenToKeys(target, { actions, isEnabled }) {
  /** @type {Map<string, import("./actions.js").Action>} */
  const byKey = new Map();
  for (const action of actions) {
    if (action.key === null) continue;
    const other = byKey.get(action.key);
    if (other) throw new Error(`${other.name} and ${action.name} are both on the key ${action.key}`);
    byKey.set(action.key, action);
  }
  target.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const action = byKey.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (!action || !isEnabled(action) || isTaken(event.target, event.key)) return;
    event.preventDefault();
    action.run();
  });
}
