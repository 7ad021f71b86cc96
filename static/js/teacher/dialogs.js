/** The dialogs of the teacher's page, by name, and the one that asks before something that cannot be undone. */

import { all, byId } from "../lib/dom.js";

/** @typedef {"hand-out" | "ask" | "join-card" | "class-settings" | "class-screen" | "class-people"} DialogName */

/** @type {readonly DialogName[]} */
const NAMES = ["hand-out", "ask", "join-card", "class-settings", "class-screen", "class-people"];

/**
 * @param {{onChange: () => void}} parts  onChange: one was opened or closed
 */
export function createDialogs({ onChange }) {
  const dialogs = new Map(NAMES.map((name) => [name, byId(name, HTMLDialogElement)]));
  const confirm = byId("class-ask-once", HTMLDialogElement);
  const field = byId("class-ask-once-input", HTMLInputElement);
  const fieldRow = byId("class-ask-once-field", HTMLElement);
  const yes = byId("class-ask-once-yes", HTMLButtonElement);

  for (const dialog of [...dialogs.values(), confirm]) {
    dialog.addEventListener("close", onChange);
    dialog.addEventListener("click", ({ target }) => {
      const isBackdrop = target === dialog;
      if (isBackdrop || (target instanceof Element && target.closest("[data-close]"))) dialog.close("");
    });
  }

  return {
    /** @param {DialogName} name */
    open(name) {
      const dialog = dialogs.get(name);
      if (!dialog || dialog.open) return;
      dialog.showModal();
      onChange();
    },
    /** @param {DialogName} name */
    close: (name) => dialogs.get(name)?.close(),
    /** @param {DialogName} name */
    isOpen: (name) => dialogs.get(name)?.open === true,
    /** Whether any is open. */
    isAnyOpen: () => confirm.open || [...dialogs.values()].some((dialog) => dialog.open),
    /** Closes all of them. */
    closeAll() {
      for (const dialog of all(document, "dialog[open]", HTMLDialogElement)) dialog.close("");
    },
    /**
     * Asks before something happens.
     * @param {object} question
     * @param {string} question.title
     * @param {string} question.text
     * @param {string} question.label  of the button that lets it happen
     * @param {{label: string, value: string}} [question.field]  a text that is asked for
     * @returns {Promise<string | null>}  the text, "" without one; null: it is not to happen
     */
    ask({ title, text, label, field: asked }) {
      byId("class-ask-once-heading", HTMLElement).textContent = title;
      byId("class-ask-once-text", HTMLElement).textContent = text;
      yes.textContent = label;
      fieldRow.hidden = !asked;
      field.required = Boolean(asked);
      field.value = asked?.value ?? "";
      if (asked) all(fieldRow, "label", HTMLLabelElement)[0].textContent = asked.label;
      confirm.returnValue = "";
      confirm.showModal();
      if (asked) field.select();
      onChange();
      return new Promise((resolve) => {
        confirm.addEventListener("close", () => resolve(confirm.returnValue === "yes" ? field.value.trim() : null), { once: true });
      });
    },
  };
}

/** @typedef {ReturnType<typeof createDialogs>} Dialogs */
