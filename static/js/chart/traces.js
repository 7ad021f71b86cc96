/** Pure: a scene as Plotly takes it. */

import { SMALL } from "./draft.js";

/** @typedef {import("./draft.js").Scene} Scene */
/** @typedef {import("../lib/palette.js").Palette["colors"]} Colors */

/**
 * The traces and the layout of a scene.
 * @param {Scene} scene
 * @param {Pick<Colors, "soft" | "line" | "ink">} colors
 * @returns {[object[], object]}
 */
export function plotlyOf({ type, font, room, axisEnd, range, isLog, epochTicks, lossTicks, lines, marks }, colors) {
  const axis = {
    fixedrange: true, color: colors.soft, gridcolor: colors.line, zeroline: false, linecolor: colors.line, tickmode: "array", tickangle: 0,
    tickfont: { size: SMALL * type, color: colors.soft }, ticklen: 4, tickcolor: "rgba(0, 0, 0, 0)", automargin: false,
    // there is room for all labels, though a high font's box may reach beyond the edge
    ticklabeloverflow: "allow",
  };
  const ticks = (/** @type {import("./axes.js").Tick[]} */ some, /** @type {(at: number) => number} */ valueOf) =>
    ({ tickvals: some.map(({ at }) => valueOf(at)), ticktext: some.map(({ text }) => text) });
  const layout = {
    width: room.width, height: room.height, uirevision: "fixed", showlegend: false, dragmode: false, hovermode: false,
    margin: { l: room.left, r: room.right, t: room.top, b: room.bottom, pad: 0 },
    paper_bgcolor: "rgba(0, 0, 0, 0)", plot_bgcolor: "rgba(0, 0, 0, 0)",
    font: { family: font, size: 0.86 * type, color: colors.ink },
    xaxis: { ...axis, ...ticks(epochTicks, (at) => at), range: [0, axisEnd], showgrid: false, showline: true },
    yaxis: { ...axis, ...ticks(lossTicks, (at) => (isLog ? 10 ** at : at)), type: isLog ? "log" : "linear", range },
    shapes: marks.filter(({ isLine }) => isLine).map(({ epoch, color }) =>
      ({ type: "line", xref: "x", yref: "paper", x0: epoch, x1: epoch, y0: 0, y1: 1, line: { color, width: 1.25, dash: "dot" } })),
    annotations: marks.map(({ epoch, text, color, isLate }) => ({
      xref: "x", yref: "paper", x: epoch, y: 1, xanchor: isLate ? "right" : "left", yanchor: "top", showarrow: false, text, font: { size: SMALL * type, color },
    })),
  };
  const traces = lines.map(({ name, color, width, x, y }) => ({
    type: "scatter", mode: x.length === 1 ? "markers" : "lines", name, x, y, hoverinfo: "skip", line: { color, width }, marker: { color, size: 4 },
  }));
  return [traces, layout];
}
