/** The answer to a question whose answer is a digit: drawn on a board, and read by the teacher's network. */

import { createBoard } from "../drawing/board.js";
import { pictureOf } from "../drawing/normalize.js";
import { EMPTY, canUndo, isEmpty, undo } from "../drawing/strokes.js";
import { countText, ownText, readerText } from "../drawn/drawn.js";
import { createDrawnTiles } from "../drawn/tiles.js";
import { h, setText } from "../lib/dom.js";
import { base64Of } from "../net/protocol.js";

/** The width of the pen, as a share of the board's side: strokes become as thick as in the pictures of the data. */
const PEN = 0.1;
/** Room for the drawings of all, in pixels. */
const TILES_HEIGHT = 320;

/** @typedef {import("../classroom/types.js").Question} Question */

/** @param {{onChange: () => void}} parts @returns {import("./question.js").Way} */
export function createDigitAnswer({ onChange }) {
  const board = createBoard({ label: "Drawing pad: draw the digit with mouse, pen or finger.", onDraw: changed });
  const room = h("div", { class: "class-board" }, board.element);
  const back = h("button", { type: "button", class: "copy", click: () => draw(undo(board.drawing)) }, "Undo");
  const choices = Array.from({ length: 10 }, (_, digit) =>
    h("button", { type: "button", class: "class-digit", "aria-pressed": "false", click: () => choose(digit) }, String(digit)));
  const which = h("div", { class: "class-digits", role: "group", "aria-label": "Which digit is it?" }, h("p", {}, "Which digit is it?"), ...choices);
  const summary = h("p", {}, h("strong"), " ", h("span"));
  const all = h("ul", { class: "class-drawn" });
  const tiles = createDrawnTiles(all, { room: () => ({ width: all.clientWidth, height: TILES_HEIGHT }) });
  board.setPen(PEN);
  /** @type {Question | null} */
  let question = null;
  /** The digit that the student says it is. @type {number | null} */
  let chosen = null;
  /** The picture that the network gets; another one after each change. @type {Uint8Array | null} */
  let pixels = null;

  function changed() {
    pixels = pictureOf(board.drawing.strokes, PEN, question?.side ?? 0);
    back.disabled = !canUndo(board.drawing);
    onChange();
  }

  /** @param {import("../drawing/strokes.js").Drawing} drawing */
  function draw(drawing) {
    board.drawing = drawing;
    changed();
  }

  /** @param {number | null} digit */
  function choose(digit) {
    chosen = digit;
    choices.forEach((choice, index) => choice.setAttribute("aria-pressed", String(index === digit)));
    onChange();
  }

  /** The digit that it is meant to be. */
  const meant = () => question?.digit ?? chosen;

  return {
    parts(asked) {
      question = asked;
      return asked.revealed ? [summary, all] : [room, ...(asked.digit === null ? [which] : [])];
    },
    buttons: () => [back],
    clear() {
      choose(null);
      draw(EMPTY);
    },
    isEmpty: () => isEmpty(board.drawing),
    fields: () => (pixels && meant() !== null ? { drawing: pixels, digit: meant() } : null),
    version: () => `${chosen} ${pixels && base64Of(pixels)}`,
    /** Of a drawing that was made before a reload there are only the pixels, at the server. */
    has: ({ drawing, digit }) => pixels === null || (drawing === base64Of(pixels) && digit === meant()),
    missing: () => (pixels && meant() === null ? "Say which digit it is." : `Draw ${meant() === null ? "a digit" : `your ${meant()}`}. Your teacher sees it with your name.`),
    sent: (answer) => ownText({ digit: answer?.digit ?? null, read: answer?.read ?? null }),
    revealed: () => "",
    draw(asked, { digits }) {
      question = asked;
      if (!asked.revealed) return;
      const drawn = digits?.question === asked.number ? digits : null;
      setText(/** @type {HTMLElement} */ (summary.firstElementChild), countText(drawn?.drawn ?? []));
      setText(/** @type {HTMLElement} */ (summary.lastElementChild), drawn && drawn.drawn.length > 0 ? readerText(drawn, false) : "");
      tiles.draw(drawn);
    },
  };
}
