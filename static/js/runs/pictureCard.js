/** The card that saves pictures of a run: its button, what it says, and the animation that the server draws. */

import { all, byId, download, setText } from "../lib/dom.js";
import { createPopover } from "../lib/popover.js";

/** @typedef {import("../core/actions.js").PageState} PageState */

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createPictureCard({ actions }) {
  const popover = createPopover(byId("picture-button", HTMLButtonElement), byId("picture-card", HTMLElement));
  const progress = byId("animation-progress", HTMLElement);
  const bar = byId("animation-share", HTMLProgressElement);
  const said = byId("picture-said", HTMLElement);
  const buttons = (/** @type {string} */ kind) => all(document, `[data-picture=${kind}]`, HTMLButtonElement);
  /** @type {PageState["animationFile"]} */
  let saved = null;

  /** @param {string} filename @param {BlobPart} content @param {string} type */
  function save(filename, content, type) {
    download(filename, content, type);
    setText(said, `${filename} is saved.`);
    popover.close();
  }

  for (const button of buttons("gif")) button.addEventListener("click", () => actions.animate(true));
  for (const button of buttons("cancel")) button.addEventListener("click", () => actions.animate(false));

  return {
    save,
    /** @param {unknown} _ @param {PageState} state */
    draw(_, { animation, animationFile }) {
      progress.hidden = animation === null;
      bar.value = animation ?? 0;
      for (const button of buttons("gif")) button.disabled = animation !== null;
      if (animationFile === saved) return;
      saved = animationFile;
      if (saved) save(saved.filename, saved.arrays.file, saved.mime);
    },
  };
}
