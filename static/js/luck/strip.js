/** A strip of dots, one for each start, by loss or epoch: median, middle half, one's own run, and a lane for those without one. */

import { formatCount } from "../lib/format.js";
import { createPlot, disc, line } from "../plot/plot.js";
import { scaleFor, stacked } from "./layout.js";
import { BY_LOSS } from "./statistics.js";
import { lossText, tickText } from "./texts.js";

/**
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("../plot/plot.js").Pen} Pen
 */
/**
 * What the strip shows.
 * @typedef {object} Content
 * @property {readonly Start[]} starts
 * @property {import("./statistics.js").Measure} [measure]  where the dots are; by default their losses
 * @property {number | null} own  the value of one's own run; infinite if it has none
 * @property {import("./statistics.js").Summary} summary
 * @property {number} threshold  infinite: none
 * @property {number | null} looked  index of the start that is pointed at
 */

/** In type sizes: below the dots, above them, at both ends, between dots and the lane, and the largest dot. */
const ROOM = { below: 1.7, above: 1.5, ends: 0.7, lane: 1.2, dot: 0.72 };
/** The least distance between two ticks, in type sizes. */
const TICK_ROOM = 4.2;

/**
 * Where everything is, in CSS pixels.
 * @param {Pick<Pen, "width" | "height" | "type">} pen @param {Content} content
 */
export function placesOf({ width, height, type }, { starts, measure = BY_LOSS, own, summary, threshold }) {
  const lane = summary.without > 0 || own === Infinity ? 5 * type : 0;
  const box = {
    x: ROOM.ends * type, y: ROOM.above * type,
    width: Math.max(1, width - 2 * ROOM.ends * type - (lane > 0 ? lane + ROOM.lane * type : 0)), height: Math.max(1, height - (ROOM.above + ROOM.below) * type),
  };
  const values = [...starts.map(measure.of), ...(own === null ? [] : [own])];
  const finite = values.filter((value) => value < Infinity);
  const scale = finite.length > 0 ? scaleFor([...finite, ...(threshold < Infinity ? [threshold] : [])], Math.max(3, Math.floor(box.width / (TICK_ROOM * type)))) : null;
  const ground = box.y + box.height;
  const onScale = stacked(finite.map((value) => scale?.at(value) ?? 0), box.width, box.height, ROOM.dot * type);
  const laneX = width - ROOM.ends * type - lane;
  // the lane is as wide as its label, and its dots begin at the left
  const across = Math.max(1, Math.floor(lane / onScale.diameter));
  const rows = Math.ceil((values.length - finite.length) / across);
  const step = Math.min(onScale.diameter, (box.height - onScale.diameter) / Math.max(1, rows - 1));
  let [next, nextOff] = [0, 0];
  const dots = values.map((value) => {
    if (value < Infinity) {
      const { x, y } = onScale.dots[next++];
      return { x: box.x + x, y: ground - y };
    }
    const [column, row] = [nextOff % across, Math.floor(nextOff++ / across)];
    return { x: laneX + (column + 0.5) * onScale.diameter, y: ground - onScale.diameter / 2 - row * step };
  });
  return { box, ground, scale, lane, laneX, radius: onScale.diameter / 2, dots };
}

/** @param {Pen} pen @param {Content} content @param {ReturnType<typeof placesOf>} places */
function paintScale({ context, type, palette: { colors } }, { measure = BY_LOSS, summary: { low, median, high }, threshold }, { box, ground, scale, lane, laneX }) {
  const x = (/** @type {number} */ value) => box.x + (scale?.at(value) ?? 1) * box.width;
  const end = box.x + box.width;
  context.lineWidth = 1;
  if (scale && low < Infinity) {
    context.fillStyle = colors.line;
    context.fillRect(x(low), box.y, Math.max(2, (high < Infinity ? x(high) : end) - x(low)), box.height);
  }
  context.strokeStyle = colors.edge;
  line(context, box.x, Math.round(ground) + 0.5, end, Math.round(ground) + 0.5);
  context.fillStyle = colors.soft;
  context.textAlign = "center";
  for (const { value, at } of scale?.ticks ?? []) {
    if (measure.name === "epoch" && !Number.isInteger(value)) continue;
    const place = Math.round(box.x + at * box.width) + 0.5;
    line(context, place, ground, place, ground + 0.25 * type);
    context.fillText(tickText(value), place, ground + 1 * type);
  }
  if (lane > 0) {
    line(context, laneX, Math.round(ground) + 0.5, laneX + lane, Math.round(ground) + 0.5);
    context.textAlign = "left";
    context.fillText(measure.lane, laneX, ground + 1 * type);
  }
  if (!scale) return;
  if (threshold < Infinity) {
    context.setLineDash([3, 3]);
    context.strokeStyle = colors.soft;
    line(context, Math.round(x(threshold)) + 0.5, box.y - 0.2 * type, Math.round(x(threshold)) + 0.5, ground);
    context.setLineDash([]);
  }
  if (median === Infinity) return;
  context.strokeStyle = context.fillStyle = colors.ink;
  context.lineWidth = 2;
  line(context, x(median), box.y - 0.2 * type, x(median), ground);
  const label = measure.name === "epoch" ? `median epoch ${formatCount(Math.round(median))}` : `median ${lossText(median)}`;
  const half = context.measureText(label).width / 2;
  context.textAlign = "center";
  context.fillText(label, Math.max(box.x + half, Math.min(end - half, x(median))), box.y - 0.85 * type);
}

/** @param {Pen} pen @param {Content} content @param {ReturnType<typeof placesOf>} places */
function paintDots({ context, palette: { colors } }, { starts, own, looked }, { dots, radius }) {
  const size = Math.max(1, radius - 0.7);
  context.fillStyle = colors.accent;
  starts.forEach(({ index }, i) => {
    context.globalAlpha = 0.85;
    if (looked !== index) disc(context, dots[i].x, dots[i].y, size);
  });
  context.globalAlpha = 1;
  const at = starts.findIndex(({ index }) => index === looked);
  if (at >= 0) {
    for (const [color, more] of /** @type {const} */ ([[colors.panel, 3], [colors.ink, 1.5]])) {
      context.fillStyle = color;
      disc(context, dots[at].x, dots[at].y, radius + more);
    }
  }
  if (own === null) return;
  const { x, y } = dots[dots.length - 1];
  context.lineWidth = 2;
  context.fillStyle = colors.panel;
  context.strokeStyle = colors.warn;
  disc(context, x, y, radius + 1);
  context.stroke();
}

/**
 * @param {object} parts
 * @param {(start: Start | null) => void} parts.onLook
 * @param {(start: Start) => void} parts.onOpen
 */
export function createStrip({ onLook, onOpen }) {
  /** @type {Content | null} */
  let content = null;
  /** @type {ReturnType<typeof placesOf> | null} */
  let places = null;
  const plot = createPlot({
    label: "Losses of all starts",
    paint(pen) {
      if (!content) return;
      places = placesOf(pen, content);
      paintScale(pen, content, places);
      paintDots(pen, content, places);
    },
  });

  /** The start at a place. @param {MouseEvent} event */
  function startAt(event) {
    if (!content || !places) return null;
    const { x, y } = plot.at(event);
    const { dots, radius } = places;
    const distances = content.starts.map((_, i) => Math.hypot(dots[i].x - x, dots[i].y - y));
    const nearest = distances.indexOf(Math.min(...distances));
    return distances[nearest] <= radius + 4 ? content.starts[nearest] : null;
  }

  plot.element.addEventListener("pointermove", (event) => {
    const start = startAt(event);
    plot.element.style.cursor = start ? "pointer" : "";
    onLook(start);
  });
  plot.element.addEventListener("pointerleave", () => onLook(null));
  plot.element.addEventListener("click", (event) => {
    const start = startAt(event);
    if (start) onOpen(start);
  });

  return {
    element: plot.element,
    /** @param {Content} next @param {string} label  in words */
    draw(next, label) {
      content = next;
      plot.show(label);
    },
  };
}
