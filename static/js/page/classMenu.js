/** The menu of the Class button: start a class, join one, return to one's own, or make a classroom link. */

import { createPopover } from "../lib/popover.js";

/** The class that this browser leads. @typedef {{secret: string, code: string}} StoredClass */

/** The entry of the storage with that class. */
export const CLASS_ENTRY = "class";

/** Why no class was started, by the status of the answer. @type {Record<number, string>} */
const FAULTS = {
  403: "That is not the teacher’s key of this server.",
  404: "This server offers no classes.",
  429: "Too many attempts. Wait a minute and try again.",
  503: "This server has no room for another class right now.",
};
const UNREACHABLE = "The server could not be reached.";

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

/** Goes to the class that has been started. @param {StoredClass} started */
function enter({ secret, code }) {
  try {
    localStorage.setItem(CLASS_ENTRY, JSON.stringify({ secret, code }));
  } catch {
    // the address is enough
  }
  location.assign(`/teach#${secret}`);
}

/** Without classes on the server, the button has no menu. */
export function createClassMenu() {
  const card = document.getElementById("class-menu");
  if (!card) return;
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("class-button"));
  const back = /** @type {HTMLAnchorElement} */ (card.querySelector("[data-return]"));
  const form = /** @type {HTMLFormElement} */ (card.querySelector("form"));
  const key = /** @type {HTMLInputElement} */ (form.querySelector("input"));
  const keyRow = /** @type {HTMLElement} */ (form.querySelector("[data-key]"));
  const fault = /** @type {HTMLElement} */ (form.querySelector("[role]"));

  const { close } = createPopover(button, card, {
    onOpen() {
      const own = storedClass(() => localStorage);
      back.hidden = !own;
      back.textContent = `Return to class ${own?.code.replace(/^.../, "$& ") ?? ""}`;
    },
  });
  card.addEventListener("click", ({ target }) => target instanceof Element && target.closest("[data-action]") && close());

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let status = 0;
    try {
      const response = await fetch("/api/classes", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(key.value ? { key: key.value } : {}),
      });
      status = response.status;
      if (response.ok) {
        enter(await response.json());
        return;
      }
    } catch {
      // the text says so
    }
    // the first refusal only means that a key is needed
    fault.textContent = status === 403 && keyRow.hidden ? "" : FAULTS[status] ?? UNREACHABLE;
    if (status !== 403) return;
    keyRow.hidden = false;
    key.select();
  });
}
