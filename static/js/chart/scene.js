/**
 * What the loss chart shows: lines, axes, marks, and what is read off it. Pure.
 *
 * @typedef {import("./series.js").Series} Series
 * @typedef {import("./draft.js").Scene} Scene
 * @typedef {import("../runs/actions.js").Overlay} Overlay
 * @typedef {import("../lib/palette.js").Palette} Palette
 */

import { formatCount, formatLoss } from "../lib/format.js";
import { epochTicks, lossTicks, nearest } from "./axes.js";
import { decimate, leavesAt, lossRange, roundUp } from "./series.js";

/** Points of a line. */
const MOST_POINTS = 600;
/** The shortest axis, in epochs. */
export const LEAST_EPOCHS = 10;
/** In the page's type size; a narrow chart has no numbers at its left. `columns.css` knows the same. */
const MARGIN = { left: 2.75, right: 1.75, top: 0.5, bottom: 1.5 };
const NARROW_MARGIN = { ...MARGIN, left: 0.6, top: 0.3, bottom: 1.3 };
const NARROW = 13;
/** Narrower than this, only every second epoch is named. */
const ROOM_FOR_EPOCHS = 20;
/** The height of a number at its left, in the page's type size. */
const ROOM_FOR_LOSS = 0.9;
/** Lines that leave the axis are drawn up to here: times its top, or powers of ten above it. */
const ABOVE = { times: 10, powers: 2 };
/** Losses are sent as numbers of four bytes, of which this is the largest. */
const LARGEST = Math.fround(3.4028235e38);

/**
 * A line of this run or another.
 * @typedef {object} Line
 * @property {string} name
 * @property {string} color  for CSS
 * @property {number} width  CSS pixels
 * @property {readonly number[]} epochs  ascending
 * @property {readonly number[]} losses  NaN where one is missing
 */

/**
 * The lines of this run; that of the test is last, and so on top.
 * @param {Pick<Series, "epochs" | "train" | "test" | "validation">} series
 * @param {Pick<Palette["colors"], "train" | "test" | "validation">} colors
 * @returns {(Line & {kind: "train" | "validation" | "test"})[]}
 */
export function ownLines(series, colors) {
  return /** @type {const} */ ([["train", "Training"], ["validation", "Validation"], ["test", "Test"]])
    .filter(([kind]) => kind !== "validation" || series.validation.some(Number.isFinite))
    .map(([kind, name]) => ({ kind, name, color: colors[kind], width: 1.75, epochs: series.epochs, losses: series[kind] }));
}

/**
 * The lines of other runs: a thin one of the training and one of the test.
 * @param {readonly Pick<Overlay, "name" | "color" | "losses">[]} overlays
 * @param {readonly string[]} colors  of runs
 * @returns {Line[]}
 */
export function otherLines(overlays, colors) {
  return overlays.flatMap(({ name, color, losses: { epochs, train, test } }) =>
    /** @type {const} */ ([["training", train, 1], ["test", test, 2]]).map(([kind, losses, width]) => {
      const known = losses.flatMap((loss, index) => (loss === null ? [] : [{ epoch: epochs[index], loss }]));
      return { name: `${name}, ${kind}`, color: colors[color], width, epochs: known.map(({ epoch }) => epoch), losses: known.map(({ loss }) => loss) };
    }));
}

/**
 * The epoch at the right end of the axis: a round one.
 * @param {readonly Pick<Line, "epochs">[]} lines
 * @returns {number} 10 or more
 */
export const axisEndOf = (lines) => roundUp(Math.max(LEAST_EPOCHS, ...lines.map(({ epochs }) => epochs[epochs.length - 1] ?? 0)));

/** Whether a chart is narrow. @param {number} width  in CSS pixels @param {number} type  the page's type size */
const isNarrow = (width, type) => width < NARROW * type;

/**
 * As many ticks as have room, from the first on.
 * @template T
 * @param {readonly T[]} ticks
 * @param {number} room  for how many there is room
 */
function thinned(ticks, room) {
  const step = Math.max(1, Math.ceil((ticks.length - 1) / Math.max(1, room)));
  return ticks.filter((_, index) => index % step === 0);
}

/** The margins of a chart, in CSS pixels. @param {number} width @param {number} type */
function marginsOf(width, type) {
  const { left, right, top, bottom } = isNarrow(width, type) ? NARROW_MARGIN : MARGIN;
  return { left: left * type, right: right * type, top: top * type, bottom: bottom * type };
}

/**
 * The whole chart.
 * @param {object} chart
 * @param {readonly Line[]} chart.lines  from the lowest to the topmost
 * @param {number | null} chart.bestEpoch  whose weights early stopping has restored
 * @param {boolean} chart.isLog
 * @param {number} chart.type  the page's type size in CSS pixels
 * @param {string} chart.font  its family
 * @param {{width: number, height: number}} chart.size  CSS pixels
 * @param {Pick<Palette["colors"], "validation" | "warn">} chart.colors
 * @returns {Scene}
 */
export function sceneOf({ lines, bestEpoch, isLog, type, font, size, colors }) {
  const axisEnd = axisEndOf(lines);
  const range = lossRange(lines.map(({ losses }) => losses), isLog);
  const most = isLog ? 10 ** Math.min(300, range[1] + ABOVE.powers) : range[1] * ABOVE.times;
  const left = leavesAt(lines, range, isLog);
  const margins = marginsOf(size.width, type);
  const height = size.height - margins.top - margins.bottom;
  const isLate = (/** @type {number} */ epoch) => epoch > axisEnd / 2;
  const ticks = isNarrow(size.width, type)
    ? { epochTicks: [0, axisEnd].map((at) => ({ at, text: formatCount(at) })), lossTicks: [] }
    : { epochTicks: epochTicks(axisEnd).filter((_, index) => size.width >= ROOM_FOR_EPOCHS * type || index % 2 === 0), lossTicks: thinned(lossTicks(range, isLog), height / (ROOM_FOR_LOSS * type)) };
  return {
    type, font, axisEnd, range, isLog, ...ticks,
    room: { ...size, ...margins },
    lines: lines.map(({ name, color, width, epochs, losses }) => {
      const { x, y } = decimate(epochs, losses, MOST_POINTS);
      return { name, color, width, x, y: y.map((loss) => Math.min(loss, most)) };
    }),
    marks: [
      ...(bestEpoch === null ? [] : [{ epoch: bestEpoch, text: "Best", color: colors.validation, isLine: true, isLate: isLate(bestEpoch) }]),
      ...(left === null ? [] : [{ epoch: left.epoch, text: `↑ ${left.loss >= LARGEST ? "beyond" : "up to"} ${formatLoss(left.loss)}`, color: colors.warn, isLine: false, isLate: isLate(left.epoch) }]),
    ],
  };
}

/**
 * The epoch at a position of the chart.
 * @param {number} x  CSS pixels from its left edge
 * @param {number} width  of the chart
 * @param {number} type  the page's type size
 * @param {number} axisEnd
 * @returns {number | null} null: off the axis
 */
export function epochAt(x, width, type, axisEnd) {
  const { left, right } = marginsOf(width, type);
  const share = (x - left) / (width - left - right);
  return share > -0.02 && share < 1.02 ? Math.max(0, share) * axisEnd : null;
}

/**
 * What is read off at an epoch.
 * @typedef {object} Reading
 * @property {number} position  of the epoch on the axis, 0 … 1
 * @property {string} epoch
 * @property {{kind: string, name: string, loss: string}[]} own  losses of this run, that of the test first
 * @property {{color: number, name: string, loss: string}[]} others  losses of other runs, with the number of their color
 */

/**
 * The losses at the epoch that is nearest to a position.
 * @param {number | null} epoch  null: nothing is read off
 * @param {Pick<Series, "epochs" | "train" | "test" | "validation">} series
 * @param {readonly Overlay[]} overlays
 * @param {number} axisEnd
 * @returns {Reading | null}
 */
export function readingAt(epoch, series, overlays, axisEnd) {
  const index = epoch === null ? -1 : nearest(series.epochs, epoch);
  if (index < 0) return null;
  const found = series.epochs[index];
  const own = ownLines(series, { train: "", test: "", validation: "" }).reverse();
  return {
    position: found / axisEnd,
    epoch: formatCount(found),
    own: own.map(({ kind, name, losses }) => ({ kind, name, loss: formatLoss(losses[index]) })),
    others: overlays.map(({ name, color, losses: { epochs, test, train } }) => {
      const at = nearest(epochs, found);
      return { color, name, loss: formatLoss(test[at] ?? train[at]) };
    }),
  };
}
