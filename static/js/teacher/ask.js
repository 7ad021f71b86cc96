/** The form of a question to the class. */

import { all, byId, h, setText } from "../lib/dom.js";
import { digitText, READY, READY_FOR_DIGITS, readQuestion } from "./questions.js";

/**
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 * @param {() => void} parts.onAsked
 */
export function createAsk({ actions, onAsked }) {
  const form = byId("ask-form", HTMLFormElement);
  const ready = byId("ask-ready", HTMLSelectElement);
  const text = byId("ask-text", HTMLTextAreaElement);
  const kinds = all(form, "[name=kind]", HTMLInputElement);
  const room = byId("ask-answers", HTMLElement);
  const answers = all(form, "[data-answer]", HTMLInputElement);
  const rights = all(form, "[data-right]", HTMLInputElement);
  const fault = byId("ask-fault", HTMLElement);
  const hint = byId("ask-hint", HTMLElement);

  const digitRoom = byId("ask-digit-room", HTMLElement);
  const digit = byId("ask-digit", HTMLSelectElement);
  const offered = kinds.some(({ value }) => value === "digit") ? READY_FOR_DIGITS : READY;
  /** The text that the choice of a digit has made. */
  let made = "";

  ready.append(...offered.map((question, index) => h("option", { value: index }, question.text)));

  const kindNow = () => /** @type {import("./questions.js").Kind} */ (kinds.find(({ checked }) => checked)?.value ?? "choose");
  const digitNow = () => (digit.value === "" ? null : Number(digit.value));

  /** A question that nobody has typed says which digit is to be drawn. */
  function fillText() {
    if (kindNow() !== "digit" || (text.value.trim() !== "" && text.value !== made)) return;
    text.value = made = digitText(digitNow());
  }

  /** One empty answer more than there are, so that the form stays short. */
  function showRows() {
    room.hidden = kindNow() !== "choose";
    digitRoom.hidden = kindNow() !== "digit";
    const filled = answers.findLastIndex(({ value }) => value.trim() !== "");
    answers.forEach((answer, index) => {
      const row = answer.parentElement;
      if (row) row.hidden = index > Math.max(1, filled + 1);
    });
  }

  ready.addEventListener("change", () => {
    const question = offered[Number(ready.value)];
    if (ready.value === "" || !question) return;
    text.value = question.text;
    answers.forEach((answer, index) => (answer.value = question.answers[index] ?? ""));
    for (const right of rights) right.checked = false;
    for (const kind of kinds) kind.checked = kind.value === (question.draws ?? "choose");
    digit.value = String(question.digit ?? "");
    showRows();
  });
  form.addEventListener("input", () => {
    setText(fault, "");
    fillText();
    showRows();
  });
  for (const right of rights) {
    right.addEventListener("change", () => rights.forEach((other) => (other.checked &&= other === right)));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const right = rights.findIndex(({ checked }) => checked);
    const { question, fault: reason } = readQuestion({
      text: text.value, kind: kindNow(), digit: digitNow(), answers: answers.map(({ value }) => value), right: right < 0 ? null : right,
    });
    setText(fault, reason ?? "");
    if (!question) return;
    actions.ask(question);
    onAsked();
  });
  showRows();

  return {
    /** @param {import("../classroom/state.js").ClassState} state */
    draw: ({ room: present }) => setText(hint, present?.question ? "It takes the place of the question that is open." : ""),
  };
}
