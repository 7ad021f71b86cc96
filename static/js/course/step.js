/** One step of a lesson as the page shows it: its prediction, its buttons, and its answer. */

import { all, setText } from "../lib/dom.js";
import { announcement, verdictOf, verdictText } from "./prediction.js";

/**
 * @typedef {import("./prediction.js").StepRecord} StepRecord
 * @typedef {import("./outcome.js").Condition} Condition
 */

/**
 * What the button of a prediction does.
 * @typedef {object} StepAction
 * @property {"run" | "play" | "look"} kind
 * @property {string} link
 * @property {number} epochs
 * @property {string} panel
 */

/**
 * @param {HTMLElement} element  the step
 * @param {object} parts
 * @param {(choice: number) => void} parts.onChoose
 * @param {() => void} parts.onAct  the button is pressed
 * @param {() => void} parts.onShow  the answer is asked for
 */
export function createStep(element, { onChoose, onAct, onShow }) {
  const { step: name = "", link = "", panel = "", seen } = element.dataset;
  const [form] = all(element, ".prediction", HTMLElement);
  const [button] = all(element, "[data-act]", HTMLElement);
  const [showButton] = all(element, "[data-show]", HTMLElement);
  const [reveal] = all(element, "[data-reveal]", HTMLElement);
  const radios = form ? all(form, "input", HTMLInputElement) : [];
  const right = Number(form?.dataset.right);
  const label = button?.textContent ?? "";
  /** @type {boolean | null} */
  let wasShown = null;

  for (const [index, radio] of radios.entries()) radio.addEventListener("change", () => onChoose(index));
  button?.addEventListener("click", onAct);
  showButton?.addEventListener("click", onShow);

  /** @param {StepRecord} record */
  function drawAnswer(record) {
    const verdict = verdictOf(record, right);
    const [heading] = all(reveal, "[data-verdict]", HTMLElement);
    const [answer] = all(reveal, "[data-answer]", HTMLElement);
    const [live] = all(element, "[data-live]", HTMLElement);
    const hadFocus = document.activeElement === showButton;
    form.classList.toggle("answered", record.isShown);
    form.dataset.verdict = verdict ?? "";
    reveal.hidden = !record.isShown;
    showButton.hidden = record.isShown;
    // the button that had the focus is gone
    if (hadFocus && record.isShown) button.focus({ preventScroll: true });
    setText(heading, verdictText(verdict));
    // what is shown from the start is read with the rest
    setText(live, wasShown === false ? announcement(verdict, answer.textContent ?? "") : "");
    if (record.isShown && wasShown === false) scrollTo(element.parentElement);
  }

  /** Brings the answer into sight, or as much of it as leaves the question there; the page itself stays where it is. @param {HTMLElement | null} room */
  function scrollTo(room) {
    if (!room) return;
    const { top, bottom } = room.getBoundingClientRect();
    const by = Math.min(reveal.getBoundingClientRect().bottom - bottom, form.getBoundingClientRect().top - top);
    if (by > 0) room.scrollTop += by;
  }

  return {
    element, name, link, panel,
    isAsked: form !== undefined,
    /** @type {Condition | null} */
    condition: seen ? JSON.parse(seen) : null,
    /** @type {StepAction | null} */
    action: button ? { kind: /** @type {StepAction["kind"]} */ (button.dataset.act), link: button.dataset.link ?? "", epochs: Number(button.dataset.epochs), panel: button.dataset.panel ?? "" } : null,
    /** The index of the last answer. */
    lastAnswer: radios.length - 1,

    /** @param {StepRecord} record */
    draw(record) {
      if (!form) return;
      for (const [index, radio] of radios.entries()) {
        radio.checked = index === record.choice;
        radio.disabled = record.isShown;
        radio.closest("label")?.classList.toggle("chosen", index === record.choice);
      }
      if (record.isShown !== wasShown) drawAnswer(record);
      wasShown = record.isShown;
    },

    /** Whether the button stops what it has started. @param {boolean} isBusy */
    drawButton(isBusy) {
      if (button) setText(button, isBusy ? "Stop" : label);
    },
  };
}

/** @typedef {ReturnType<typeof createStep>} LessonStep */
