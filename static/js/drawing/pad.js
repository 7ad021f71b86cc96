/**
 * The drawing pad: what is drawn on it, the small picture that the network gets of it, and the network's answer. With the
 * arrow keys it shows pictures of the test instead, so that nobody needs a pointer to see a digit read.
 */

import { inkRamp } from "../digits/pictures.js";
import { h, setText, svg } from "../lib/dom.js";
import { createKeyReader } from "../lib/keys.js";
import { currentPalette } from "../lib/palette.js";
import { createThumbnail } from "../map/thumbnail.js";
import { createBoard } from "./board.js";
import { pictureOf } from "./normalize.js";
import { createPace } from "./pace.js";
import { exampleOf, placeOf } from "./picture.js";
import { aDigit, activationsOf, answerText, areProbabilities, outputsOf, verdictOf } from "./reading.js";
import { canUndo, clear, isEmpty, undo } from "./strokes.js";

/**
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./strokes.js").Drawing} Drawing
 */

/** How often a drawing that grows is read, in ms. */
const READ_EVERY = 50;
/** How long after the last stroke the answer is read aloud, in ms: digits of two strokes are read once. */
const SAY_AFTER = 700;
/** Widths of the pen, as shares of the board's side. In the middle strokes become as thick as in MNIST. */
const PENS = [{ name: "Thin pen", width: 0.055 }, { name: "Medium pen", width: 0.1 }, { name: "Thick pen", width: 0.15 }];
const USUAL = 1;
const INVITATION = "Draw a digit from 0 to 9";
const UNTRAINED = "Not trained yet: press Play.";
const LABEL = "Drawing pad. Draw a digit with mouse, pen or finger; with the keyboard, the arrow keys show test pictures instead.";

/** Where keys on the board go among the test pictures. @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

/** What is on the buttons. */
const ICONS = {
  undo: "M8.5 5 4.5 9l4 4M4.5 9h9.5a5 5 0 0 1 0 10H9",
  clear: "M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7M10.3 10.5l.3 5.5M13.7 10.5l-.3 5.5",
};

/** @param {string} label @param {string} title @param {string} path  of its icon */
const createButton = (label, title, path) => h("button", { type: "button", class: "copy", title },
  svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: path })), h("span", {}, label));

/** A dot for each width of the pen. @param {(width: number) => void} onChoose */
function createPens(onChoose) {
  const dots = PENS.map(({ name, width }, index) => {
    const input = h("input", { type: "radio", name: "pad-pen", value: String(width), checked: index === USUAL, "aria-label": name });
    const dot = h("i");
    dot.style.setProperty("--width", String(width));
    input.addEventListener("change", () => onChoose(width));
    return h("label", { title: name }, input, dot);
  });
  return h("div", { class: "pad-pens", role: "radiogroup", "aria-label": "Pen width" }, ...dots);
}

/** The pad's elements but the board. @param {HTMLCanvasElement} seen */
function createElements(seen) {
  return {
    seen,
    hint: h("p", { class: "pad-hint", "aria-hidden": "true" }, INVITATION),
    answer: h("p", { class: "pad-answer" }),
    note: h("p", { class: "pad-note" }),
    caption: h("figcaption"),
    spoken: h("p", { class: "visually-hidden", role: "status" }),
    undo: createButton("Undo", "Undo the last stroke (Ctrl+Z)", ICONS.undo),
    clear: createButton("Clear", "Clear the pad (Delete)", ICONS.clear),
  };
}

/** @param {HTMLElement} element @param {ReturnType<typeof createElements>} parts @param {HTMLElement} board @param {HTMLElement} pens */
function assemble(element, parts, board, pens) {
  element.classList.add("pad");
  element.append(h("div", { class: "pad-parts" },
    h("div", { class: "pad-room" }, board, parts.hint),
    h("div", { class: "pad-side" },
      h("figure", { class: "pad-seen" }, parts.seen, parts.caption),
      h("div", { class: "pad-says" }, parts.answer, " ", parts.note)),
    h("div", { class: "pad-tools" }, parts.undo, parts.clear, pens),
    parts.spoken));
}

/** Whether a reading is of the picture that is followed, or of the drawing as it was a moment ago. @param {State["reading"]} reading @param {State} state */
function isOf(reading, { followed }) {
  if (!reading || !followed) return false;
  return reading.example === ("example" in followed ? followed.example : null);
}

/** What is said of a test picture. @param {State} state @param {number} index  of it; negative: none is shown @param {number | null} answer */
function noteText({ data }, index, answer) {
  if (!data || index < 0 || answer === null) return "";
  const label = data.labels[index];
  return `It is ${aDigit(label)}${label === answer ? "" : ": misread"}.`;
}

/**
 * @param {HTMLElement} element
 * @param {{actions: Pick<import("../core/actions.js").PageActions, "read">}} parts
 * @returns {import("../core/types.js").Drawing}
 */
export function createPad(element, { actions }) {
  /** @type {State | null} */
  let state = null;
  /** What the network gets of the drawing. @type {Uint8Array | null} */
  let pixels = null;
  /** The picture that was followed when the drawing began: it does not replace the drawing. @type {State["followed"]} */
  let earlier = null;
  let penWidth = PENS[USUAL].width;
  let timer = 0;
  const seen = createThumbnail();
  const parts = createElements(seen.canvas);
  const pace = createPace({
    interval: READ_EVERY, send: (/** @type {Uint8Array} */ picture) => actions.read({ pixels: picture }),
    now: () => performance.now(), setTimeout: (act, delay) => window.setTimeout(act, delay), clearTimeout: (id) => window.clearTimeout(id),
  });
  const board = createBoard({
    label: LABEL, onDraw: readDrawing, onEnd: saySoon,
    onBegin() {
      clearTimeout(timer);
      earlier = state?.followed ?? null;
    },
  });
  assemble(element, parts, board.element, createPens((width) => {
    penWidth = width;
    board.setPen(width);
    if (!isEmpty(board.drawing)) readDrawing(board.drawing);
  }));

  /** Reads the answer aloud, but not while strokes follow each other. */
  function saySoon() {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      const shown = state && placeOf(state) >= 0 ? [parts.caption, parts.answer, parts.note] : [parts.answer, parts.note];
      setText(parts.spoken, shown.map((part) => part.textContent).filter(Boolean).join(". "));
    }, SAY_AFTER);
  }

  /** @param {Drawing} drawing */
  function readDrawing(drawing) {
    const side = state?.data?.side ?? 0;
    pixels = side > 0 ? pictureOf(drawing.strokes, penWidth, side) : null;
    if (pixels) pace.push(pixels);
    else stopReading();
    drawParts();
  }

  function stopReading() {
    pace.cancel();
    actions.read(null);
  }

  /** Changes the drawing by a button or key. @param {(drawing: Drawing) => Drawing} change */
  function edit(change) {
    const before = board.drawing;
    board.drawing = change(before);
    if (board.drawing === before) return;
    earlier = state?.followed ?? null;
    readDrawing(board.drawing);
    saySoon();
  }

  /** Makes room for a test picture; undo brings the drawing back. */
  function setAside() {
    pace.cancel();
    board.drawing = clear(board.drawing);
    pixels = null;
  }

  /** Shows another test picture. @param {number} by */
  function step(by) {
    const count = state?.data?.labels.length ?? 0;
    if (!state?.data || count === 0) return;
    const place = placeOf(state);
    setAside();
    actions.read({ example: exampleOf(state.data, place < 0 ? 0 : (place + by + count) % count) });
    saySoon();
  }

  /** What does not depend on the network. */
  function drawParts() {
    const isBlank = isEmpty(board.drawing);
    parts.hint.hidden = !isBlank;
    element.classList.toggle("blank", isBlank);
    parts.undo.disabled = !canUndo(board.drawing);
    parts.clear.disabled = isBlank;
    const data = state?.data;
    if (!state || !data?.side) return;
    const place = placeOf(state);
    const [pictures, index] = pixels || place < 0 ? [pixels ?? new Uint8Array(data.side ** 2), 0] : [data.pictures, place];
    seen.draw(pictures, index, data.side, inkRamp(currentPalette()));
    setText(parts.caption, pixels || place < 0 ? "What the network sees" : `Test picture ${place + 1}`);
  }

  parts.undo.addEventListener("click", () => edit(undo));
  parts.clear.addEventListener("click", () => edit(clear));
  const readKey = createKeyReader();
  element.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || readKey(event) !== "z") return;
    event.preventDefault();
    edit(undo);
  });
  board.element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isDelete = event.key === "Delete" || event.key === "Backspace";
    if (!isDelete && !Object.hasOwn(STEPS, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (isDelete) edit(clear);
    else step(STEPS[event.key]);
  });

  return {
    draw(frame, next) {
      const before = state;
      state = next;
      const { data, config, reading } = next;
      const place = placeOf(next);
      const isDrawn = !isEmpty(board.drawing);
      // the drawing stays when the data change, and is read by the new network
      if (isDrawn && data?.side && data !== before?.data) {
        earlier = next.followed;
        readDrawing(board.drawing);
      }
      // a test picture was chosen elsewhere
      if (isDrawn && place >= 0 && next.followed !== earlier) setAside();
      drawParts();
      const activations = activationsOf(frame, next);
      const outputs = activations && isOf(reading, next) ? outputsOf(activations) : null;
      const answer = outputs && verdictOf(outputs).digit;
      const index = pixels ? -1 : place;
      setText(parts.answer, outputs ? answerText(outputs, areProbabilities(config)) : `${INVITATION}.`);
      const isUntrained = outputs !== null && frame?.epoch === 0;
      setText(parts.note, isUntrained ? UNTRAINED : noteText(next, index, answer));
      parts.note.classList.toggle("misread", !isUntrained && index >= 0 && answer !== null && answer !== data?.labels[index]);
    },
  };
}
