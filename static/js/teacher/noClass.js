/** The page without a class: there is none yet, it has ended, another page leads it, or the secret is wrong. */

import { all, byId, setText } from "../lib/dom.js";
import { faultOf, requestClass } from "../classroom/starting.js";
import { spacedCode } from "./texts.js";

/** @typedef {"none" | "key" | "ended" | "moved" | "wrong" | "offline"} Why */

/** @type {Record<Why, {heading: string, text: string, button: string}>} */
const TEXTS = {
  none: { heading: "No class yet", text: "Start one: students join with a code and a name, without accounts. The class lives on this server only, and nothing of it is stored there.", button: "Start a class" },
  key: { heading: "Start a class", text: "This server asks teachers for a key. Its administrator can give it to you.", button: "Start a class" },
  ended: { heading: "The class has ended", text: "All students have been disconnected, and nothing of the class is left on the server or in this browser.", button: "Start another class" },
  moved: { heading: "The class is led from another page", text: "You have opened this class in another tab, window or device. It goes on there.", button: "Take it back" },
  wrong: { heading: "This class cannot be opened", text: "The address does not belong to a class of this server. It may have been copied incompletely, or the server’s key has changed.", button: "Start a class" },
  offline: { heading: "The class cannot be opened now", text: "The server has not answered, or is busy. Try again in a moment.", button: "Try again" },
};

/**
 * @param {object} parts
 * @param {import("./secret.js").ClassEntry} parts.entry
 * @param {() => void} parts.begin  goes on with the class that the entry has now
 */
export function createNoClass({ entry, begin }) {
  const element = byId("no-class", HTMLElement);
  const heading = byId("no-class-heading", HTMLElement);
  const text = byId("no-class-text", HTMLElement);
  const form = byId("no-class-form", HTMLFormElement);
  const button = byId("no-class-start", HTMLButtonElement);
  const own = byId("no-class-return", HTMLAnchorElement);
  const keyRow = byId("no-class-key", HTMLElement);
  const key = byId("no-class-key-input", HTMLInputElement);
  const fault = byId("no-class-fault", HTMLElement);
  /** @type {Why | null} */
  let shown = null;
  let takeBack = () => {};

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (shown === "moved") return takeBack();
    if (shown === "offline") return location.reload();
    void start();
  });

  async function start() {
    button.disabled = true;
    const { status, found } = await requestClass(key.value === "" ? {} : { key: key.value });
    button.disabled = false;
    if (found) {
      entry.begin(found);
      return begin();
    }
    const isAsked = status === 403 && keyRow.hidden;
    if (isAsked) show("key");
    else if (shown === null) show("none");
    setText(fault, isAsked ? "" : faultOf(status));
    if (!keyRow.hidden) key.select();
  }

  /** @param {Why | null} why  null: there is a class */
  function show(why) {
    if (why === shown) return;
    shown = why;
    element.hidden = why === null;
    for (const other of document.body.children) {
      if (other instanceof HTMLElement && other !== element) other.inert = why !== null;
    }
    if (why === null) return;
    // nothing else can be used while one of these is open
    for (const dialog of all(document, "dialog[open]", HTMLDialogElement)) dialog.close("");
    const stored = why === "wrong" ? entry.get() : null;
    own.hidden = stored === null;
    button.classList.toggle("main", stored === null);
    setText(own, `Return to class ${spacedCode(stored?.code ?? "")}`);
    keyRow.hidden = why !== "key";
    setText(heading, TEXTS[why].heading);
    setText(text, TEXTS[why].text);
    setText(button, TEXTS[why].button);
    setText(fault, "");
    element.focus();
  }

  return {
    /** Starts a class at once; says why, if the server refuses. */
    start,
    /** @param {Why | null} why  null: there is a class @param {() => void} [back]  leads the class from here again, although another page does */
    show(why, back = () => {}) {
      takeBack = back;
      show(why);
    },
  };
}

/** @typedef {ReturnType<typeof createNoClass>} NoClass */
