/** Play, pause, speed, and the numbers that change while training. */

import { all, byId, h, setText } from "../lib/dom.js";
import { createToolbar } from "../lib/toolbar.js";
import { announcementOf, hasValidation, isToAnnounce, learningRateText, readoutsOf } from "./readouts.js";

/** @typedef {import("../core/types.js").Frame} Frame */
/** @typedef {import("../core/actions.js").PageState} PageState */

const PARTS = /** @type {const} */ (["train", "test", "validation"]);

/** The numbers over the loss chart and in the bar. */
function createReadouts() {
  const epoch = byId("iter-number", HTMLOutputElement);
  const rate = byId("epochs-per-second", HTMLElement);
  const losses = Object.fromEntries(PARTS.map((part) => [part, byId(`loss-${part}`, HTMLElement)]));
  const accuracies = Object.fromEntries(PARTS.map((part) => [part, byId(`accuracy-${part}`, HTMLElement)]));
  const room = byId("losses", HTMLElement);
  const validation = byId("validation-metric", HTMLElement);
  const learningRate = h("span", { id: "learning-rate-now", class: "rate-now", hidden: true, title: "The current learning rate, after its schedule" });
  byId("learningRate", HTMLSelectElement).closest(".field")?.append(learningRate);

  return {
    /** @param {Frame} frame @param {PageState} state */
    draw(frame, { status, config }) {
      const texts = readoutsOf(frame, status.playing);
      setText(epoch, texts.epoch);
      setText(rate, texts.rate);
      for (const part of PARTS) {
        setText(losses[part], texts.losses[part]);
        setText(accuracies[part], texts.accuracies[part]);
      }
      validation.hidden = !hasValidation(frame);
      room.classList.toggle("three", !validation.hidden);
      const now = learningRateText(frame, config.schedule);
      learningRate.hidden = now === null;
      setText(learningRate, now ?? "");
    },
  };
}

/** From the first play on, the header is smaller; `theme-init.js` reads what is stored. */
function notePlayed() {
  if (document.documentElement.dataset.played !== undefined) return;
  document.documentElement.dataset.played = "";
  try {
    localStorage.setItem("played", "1");
  } catch {
    // Without storage the next page invites again.
  }
}

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createTransport({ actions }) {
  const play = byId("play-pause-button", HTMLButtonElement);
  const speed = byId("speed", HTMLSelectElement);
  const live = byId("live", HTMLElement);
  const readouts = createReadouts();
  /** @type {PageState["status"] | null} */
  let drawn = null;
  /** @type {PageState["view"] | null} */
  let view = null;
  let announced = { at: -Infinity, epoch: 0 };
  const transport = byId("transport", HTMLElement);
  const toolbar = createToolbar(transport, { buttons: () => all(transport, "button", HTMLButtonElement), isFirst: (button) => button === play });
  speed.addEventListener("change", () => actions.setSpeed(speed.value));

  /** @param {PageState["status"]} status */
  function drawStatus(status) {
    document.documentElement.toggleAttribute("data-playing", status.playing);
    if (status.playing) notePlayed();
    play.setAttribute("aria-label", status.playing ? "Pause" : "Play");
    play.classList.toggle("playing", status.playing);
    if (speed.value !== status.speed) speed.value = status.speed;
  }

  /** @param {Frame} frame @param {boolean} isPlaying @param {boolean} hasTurned */
  function announce(frame, isPlaying, hasTurned) {
    const now = performance.now();
    if (!isToAnnounce(frame, { isPlaying, hasTurned, now }, announced)) return;
    announced = { at: now, epoch: frame.epoch };
    setText(live, announcementOf(frame, isPlaying, hasTurned));
  }

  return {
    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, state) {
      const { status } = state;
      const hasTurned = drawn !== null && drawn.playing !== status.playing;
      if (status !== drawn) drawStatus(status);
      if (status !== drawn || state.view !== view) toolbar.update();
      drawn = status;
      view = state.view;
      if (!frame) return;
      readouts.draw(frame, state);
      announce(frame, status.playing, hasTurned);
    },
  };
}
