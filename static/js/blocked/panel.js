/** The panel in place of the picture while live connections are blocked. It goes away by itself when one works. */

import { byId, h, setText } from "../lib/dom.js";
import { createWatch } from "../lib/watch.js";
import { blockedBy, blockedTexts, letter, wishes } from "./texts.js";

/** @typedef {import("../core/actions.js").PageState} PageState */

/**
 * @param {object} parts
 * @param {string} parts.address  of the WebSocket
 * @param {() => void} parts.retry  connects at once
 * @param {() => void} parts.schedule  draws before long
 */
export function createBlocked({ address, retry, schedule }) {
  const element = byId("blocked", HTMLElement);
  const part = (/** @type {string} */ name) => byId(`blocked-${name}`, HTMLElement);
  const text = byId("blocked-letter", HTMLTextAreaElement);
  const back = byId("blocked-back", HTMLButtonElement);
  const written = createWatch();
  /** Whether there was a connection before: then there is a picture, which is covered only when that is asked for. */
  let wasOpen = false;
  let isAsked = false;

  byId("blocked-try", HTMLButtonElement).addEventListener("click", retry);
  back.addEventListener("click", () => show(false));

  /** @param {boolean} asked */
  function show(asked) {
    isAsked = asked;
    schedule();
    if (asked) requestAnimationFrame(() => element.focus());
  }

  return {
    /** Shows the panel although there is a picture. */
    open: () => show(true),
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { connection, cause }) {
      wasOpen ||= connection === "open";
      const blocked = blockedBy(cause);
      if (blocked === null) isAsked = false;
      const isShown = blocked !== null && (isAsked || !wasOpen);
      element.hidden = !isShown;
      document.documentElement.toggleAttribute("data-blocked", isShown);
      if (!isShown || !blocked) return;
      back.hidden = !wasOpen;
      setText(part("again"), connection === "open" ? "There is a connection at the moment." : "The page keeps trying by itself.");
      if (!written.isNew(blocked.how, blocked.status)) return;
      const { heading, text: words } = blockedTexts(blocked);
      setText(part("heading"), heading);
      setText(part("text"), words);
      part("wishes").replaceChildren(...wishes(address).map((wish) => h("li", {}, wish)));
      text.value = letter(blocked, address);
    },
  };
}
