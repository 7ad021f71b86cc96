/** Run until: the card that chooses a stop condition, the progress while it runs, and how it ended. */

import { all, byId, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { createPopover } from "../lib/popover.js";
import { endText, goalText, readCondition } from "./conditions.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("./conditions.js").Condition} Condition
 */

/** The key of what was chosen last, in this browser. */
const KEY = "errand";

/**
 * The form in the card.
 * @param {() => Storage} storage  may throw where nothing can be stored
 */
function createForm(storage) {
  const form = byId("run-form", HTMLFormElement);
  const goal = byId("run-goal", HTMLElement);
  const choices = all(form, "[name=until]", HTMLInputElement);
  const inputs = { epochs: byId("run-epochs", HTMLInputElement), patience: byId("run-patience", HTMLInputElement) };
  /** The last valid value of each number. */
  const valid = { epochs: Number(inputs.epochs.value), patience: Number(inputs.patience.value) };
  const fields = { epochs: createField("epochs"), patience: createField("patience") };
  /** The number that belongs to a choice. @type {Record<string, "epochs" | "patience" | undefined>} */
  const numberOf = { epochs: "epochs", plateau: "patience" };
  const chosen = () => choices.find((choice) => choice.checked);

  /** @param {"epochs" | "patience"} name */
  function createField(name) {
    return createNumberField(inputs[name], { isRequired: true, beneath: inputs[name].closest(".until") ?? inputs[name], onNumber: (value) => (valid[name] = value ?? valid[name]) });
  }

  /** @param {string} until */
  function choose(until) {
    for (const choice of choices) if (!choice.disabled) choice.checked = choice.value === until;
  }

  function load() {
    let text = null;
    try {
      text = storage().getItem(KEY);
    } catch {
      // then the form begins as it is
    }
    const { until, ...numbers } = readCondition(text, choices.map(({ value }) => value));
    choose(until);
    for (const [name, value] of /** @type {["epochs" | "patience", number][]} */ (Object.entries(numbers))) {
      inputs[name].value = String(value);
      if (fields[name].read().kind === "number") valid[name] = value;
      else inputs[name].value = String(valid[name]);
    }
  }

  // a number that is being typed chooses the condition that it is part of
  for (const [until, name] of Object.entries(numberOf)) if (name) inputs[name].addEventListener("focus", () => choose(until));
  load();

  return {
    form,
    focus: () => chosen()?.focus(),

    /** The stop condition, which is stored as well; null if its number is not valid, which then has the focus. @returns {Condition | null} */
    take() {
      const until = chosen()?.value ?? "epochs";
      const name = numberOf[until];
      if (name && !fields[name].commit()) {
        inputs[name].focus();
        return null;
      }
      const condition = { until, ...valid };
      try {
        storage().setItem(KEY, JSON.stringify(condition));
      } catch {
        // then it is not remembered
      }
      return condition;
    },

    /** @param {PageState["goals"]} goals */
    draw(goals) {
      setText(goal, goalText(goals));
      const choice = choices.find(({ value }) => value === "goal");
      if (!choice) return;
      choice.disabled = goals.every(({ reached }) => reached !== null);
      if (choice.disabled && choice.checked) {
        choice.checked = false;
        choose("epochs");
      }
    },
  };
}

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {() => Storage} parts.storage  may throw where nothing can be stored
 */
export function createRunUntil({ actions, storage }) {
  const button = byId("run-button", HTMLButtonElement);
  const cancel = byId("run-cancel", HTMLButtonElement);
  const bar = byId("run-bar", HTMLProgressElement);
  const live = byId("run-live", HTMLElement);
  const card = byId("run-card", HTMLElement);
  const form = createForm(storage);
  const popover = createPopover(button, card);
  /** @type {PageState["status"] | null} */
  let drawn = null;

  card.addEventListener("toggle", () => popover.isOpen() && form.focus());
  form.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const condition = form.take();
    if (!condition) return;
    popover.close();
    cancel.hidden = false;
    cancel.focus({ preventScroll: true });
    actions.runUntil(condition);
  });
  cancel.addEventListener("click", () => {
    button.hidden = false;
    button.focus({ preventScroll: true });
    actions.pause();
  });

  /** @param {PageState["status"]} status */
  function drawStatus({ run_until: condition = null, run_ended: ended = null }) {
    const isRunning = condition !== null;
    const hadFocus = document.activeElement === button || document.activeElement === cancel;
    button.hidden = isRunning;
    cancel.hidden = bar.hidden = !isRunning;
    if (hadFocus) (isRunning ? cancel : button).focus({ preventScroll: true });
    if (ended && ended.reason !== drawn?.run_ended?.reason) setText(live, endText(ended));
    if (isRunning) setText(live, "");
  }

  return {
    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, { status, goals }) {
      if (status !== drawn) drawStatus(status);
      drawn = status;
      form.draw(goals);
      const share = frame?.progress?.share ?? null;
      if (share === null) bar.removeAttribute("value");
      else bar.value = share;
    },
  };
}
