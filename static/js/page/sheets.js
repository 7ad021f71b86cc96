/** The sheets that open over the page: help with the list of keys, and the link to share. Also every Copy button. */

import { keyName } from "../core/actions.js";
import { all, byId, h } from "../lib/dom.js";
import { isActionLocked, locksOf } from "../core/locks.js";
import { urlOf } from "../net/root.js";
import { pageOf } from "./subject.js";

/** @typedef {import("../core/actions.js").PageState} PageState */
/** @typedef {import("../core/actions.js").Action} Action */

/** How long a button says that it has copied, in ms. */
const COPIED_FOR = 1600;

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createSheets({ actions }) {
  const sheets = Object.fromEntries(["help", "share", "upload", "builder"].flatMap((name) => {
    const sheet = document.getElementById(name);
    return sheet instanceof HTMLDialogElement ? [[name, sheet]] : [];
  }));
  const keys = byId("help-keys", HTMLElement);
  const singleKeys = byId("single-keys", HTMLInputElement);
  const links = ["share-link", "hide-link"].map((id) => byId(id, HTMLInputElement));
  const shareOwn = byId("share-own", HTMLElement);
  // an experiment of a class can be opened by anyone
  const homeOf = (/** @type {string} */ link) => (document.documentElement.dataset.class === undefined ? location.href : urlOf(pageOf(link)));
  /** @type {PageState | null} */
  let drawn = null;

  for (const [name, sheet] of Object.entries(sheets)) {
    // one that gives way to another has nothing more to say
    sheet.addEventListener("close", () => drawn?.sheet === name && actions.openSheet(null));
    sheet.addEventListener("click", (event) => {
      const isBackdrop = event.target === sheet;
      if (isBackdrop || (event.target instanceof Element && event.target.closest("[data-close]"))) sheet.close();
    });
  }
  singleKeys.addEventListener("change", () => actions.setSingleKeys(singleKeys.checked));
  for (const button of all(document, "[data-copy]", HTMLButtonElement)) button.addEventListener("click", () => copy(button));
  for (const input of links) input.addEventListener("focus", () => input.select());

  /** @param {PageState} state */
  function drawKeys({ view, schema }) {
    const locks = locksOf(schema.controls, view.locked);
    keys.replaceChildren(...actions.list
      .filter((action) => action.key !== null && !view.hidden.includes(action.control ?? "") && !isActionLocked(action, locks))
      .map(({ key, label }) => h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, keyName(key ?? ""))), h("td", {}, label))));
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      if (state.view !== drawn?.view) drawKeys(state);
      if (state.link !== drawn?.link) {
        for (const input of links) input.value = new URL(state.link || "#", homeOf(state.link)).href;
      }
      shareOwn.hidden = !isTooLargeForLink(state);
      if (state.sheet !== drawn?.sheet) {
        for (const [name, sheet] of Object.entries(sheets)) {
          if (name === state.sheet && !sheet.open) sheet.showModal();
          if (name !== state.sheet && sheet.open) sheet.close();
        }
      }
      singleKeys.checked = state.singleKeys;
      drawn = state;
    },
  };
}

/** Whether the link leaves the user's own data behind. @param {PageState} state */
function isTooLargeForLink({ link, data }) {
  return Boolean(data?.own && data.examples && !link.includes(data.examples));
}

/** Copies the input that a button belongs to, and says so on the button. @param {HTMLButtonElement} button */
async function copy(button) {
  const input = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (byId(button.dataset.copy ?? "", HTMLElement));
  const label = button.querySelector("[data-label]");
  input.select();
  let isCopied = true;
  try {
    await navigator.clipboard.writeText(input.value);
  } catch {
    isCopied = document.execCommand("copy");
  }
  if (!(label instanceof HTMLElement)) return;
  label.dataset.label ||= label.textContent ?? "";
  label.textContent = isCopied ? "Copied" : "Press Ctrl+C";
  setTimeout(() => (label.textContent = label.dataset.label ?? ""), COPIED_FOR);
}
