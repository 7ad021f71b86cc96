/**
 * The panel "Export code": the network and its training as a program, to copy or to download. What a program for pictures
 * reads is too large for its text: the download is an archive of both, which the server makes when it is asked for.
 */

import { download as save, h, setText } from "../lib/dom.js";

const FORMATS = /** @type {const} */ ([["numpy", "NumPy"], ["pytorch", "PyTorch"], ["keras", "Keras"]]);
/** How long a button says “Copied”, in ms. */
const COPIED_FOR = 1600;

/** @type {import("./panels.js").PanelEntry} */
export const panel = {
  name: "code", label: "Export code", isExport: true, create: createCode,
  lead: "This network with its current weights and its training loop, as a standalone program.",
};

/**
 * @param {HTMLElement} element
 * @param {import("./panels.js").PanelParts} parts
 * @returns {import("./panels.js").Panel}
 */
export function createCode(element, { actions }) {
  /** @type {import("../core/types.js").ExportMessage | null} */
  let shown = null;
  /** @type {import("../core/types.js").ArchiveMessage | null} */
  let saved = null;
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
  const refresh = h("button", { type: "button", class: "copy" }, "Refresh weights");
  const note = h("p", { class: "inside-note", hidden: "" }, "Download saves a zip with this program and the file that it reads: the pictures and the current weights.");
  const code = h("pre", { tabindex: "0", role: "region", "aria-label": "Program" });
  element.append(
    h("div", { class: "code-head" },
      h("span", { class: "scales", role: "group", "aria-label": "Library" }, ...choices), refresh, file, copy, download),
    note, code);

  refresh.addEventListener("click", () => actions.exportCode(format));
  copy.addEventListener("click", () => copyText(code, copied));
  download.addEventListener("click", () => {
    if (shown?.archive) actions.exportArchive(format);
    else if (shown) save(shown.filename, shown.text, "text/x-python");
  });

  return {
    why: () => null,
    draw(_, { exported, archive, inside }) {
      format = inside.format;
      choices.forEach((button, index) => button.setAttribute("aria-pressed", String(FORMATS[index][0] === format)));
      copy.disabled = download.disabled = exported === null;
      if (archive !== saved) {
        saved = archive;
        if (archive) save(archive.filename, archive.arrays.file, archive.mime);
      }
      if (exported === shown) return;
      shown = exported;
      setText(file, exported?.archive ?? exported?.filename ?? "");
      note.hidden = !exported?.archive;
      setText(code, exported?.text ?? "");
      code.scrollTop = 0;
    },
  };
}

/** Copies the text of an element, and says so on a label for a while. @param {HTMLElement} element @param {HTMLElement} label */
async function copyText(element, label) {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    label.textContent = "Copied";
  } catch {
    getSelection()?.selectAllChildren(element);
    label.textContent = document.execCommand("copy") ? "Copied" : "Press Ctrl+C";
  }
  setTimeout(() => (label.textContent = "Copy"), COPIED_FOR);
}
