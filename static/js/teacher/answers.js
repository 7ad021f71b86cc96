/** The answers to the question as they arrive: bars, drawn boundaries one over the other, or drawn digits. */

import { examplesOf, linesOf, paintLines } from "../classroom/drawings.js";
import { all, byId, h, setText } from "../lib/dom.js";
import { formatPercent } from "../lib/format.js";
import { createWatch } from "../lib/watch.js";
import { countText, readerText } from "../drawn/drawn.js";
import { createDrawnTiles } from "../drawn/tiles.js";
import { answeredText, barsOf } from "./questions.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("../core/types.js").Data} Data
 */

/** Below the digits, and what they have at least, in pixels. */
const [BELOW_DIGITS, LEAST_HEIGHT] = [80, 240];

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
  const reader = byId("answers-reader", HTMLElement);
  const digits = byId("answer-digits", HTMLElement);
  const tiles = createDrawnTiles(digits, { room: roomForDigits });
  const reveal = byId("answers-reveal", HTMLButtonElement);
  const painted = createWatch();
  let drawnQuestion = -1;

  reveal.addEventListener("click", () => actions.reveal());
  byId("answers-close", HTMLButtonElement).addEventListener("click", () => actions.closeQuestion());

  /** What the window has for the digits, as far as it can be seen without scrolling. */
  function roomForDigits() {
    const { top, width } = digits.getBoundingClientRect();
    return { width: Math.floor(width), height: Math.max(LEAST_HEIGHT, innerHeight - top - BELOW_DIGITS) };
  }

  /** @param {import("../classroom/types.js").Question} asked */
  function drawBars(asked) {
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
  }

  /** @param {ClassState} state @param {import("../classroom/types.js").Question} asked @param {number} present */
  function drawDigits({ digits: found }, asked, present) {
    const drawn = found?.question === asked.number ? found : null;
    setText(count, `${countText(drawn?.drawn ?? [])} · ${answeredText(asked.answered, present)}`);
    setText(reader, drawn && drawn.drawn.length > 0 ? readerText(drawn, true) : "");
    tiles.draw(drawn);
  }

  return {
    /** @param {ClassState} state @param {{data: Data | null, theme: string}} page */
    draw(state, { data, theme }) {
      const { room } = state;
      const asked = room?.question ?? null;
      none.hidden = asked !== null;
      shown.hidden = asked === null;
      if (!room || !asked) return;
      setText(question, asked.text);
      setText(count, answeredText(asked.answered, room.present));
      setText(reveal, asked.revealed ? "Revealed" : "Reveal to the class");
      reveal.disabled = asked.revealed;
      bars.hidden = asked.draws !== null;
      map.hidden = asked.draws !== "boundary";
      reader.hidden = digits.hidden = asked.draws !== "digit";
      shown.dataset.draws = asked.draws ?? "";
      if (asked.draws === null) drawBars(asked);
      if (asked.draws === "digit") drawDigits(state, asked, room.present);
      if (asked.draws !== "boundary") return;
      const examples = examplesOf(state, asked.number, data);
      if (painted.isNew(state.drawings, examples, theme)) paintLines(canvas, examples, linesOf(state, asked.number));
    },
  };
}

/** @param {string} text @returns {HTMLLIElement} */
function barRow(text) {
  return h("li", {}, h("span", { class: "answer-text" }, text), h("span", { class: "answer-track" }, h("span", { class: "answer-bar" })), h("span", { class: "answer-count" }));
}
