/** The answers to the question as they arrive: bars, or drawn boundaries one over the other. */

import { examplesOf, linesOf, paintLines } from "../classroom/drawings.js";
import { all, byId, h, setText } from "../lib/dom.js";
import { formatPercent } from "../lib/format.js";
import { createWatch } from "../lib/watch.js";
import { answeredText, barsOf, } from "./questions.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("../core/types.js").Data} Data
 */

/**
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 */
export function createAnswers({ actions }) {
  const none = byId("answers-none", HTMLElement);
  const shown = byId("answers-shown", HTMLElement);
  const question = byId("answers-question", HTMLElement);
  const count = byId("answers-count", HTMLElement);
  const bars = byId("answer-bars", HTMLElement);
  const map = byId("answer-map", HTMLElement);
  const canvas = all(map, "canvas", HTMLCanvasElement)[0];
  const reveal = byId("answers-reveal", HTMLButtonElement);
  const painted = createWatch();
  let drawnQuestion = -1;

  reveal.addEventListener("click", () => actions.reveal());
  byId("answers-close", HTMLButtonElement).addEventListener("click", () => actions.closeQuestion());

  return {
    /** @param {ClassState} state @param {{data: Data | null, theme: string}} page */
    draw(state, { data, theme }) {
      const { room } = state;
      const asked = room?.question ?? null;
      none.hidden = asked !== null;
      shown.hidden = asked === null;
      if (!room || !asked) return;
      const isDrawn = asked.answers.length === 0;
      setText(question, asked.text);
      setText(count, answeredText(asked.answered, room.present));
      setText(reveal, asked.revealed ? "Revealed" : "Reveal to the class");
      reveal.disabled = asked.revealed;
      bars.hidden = isDrawn;
      map.hidden = !isDrawn;
      if (isDrawn) {
        const examples = examplesOf(state, asked.number, data);
        if (painted.isNew(state.drawings, examples, theme)) paintLines(canvas, examples, linesOf(state, asked.number));
        return;
      }
      if (drawnQuestion !== asked.number) {
        drawnQuestion = asked.number;
        bars.replaceChildren(...asked.answers.map(barRow));
      }
      barsOf(asked).forEach(({ count: chosen, share, isRight }, index) => {
        const row = bars.children[index];
        row.classList.toggle("right", isRight);
        setText(all(row, ".answer-count", HTMLElement)[0], chosen > 0 ? `${chosen} · ${formatPercent(share, 0)}` : "0");
        all(row, ".answer-bar", HTMLElement)[0].style.width = `${100 * share}%`;
      });
    },
  };
}

/** @param {string} text @returns {HTMLLIElement} */
function barRow(text) {
  return h("li", {}, h("span", { class: "answer-text" }, text), h("span", { class: "answer-track" }, h("span", { class: "answer-bar" })), h("span", { class: "answer-count" }));
}
