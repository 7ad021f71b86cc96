/**
 * The drawing pad: what is drawn on it, the small picture that the network gets of it, and the network's answer. With keys,
 * or with buttons, it shows pictures of the test instead.
 */

import { h, setText } from "../lib/dom.js";
import { createKeyReader } from "../lib/keys.js";
import { currentPalette } from "../lib/palette.js";
import { createBoard } from "./board.js";
import { pictureOf } from "./normalize.js";
import { createPace } from "./pace.js";
import { createPicture, exampleOf, testIndex, testPicture } from "./picture.js";
import { answerText, areProbabilities, createFollowed, outputsOf, verdictOf } from "./reading.js";
import { canUndo, clear, isEmpty, undo } from "./strokes.js";

/**
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("../core/types.js").Data} Data
 * @typedef {import("./strokes.js").Drawing} Drawing
 */

/** How often a drawing that grows is read, in ms. */
const READ_EVERY = 50;
/** How long after the last stroke the answer is read aloud, in ms: digits of two strokes are read once. */
const SAY_AFTER = 700;
/** Widths of the pen, as percents of the board's side. In the middle strokes become as thick as in MNIST. */
const PEN = { least: 4, most: 16, usual: 10 };
const INVITATION = "Draw a digit from 0 to 9";
const UNTRAINED = "The network is not trained yet: press Play.";

/** Where keys on the board go among the test pictures. @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

/** The pad's elements but the board. @param {HTMLCanvasElement} seen */
function createElements(seen) {
  const button = (/** @type {string} */ label) => h("button", { type: "button", class: "copy" }, label);
  const step = (/** @type {string} */ label, /** @type {string} */ sign) =>
    h("button", { type: "button", class: "round small", "aria-label": label, title: label }, sign);
  return {
    seen,
    hint: h("p", { class: "pad-hint", "aria-hidden": "true" }, INVITATION),
    answer: h("p", { class: "pad-answer" }),
    note: h("p", { class: "pad-note" }),
    spoken: h("p", { class: "visually-hidden", role: "status" }),
    undo: button("Undo"),
    clear: button("Clear"),
    pen: h("input", { type: "range", id: "pad-pen", min: PEN.least, max: PEN.most, step: "1", value: PEN.usual }),
    previous: step("Previous test picture", "‹"),
    next: step("Next test picture", "›"),
    place: h("span", { class: "pad-place" }),
  };
}

/** @param {HTMLElement} element @param {ReturnType<typeof createElements>} parts @param {HTMLElement} board */
function assemble(element, parts, board) {
  element.classList.add("pad");
  element.append(h("div", { class: "pad-parts" },
    h("div", { class: "pad-room" }, board, parts.hint),
    h("div", { class: "pad-side" },
      h("figure", { class: "pad-seen" }, parts.seen, h("figcaption", {}, "What the network sees")),
      h("div", { class: "pad-says" }, parts.answer, parts.note)),
    h("div", { class: "pad-tools" },
      parts.undo, parts.clear,
      h("div", { class: "slider" }, h("label", { for: "pad-pen" }, "Pen width"), parts.pen)),
    h("div", { class: "pad-tests", role: "group", "aria-label": "Test pictures" }, parts.previous, parts.place, parts.next),
    parts.spoken));
}

/** The sentence about what is shown. @param {State} state @param {number} index  of the test picture; negative: none @param {number | null} answer */
function noteText({ data, reading }, index, answer) {
  if (!data || !reading || index < 0) return "";
  const label = data.labels[index];
  return label === answer ? `It is a ${label}.` : `It is a ${label}: misread.`;
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
  /** The test picture that was last shown. */
  let place = -1;
  /** Whether an answer to the drawing is still to come. */
  let isAwaited = false;
  let timer = 0;
  /** What was painted last. @type {unknown[]} */
  let painted = [];
  const followed = createFollowed();
  const [seen, large] = [createPicture(), createPicture()];
  const parts = createElements(seen.element);
  const pace = createPace({
    interval: READ_EVERY, send: (/** @type {Uint8Array} */ picture) => actions.read({ pixels: picture }),
    now: () => performance.now(), setTimeout: (act, delay) => window.setTimeout(act, delay), clearTimeout: (id) => window.clearTimeout(id),
  });
  const board = createBoard({
    label: "Drawing pad: draw a digit with mouse, pen or finger. The arrow keys show test pictures instead.",
    onBegin: () => clearTimeout(timer), onDraw: readDrawing, onEnd: saySoon, behind: () => (shownIndex() < 0 ? null : large.element),
  });
  assemble(element, parts, board.element);

  /** The test picture that is followed; negative: none. */
  function shownIndex() {
    if (!state?.data || !isEmpty(board.drawing)) return -1;
    return state.reading?.example == null ? -1 : testIndex(state.data, state.reading.example);
  }

  /** Reads the answer aloud, but not while strokes follow each other. */
  function saySoon() {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      setText(parts.spoken, [parts.answer, parts.note].map((part) => part.textContent).filter(Boolean).join(". "));
    }, SAY_AFTER);
  }

  /** @param {Drawing} drawing */
  function readDrawing(drawing) {
    const side = state?.data?.side ?? 0;
    pixels = side > 0 ? pictureOf(drawing.strokes, penWidth(), side) : null;
    isAwaited = pixels !== null;
    if (pixels) pace.push(pixels);
    else stopReading();
    drawParts();
  }

  function stopReading() {
    pace.cancel();
    actions.read(null);
  }

  const penWidth = () => Number(parts.pen.value) / 100;

  /** Changes the drawing by a button or key. @param {(drawing: Drawing) => Drawing} change */
  function edit(change) {
    const before = board.drawing;
    board.drawing = change(before);
    if (board.drawing === before) return;
    readDrawing(board.drawing);
    saySoon();
  }

  /** Shows another test picture. @param {number} by */
  function step(by) {
    const data = state?.data;
    const count = data?.labels.length ?? 0;
    if (!data || count === 0) return;
    setAside();
    place = place < 0 ? 0 : (place + by + count) % count;
    actions.read({ example: exampleOf(data, place) });
    saySoon();
  }

  /** Makes room for a test picture; undo brings the drawing back. */
  function setAside() {
    board.drawing = clear(board.drawing);
    pixels = null;
    isAwaited = false;
    pace.cancel();
  }

  /** Undo brings back what was drawn. */
  function wipe() {
    if (isEmpty(board.drawing)) stopReading();
    else edit(clear);
  }

  function drawPen() {
    board.setPen(penWidth());
    parts.pen.style.setProperty("--fill", `${(100 * (Number(parts.pen.value) - PEN.least)) / (PEN.most - PEN.least)}%`);
  }

  /** What depends on the drawing alone. */
  function drawParts() {
    const isBlank = isEmpty(board.drawing) && shownIndex() < 0;
    parts.hint.hidden = !isBlank;
    parts.undo.disabled = !canUndo(board.drawing);
    parts.clear.disabled = isBlank;
    const shown = [pixels, shownIndex(), state?.data, currentPalette()];
    if (!state?.data?.side || shown.every((part, index) => part === painted[index])) return;
    painted = shown;
    const picture = pixels ?? testPicture(state.data, shownIndex());
    for (const view of [seen, large]) view.draw(picture, state.data.side, currentPalette());
    board.paint();
  }

  parts.undo.addEventListener("click", () => edit(undo));
  parts.clear.addEventListener("click", wipe);
  parts.previous.addEventListener("click", () => step(-1));
  parts.next.addEventListener("click", () => step(1));
  parts.pen.addEventListener("input", () => {
    drawPen();
    if (!isEmpty(board.drawing)) readDrawing(board.drawing);
  });
  const readKey = createKeyReader();
  element.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || readKey(event) !== "z") return;
    event.preventDefault();
    edit(undo);
  });
  board.element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isDelete = event.key === "Delete" || event.key === "Backspace";
    if (!isDelete && !(event.key in STEPS)) return;
    event.preventDefault();
    event.stopPropagation();
    if (isDelete) wipe();
    else step(STEPS[event.key]);
  });
  drawPen();

  return {
    draw(frame, next) {
      const before = state;
      state = next;
      const { data, config, reading } = next;
      // the drawing stays when the pictures are others, and is read by the new network
      if (data !== before?.data && data?.side && !isEmpty(board.drawing)) readDrawing(board.drawing);
      if (reading !== before?.reading && reading?.example === null) isAwaited = false;
      // a test picture was chosen elsewhere
      if (reading !== before?.reading && typeof reading?.example === "number" && !isAwaited) setAside();
      const index = shownIndex();
      if (index >= 0) place = index;
      const activations = followed(frame, next);
      const isOfBoard = index >= 0 || (reading?.example === null && !isEmpty(board.drawing));
      const outputs = activations && isOfBoard ? outputsOf(activations) : null;
      const answer = outputs && verdictOf(outputs).digit;
      setText(parts.answer, outputs ? answerText(outputs, areProbabilities(config)) : `${INVITATION}.`);
      setText(parts.note, frame?.epoch === 0 && outputs ? UNTRAINED : noteText(next, index, answer));
      parts.note.classList.toggle("misread", index >= 0 && answer !== data?.labels[index]);
      setText(parts.place, index < 0 ? "Test pictures" : `Test picture ${index + 1} of ${data?.labels.length}`);
      drawParts();
    },
  };
}
