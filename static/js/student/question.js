/** The teacher's question on a student's page: answers to choose from, or a pad to draw on; later what the class has answered. */

import { byId, h, setText } from "../lib/dom.js";
import { createPad } from "./pad.js";
import { barsOf } from "./texts.js";

/** @typedef {import("../classroom/state.js").ClassState} ClassState */
/** @typedef {import("../classroom/types.js").Question} Question */

/**
 * @param {HTMLElement} element
 * @param {{actions: import("../classroom/actions.js").ClassActions}} parts
 */
export function createQuestion(element, { actions }) {
  const opener = byId("class-question-open", HTMLButtonElement);
  const note = h("p", { class: "class-note", role: "status" });
  const heading = h("h2", { id: "class-question-text" });
  const body = h("div", { class: "class-question-body" });
  const hide = h("button", { type: "button", class: "link", click: () => open(false) }, "Hide");
  const send = h("button", { type: "button", class: "copy main", click: sendDrawing }, "Send");
  const again = h("button", { type: "button", class: "copy", click: () => pad.set([]) }, "Clear");
  const pad = createPad({ onChange: () => drawButtons(false) });
  element.append(h("div", { class: "class-panel-head" }, heading, hide), body, note);
  opener.addEventListener("click", () => open(true));

  /** @type {Question | null} */
  let question = null;
  /** The student's own answer. @type {number | null} */
  let own = null;
  let isOpen = false;
  let key = "";

  /** @param {boolean} isNow */
  function open(isNow) {
    isOpen = isNow;
    element.hidden = !isNow;
    document.documentElement.toggleAttribute("data-question", isNow);
    opener.hidden = isNow || question === null;
    if (!isNow && element.contains(document.activeElement)) opener.focus();
  }

  /** @param {number} index */
  function choose(index) {
    if (!question) return;
    own = index;
    actions.answer(question.number, { choice: index });
    setText(note, "Your answer is sent. You can still change it.");
    for (const [position, button] of [...body.children].entries()) button.setAttribute("aria-pressed", String(position === index));
  }

  function sendDrawing() {
    if (!question || pad.strokes().length === 0) return;
    actions.answer(question.number, { strokes: pad.strokes() });
    drawButtons(true);
  }

  /** @param {boolean} isSent */
  function drawButtons(isSent) {
    const isEmpty = pad.strokes().length === 0;
    send.disabled = again.disabled = isEmpty;
    setText(note, isSent ? "Your drawing is sent. You can still change it." : isEmpty ? "Draw the boundary that you expect." : "");
  }

  /** @param {Question} asked @returns {Node[]} */
  function partsOf(asked) {
    if (asked.answers.length === 0) return [pad.element, ...(asked.revealed ? [] : [h("p", { class: "class-panel-buttons" }, again, send)])];
    if (!asked.revealed) {
      return asked.answers.map((text, index) => h("button", { type: "button", class: "class-choice", "aria-pressed": String(index === own), click: () => choose(index) }, text));
    }
    return barsOf(asked, own).map(({ text, share, percent, isRight, isOwn, marks }) => {
      const bar = h("span", { class: "class-bar" });
      bar.style.width = `${100 * share}%`;
      return h("div", { class: `class-result${isRight ? " right" : ""}${isOwn ? " own" : ""}` }, 
        h("p", {}, h("span", {}, text), h("strong", {}, percent)), h("span", { class: "class-track" }, bar), ...(marks ? [h("small", {}, marks)] : []));
    });
  }

  return {
    /** @param {ClassState} state @param {import("../core/actions.js").PageState} page */
    draw({ joined, room }, { data }) {
      const asked = joined && !joined.waiting ? room?.question ?? null : null;
      const isOther = asked?.number !== question?.number;
      const isRevealed = Boolean(asked?.revealed && !question?.revealed);
      question = asked;
      if (isOther) {
        own = null;
        pad.set([]);
      }
      const now = JSON.stringify(asked && [asked.number, asked.text, asked.revealed, asked.counts, asked.right]);
      if (now !== key) {
        key = now;
        setText(heading, asked?.text ?? "");
        body.replaceChildren(...(asked ? partsOf(asked) : []));
        setText(note, "");
        if (asked && asked.answers.length === 0 && !asked.revealed) drawButtons(false);
        if (asked?.revealed && asked.answers.length === 0) setText(note, "Your teacher is showing all drawings.");
      }
      if (isOther || isRevealed) {
        open(asked !== null);
        if (asked) element.focus({ preventScroll: true });
      }
      if (asked && isOpen && asked.answers.length === 0) pad.draw(data);
    },
  };
}
