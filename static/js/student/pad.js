/** A pad with the examples on it, on which a student draws the boundary they expect, with a finger, a mouse, or keys. */

import { h } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createWatch } from "../lib/watch.js";
import { opacityOf, paintExamples, paintStrokes } from "../classroom/drawings.js";
import { EXTENT, toShare } from "../map/picture.js";

/** What the server takes. */
const MOST_LINES = 20;
const MOST_POINTS = 1000;
/** Between two points of a line, as long as the pad's side is 12. */
const STEP = 0.1;
/** How far a key moves the pen. */
const STRIDE = 0.3;
/** The pen of the keys, in shares of the pad. */
const PEN = 0.024;

/** @typedef {number[][][]} Strokes  lines, each a list of points [x1, x2] */

/** @param {number} value */
const within = (value) => Math.round(100 * Math.max(-EXTENT, Math.min(EXTENT, value))) / 100;

/** A line begins. @param {Strokes} strokes @param {number[]} point @returns {Strokes} */
export const withLine = (strokes, [x1, x2]) => (strokes.length < MOST_LINES ? [...strokes, [[within(x1), within(x2)]]] : strokes);

/** The last line goes on to a point. @param {Strokes} strokes @param {number[]} point @returns {Strokes} the same if it is too near, or too much */
export function withPoint(strokes, [x1, x2]) {
  const line = strokes.at(-1);
  if (!line || strokes.reduce((sum, { length }) => sum + length, 0) >= MOST_POINTS) return strokes;
  const [before] = line.slice(-1);
  const point = [within(x1), within(x2)];
  if (Math.hypot(point[0] - before[0], point[1] - before[1]) < STEP) return strokes;
  return [...strokes.slice(0, -1), [...line, point]];
}

/** What is sent: lines, without dots. @param {Strokes} strokes */
export const drawnLines = (strokes) => strokes.filter(({ length }) => length > 1);

const LABEL = "Draw the boundary you expect. With the keyboard: arrow keys move the pen, Space puts it down and lifts it.";
const LABEL_OF_ALL = "The boundaries that the class expected";

/**
 * What a pad shows.
 * @typedef {object} Shown
 * @property {import("../core/types.js").Data | null} data  the examples
 * @property {boolean} isOpen  whether it can be drawn on
 * @property {readonly Float32Array[] | null} others  what all have drawn, once it is known
 */

/** @param {{onChange: () => void}} parts */
export function createPad({ onChange }) {
  const canvas = h("canvas", { class: "class-pad", tabindex: "0", role: "img", "aria-label": LABEL });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const watch = createWatch();
  /** @type {Strokes} */
  let strokes = [];
  /** Where the keys have the pen. @type {{at: number[], isDown: boolean} | null} */
  let pen = null;
  /** @type {Shown} */
  let shown = { data: null, isOpen: true, others: null };

  /** @param {Strokes} next */
  function change(next) {
    if (next === strokes) return;
    strokes = next;
    paint();
    onChange();
  }

  /** @param {PointerEvent} event */
  function pointAt({ clientX, clientY }) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientX - left) / width) * 2 * EXTENT - EXTENT, EXTENT - ((clientY - top) / height) * 2 * EXTENT];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0 || !shown.isOpen) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    change(withLine(strokes, pointAt(event)));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (shown.isOpen && canvas.hasPointerCapture(event.pointerId)) change(withPoint(strokes, pointAt(event)));
  });
  canvas.addEventListener("keydown", (event) => {
    const [right, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
    if (!shown.isOpen || (!right && !up && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    pen ??= { at: [0, 0], isDown: false };
    pen = { at: [within(pen.at[0] + right * STRIDE), within(pen.at[1] + up * STRIDE)], isDown: event.key === " " ? !pen.isDown : pen.isDown };
    if (event.key === " " && pen.isDown) change(withLine(strokes, pen.at));
    else if (pen.isDown) change(withPoint(strokes, pen.at));
    paint();
  });
  canvas.addEventListener("blur", () => {
    pen = null;
    paint();
  });

  function paint() {
    const { colors } = currentPalette();
    const side = canvas.width;
    if (side === 0) return;
    context.clearRect(0, 0, side, side);
    if (shown.data) paintExamples(context, shown.data);
    if (shown.others) {
      context.globalAlpha = opacityOf(shown.others.length);
      paintStrokes(context, shown.others, colors.soft);
      context.globalAlpha = 1;
    }
    // among those of all, the own one has the color of what is chosen
    paintStrokes(context, strokes.map((line) => line.flat()), shown.others ? colors.accent : colors.ink);
    if (!pen) return;
    context.fillStyle = context.strokeStyle = colors.ink;
    context.beginPath();
    context.arc(toShare(pen.at[0]) * side, (1 - toShare(pen.at[1])) * side, PEN * side, 0, 2 * Math.PI);
    context[pen.isDown ? "fill" : "stroke"]();
  }

  return {
    element: canvas,
    strokes: () => drawnLines(strokes),
    /** All lines, the same object as long as nothing was drawn. */
    all: () => strokes,
    /** @param {Strokes} next */
    set: (next) => change(next),
    /** @param {Shown} next */
    draw(next) {
      shown = next;
      const pixels = Math.round(canvas.clientWidth * devicePixelRatio);
      if (!watch.isNew(next.data, next.isOpen, next.others?.length, pixels, currentPalette())) return;
      if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
      canvas.classList.toggle("closed", !next.isOpen);
      canvas.setAttribute("aria-label", next.isOpen ? LABEL : LABEL_OF_ALL);
      paint();
    },
  };
}
