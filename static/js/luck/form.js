/** Where the number of starts is chosen, what varies between them, and how long they are trained; and the progress. */

import { all, byId, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { costText, progressText } from "./texts.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/startActions.js").WantedStarts} WantedStarts
 */

/** Epochs where one's own run has not been trained. */
const EPOCHS = 200;
const MOST_EPOCHS = 10_000;

/** The epochs that starts are trained for unless something else is typed. @param {number} epoch  of one's own run */
const usualEpochs = (epoch) => (epoch < 1 ? EPOCHS : Math.min(epoch, MOST_EPOCHS));

/** Choices one of which is made. @param {HTMLElement} form @param {string} name */
function createChoice(form, name) {
  const choices = all(form, `[name=${name}]`, HTMLInputElement);
  return {
    choices,
    get value() {
      return (choices.find(({ checked }) => checked) ?? choices[0]).value;
    },
    /** @param {string} value  that is ignored if there is no such choice */
    choose(value) {
      for (const choice of choices) if (choice.value === value) choice.checked = true;
    },
  };
}

/** How far the starts have come, in the place of what they cost. @param {HTMLElement} form @param {HTMLButtonElement} train @param {() => void} onCancel */
function createProgress(form, train, onCancel) {
  const progress = byId("luck-progress", HTMLElement);
  const bar = byId("luck-bar", HTMLProgressElement);
  const left = byId("luck-left", HTMLElement);
  const cancel = byId("luck-cancel", HTMLButtonElement);
  cancel.addEventListener("click", onCancel);
  return (/** @type {import("./starts.js").Starts | null} */ running) => {
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
  };
}

/**
 * @param {object} parts
 * @param {(wanted: WantedStarts) => void} parts.onTrain
 * @param {() => void} parts.onCancel
 */
export function createForm({ onTrain, onCancel }) {
  const form = byId("luck-form", HTMLFormElement);
  const [counts, varied, ends] = ["luck-count", "luck-vary", "luck-end"].map((name) => createChoice(form, name));
  const goal = /** @type {HTMLInputElement} */ (ends.choices.find(({ value }) => value === "goal"));
  const input = byId("luck-epochs", HTMLInputElement);
  const train = byId("luck-train", HTMLButtonElement);
  const cost = byId("luck-cost", HTMLElement);
  const drawProgress = createProgress(form, train, onCancel);
  /** What was typed; null: as many as one's own run has. @type {number | null} */
  let typed = null;
  let usual = EPOCHS;
  /** @type {WantedStarts | null} */
  let taken = null;
  const field = createNumberField(input, { beneath: input.parentElement ?? input, onNumber: (value) => (typed = value) });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!field.commit()) {
      input.focus();
      return;
    }
    const vary = /** @type {import("./starts.js").Vary} */ (varied.value);
    onTrain({ count: Number(counts.value), vary, epochs: typed ?? usual, untilGoal: ends.value === "goal" });
  });

  /** Shows what was asked for elsewhere. @param {WantedStarts | null} wanted */
  function take(wanted) {
    if (wanted === taken) return;
    taken = wanted;
    if (wanted === null || wanted.sweep) return;
    counts.choose(String(wanted.count));
    varied.choose(wanted.vary);
    ends.choose(wanted.untilGoal ? "goal" : "epoch");
    typed = wanted.epochs;
    field.clear();
    field.show(typed);
  }

  return {
    /**
     * @param {number} epoch  of one's own run
     * @param {Pick<PageState, "startsCost" | "wantedStarts" | "goals">} state
     * @param {import("./starts.js").Starts | null} running
     */
    draw(epoch, { startsCost, wantedStarts, goals }, running) {
      goal.disabled = goals.length === 0;
      if (goal.disabled) ends.choose("epoch");
      take(wantedStarts);
      usual = usualEpochs(epoch);
      if (typed === null && document.activeElement !== input) field.show(usual);
      const count = Number(counts.value);
      setText(train, `Train ${count} starts`);
      const reading = field.read();
      setText(cost, costText(startsCost, count, reading.kind === "number" ? reading.value : usual, ends.value === "goal"));
      cost.hidden = running !== null;
      drawProgress(running);
    },
    /** Calls a function whenever something else is chosen. @param {() => void} run */
    onChange(run) {
      form.addEventListener("input", run);
    },
  };
}
