/** Where the number of starts is chosen, what varies between them, and how long they are trained; and the progress. */

import { all, byId, h, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { costText, progressText } from "./texts.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/startActions.js").WantedStarts} WantedStarts
 * @typedef {import("./starts.js").Vary} Vary
 */

/** Epochs where one's own run has not been trained: those of pictures take longer, and teach more. */
const EPOCHS = { points: 200, pictures: 30 };
const MOST_EPOCHS = 10_000;
const NO_GOAL = "Training until a goal is reached needs a goal: set one over the loss chart.";

/** The epochs that starts are trained for unless something else is typed. @param {number} epoch  of one's own run @param {Pick<PageState, "data">} state */
export const usualEpochs = (epoch, { data }) => (epoch < 1 ? EPOCHS[data && data.side > 0 ? "pictures" : "points"] : Math.min(epoch, MOST_EPOCHS));

/**
 * Radio buttons; a value that none of them has gets one of its own.
 * @param {HTMLFormElement} form @param {string} name
 */
function createChoices(form, name) {
  const inputs = () => all(form, `[name=${name}]`, HTMLInputElement);
  return {
    value: () => inputs().find(({ checked }) => checked)?.value ?? inputs()[0].value,
    /** @param {string} value */
    choose(value) {
      const known = inputs().find((input) => input.value === value);
      const [first] = inputs();
      const input = known ?? h("input", { type: "radio", name, value });
      if (!known) first.closest("div")?.append(h("label", {}, input, h("span", {}, value)));
      input.checked = true;
    },
    /** A value that cannot be chosen gives way to the first one. @param {string} value @param {boolean} isEnabled */
    enable(value, isEnabled) {
      const input = inputs().find((other) => other.value === value);
      if (!input) return;
      input.disabled = !isEnabled;
      if (!isEnabled && input.checked) inputs()[0].checked = true;
    },
  };
}

/**
 * How many starts, what varies between them, and whether they end at the goal: `start_choices` in templates/macros.html.
 * @param {HTMLFormElement} form @param {string} prefix  of the names
 */
export function createStartChoices(form, prefix) {
  const [counts, varied, ends] = ["count", "vary", "end"].map((name) => createChoices(form, `${prefix}-${name}`));
  const goal = byId(`${prefix}-goal`, HTMLElement);
  return {
    /** What is chosen. @returns {{count: number, vary: Vary, untilGoal: boolean}} */
    read: () => ({ count: Number(counts.value()), vary: /** @type {Vary} */ (varied.value()), untilGoal: ends.value() === "goal" }),
    /** Chooses something. @param {{count: number, vary: Vary, untilGoal: boolean | null}} wanted  null: as it is */
    choose({ count, vary, untilGoal }) {
      counts.choose(String(count));
      varied.choose(vary);
      if (untilGoal !== null) ends.choose(untilGoal ? "goal" : "epoch");
    },
    /** Whether starts can end at a goal. @param {boolean} hasGoals */
    allowGoal(hasGoals) {
      ends.enable("goal", hasGoals);
      goal.title = hasGoals ? "" : NO_GOAL;
    },
  };
}

/**
 * How far the starts have come, in the place of what they cost.
 * @param {HTMLFormElement} form @param {string} prefix  of the ids
 * @param {{onCancel: () => void, onSwitch: () => void}} parts  onSwitch: training has begun or ended
 */
export function createProgress(form, prefix, { onCancel, onSwitch }) {
  const progress = byId(`${prefix}-progress`, HTMLElement);
  const bar = byId(`${prefix}-bar`, HTMLProgressElement);
  const left = byId(`${prefix}-left`, HTMLElement);
  const cancel = byId(`${prefix}-cancel`, HTMLButtonElement);
  const train = byId(`${prefix}-train`, HTMLButtonElement);
  cancel.addEventListener("click", onCancel);
  return {
    element: progress,
    /** @param {import("./starts.js").Starts | null} running */
    draw(running) {
      if (progress.hidden === Boolean(running)) {
        const hadFocus = [train, cancel].some((button) => button === document.activeElement);
        progress.hidden = !running;
        form.toggleAttribute("data-running", Boolean(running));
        onSwitch();
        if (hadFocus) (running ? cancel : train).focus({ preventScroll: true });
      }
      if (!running) return;
      bar.value = running.share;
      setText(left, progressText(running));
    },
  };
}

/**
 * @param {object} parts
 * @param {(wanted: WantedStarts) => void} parts.onTrain
 * @param {() => void} parts.onCancel
 */
export function createForm({ onTrain, onCancel }) {
  const form = byId("luck-form", HTMLFormElement);
  const choices = createStartChoices(form, "luck");
  const input = byId("luck-epochs", HTMLInputElement);
  const train = byId("luck-train", HTMLButtonElement);
  const cost = byId("luck-cost", HTMLElement);
  const progress = createProgress(form, "luck", { onCancel, onSwitch: () => (train.disabled = form.hasAttribute("data-running")) });
  /** What was typed; null: as many as one's own run has. @type {number | null} */
  let typed = null;
  let usual = EPOCHS.points;
  /** @type {WantedStarts | null} */
  let taken = null;
  const field = createNumberField(input, { beneath: input.parentElement ?? input, onNumber: (value) => (typed = value) });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!field.commit()) {
      input.focus();
      return;
    }
    onTrain({ ...choices.read(), epochs: typed ?? usual });
  });

  /** Shows what was asked for elsewhere. @param {WantedStarts | null} wanted */
  function take(wanted) {
    if (wanted === taken) return;
    taken = wanted;
    if (wanted === null || wanted.sweep) return;
    choices.choose({ ...wanted, untilGoal: wanted.untilGoal ?? false });
    typed = wanted.epochs;
    field.clear();
    field.show(typed);
  }

  return {
    /**
     * @param {number} epoch  of one's own run
     * @param {Pick<PageState, "startsCost" | "wantedStarts" | "goals" | "data">} state
     * @param {import("./starts.js").Starts | null} running
     */
    draw(epoch, state, running) {
      const { startsCost, wantedStarts, goals } = state;
      choices.allowGoal(goals.length > 0);
      take(wantedStarts);
      usual = usualEpochs(epoch, state);
      if (typed === null && document.activeElement !== input) field.show(usual);
      const { count, untilGoal } = choices.read();
      setText(train, `Train ${count} starts`);
      const reading = field.read();
      setText(cost, costText(startsCost, count, reading.kind === "number" ? reading.value : usual, untilGoal));
      cost.hidden = running !== null;
      progress.draw(running);
    },
    /** Calls a function whenever something else is chosen. @param {() => void} run */
    onChange(run) {
      form.addEventListener("input", run);
    },
  };
}
