/** The panel "Linear regions": the linear regions of a network of piecewise-linear units, and how many there are. */

import { roundUp } from "../chart/series.js";
import { h, setText } from "../lib/dom.js";
import { formatPower } from "../lib/format.js";
import { createPlot, drawAxes, drawLine } from "../plot/plot.js";
import { steadyRange } from "../plot/scale.js";
import { whyNothing } from "./look.js";
import { createRecord } from "./record.js";
import { createRegionPainters, regionsOf } from "./regionsPaint.js";

/** @typedef {import("./look.js").Look} Look */

const MOST_LOOKS = 400;
const LEAST_EPOCHS = 10;
const EXACT = "Counted exactly. Slivers narrower than 10⁻⁸ are left out.";
const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** @type {import("./panels.js").PanelEntry} */
export const panel = {
  name: "regions", label: "Regions", create: createRegions,
  lead: "A ReLU network is linear within each region. Each first-layer neuron adds a straight crease; the creases of later layers bend where they cross earlier ones.",
};

/** A count; from a million on as a power of ten. @param {number} count */
export function countText(count) {
  return count < 1e6 ? grouped.format(count) : `about ${formatPower(Math.floor(Math.log10(count)))}`;
}

/**
 * The text next to the maps.
 * @param {Record<string, any>} values  of a look
 * @returns {{count: string, bound: string, how: string}}
 */
export function regionTexts({ count, exact, bound, most, why }) {
  return {
    count: `${exact ? "" : "≥ "}${countText(count)} ${count === 1 ? "region" : "regions"}`,
    bound: `on this map. With the best weights, layers like these make at least ${countText(bound)} on the whole plane (Montúfar et al. 2014), and never more than ${countText(most)}.`,
    how: why || EXACT,
  };
}

/**
 * @param {HTMLElement} element
 * @returns {import("./panels.js").Panel}
 */
export function createRegions(element) {
  /** @type {import("./record.js").EpochRecord<number>} */
  const record = createRecord(MOST_LOOKS);
  /** The last look that had regions. @type {{look: Look, regions: import("./regionsPaint.js").Regions} | null} */
  let drawn = null;
  let classCount = 0;
  /** @type {import("../plot/scale.js").Range | null} */
  let range = null;
  const painters = createRegionPainters();
  const map = createPlot({
    label: "The map, with the borders of the linear regions", kind: "square",
    paint: (pen) => drawn && painters.paintMap(pen, drawn.look, drawn.regions, classCount),
  });
  const tints = createPlot({
    label: "Each linear region in a tint of its own", kind: "square",
    paint: (pen) => drawn && painters.paintTints(pen, drawn.look, drawn.regions),
  });
  const chart = createPlot({ label: "Number of linear regions over the epochs", kind: "small", paint: paintCounts });
  const count = h("p", { class: "inside-count" });
  const [bound, how] = [h("p", { class: "inside-note" }), h("p", { class: "inside-note" })];
  element.append(map.element, tints.element, h("div", { class: "inside-aside" }, count, bound, how, chart.element));

  /** @param {import("../plot/plot.js").Pen} pen */
  function paintCounts(pen) {
    const { epochs, rows } = record;
    if (rows.length === 0) return;
    range = steadyRange(range, 0, Math.max(...rows));
    const first = epochs[0];
    const span = roundUp(Math.max(epochs[epochs.length - 1] - first, LEAST_EPOCHS));
    const scales = drawAxes(pen, { x: 0, y: 0, width: pen.width, height: pen.height },
      { x: { range: [first, first + span] }, y: { range: [0, range[1]], title: "Regions over the epochs" }, left: 2.6 });
    drawLine(pen, scales, epochs, rows, pen.palette.colors.accent);
  }

  return {
    why: (look) => whyNothing(look) ?? (look?.arrays.regions || drawn ? null : "Counting the regions…"),
    draw(look, { data }) {
      if (!look?.arrays.regions) return;
      classCount = data?.classes ?? 0;
      if (look !== drawn?.look) {
        record.add(look.run, look.frame.epoch, look.values.count);
        drawn = { look, regions: regionsOf(look) };
      }
      const texts = regionTexts(look.values);
      setText(count, texts.count);
      setText(bound, texts.bound);
      setText(how, texts.how);
      map.paint();
      tints.paint();
      chart.paint();
    },
  };
}
