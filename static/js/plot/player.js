/** Plays the phases of a step by themselves. */

import { setText } from "../lib/dom.js";

/** How long each phase is shown, in ms. */
const PHASE_TIME = 1100;
/** What the button says while nothing is played. */
export const PLAY = "Play slowly";

/**
 * Goes to the next phase again and again.
 * @param {HTMLElement} button
 * @param {{next: () => boolean, begin: () => void}} parts  next: returns whether there are more phases
 */
export function createPlayer(button, { next, begin }) {
  /** @type {ReturnType<typeof setInterval> | null} */
  let timer = null;

  function stop() {
    if (timer !== null) clearInterval(timer);
    timer = null;
    setText(button, PLAY);
  }

  button.addEventListener("click", () => {
    if (timer !== null) return stop();
    begin();
    setText(button, "Stop");
    timer = setInterval(() => {
      if (!next()) stop();
    }, PHASE_TIME);
  });
  return { stop };
}
