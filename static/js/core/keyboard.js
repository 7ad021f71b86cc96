/** One listener for all keys: it looks the key up in the list of actions. */

import { createKeyReader } from "../lib/keys.js";

/**
 * Keys that these elements need for themselves; any other key is free. Who has clicked Reset and then presses space
 * means play: what got the focus from the pointer keeps only what it cannot do without.
 * @type {{selector: string, always: RegExp, byKeyboard: RegExp}[]}
 */
const OWN_KEYS = [
  { selector: "textarea, input:not([type=checkbox], [type=range], [type=radio], [type=button])", always: /./, byKeyboard: /./ },
  { selector: "button, a[href], summary, [role=button], input[type=checkbox], input[type=radio]", always: /^Enter$/, byKeyboard: /^( |Enter)$/ },
  { selector: "select", always: /^(Arrow|Page|Home|End|Enter)/, byKeyboard: /./ },
  { selector: "input[type=range]", always: /^(Arrow|Page|Home|End)/, byKeyboard: /^(Arrow|Page|Home|End)/ },
];

/**
 * Throws if two actions are on one key.
 * @param {Document} target
 * @param {object} parts
 * @param {import("./actions.js").Action[]} parts.actions
 * @param {(action: import("./actions.js").Action) => boolean} parts.isEnabled  the key of one that is not is the browser's
 * @param {(action: import("./actions.js").Action) => boolean} parts.isLocked  the key of one that is does nothing at all
 */
export function listenToKeys(target, { actions, isEnabled, isLocked }) {
  /** @type {Map<string, import("./actions.js").Action>} */
  const byKey = new Map();
  for (const action of actions) {
    if (action.key === null) continue;
    const other = byKey.get(action.key);
    if (other) throw new Error(`${other.name} and ${action.name} are both on the key ${action.key}`);
    byKey.set(action.key, action);
  }
  /** What the pointer last went down on. @type {EventTarget | null} */
  let pointed = null;
  target.addEventListener("pointerdown", (event) => (pointed = event.target), { capture: true });

  /** @param {Element} element */
  const isByPointer = (element) => pointed instanceof Node && element.contains(pointed);

  /** @param {EventTarget | null} element @param {string} key */
  const isTaken = (element, key) => element instanceof Element && OWN_KEYS.some(({ selector, always, byKeyboard }) =>
    element.matches(selector) && (isByPointer(element) ? always : byKeyboard).test(key));

  const read = createKeyReader();

  target.addEventListener("keydown", (event) => {
    // what a browser fills in by itself comes as events without a key
    if (!(event instanceof KeyboardEvent)) return;
    if (event.key === "Tab") pointed = null;
    // also what is typed into a field tells which keyboard it is
    const key = read(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph") || event.isComposing) return;
    const action = byKey.get(key);
    if (!action || !isEnabled(action) || isTaken(event.target, event.key)) return;
    event.preventDefault();
    // or else some browsers press the button all the same when the space bar comes up
    if (event.key === " " && event.target instanceof HTMLElement) event.target.blur();
    if (!isLocked(action)) action.run();
  });
}
