/** The present network and its training as a program, to copy or to download. */

import { download as save, h, setText } from "../lib/dom.js";

const FORMATS = /** @type {const} */ ([["numpy", "NumPy"], ["pytorch", "PyTorch"], ["keras", "Keras"]]);
/** How long a button says that it has copied, in ms. */
const COPIED_FOR = 1600;

/**
 * @param {HTMLElement} element
 * @param {{actions: import("../core/actions.js").PageActions}} parts
 * @returns {import("./panel.js").Panel}
 */
export function createCode(element, { actions }) {
  /** @type {import("../core/types.js").ExportMessage | null} */
  let shown = null;
  /** @type {import("../core/types.js").ExportFormat} */
  let format = "numpy";
  const choices = FORMATS.map(([name, label]) => {
    const button = h("button", { type: "button" }, label);
    button.addEventListener("click", () => actions.exportCode(name));
    return button;
  });
  const file = h("span", { class: "code-file" });
  const copied = h("span", {}, "Copy");
  const copy = h("button", { type: "button", class: "copy" }, copied);
  const download = h("button", { type: "button", class: "copy" }, "Download");
  const renew = h("button", { type: "button", class: "copy" }, "Take the present weights");
  const code = h("pre", { tabindex: "0", role: "region", "aria-label": "Program" });
  element.append(
    h("div", { class: "code-head" },
      h("span", { class: "scales", role: "group", "aria-label": "Library" }, ...choices), renew, file, copy, download),
    code);

  renew.addEventListener("click", () => actions.exportCode(format));

  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent ?? "");
      copied.textContent = "Copied";
    } catch {
      getSelection()?.selectAllChildren(code);
      copied.textContent = document.execCommand("copy") ? "Copied" : "Press Ctrl+C";
    }
    setTimeout(() => (copied.textContent = "Copy"), COPIED_FOR);
  });

  download.addEventListener("click", () => {
    if (shown) save(shown.filename, shown.text, "text/x-python");
  });

  return {
    why: () => null,
    draw(_, { exported, inside }) {
      format = inside.format;
      choices.forEach((button, place) => button.setAttribute("aria-pressed", String(FORMATS[place][0] === format)));
      copy.disabled = download.disabled = exported === null;
      if (exported === shown) return;
      shown = exported;
      setText(file, exported?.filename ?? "");
      setText(code, exported?.text ?? "");
      code.scrollTop = 0;
    },
  };
}
