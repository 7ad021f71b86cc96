/** Says what can be seen in the run: one remark at a time, with what could be tried. And lets the losses be heard. */

import { byId, setText } from "../lib/dom.js";
import { createWatch } from "../lib/watch.js";
import { createSound } from "./sound.js";
import { tonesOf } from "./tones.js";

/**
 * @param {HTMLElement} root
 * @param {object} parts
 * @param {Pick<import("../core/actions.js").PageActions, "tryRemedy" | "dismissRemark">} parts.actions
 * @param {Pick<ReturnType<typeof createSound>, "play">} [parts.sound]
 */
export function createRemarks(root, { actions, sound = createSound() }) {
  const sentence = byId("remark-sentence", HTMLElement);
  const reason = byId("remark-reason", HTMLElement);
  const quiet = byId("remark-quiet", HTMLElement);
  const remedy = byId("remark-remedy", HTMLButtonElement);
  const dismiss = byId("remark-dismiss", HTMLButtonElement);
  const watch = createWatch();
  /** @type {import("../core/types.js").Remedy | null} */
  let offered = null;

  remedy.addEventListener("click", () => {
    if (!offered) return;
    root.focus();
    actions.tryRemedy(offered);
  });
  dismiss.addEventListener("click", () => {
    root.focus();
    actions.dismissRemark();
  });

  /** @param {import("../core/types.js").Remark | null} remark */
  function show(remark) {
    offered = remark?.remedy ?? null;
    setText(sentence, remark?.sentence ?? "");
    setText(reason, remark?.reason ?? "");
    setText(remedy, offered?.label ?? "");
    quiet.hidden = remark !== null;
    remedy.hidden = offered === null;
    dismiss.hidden = remark === null;
  }

  return {
    /** @param {import("../core/types.js").Frame | null} frame @param {import("../core/actions.js").PageState} state */
    draw(frame, state) {
      sound.play(tonesOf(frame, state));
      const { view, remark } = state;
      if (!watch.isNew(view.words, remark)) return;
      root.hidden = !view.words;
      show(view.words ? remark : null);
    },
  };
}
