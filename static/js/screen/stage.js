/** The stage: shows one view at a time, over the playground, which is the view of a network. */

import { all, byId, setText } from "../lib/dom.js";
import { hereText, titleOf, waitingTexts } from "./texts.js";
import { isPausedBeside, viewOf } from "./choose.js";
import { spacedCode } from "../teacher/texts.js";
import { spokenAddress } from "../teacher/addresses.js";
import { showAddress } from "../teacher/joinCard.js";

/** Views in words, on the same section. */
const IN_WORDS = new Set(["connecting", "refused", "over"]);

/**
 * @param {object} parts
 * @param {() => boolean} parts.hasSecret  whether the page knows what to show
 * @param {() => string} parts.root  the address that students open, without the page
 * @param {(view: import("./choose.js").View) => void} parts.onView  another view is shown
 */
export function createStage({ hasSecret, root, onView }) {
  const page = document.documentElement;
  const sections = all(document, "[data-screen-view]", HTMLElement);
  const title = byId("screen-title", HTMLElement);
  const attention = byId("screen-attention", HTMLElement);
  const corner = byId("screen-corner", HTMLElement);
  const part = (/** @type {string} */ name) => all(corner, `[data-part=${name}]`, HTMLElement)[0];
  const words = { title: byId("screen-words-title", HTMLElement), text: byId("screen-words-text", HTMLElement) };
  /** @type {import("./choose.js").View | null} */
  let shown = null;

  return {
    /** @param {import("../classroom/state.js").ClassState} state */
    draw(state) {
      // as in presentation mode, but without its full screen, which only a click may open
      page.setAttribute("data-presentation", "");
      const view = viewOf(state);
      const { room } = state;
      if (view !== shown) {
        shown = view;
        page.dataset.screen = view;
        const name = IN_WORDS.has(view) ? "words" : view;
        for (const section of sections) section.hidden = section.dataset.screenView !== name;
        onView(view);
      }
      setText(title, titleOf(view, state));
      attention.hidden = !isPausedBeside(view, room);
      corner.hidden = room === null;
      if (room) {
        showAddress(part("address"), `${spokenAddress(root())}/join`);
        setText(part("code"), spacedCode(room.code));
        setText(part("present"), hereText(room.present));
      }
      if (!IN_WORDS.has(view)) return;
      const texts = view === "over" ? { title: "The class has ended", text: "Thank you for taking part." } : waitingTexts(state, hasSecret());
      setText(words.title, texts.title);
      setText(words.text, texts.text);
    },
  };
}
