/** The panel "Hidden-layer view": the examples in the coordinates of the last hidden layer, with the warped grid of the plane. */

import { h, setText } from "../lib/dom.js";
import { formatPercent } from "../lib/format.js";
import { targetColor } from "../lib/palette.js";
import { createPlot, disc, drawAxes, line } from "../plot/plot.js";
import { steadyRange } from "../plot/scale.js";
import { whyNothing } from "./look.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../plot/plot.js").Pen} Pen */
/** @typedef {import("../plot/scale.js").Range} Range */
/** @typedef {import("../core/types.js").State} State */

/** Radius of an example, in pixels. */
const POINT = 3;
/** Share of the examples' extent that is seen around them. */
const MARGIN = 0.08;
/** What the axes are. @type {Record<string, string>} */
const AXES = {
  features: "Without a hidden layer, these are the features themselves: nothing is warped.",
  units: "The axes are the neurons of the last hidden layer.",
  components: "The last hidden layer has more than two neurons: the axes are the two directions in which its outputs vary the most.",
};

/** @type {import("./panels.js").PanelEntry} */
export const panel = {
  name: "space", label: "Hidden-layer view", create: createSpace,
  lead: "The examples as the last hidden layer represents them, along with the warped grid of the plane. The network can separate whatever a straight line separates here.",
};

/** The sentence about the axes. @param {string} axes  of a look @param {boolean} hasHidden  whether there is a hidden layer */
export const axesText = (axes, hasHidden) => AXES[axes === "units" && !hasHidden ? "features" : axes] ?? "";

/**
 * The titles of both axes.
 * @param {{axes: string, explained?: number[] | null}} values  of a look; explained: share of the variance, 0 … 1
 * @param {boolean} hasHidden
 * @returns {string[]}
 */
export function axisTitles({ axes, explained }, hasHidden) {
  const share = (/** @type {number} */ axis) => (explained?.[axis] === undefined ? "" : ` (${formatPercent(explained[axis], 0)})`);
  const noun = hasHidden ? "Neuron" : "Feature";
  return [0, 1].map((axis) => (axes === "units" ? `${noun} ${axis + 1}` : `Component ${axis + 1}${share(axis)}`));
}

/**
 * The range of an axis that holds all examples.
 * @param {Range | null} previous @param {ArrayLike<number>} points  both coordinates in turn @param {0 | 1} axis
 * @returns {Range}
 */
export function rangeOf(previous, points, axis) {
  const values = Array.from(points).filter((_, index) => index % 2 === axis);
  if (values.length === 0) return [-1, 1];
  const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
  const margin = MARGIN * (high - low);
  return low <= high ? steadyRange(previous, low - margin, high + margin) : [-1, 1];
}

/**
 * Two points far apart on the line a u + b v + c = 0.
 * @param {readonly [number, number, number]} factors  a, b, c
 * @returns {[number, number, number, number] | null} u and v of both; null: it is no line
 */
export function lineThrough([a, b, c]) {
  const size = Math.hypot(a, b);
  if (!(size > 0)) return null;
  // from the line's point that is nearest to 0, far to both sides
  const [u, v] = [(-a * c) / size ** 2, (-b * c) / size ** 2];
  const far = (1e3 + Math.abs(c) / size) / size;
  return [u - b * far, v + a * far, u + b * far, v - a * far];
}

/** @param {Pen} pen @param {import("../plot/plot.js").Scales} scales @param {Look} look */
function paintGrid({ context, palette: { colors } }, scales, { arrays: { grid }, shapes }) {
  const [lines, length] = shapes.grid;
  context.strokeStyle = colors.edge;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = 0; at < lines * length; at++) {
    const [left, top] = [scales.x(grid[2 * at]), scales.y(grid[2 * at + 1])];
    if (at % length === 0) context.moveTo(left, top);
    else context.lineTo(left, top);
  }
  context.stroke();
}

/** @param {Pen} pen @param {import("../plot/plot.js").Scales} scales @param {[number, number, number]} factors */
function paintBoundary({ context, palette: { colors } }, { x, y }, factors) {
  const ends = lineThrough(factors);
  if (!ends) return;
  context.strokeStyle = colors.ink;
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  line(context, x(ends[0]), y(ends[1]), x(ends[2]), y(ends[3]));
  context.setLineDash([]);
}

/** @param {Pen} pen @param {import("../plot/plot.js").Scales} scales @param {Look} look @param {import("../core/types.js").Data} data */
function paintExamples({ context, palette }, { x, y }, { arrays: { points, examples } }, data) {
  context.strokeStyle = palette.colors.bg;
  context.lineWidth = 1;
  for (let index = 0; index < examples.length; index++) {
    context.fillStyle = targetColor(palette, data, data.targets[examples[index]]);
    disc(context, x(points[2 * index]), y(points[2 * index + 1]), POINT);
    context.stroke();
  }
}

/**
 * @param {HTMLElement} element
 * @returns {import("./panels.js").Panel}
 */
export function createSpace(element) {
  /** @type {{look: Look, state: State} | null} */
  let drawn = null;
  /** @type {[Range | null, Range | null]} */
  let ranges = [null, null];
  let kind = "";
  const plot = createPlot({ label: "The examples in the coordinates of the last hidden layer, and the warped grid of the plane", kind: "square", paint });
  const axes = h("p", { class: "inside-note" });
  const boundary = h("p", { class: "inside-note" }, "The dashed line is the decision boundary.");
  element.append(plot.element, h("div", { class: "inside-aside" },
    axes, boundary,
    h("p", { class: "inside-note" }, "Each grid line was straight on the map: where the grid is stretched, the network tells points apart; where it is folded together, it sees no difference.")));

  /** @param {Pen} pen */
  function paint(pen) {
    if (!drawn) return;
    const { look, state: { config, data } } = drawn;
    const [x, y] = axisTitles(/** @type {any} */ (look.values), config.hidden_layer_sizes.length > 0);
    const [across, up] = [rangeOf(ranges[0], look.arrays.points, 0), rangeOf(ranges[1], look.arrays.points, 1)];
    ranges = [across, up];
    const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height }, { x: { range: across, title: x }, y: { range: up, title: y } });
    const { context } = pen;
    context.save();
    context.beginPath();
    context.rect(scales.box.x, scales.box.y, scales.box.width, scales.box.height);
    context.clip();
    paintGrid(pen, scales, look);
    if (look.values.boundary) paintBoundary(pen, scales, look.values.boundary);
    context.restore();
    if (data) paintExamples(pen, scales, look, data);
  }

  return {
    why: whyNothing,
    draw(look, state) {
      if (!look) return;
      const { hidden_layer_sizes: sizes, activation } = state.config;
      const nextKind = `${look.values.axes} ${sizes} ${activation}`;
      if (kind !== nextKind) ranges = [null, null];
      kind = nextKind;
      drawn = { look, state };
      setText(axes, axesText(look.values.axes, sizes.length > 0));
      boundary.hidden = !look.values.boundary;
      plot.paint();
    },
  };
}
