/** Play, pause, speed, and the numbers that run: epoch, pace, losses, accuracies; the last two for screen readers, too. */

import { byId, h, setText } from "../lib/dom.js";
import { formatEpoch, formatLearningRate, formatLoss, formatPercent, formatRate, formatWait } from "../lib/format.js";

/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/actions.js").PageState} PageState */

/** Between two announcements while the training runs, in ms: a voice needs a while for a sentence. */
const ANNOUNCE_EVERY = 15_000;

/** @param {number | null} accuracy */
const right = (accuracy) => (accuracy === null ? "" : `${formatPercent(accuracy)} right`);

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createTransport({ actions }) {
  const play = byId("play-pause-button", HTMLButtonElement);
  const speed = byId("speed", HTMLSelectElement);
  const epoch = byId("iter-number", HTMLOutputElement);
  const rate = byId("epochs-per-second", HTMLElement);
  const numbers = {
    train_loss: byId("loss-train", HTMLElement),
    test_loss: byId("loss-test", HTMLElement),
    validation_loss: byId("loss-validation", HTMLElement),
    train_accuracy: byId("accuracy-train", HTMLElement),
    test_accuracy: byId("accuracy-test", HTMLElement),
    validation_accuracy: byId("accuracy-validation", HTMLElement),
  };
  const metrics = byId("metrics", HTMLElement);
  const validation = byId("validation-metric", HTMLElement);
  const rateNow = h("span", { id: "learning-rate-now", class: "rate-now", hidden: true, title: "The learning rate now, after its schedule" });
  byId("learningRate", HTMLSelectElement).closest(".field")?.append(rateNow);
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
    const left = frame.progress?.seconds_left ?? null;
    setText(rate, !isPlaying ? "" : left === null ? `${formatRate(frame.epochs_per_second)}/s` : `${formatWait(left)} left`);
    setText(numbers.train_loss, formatLoss(frame.train_loss));
    setText(numbers.test_loss, formatLoss(frame.test_loss));
    setText(numbers.train_accuracy, right(frame.train_accuracy));
    setText(numbers.test_accuracy, right(frame.test_accuracy));
    const hasValidation = typeof frame.validation_loss === "number";
    validation.hidden = !hasValidation;
    metrics.classList.toggle("three", hasValidation);
    if (!hasValidation) return;
    setText(numbers.validation_loss, formatLoss(frame.validation_loss));
    setText(numbers.validation_accuracy, right(frame.validation_accuracy ?? null));
  }

  /** The learning rate of the moment, where a schedule changes it. @param {Frame} frame @param {PageState} state */
  function drawRate({ learning_rate: rate }, { config: { schedule = "constant" } }) {
    const isScheduled = schedule !== "constant" && rate !== undefined;
    rateNow.hidden = !isScheduled;
    if (isScheduled) setText(rateNow, `now ${formatLearningRate(rate)}`);
  }

  /** Says where the training is: at once when it starts, stops or is stepped, else every now and then.
   * @param {Frame} frame @param {PageState} state @param {boolean} hasTurned */
  function announce(frame, { status }, hasTurned) {
    const now = performance.now();
    const isDue = status.playing ? now - announcedAt > ANNOUNCE_EVERY : frame.epoch !== announcedEpoch;
    // who looks back hears the slider
    if ((!hasTurned && !isDue) || frame.past) return;
    announcedAt = now;
    announcedEpoch = frame.epoch;
    const turn = hasTurned ? (status.playing ? "Playing. " : "Paused. ") : "";
    const held = typeof frame.validation_loss === "number" ? `, validation loss ${formatLoss(frame.validation_loss)}` : "";
    const test = frame.test_loss === null ? "" : `, test loss ${formatLoss(frame.test_loss)}`;
    setText(live, `${turn}Epoch ${frame.epoch}, training loss ${formatLoss(frame.train_loss)}${held}${test}.`);
  }

  return {
    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, state) {
      const hasTurned = drawn !== null && drawn.playing !== state.status.playing;
      if (state.status !== drawn) drawStatus(state.status);
      drawn = state.status;
      if (!frame) return;
      drawNumbers(frame, state.status.playing);
      drawRate(frame, state);
      announce(frame, state, hasTurned);
    },
  };
}
