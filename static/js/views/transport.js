/** Play, pause, speed, and the numbers that run: epoch, pace, losses, accuracies; the last two for screen readers, too. */

import { byId, setText } from "../dom.js";
import { formatEpoch, formatLoss, formatPercent, formatRate } from "../format.js";

/** @typedef {import("../types.js").Frame} Frame */
/** @typedef {import("../actions.js").PageState} PageState */

/** Between two announcements while the training runs, in ms: a voice needs a while for a sentence. */
const ANNOUNCE_EVERY = 15_000;

/**
 * @param {object} parts
 * @param {import("../actions.js").PageActions} parts.actions
 */
export function createTransport({ actions }) {
  const play = byId("play-pause-button", HTMLButtonElement);
  const speed = byId("speed", HTMLSelectElement);
  const epoch = byId("iter-number", HTMLOutputElement);
  const rate = byId("epochs-per-second", HTMLElement);
  const numbers = {
    train_loss: byId("loss-train", HTMLElement),
    test_loss: byId("loss-test", HTMLElement),
    train_accuracy: byId("accuracy-train", HTMLElement),
    test_accuracy: byId("accuracy-test", HTMLElement),
  };
  const live = byId("live", HTMLElement);
  speed.addEventListener("change", () => actions.setSpeed(speed.value));
  /** @type {PageState["status"] | null} */
  let drawn = null;
  let announcedAt = -Infinity;
  let announcedEpoch = 0;

  /** @param {PageState["status"]} status */
  function drawStatus(status) {
    document.documentElement.toggleAttribute("data-playing", status.playing);
    play.setAttribute("aria-label", status.playing ? "Pause" : "Play");
    play.classList.toggle("playing", status.playing);
    if (speed.value !== status.speed) speed.value = status.speed;
  }

  /** @param {Frame} frame @param {boolean} isPlaying */
  function drawNumbers(frame, isPlaying) {
    setText(epoch, formatEpoch(frame.epoch));
    setText(rate, isPlaying ? `${formatRate(frame.epochs_per_second)}/s` : "");
    setText(numbers.train_loss, formatLoss(frame.train_loss));
    setText(numbers.test_loss, formatLoss(frame.test_loss));
    setText(numbers.train_accuracy, frame.train_accuracy === null ? "" : `${formatPercent(frame.train_accuracy)} right`);
    setText(numbers.test_accuracy, frame.test_accuracy === null ? "" : `${formatPercent(frame.test_accuracy)} right`);
  }

  /** Says where the training is: at once when it starts, stops or is stepped, else every now and then.
   * @param {Frame} frame @param {PageState} state @param {boolean} hasTurned */
  function announce(frame, { status }, hasTurned) {
    const now = performance.now();
    const isDue = status.playing ? now - announcedAt > ANNOUNCE_EVERY : frame.epoch !== announcedEpoch;
    if (!hasTurned && !isDue) return;
    announcedAt = now;
    announcedEpoch = frame.epoch;
    const turn = hasTurned ? (status.playing ? "Playing. " : "Paused. ") : "";
    const test = frame.test_loss === null ? "" : `, test loss ${formatLoss(frame.test_loss)}`;
    setText(live, `${turn}Epoch ${frame.epoch}, training loss ${formatLoss(frame.train_loss)}${test}.`);
  }

  return {
    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, state) {
      const hasTurned = drawn !== null && drawn.playing !== state.status.playing;
      if (state.status !== drawn) drawStatus(state.status);
      drawn = state.status;
      if (!frame) return;
      drawNumbers(frame, state.status.playing);
      announce(frame, state, hasTurned);
    },
  };
}
