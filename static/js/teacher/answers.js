/** The answers to the question as they arrive: bars, or drawn boundaries one over the other. */

import { all, byId, h, setText } from "../lib/dom.js";
import { formatPercent } from "../lib/format.js";
import { currentPalette } from "../lib/palette.js";
import { createWatch } from "../lib/watch.js";
import { paintPoints, partsOf } from "../map/paint.js";
import { toShare } from "../map/picture.js";
import { answeredText, barsOf, } from "./questions.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("../core/types.js").Data} Data
 */

/** Of a line, as a share of the map's side. */
const WIDTH = 1 / 90;
/** The more lines, the fainter each: opacity of one, and of many. */
const OPACITY = { one: 0.9, least: 0.12, full: 6 };

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
    draw({ room, drawings }, { data, theme }) {
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
        const drawn = drawings?.question === asked.number ? drawings : null;
        if (painted.isNew(drawn, data, theme)) paintLines(canvas, data, drawn?.lines.map(({ points }) => points) ?? []);
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

/**
 * Paints drawn boundaries over the examples.
 * @param {HTMLCanvasElement} canvas @param {Data | null} data @param {readonly Float32Array[]} lines
 */
export function paintLines(canvas, data, lines) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const palette = currentPalette();
  const side = canvas.width;
  context.fillStyle = palette.colors.panel;
  context.fillRect(0, 0, side, side);
  if (data && data.points) {
    context.globalAlpha = 0.55;
    paintPoints(context, data, partsOf(data, false), palette);
  }
  context.globalAlpha = opacityOf(lines.length);
  context.strokeStyle = palette.colors.ink;
  context.lineWidth = side * WIDTH;
  context.lineCap = context.lineJoin = "round";
  for (const line of lines) {
    context.beginPath();
    for (let at = 0; at + 1 < line.length; at += 2) context.lineTo(side * toShare(line[at]), side * (1 - toShare(line[at + 1])));
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** How opaque each of many lines is. @param {number} count */
export const opacityOf = (count) => Math.max(OPACITY.least, Math.min(OPACITY.one, OPACITY.full / Math.max(1, count)));
