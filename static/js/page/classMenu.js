/** The menu of the Class button: return to one's own class, start one, join one, or make a classroom link. */

import { createPopover } from "../lib/popover.js";
import { ownStorage, urlOf } from "../net/root.js";

/** The class that this browser leads. @typedef {{secret: string, code: string}} StoredClass */

/** The entry of the storage with that class. */
export const CLASS_ENTRY = "class";
/** The entry of the tab's storage that starts a class on the teacher's page: the experiment that it begins with. */
export const START_ENTRY = "class-start";

/**
 * The class that this browser leads, if it does.
 * @param {() => Pick<Storage, "getItem">} storage  may throw
 * @returns {StoredClass | null}
 */
export function storedClass(storage) {
  try {
    const { secret, code } = JSON.parse(storage().getItem(CLASS_ENTRY) ?? "null");
    return typeof secret === "string" && typeof code === "string" ? { secret, code } : null;
  } catch {
    return null;
  }
}

/** Goes to the teacher's page, which starts a class with the experiment of this page. */
function start() {
  try {
    ownStorage(() => sessionStorage)().setItem(START_ENTRY, location.hash);
  } catch {
    // the teacher's page asks once more
  }
  location.assign(urlOf(document.documentElement.dataset.subject === "digits" ? "teach/digits" : "teach"));
}

/** Without classes on the server, the button has no menu. */
export function createClassMenu() {
  const card = document.getElementById("class-menu");
  if (!card) return;
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("class-button"));
  const back = /** @type {HTMLAnchorElement} */ (card.querySelector("a"));

  const { close } = createPopover(button, card, {
    onOpen() {
      const own = storedClass(ownStorage(() => localStorage));
      back.hidden = !own;
      back.textContent = `Return to class ${own?.code.replace(/^.../, "$& ") ?? ""}`;
    },
  });
  card.addEventListener("click", ({ target }) => {
    const chosen = target instanceof Element && target.closest("button");
    if (chosen) close();
    if (chosen && !chosen.dataset.action) start();
  });
}
