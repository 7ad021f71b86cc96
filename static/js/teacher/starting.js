/** The page without a class: there is none yet, it has ended, another page leads it, or the secret is wrong. */

import { faultOf, startClass } from "../page/classMenu.js";
import { byId, setText } from "../lib/dom.js";

/** @typedef {"none" | "ended" | "moved" | "wrong" | "offline"} Why */

/** @type {Record<Why, {heading: string, text: string, button: string}>} */
const TEXTS = {
  none: { heading: "No class yet", text: "Start one: students join with a code and a name, without accounts. The class lives on this server only, and nothing of it is stored there.", button: "Start a class" },
  ended: { heading: "The class has ended", text: "All students have been disconnected, and nothing of the class is left on the server.", button: "Start another class" },
  moved: { heading: "The class is led from another page", text: "You have opened this class in another tab, window or device. It goes on there.", button: "Take it back" },
  wrong: { heading: "This class cannot be opened", text: "The address does not belong to a class of this server. It may have been copied incompletely, or the server’s key has changed.", button: "Start a class" },
  offline: { heading: "The class cannot be opened now", text: "The server has not answered, or is busy. Try again in a moment.", button: "Try again" },
};

/**
 * @param {object} [parts]
 * @param {() => void} [parts.takeBack]  continues here although another page leads the class
 */
export function createStarting({ takeBack = () => {} } = {}) {
  const element = byId("no-class", HTMLElement);
  const heading = byId("no-class-heading", HTMLElement);
  const text = byId("no-class-text", HTMLElement);
  const button = byId("no-class-start", HTMLButtonElement);
  const keyRow = byId("no-class-key", HTMLElement);
  const key = byId("no-class-key-input", HTMLInputElement);
  const fault = byId("no-class-fault", HTMLElement);
  /** @type {Why | null} */
  let shown = null;

  button.addEventListener("click", async () => {
    if (shown === "moved") return takeBack();
    if (shown === "offline") return location.reload();
    const status = await startClass(key.value);
    // from here the address changes after the "#" only
    if (status === 201) return location.reload();
    setText(fault, status === 403 && keyRow.hidden ? "This server asks for the teacher’s key." : faultOf(status));
    if (status !== 403) return;
    keyRow.hidden = false;
    key.select();
  });

  return {
    /** @param {Why | null} why  null: there is a class */
    show(why) {
      if (why === shown) return;
      shown = why;
      element.hidden = why === null;
      for (const other of document.body.children) {
        if (other instanceof HTMLElement && other !== element) other.inert = why !== null;
      }
      if (why === null) return;
      setText(heading, TEXTS[why].heading);
      setText(text, TEXTS[why].text);
      setText(button, TEXTS[why].button);
      element.focus();
    },
  };
}
