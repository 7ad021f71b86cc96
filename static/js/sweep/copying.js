/** A button that copies a text, and says so. */

import { h, setText } from "../lib/dom.js";

/** How long a button says that it has copied, in ms. */
const COPIED_FOR = 1600;

/** Copies a text where the browser does not offer its clipboard. @param {string} text */
function copyOldWay(text) {
  const area = h("textarea", { readonly: true, class: "visually-hidden" });
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}

/**
 * @param {HTMLButtonElement} button
 * @param {() => string | null | Promise<string | null>} textOf  null: there is nothing to copy
 */
export function createCopyButton(button, textOf) {
  const label = button.textContent ?? "";
  button.addEventListener("click", async () => {
    const text = await textOf();
    if (text === null) return;
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      isCopied = copyOldWay(text);
      button.focus({ preventScroll: true });
    }
    setText(button, isCopied ? "Copied" : "Not copied");
    setTimeout(() => setText(button, label), COPIED_FOR);
  });
}
