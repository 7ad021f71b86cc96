/** The first module in a package for learning platforms. */

import { createSco } from "./sco.js";

const note = /** @type {HTMLElement} */ (document.querySelector("#note"));

createSco({
  window,
  frame: /** @type {HTMLIFrameElement} */ (document.querySelector("#playground")),
  say(text) {
    note.textContent = text;
    note.hidden = text === "";
  },
  now: () => performance.now(),
});
