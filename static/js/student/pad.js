/** A pad with the examples on it, on which a student draws the boundary they expect, with a finger, a mouse, or keys. */

import { h } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createWatch } from "../lib/watch.js";
import { paintPoints, paintTargets, partsOf } from "../map/paint.js";
import { EXTENT, heightFor, toShare } from "../map/picture.js";

/** What the server takes. */
const MOST_LINES = 20;
const MOST_POINTS = 1000;
/** Between two points of a line, as long as the pad's side is 12. */
const STEP = 0.1;
/** How far a key moves the pen. */
const STRIDE = 0.3;
/** The line, in shares of the pad. */
const WIDTH = 0.012;

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

/** @param {{onChange: () => void}} parts */
export function createPad({ onChange }) {
  const canvas = h("canvas", { class: "class-pad", tabindex: "0", role: "img",
    "aria-label": "Draw the boundary you expect. With the keyboard: arrow keys move the pen, Space puts it down and lifts it." });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const watch = createWatch();
  /** @type {Strokes} */
  let strokes = [];
  /** Where the keys have the pen. @type {{at: number[], isDown: boolean} | null} */
  let pen = null;
  /** @type {import("../core/types.js").Data | null} */
  let data = null;

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
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    change(withLine(strokes, pointAt(event)));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) change(withPoint(strokes, pointAt(event)));
  });
  canvas.addEventListener("keydown", (event) => {
    const [right, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
    if (!right && !up && event.key !== " ") return;
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
    const palette = currentPalette();
    const side = canvas.width;
    if (side === 0) return;
    context.clearRect(0, 0, side, side);
    if (data?.dimensions === 1) paintTargets(context, data, partsOf(data, false), heightFor(data.targets), palette);
    else if (data) paintPoints(context, data, partsOf(data, false), palette);
    const place = (/** @type {number[]} */ [x1, x2]) => /** @type {[number, number]} */ ([toShare(x1) * side, (1 - toShare(x2)) * side]);
    context.strokeStyle = context.fillStyle = palette.colors.ink;
    context.lineWidth = WIDTH * side;
    context.lineCap = context.lineJoin = "round";
    for (const line of strokes) {
      context.beginPath();
      for (const point of line) context.lineTo(...place(point));
      context.stroke();
    }
    if (!pen) return;
    context.beginPath();
    context.arc(...place(pen.at), 2 * WIDTH * side, 0, 2 * Math.PI);
    context[pen.isDown ? "fill" : "stroke"]();
  }

  return {
    element: canvas,
    strokes: () => drawnLines(strokes),
    /** @param {Strokes} next */
    set: (next) => change(next),
    /** @param {import("../core/types.js").Data | null} now  the examples */
    draw(now) {
      data = now;
      const pixels = Math.round(canvas.clientWidth * devicePixelRatio);
      if (!watch.isNew(data, pixels, currentPalette())) return;
      if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
      paint();
    },
  };
}
