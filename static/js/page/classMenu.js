/** The menu of the Class button: start a class, join one, return to one's own, or make a classroom link. */

import { createPopover } from "../lib/popover.js";

/** The class that this browser leads. @typedef {{secret: string, code: string}} StoredClass */

/** The entry of the storage with that class. */
export const CLASS_ENTRY = "class";
/** The entry of the tab's storage with the experiment that a class begins with. */
export const LINK_ENTRY = "class-link";

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

/**
 * Asks the server for a new class, or for the code of one.
 * @param {{key?: string, secret?: string}} request
 * @returns {Promise<{status: number, found: StoredClass | null}>}  the status of the answer, 0 for none
 */
export async function requestClass(request) {
  try {
    const response = await fetch("/api/classes", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request),
    });
    return { status: response.status, found: response.ok ? await response.json() : null };
  } catch {
    return { status: 0, found: null };
  }
}

/**
 * Starts a class, and goes there with the experiment of this page.
 * @param {string} key  the teacher's, "" for none
 * @returns {Promise<number>}  the status of the answer, 0 for none
 */
export async function startClass(key) {
  const { status, found } = await requestClass(key ? { key } : {});
  if (found) enter(found);
  return status;
}

/** Why no class was started. @param {number} status  of the answer, 0 for none */
export const faultOf = (status) => FAULTS[status] ?? UNREACHABLE;

/** Goes to the class that has been started. @param {StoredClass} started */
function enter({ secret, code }) {
  try {
    localStorage.setItem(CLASS_ENTRY, JSON.stringify({ secret, code }));
    sessionStorage.setItem(LINK_ENTRY, location.hash);
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
    const status = await startClass(key.value);
    if (status === 201) return;
    // the first refusal only means that a key is needed
    fault.textContent = status === 403 && keyRow.hidden ? "" : faultOf(status);
    if (status !== 403) return;
    keyRow.hidden = false;
    key.select();
  });
}
