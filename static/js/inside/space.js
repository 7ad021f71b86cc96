/** The examples in the coordinates of the last hidden layer, with the plane's grid bent along. */

import { h, setText } from "../lib/dom.js";
import { formatPercent } from "../lib/format.js";
import { whyNothing } from "./look.js";
import { createPlot, disc, drawAxes, line } from "../lib/plot.js";
import { targetColor } from "../lib/palette.js";
import { steadyRange } from "../lib/scale.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../lib/plot.js").Pen} Pen */

const POINT = 3;
/** So much of their extent is seen around the examples. */
const MARGIN = 0.08;
/** What the axes are. */
const SAYS = {
  features: "Without a hidden layer, these are the features themselves: nothing is bent.",
  units: "The axes are the units of the last hidden layer.",
  components: "The last hidden layer has more than two units: the axes are the two directions in which its answers differ most.",
};
const CUT = "The dashed line is where the output changes its mind.";

/**
 * @param {HTMLElement} element
 * @returns {import("./panel.js").Panel}
 */
export function createSpace(element) {
  /** @type {Look | null} */
  let look = null;
  /** @type {import("../core/types.js").State | null} */
  let state = null;
  /** @type {[import("../lib/scale.js").Range | null, import("../lib/scale.js").Range | null]} */
  let ranges = [null, null];
  let kind = "";
  const plot = createPlot({ label: "The examples in the coordinates of the last hidden layer, and the bent grid of the plane", kind: "square", paint });
  const axes = h("p", { class: "inside-note" });
  const cut = h("p", { class: "inside-note" }, CUT);
  element.append(plot.element, h("div", { class: "inside-aside" },
    axes, cut,
    h("p", { class: "inside-note" }, "Each line of the net was straight on the map: where it is pulled apart the network looks closely, where it is folded together it sees no difference.")));

  /** The titles of both axes. @param {Record<string, any>} values @returns {string[]} */
  function titlesOf({ axes: names, explained }) {
    const share = (/** @type {number} */ axis) => (explained?.[axis] === undefined ? "" : ` (${formatPercent(explained[axis], 0)})`);
    const noun = state?.config.hidden_layer_sizes.length ? "Unit" : "Feature";
    return [0, 1].map((axis) => (names === "units" ? `${noun} ${axis + 1}` : `Component ${axis + 1}${share(axis)}`));
  }

  /** @param {Pen} pen */
  function paint(pen) {
    if (!look || !state) return;
    const { points, grid, examples } = look.arrays;
    const { context, palette: { colors } } = pen;
    const rangeOf = (/** @type {0 | 1} */ axis) => {
      let [low, high] = [Infinity, -Infinity];
      for (let i = axis; i < points.length; i += 2) {
        low = Math.min(low, points[i]);
        high = Math.max(high, points[i]);
      }
      const margin = MARGIN * (high - low);
      [low, high] = [low - margin, high + margin];
      return low <= high ? steadyRange(ranges[axis], low, high) : /** @type {const} */ ([-1, 1]);
    };
    ranges = [rangeOf(0), rangeOf(1)];
    const [x, y] = titlesOf(look.values);
    const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height },
      { x: { range: ranges[0] ?? [-1, 1], title: x }, y: { range: ranges[1] ?? [-1, 1], title: y } });

    const [lines, length] = look.shapes.grid;
    const { box } = scales;
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width, box.height);
    context.clip();
    context.strokeStyle = colors.edge;
    context.lineWidth = 1;
    context.beginPath();
    for (let at = 0; at < lines * length; at++) {
      const [left, top] = [scales.x(grid[2 * at]), scales.y(grid[2 * at + 1])];
      if (at % length === 0) context.moveTo(left, top);
      else context.lineTo(left, top);
    }
    context.stroke();
    if (look.values.boundary) drawCut(pen, scales, look.values.boundary);
    context.restore();

    const { data } = state;
    if (!data) return;
    context.strokeStyle = colors.bg;
    context.lineWidth = 1;
    for (let i = 0; i < examples.length; i++) {
      context.fillStyle = targetColor(pen.palette, data, data.targets[examples[i]]);
      const [left, top] = [scales.x(points[2 * i]), scales.y(points[2 * i + 1])];
      disc(context, left, top, POINT);
      context.stroke();
    }
  }

  /**
   * The straight line a u + b v + c = 0, as far as it is seen.
   * @param {Pen} pen @param {import("../lib/plot.js").Scales} scales @param {[number, number, number]} factors
   */
  function drawCut({ context, palette: { colors } }, { x, y }, [a, b, c]) {
    const size = Math.hypot(a, b);
    if (!(size > 0)) return;
    // from the line's point that is nearest to 0, far to both sides
    const [u, v] = [(-a * c) / size ** 2, (-b * c) / size ** 2];
    const far = (1e3 + Math.abs(c) / size) / size;
    context.strokeStyle = colors.ink;
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    line(context, x(u - b * far), y(v + a * far), x(u + b * far), y(v - a * far));
    context.setLineDash([]);
  }

  return {
    why: whyNothing,
    draw(newest, now) {
      if (!newest) return;
      const nowKind = `${newest.values.axes} ${now.config.hidden_layer_sizes} ${now.config.activation}`;
      if (kind !== nowKind) ranges = [null, null];
      kind = nowKind;
      look = newest;
      state = now;
      const says = now.config.hidden_layer_sizes.length === 0 && newest.values.axes === "units" ? "features" : newest.values.axes;
      setText(axes, SAYS[/** @type {keyof typeof SAYS} */ (says)] ?? "");
      cut.hidden = !newest.values.boundary;
      plot.paint();
    },
  };
}
