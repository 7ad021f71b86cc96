/** The canvas of the drawing pad: mouse, pen and fingers leave strokes on it. */

import { createPlot, disc } from "../plot/plot.js";
import { EMPTY, begin, cancel, extend } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing */
/** @typedef {import("../plot/plot.js").Pen} Pen */

/** @param {Pen} pen @param {Drawing} drawing @param {number} penWidth */
function paintStrokes({ context, width, palette: { colors } }, { strokes }, penWidth) {
  context.strokeStyle = context.fillStyle = colors.ink;
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = penWidth * width;
  for (const { points } of strokes) {
    if (points.length === 1) disc(context, points[0].x * width, points[0].y * width, (penWidth * width) / 2);
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x * width, y * width);
    context.stroke();
  }
}

/**
 * @param {object} parts
 * @param {string} parts.label  for screen readers
 * @param {() => void} [parts.onBegin]  a pointer goes down
 * @param {(drawing: Drawing) => void} parts.onDraw  it has left something
 * @param {() => void} [parts.onEnd]  no pointer is down any more
 */
export function createBoard({ label, onBegin = () => {}, onDraw, onEnd = () => {} }) {
  let drawing = EMPTY;
  let penWidth = 0.1;
  /** The pointers that are down, with their kind. @type {Map<number, string>} */
  const down = new Map();
  const plot = createPlot({
    label, kind: "pad-board", isActive: true,
    paint: (pen) => paintStrokes(pen, drawing, penWidth),
  });
  const { element } = plot;

  /** @param {Drawing} next */
  function set(next) {
    if (next === drawing) return;
    drawing = next;
    plot.paint();
  }

  /** @param {PointerEvent} event */
  function pointOf(event) {
    const { width, height } = plot.canvas.getBoundingClientRect();
    const { x, y } = plot.at(event);
    return { x: x / width, y: y / height };
  }

  /** @param {PointerEvent} event */
  function start(event) {
    const isPalm = event.pointerType === "touch" && [...down.values()].includes("pen");
    if (event.button !== 0 || isPalm) return;
    onBegin();
    down.set(event.pointerId, event.pointerType);
    element.setPointerCapture(event.pointerId);
    set(begin(drawing, event.pointerId, pointOf(event)));
    onDraw(drawing);
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!down.has(event.pointerId)) return;
    const way = event.getCoalescedEvents?.() ?? [];
    const before = drawing;
    set(extend(drawing, event.pointerId, (way.length > 0 ? way : [event]).map(pointOf)));
    if (drawing !== before) onDraw(drawing);
  }

  /** @param {PointerEvent} event */
  function end(event) {
    if (!down.delete(event.pointerId)) return;
    if (event.type === "pointercancel") {
      set(cancel(drawing, event.pointerId));
      onDraw(drawing);
    }
    if (down.size === 0) onEnd();
  }

  element.addEventListener("pointerdown", start);
  element.addEventListener("pointermove", move);
  for (const type of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) element.addEventListener(type, end);

  return {
    element,
    paint: plot.paint,
    get drawing() {
      return drawing;
    },
    /** Another drawing, of which nobody is informed. */
    set drawing(next) {
      set(next);
    },
    /** The width of the pen, as a share of the board's side. @param {number} width */
    setPen(width) {
      penWidth = width;
      plot.paint();
    },
  };
}

/** @typedef {ReturnType<typeof createBoard>} Board */
