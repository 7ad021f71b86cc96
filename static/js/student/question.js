/** The teacher's question on a student's page: answers to choose from, or something to draw; later what the class has answered. */

import { byId, h, setText } from "../lib/dom.js";
import { createWatch } from "../lib/watch.js";
import { createBoundaryAnswer } from "./boundary.js";
import { createDigitAnswer } from "./digit.js";
import { barsOf } from "./texts.js";

/** @typedef {import("../classroom/state.js").ClassState} ClassState */
/** @typedef {import("../classroom/types.js").Question} Question */
/** @typedef {import("../classroom/types.js").OwnAnswer} OwnAnswer */
/**
 * A way to draw an answer.
 * @typedef {object} Way
 * @property {(asked: Question) => Node[]} parts  what the question is answered with or, once it is revealed, all answers
 * @property {() => Node[]} [buttons]  before the others
 * @property {() => void} clear
 * @property {() => boolean} isEmpty  whether nothing is drawn
 * @property {() => {strokes: number[][][]} | {drawing: Uint8Array, digit: number | null} | null} fields  of the answer; null: it is not complete
 * @property {() => unknown} version  another one after each change
 * @property {(answer: OwnAnswer, isSent: boolean) => boolean} has  whether the answer that the server has is what is drawn here
 * @property {() => string} missing  what is still to be done before it can be sent
 * @property {(answer: OwnAnswer | null) => string} sent  what there is to say of an answer that the server has
 * @property {(asked: Question) => string} revealed  what there is to say of all answers
 * @property {(asked: Question, state: ClassState, data: import("../core/types.js").Data | null) => void} draw
 */

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
  const clear = h("button", { type: "button", class: "copy", click: () => way()?.clear() }, "Clear");
  /** @type {Record<NonNullable<Question["draws"]>, Way>} */
  const ways = { boundary: createBoundaryAnswer({ onChange: drawn }), digit: createDigitAnswer({ onChange: drawn }) };
  const answered = createWatch();
  element.append(h("div", { class: "class-panel-head" }, heading, hide), body, note);
  opener.addEventListener("click", () => open(true));

  /** @type {Question | null} */
  let question = null;
  /** What the student has chosen, and whether the server has that, or the drawing. @type {{choice: number | null, isSent: boolean}} */
  let own = { choice: null, isSent: false };
  /** What the server has. @type {OwnAnswer | null} */
  let known = null;
  let isOpen = false;
  let key = "";

  /** The way in which the present question is answered by drawing. @returns {Way | null} */
  const way = () => (question?.draws ? ways[question.draws] : null);

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
    const fields = way()?.fields();
    if (question && fields) actions.answer(question.number, fields);
  }

  /** The drawing is another than the one that was sent. */
  function drawn() {
    own = { choice: null, isSent: false };
    drawState();
  }

  /** Takes over what the server has, unless something newer is on its way there. @param {ClassState["joined"]} joined */
  function takeOwn(joined) {
    const answer = joined?.answer ?? null;
    if (!question || answer?.question !== question.number || !answered.isNew(answer, own.choice, way()?.version())) return;
    known = answer;
    const { choice } = answer;
    const isSame = way()?.has(answer, own.isSent) ?? (own.choice === null || own.choice === choice);
    if (isSame) own = { choice, isSent: true };
  }

  /** What of the question changes with the student's answer. */
  function drawState() {
    if (!question || question.revealed) return;
    const drawing = way();
    const isComplete = drawing?.fields() !== null;
    clear.disabled = drawing?.isEmpty() ?? true;
    send.disabled = !isComplete || own.isSent;
    if (!drawing) for (const [position, button] of [...body.children].entries()) button.setAttribute("aria-pressed", String(position === own.choice));
    const sent = drawing?.sent(known) ?? "Your answer is sent. You can still change it.";
    const missing = !drawing ? "" : isComplete ? "Send your drawing when it is done." : drawing.missing();
    setText(note, own.isSent ? sent : missing);
  }

  /** @param {Question} asked @returns {Node[]} */
  function partsOf(asked) {
    const drawing = way();
    if (drawing) return [...drawing.parts(asked), ...(asked.revealed ? [] : [h("p", { class: "class-panel-buttons" }, ...(drawing.buttons?.() ?? []), clear, send)])];
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
  const revealedText = (asked) => way()?.revealed(asked) ?? (own.choice === null ? "You have not answered." : "");

  return {
    /** @param {ClassState} state @param {import("../core/actions.js").PageState} page */
    draw(state, { data }) {
      const { joined, room } = state;
      const asked = joined && !joined.waiting ? room?.question ?? null : null;
      const isOther = asked?.number !== question?.number;
      const isRevealed = Boolean(asked?.revealed && !question?.revealed);
      question = asked;
      if (isOther) {
        known = null;
        for (const each of Object.values(ways)) each.clear();
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
      if (asked && isOpen) way()?.draw(asked, state, data);
    },
  };
}
