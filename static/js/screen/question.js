/** The question: its answers, and how many have chosen each as soon as the class may know. */

import { examplesOf, linesOf, paintLines } from "../classroom/drawings.js";
import { all, byId, h, setText } from "../lib/dom.js";
import { formatCount, formatPercent } from "../lib/format.js";
import { currentPalette } from "../lib/palette.js";
import { countText, readerText } from "../drawn/drawn.js";
import { createDrawnTiles } from "../drawn/tiles.js";
import { createWatch } from "../lib/watch.js";
import { barsOf } from "../teacher/questions.js";
import { fitOf } from "./fit.js";
import { answeredText } from "./texts.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("../classroom/types.js").Question} Question
 */

const LETTERS = "ABCDEF";

/** @param {string} text @param {number} index */
const answerRow = (text, index) => h("li", { class: "screen-answer" },
  h("span", { class: "screen-letter", "aria-hidden": "true" }, LETTERS[index]),
  h("span", { class: "screen-answer-text" }, text),
  h("span", { class: "screen-count" }),
  h("span", { class: "screen-track", "aria-hidden": "true" }, h("i")));

/** The axes of the plane, by which the lines are read. @param {HTMLCanvasElement} canvas */
function paintAxes(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = currentPalette().colors.edge;
  context.fillRect(canvas.width / 2 - 0.5, 0, 1, canvas.height);
  context.fillRect(0, canvas.height / 2 - 0.5, canvas.width, 1);
}

export function createQuestion() {
  const section = byId("screen-question", HTMLElement);
  const text = byId("screen-question-text", HTMLElement);
  const list = byId("screen-answers", HTMLElement);
  const canvas = byId("screen-drawings", HTMLCanvasElement);
  const answered = byId("screen-answered", HTMLElement);
  const reader = byId("screen-reader", HTMLElement);
  const progress = byId("screen-answered-bar", HTMLElement);
  const digits = byId("screen-digits", HTMLElement);
  const tiles = createDrawnTiles(digits, {
    isScreen: true,
    room() {
      const { clientWidth: width, clientHeight: height } = digits;
      return { width, height };
    },
  });
  const made = createWatch();
  const painted = createWatch();

  /** @param {Question} question */
  function drawBars(question) {
    const isKnown = question.counts !== null;
    list.classList.toggle("known", isKnown);
    for (const [index, { count, share, isRight }] of barsOf(question).entries()) {
      const row = list.children[index];
      const isShown = question.revealed && isRight;
      row.classList.toggle("right", isShown);
      row.classList.toggle("other", question.revealed && question.right !== null && !isRight);
      setText(all(row, ".screen-count", HTMLElement)[0], isKnown ? `${isShown ? "✓ " : ""}${formatCount(count)} · ${formatPercent(share, 0)}` : "");
      all(row, "i", HTMLElement)[0].style.width = `${100 * share}%`;
    }
  }

  /** @param {ClassState} state @param {Question} question @param {number} present */
  function drawDigits({ digits: found }, question, present) {
    const drawn = found?.question === question.number ? found : null;
    const isAny = drawn !== null && drawn.drawn.length > 0;
    setText(answered, [isAny ? countText(drawn.drawn) : "", answeredText(question.answered, present)].filter(Boolean).join(" · "));
    setText(reader, isAny ? readerText(drawn, false) : "");
    tiles.draw(drawn);
  }

  return {
    /** @param {ClassState} state @param {import("../core/actions.js").PageState} page */
    draw(state, { data, theme }) {
      const { room } = state;
      const question = room?.question;
      if (section.hidden || !room || !question) return;
      if (made.isNew(question.number)) {
        setText(text, question.text);
        section.dataset.fit = String(fitOf(question));
        section.dataset.answers = String(question.answers.length);
        section.dataset.draws = question.draws ?? "";
        list.replaceChildren(...question.answers.map(answerRow));
      }
      list.hidden = question.draws !== null;
      canvas.hidden = question.draws !== "boundary";
      digits.hidden = question.draws !== "digit";
      setText(answered, answeredText(question.answered, room.present));
      progress.style.width = `${(100 * question.answered) / Math.max(1, question.answered, room.present)}%`;
      if (question.draws === null) drawBars(question);
      else if (question.draws === "digit") drawDigits(state, question, room.present);
      else if (painted.isNew(state.drawings, state.examples, theme)) {
        paintLines(canvas, examplesOf(state, question.number, data), linesOf(state, question.number));
        paintAxes(canvas);
      }
    },
  };
}
