/** The teacher's question on a student's page: answers to choose from, or a pad to draw on; later what the class has answered. */

import { examplesOf, linesOf } from "../classroom/drawings.js";
import { byId, h, setText } from "../lib/dom.js";
import { createWatch } from "../lib/watch.js";
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
  const clear = h("button", { type: "button", class: "copy", click: () => pad.set([]) }, "Clear");
  const pad = createPad({ onChange: drawn });
  const answered = createWatch();
  element.append(h("div", { class: "class-panel-head" }, heading, hide), body, note);
  opener.addEventListener("click", () => open(true));

  /** @type {Question | null} */
  let question = null;
  /** What the student has chosen, and whether the server has that, or the drawing. @type {{choice: number | null, isSent: boolean}} */
  let own = { choice: null, isSent: false };
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

  /** @param {number} choice */
  function choose(choice) {
    if (!question) return;
    own = { choice, isSent: false };
    actions.answer(question.number, { choice });
    drawState();
  }

  function sendDrawing() {
    if (!question || pad.strokes().length === 0) return;
    actions.answer(question.number, { strokes: pad.strokes() });
  }

  /** The drawing is another than the one that was sent. */
  function drawn() {
    own = { choice: null, isSent: false };
    drawState();
  }

  /** Takes over what the server has, unless something newer is on its way there. @param {ClassState["joined"]} joined */
  function takeOwn(joined) {
    const answer = joined?.answer;
    if (!question || answer?.question !== question.number || !answered.isNew(answer, own.choice, pad.all())) return;
    const { choice, strokes } = answer;
    if (strokes && pad.strokes().length === 0 && !own.isSent) pad.set(strokes);
    const isSame = strokes ? JSON.stringify(strokes) === JSON.stringify(pad.strokes()) : own.choice === null || own.choice === choice;
    if (isSame) own = { choice, isSent: true };
  }

  /** What of the question changes with the student's answer. */
  function drawState() {
    if (!question || question.revealed) return;
    const isDrawing = question.answers.length === 0;
    const isEmpty = pad.strokes().length === 0;
    clear.disabled = isEmpty;
    send.disabled = isEmpty || own.isSent;
    if (!isDrawing) for (const [position, button] of [...body.children].entries()) button.setAttribute("aria-pressed", String(position === own.choice));
    const what = isDrawing ? "drawing" : "answer";
    const missing = isDrawing && isEmpty ? "Draw the boundary that you expect." : isDrawing ? "Send your drawing when it is done." : "";
    setText(note, own.isSent ? `Your ${what} is sent. You can still change it.` : missing);
  }

  /** @param {Question} asked @returns {Node[]} */
  function partsOf(asked) {
    if (asked.answers.length === 0) return [pad.element, ...(asked.revealed ? [] : [h("p", { class: "class-panel-buttons" }, clear, send)])];
    if (!asked.revealed) {
      return asked.answers.map((text, index) => h("button", { type: "button", class: "class-choice", "aria-pressed": "false", click: () => choose(index) }, text));
    }
    return barsOf(asked, own.choice).map(({ text, share, percent, isRight, isOwn, marks }) => {
      const bar = h("span", { class: "class-bar" });
      bar.style.width = `${100 * share}%`;
      return h("div", { class: `class-result${isRight ? " right" : ""}${isOwn ? " own" : ""}` },
        h("p", {}, h("span", {}, text), h("strong", {}, percent)), h("span", { class: "class-track" }, bar), ...(marks ? [h("small", {}, marks)] : []));
    });
  }

  /** @param {Question} asked */
  function revealedText({ answers, answered }) {
    if (answers.length > 0) return own.choice === null ? "You have not answered." : "";
    return `All drawings, ${answered} together.`;
  }

  return {
    /** @param {ClassState} state @param {import("../core/actions.js").PageState} page */
    draw(state, { data }) {
      const { joined, room } = state;
      const asked = joined && !joined.waiting ? room?.question ?? null : null;
      const isOther = asked?.number !== question?.number;
      const isRevealed = Boolean(asked?.revealed && !question?.revealed);
      question = asked;
      if (isOther) {
        pad.set([]);
        own = { choice: null, isSent: false };
      }
      takeOwn(joined);
      const now = JSON.stringify(asked && [asked.number, asked.text, asked.revealed, asked.counts, asked.right, asked.revealed && [own.choice, asked.answered]]);
      if (now !== key) {
        key = now;
        setText(heading, asked?.text ?? "");
        body.replaceChildren(...(asked ? partsOf(asked) : []));
        setText(note, asked?.revealed ? revealedText(asked) : "");
      }
      drawState();
      if (isOther || isRevealed) {
        open(asked !== null);
        if (asked) element.focus({ preventScroll: true });
      }
      if (asked && isOpen && asked.answers.length === 0) {
        pad.draw({ data: examplesOf(state, asked.number, data), isOpen: !asked.revealed, others: asked.revealed ? linesOf(state, asked.number) : null });
      }
    },
  };
}
