/** Where the number of starts is chosen, what varies between them, and how long they are trained; and the progress. */

import { all, byId, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { costText, progressText } from "./texts.js";

/** Epochs where one's own run has not been trained. */
const EPOCHS = 200;
const MOST_EPOCHS = 10_000;

/** The epochs that starts are trained for unless something else is typed. @param {number} epoch  of one's own run */
const usualEpochs = (epoch) => (epoch < 1 ? EPOCHS : Math.min(epoch, MOST_EPOCHS));

/**
 * @param {object} parts
 * @param {(wanted: {count: number, vary: import("./starts.js").Vary, epochs: number}) => void} parts.onTrain
 * @param {() => void} parts.onCancel
 */
export function createForm({ onTrain, onCancel }) {
  const form = byId("luck-form", HTMLFormElement);
  const [counts, varied] = ["luck-count", "luck-vary"].map((name) => all(form, `[name=${name}]`, HTMLInputElement));
  const input = byId("luck-epochs", HTMLInputElement);
  const train = byId("luck-train", HTMLButtonElement);
  const cost = byId("luck-cost", HTMLElement);
  const progress = byId("luck-progress", HTMLElement);
  const bar = byId("luck-bar", HTMLProgressElement);
  const left = byId("luck-left", HTMLElement);
  const cancel = byId("luck-cancel", HTMLButtonElement);
  /** What was typed; null: as many as one's own run has. @type {number | null} */
  let typed = null;
  let usual = EPOCHS;
  const field = createNumberField(input, { beneath: input.parentElement ?? input, onNumber: (value) => (typed = value) });
  const chosen = (/** @type {HTMLInputElement[]} */ choices) => choices.find((choice) => choice.checked)?.value ?? choices[0].value;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!field.commit()) {
      input.focus();
      return;
    }
    const vary = /** @type {import("./starts.js").Vary} */ (chosen(varied));
    onTrain({ count: Number(chosen(counts)), vary, epochs: typed ?? usual });
  });
  cancel.addEventListener("click", onCancel);

  /** @param {import("./starts.js").Starts | null} running */
  function drawProgress(running) {
    if (progress.hidden === Boolean(running)) {
      const hadFocus = [train, cancel].some((button) => button === document.activeElement);
      progress.hidden = !running;
      form.toggleAttribute("data-running", Boolean(running));
      train.disabled = Boolean(running);
      if (hadFocus) (running ? cancel : train).focus({ preventScroll: true });
    }
    if (!running) return;
    bar.value = running.share;
    setText(left, progressText(running));
  }

  return {
    /**
     * @param {number} epoch  of one's own run
     * @param {Pick<import("../core/actions.js").PageState, "startsCost">} state
     * @param {import("./starts.js").Starts | null} running
     */
    draw(epoch, { startsCost }, running) {
      usual = usualEpochs(epoch);
      if (typed === null && document.activeElement !== input) field.show(usual);
      const count = Number(chosen(counts));
      setText(train, `Train ${count} starts`);
      const reading = field.read();
      setText(cost, costText(startsCost, count, reading.kind === "number" ? reading.value : usual));
      drawProgress(running);
    },
    /** Calls a function whenever something else is chosen. @param {() => void} run */
    onChange(run) {
      form.addEventListener("input", run);
    },
  };
}
