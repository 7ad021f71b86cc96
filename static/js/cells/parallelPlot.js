/**
 * Draws the cells of a sweep as parallel coordinates, whose axes can be brushed to filter the cells.
 *
 * Not with Plotly: its parallel coordinates compile functions while they run, which the page's Content-Security-Policy
 * forbids, and the Python package has no build without that.
 */

import { amountColor } from "../lib/sequential.js";
import { createPlot, drawText, line } from "../plot/plot.js";
import { bandAt, brushed, brushesOf, lineAt, lineOf, resultAt } from "./parallel.js";
import { keeps } from "./filter.js";
import { axisLabel, placeText } from "./texts.js";

/**
 * @typedef {import("../plot/plot.js").Pen} Pen
 * @typedef {import("./cells.js").Cell} Cell
 * @typedef {import("./filter.js").Filter} Filter
 */
/**
 * @typedef {object} Shown
 * @property {readonly import("../luck/starts.js").Axis[]} axes
 * @property {readonly Cell[]} cells  with at least one start each, the best first
 * @property {import("../luck/layout.js").Scale} scale  of their medians
 * @property {Filter} filter
 * @property {string} label  of the result
 * @property {(value: number) => string} numberText
 * @property {string} failed  what a cell without a result is called
 * @property {number | null} chosen
 * @property {import("./texts.js").Fields} fields
 */

/** In type sizes: above and below the axes, at both ends, and how near to an axis a brush begins. */
const ROOM = { above: 2.2, below: 0.8, left: 4.6, right: 4.6, axis: 1.3, brush: 0.45 };
/** How near to a line the pointer is, as a share of the height. */
const NEAR = 0.03;
/** Of an axis with more values than this only some have their names written. */
const MOST_NAMES = 14;

/**
 * @param {object} parts
 * @param {(filter: Filter) => void} parts.onFilter
 * @param {(cell: number | null) => void} parts.onLook
 * @param {(cell: number) => void} parts.onChoose
 */
export function createParallelPlot({ onFilter, onLook, onChoose }) {
  /** @type {Shown | null} */
  let shown = null;
  /** @type {readonly number[][]} */
  let lines = [];
  /** The cell that is pointed at. @type {Cell | null} */
  let looked = null;
  /** The axis that is being brushed, and from where to where. @type {{axis: number, from: number, to: number} | null} */
  let brush = null;
  /** Where everything is. @type {{x: (axis: number) => number, y: (share: number) => number, axisAt: (x: number) => number, shareAt: (y: number) => number, type: number} | null} */
  let places = null;
  const plot = createPlot({ label: "", kind: "sweep-parallel-plot", paint });
  const { element } = plot;

  /** @param {Pen} pen */
  function paint(pen) {
    if (!shown) return;
    const { type, width, height } = pen;
    const last = shown.axes.length;
    const across = width - (ROOM.left + ROOM.right) * type;
    const [top, high] = [ROOM.above * type, height - (ROOM.above + ROOM.below) * type];
    places = {
      type, x: (axis) => ROOM.left * type + (axis / last) * across, y: (share) => top + (1 - share) * high,
      axisAt: (x) => ((x - ROOM.left * type) / across) * last, shareAt: (y) => 1 - (y - top) / high,
    };
    paintLines(pen, shown, places);
    paintAxes(pen, shown, places);
    paintBrushes(pen, shown, places);
  }

  /** @param {Pen} pen @param {Shown} now @param {NonNullable<typeof places>} at */
  function paintLines({ context, palette: { amounts, colors } }, { cells, filter, scale, chosen }, { x, y }) {
    const strokeLine = (/** @type {readonly number[]} */ shares) => {
      context.beginPath();
      context.moveTo(x(0), y(shares[0]));
      for (let axis = 1; axis < shares.length; axis++) {
        const middle = (x(axis - 1) + x(axis)) / 2;
        context.bezierCurveTo(middle, y(shares[axis - 1]), middle, y(shares[axis]), x(axis), y(shares[axis]));
      }
      context.stroke();
    };
    const isKept = cells.map((cell) => keeps(filter, cell));
    context.lineWidth = 1;
    context.strokeStyle = colors.line;
    cells.forEach((_, index) => !isKept[index] && strokeLine(lines[index]));
    context.lineWidth = 1.5;
    context.globalAlpha = cells.length > 100 ? 0.75 : 0.9;
    // the best one on top
    for (let index = cells.length - 1; index >= 0; index--) {
      if (!isKept[index]) continue;
      context.strokeStyle = amountColor(amounts, Math.min(1, scale.at(Math.min(cells[index].median, Number.MAX_VALUE))));
      strokeLine(lines[index]);
    }
    context.globalAlpha = 1;
    for (const [cell, color] of /** @type {const} */ ([[chosen, colors.accent], [looked?.index ?? null, colors.ink]])) {
      const index = cells.findIndex((other) => other.index === cell);
      if (index < 0) continue;
      context.lineWidth = 3;
      context.strokeStyle = color;
      strokeLine(lines[index]);
    }
  }

  /** @param {Pen} pen @param {Shown} now @param {NonNullable<typeof places>} at */
  function paintAxes(pen, { axes, scale, label, numberText, failed, fields, cells }, { x, y, type }) {
    const { context, palette: { colors } } = pen;
    const write = (/** @type {string} */ text, /** @type {number} */ axis, /** @type {number} */ share) => {
      const isLast = axis === axes.length;
      context.textAlign = isLast ? "left" : "right";
      const at = x(axis) + (isLast ? 0.7 : -0.7) * type;
      const wide = context.measureText(text).width + 0.4 * type;
      // lines pass behind a veil, so that names can be read
      context.globalAlpha = 0.82;
      context.fillStyle = colors.panel;
      context.fillRect(isLast ? at - 0.2 * type : at - wide + 0.2 * type, y(share) - 0.65 * type, wide, 1.3 * type);
      context.globalAlpha = 1;
      context.fillStyle = colors.ink;
      context.fillText(text, at, y(share));
    };
    const labels = [...axes.map((axis) => axisLabel(fields, axis)), label];
    const room = x(1) - x(0);
    labels.forEach((text, axis) => {
      context.lineWidth = 1.5;
      context.strokeStyle = colors.edge;
      line(context, Math.round(x(axis)) + 0.5, y(0), Math.round(x(axis)) + 0.5, y(1));
      context.fillStyle = colors.ink;
      context.textAlign = axis === 0 ? "left" : axis === axes.length ? "right" : "center";
      const at = axis === 0 ? 0 : axis === axes.length ? pen.width : x(axis);
      drawText(pen, text, at, 0.7 * type, axis === 0 || axis === axes.length ? room * 0.5 + ROOM.left * type : room - type);
    });
    axes.forEach((axis, index) => {
      const step = Math.ceil(axis.values.length / MOST_NAMES);
      axis.values.forEach((_, place) => place % step === 0 && write(placeText(fields, axis, place), index, bandAt(place, axis.values.length)));
    });
    for (const { value } of scale.ticks) write(numberText(value), axes.length, resultAt(value, scale));
    if (cells.some(({ median }) => median === Infinity)) write(failed, axes.length, 1);
  }

  /** @param {Pen} pen @param {Shown} now @param {NonNullable<typeof places>} at */
  function paintBrushes({ context, palette: { colors } }, { filter, axes, scale }, { x, y, type }) {
    const kept = brushesOf(filter, axes, scale);
    kept.forEach((range, axis) => {
      const ends = brush?.axis === axis ? /** @type {const} */ ([Math.min(brush.from, brush.to), Math.max(brush.from, brush.to)]) : range;
      if (!ends) return;
      const half = ROOM.brush * type;
      context.fillStyle = context.strokeStyle = colors.accent;
      context.globalAlpha = 0.25;
      context.fillRect(x(axis) - half, y(ends[1]), 2 * half, y(ends[0]) - y(ends[1]));
      context.globalAlpha = 1;
      context.lineWidth = 1.5;
      context.strokeRect(x(axis) - half, y(ends[1]), 2 * half, y(ends[0]) - y(ends[1]));
    });
  }

  /** The axis under the pointer and the place on it, or null and the place between axes. @param {MouseEvent} event */
  function under(event) {
    if (!places) return null;
    const { x, y } = plot.at(event);
    const across = places.axisAt(x);
    const nearest = Math.round(across);
    const share = Math.max(0, Math.min(1, places.shareAt(y)));
    const isNear = nearest >= 0 && nearest <= (shown?.axes.length ?? 0) && Math.abs(places.x(nearest) - x) <= ROOM.axis * places.type;
    return { axis: isNear ? nearest : null, across, share };
  }

  /** @param {PointerEvent} event */
  function cellUnder(event) {
    const at = under(event);
    if (!at || at.axis !== null || !shown) return null;
    const kept = shown.cells.flatMap((cell, index) => (keeps(/** @type {Shown} */ (shown).filter, cell) ? [index] : []));
    const index = lineAt(kept.map((one) => lines[one]), at.across, at.share, NEAR);
    return index < 0 ? null : shown.cells[kept[index]];
  }

  element.addEventListener("pointerdown", (event) => {
    const at = under(event);
    // fingers scroll, and filter with a tap
    if (!at || at.axis === null || event.button !== 0 || event.pointerType === "touch") return;
    event.preventDefault();
    brush = { axis: at.axis, from: at.share, to: at.share };
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    const at = under(event);
    if (brush && at) {
      brush = { ...brush, to: at.share };
      plot.paint();
      return;
    }
    const cell = cellUnder(event);
    element.style.cursor = at && at.axis !== null ? "ns-resize" : cell ? "pointer" : "";
    look(cell);
  });
  element.addEventListener("pointerleave", () => look(null));
  element.addEventListener("pointerup", (event) => {
    const at = under(event);
    if (!shown || !at) return;
    const { axes, cells, scale, filter } = shown;
    const end = brush ?? (event.pointerType === "touch" && at.axis !== null ? { axis: at.axis, from: at.share, to: at.share } : null);
    brush = null;
    if (end) onFilter(brushed(filter, end.axis, end.from, end.to, axes, cells, scale));
    else {
      const cell = cellUnder(event);
      if (cell) onChoose(cell.index);
    }
  });
  element.addEventListener("pointercancel", () => (brush = null));

  /** @param {Cell | null} cell */
  function look(cell) {
    if (cell === looked) return;
    looked = cell;
    onLook(cell?.index ?? null);
    plot.paint();
  }

  return {
    element,
    /** @param {Shown} next */
    draw(next) {
      if (shown?.cells !== next.cells || shown.axes !== next.axes) {
        lines = next.cells.map((cell) => lineOf(cell, next.axes, next.scale));
        looked = null;
      }
      shown = next;
      const kept = next.cells.filter((cell) => keeps(next.filter, cell)).length;
      element.setAttribute("aria-label", `A line for each of ${kept} cells, through its settings to its ${next.label.toLowerCase()}. The table below has the same cells and filters.`);
      plot.paint();
    },
  };
}
