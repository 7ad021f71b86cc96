/** The button beside the transport that trains until something is so: its card, its bar while it runs, and how it ended. */

import { all, byId, setText } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { createNumberField } from "../lib/numberfield.js";
import { createPopover } from "../lib/popover.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** What was chosen last, in this browser. */
const PLACE = "errand";

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {() => Storage} parts.storage  may throw where nothing may be kept
 */
export function createRun({ actions, storage }) {
  const button = byId("run-button", HTMLButtonElement);
  const cancel = byId("run-cancel", HTMLButtonElement);
  const form = byId("run-form", HTMLFormElement);
  const bar = byId("run-bar", HTMLProgressElement);
  const goal = byId("run-goal", HTMLElement);
  const live = byId("run-live", HTMLElement);
  const choices = all(form, "[name=until]", HTMLInputElement);
  const numbers = { epochs: byId("run-epochs", HTMLInputElement), patience: byId("run-patience", HTMLInputElement) };
  /** What each number was when it was last in order. */
  const good = { epochs: Number(numbers.epochs.value), patience: Number(numbers.patience.value) };
  const fields = { epochs: numberField("epochs"), patience: numberField("patience") };
  const card = byId("run-card", HTMLElement);
  const popover = createPopover(button, card);
  /** @type {PageState["status"] | null} */
  let drawn = null;
  recall();

  card.addEventListener("toggle", () => popover.isOpen() && choices.find((choice) => choice.checked)?.focus());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = { epochs: fields.epochs, plateau: fields.patience }[choices.find((choice) => choice.checked)?.value ?? ""];
    if (asked && !asked.commit()) {
      (asked === fields.epochs ? numbers.epochs : numbers.patience).focus();
      return;
    }
    const errand = chosen();
    remember(errand);
    popover.close();
    cancel.hidden = false;
    cancel.focus({ preventScroll: true });
    actions.runUntil(errand);
  });
  // who types a number means the line that it stands in
  for (const [until, input] of [["epochs", numbers.epochs], ["plateau", numbers.patience]]) {
    if (input instanceof HTMLInputElement) input.addEventListener("focus", () => choose(String(until)));
  }
  cancel.addEventListener("click", () => {
    button.hidden = false;
    button.focus({ preventScroll: true });
    actions.pause();
  });

  /** @param {string} until */
  function choose(until) {
    for (const choice of choices) if (!choice.disabled) choice.checked = choice.value === until;
  }

  /** @param {"epochs" | "patience"} name */
  function numberField(name) {
    return createNumberField(numbers[name], { isRequired: true, beneath: numbers[name].closest(".until") ?? numbers[name], onNumber: (value) => (good[name] = value ?? good[name]) });
  }

  /** @returns {{until: string, epochs: number, patience: number}} */
  function chosen() {
    const until = choices.find((choice) => choice.checked)?.value ?? "epochs";
    return { until, ...good };
  }

  /** @param {{until: string, epochs: number, patience: number}} errand */
  function remember(errand) {
    try {
      storage().setItem(PLACE, JSON.stringify(errand));
    } catch {
      // then it is asked for again
    }
  }

  function recall() {
    try {
      const { until, epochs, patience } = JSON.parse(storage().getItem(PLACE) ?? "{}");
      choose(choices.some((choice) => choice.value === until) ? until : "epochs");
      for (const [name, value] of /** @type {const} */ ([["epochs", epochs], ["patience", patience]])) {
        if (!Number.isInteger(value)) continue;
        numbers[name].value = String(value);
        if (fields[name].read().kind === "number") good[name] = value;
        else numbers[name].value = String(good[name]);
      }
    } catch {
      choose("epochs");
    }
  }

  /** @param {PageState["status"]} status */
  function drawStatus({ run_until: condition = null, run_ended: ended = null }) {
    const isRunning = condition !== null;
    const hadFocus = document.activeElement === button || document.activeElement === cancel;
    button.hidden = isRunning;
    cancel.hidden = !isRunning;
    bar.hidden = !isRunning;
    if (hadFocus) (isRunning ? cancel : button).focus({ preventScroll: true });
    if (ended && ended.reason !== drawn?.run_ended?.reason) setText(live, `Stopped at epoch ${formatCount(ended.epoch)}: ${ended.reason}.`);
    if (isRunning) setText(live, "");
  }

  /** @param {PageState} state */
  function drawGoal({ goals }) {
    const choice = choices.find(({ value }) => value === "goal");
    const next = goals.find(({ reached }) => reached === null);
    setText(goal, next?.label ?? (goals.length > 0 ? "Every goal has been reached" : "No goal is set"));
    if (!choice) return;
    choice.disabled = next === undefined;
    if (choice.disabled && choice.checked) {
      choice.checked = false;
      choose("epochs");
    }
  }

  return {
    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, state) {
      if (state.status !== drawn) drawStatus(state.status);
      drawn = state.status;
      drawGoal(state);
      const share = frame?.progress?.share ?? null;
      if (share === null) bar.removeAttribute("value");
      else bar.value = share;
    },
  };
}
