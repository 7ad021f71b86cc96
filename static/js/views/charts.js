/**
 * Training and test loss over the epochs, and validation loss where there is one, drawn by Plotly, which comes only after the first picture is on the screen.
 *
 * @typedef {import("../types.js").Frame} Frame
 * @typedef {import("../types.js").State} State
 */

import { h } from "../dom.js";
import { decimate, lossRange, roundUp } from "../series.js";
import { currentPalette } from "./palette.js";

/** In ms: the chart is drawn at most so often, however many frames come. */
const DRAW_EVERY = 125;
const MOST_POINTS = 600;
const LEAST_EPOCHS = 10;
/** In the root's type size. */
const MARGIN = { left: 2.75, right: 0.95, top: 0.5, bottom: 1.5 };
const CONFIG = { displayModeBar: false, doubleClick: false, showAxisDragHandles: false, responsive: false };

/** What is missing is left out. @param {readonly (number | null)[]} losses @returns {number[]} */
const present = (losses) => losses.filter((loss) => loss !== null);

/** @typedef {{react: (element: HTMLElement, traces: object[], layout: object, config: object) => Promise<unknown>}} PlotlyLibrary */

/** @param {() => void} run */
const whenIdle = (run) => ("requestIdleCallback" in globalThis ? requestIdleCallback(run, { timeout: DRAW_EVERY }) : setTimeout(run, 0));

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../types.js").Actions} parts.actions
 * @param {import("../types.js").Schema} parts.schema
 * @param {import("../series.js").Series} parts.series  to which it adds what frames bring
 * @returns {import("../types.js").Drawing & {axisEnd: () => number}}  with the epoch at the right end of the axis
 */
export function createChart(element, { actions, schema, series }) {
  const scaleButton = (/** @type {string} */ label, /** @type {boolean} */ isLog) => {
    const button = h("button", { type: "button", "aria-pressed": "false" }, label);
    button.addEventListener("click", () => actions.setLogScale(isLog));
    return button;
  };
  const scales = [scaleButton("Linear", false), scaleButton("Log", true)];
  const note = h("p", { class: "chart-note" });
  const plot = h("div", { class: "plot", role: "img", "aria-label": "Chart of the training and test loss over the epochs" });
  const entry = (/** @type {string} */ kind, /** @type {string} */ label) => h("span", {}, h("i", { class: `line ${kind}` }), label);
  const validationEntry = entry("validation", "Validation");
  validationEntry.hidden = true;
  const head = h("div", { class: "chart-head" },
    h("span", { class: "chart-legend" }, entry("test", "Test"), validationEntry, entry("train", "Training")),
    h("span", { class: "scales", role: "group", "aria-label": "Scale of the losses" }, ...scales));
  const others = h("p", { class: "chart-overlays", hidden: true });
  element.append(head, others, h("div", { class: "chart-room" }, plot, note));

  /** @type {PlotlyLibrary | null} */
  let plotly = null;
  let isLoading = false;
  /** @type {Frame | null} */
  let added = null;
  let isLog = false;
  /** The epoch whose weights early stopping has brought back. @type {number | null} */
  let bestEpoch = null;
  /** Runs whose curves are drawn, too. @type {import("../records.js").Overlay[]} */
  let overlays = [];
  /** @type {import("./palette.js").Palette | null} */
  let palette = null;
  let isWaiting = false;
  let isStale = true;
  let drawnAt = -Infinity;
  let axisEnd = LEAST_EPOCHS;

  /** @param {Frame} frame */
  function add(frame) {
    added = frame;
    const { history_epochs: epochs, history_train: train, history_test: test, history_validation: validation } = frame.arrays;
    if (!epochs || epochs.length === 0) return false;
    series.add(epochs, train ?? null, test ?? null, validation ?? null);
    return true;
  }

  async function load() {
    isLoading = true;
    try {
      await import(schema.plotly);
      plotly = /** @type {{Plotly: PlotlyLibrary}} */ (/** @type {unknown} */ (globalThis)).Plotly;
      refresh();
    } catch {
      note.textContent = "The chart could not be loaded.";
    }
  }

  /** Draws soon, but neither too often nor before the frame's pictures. */
  function refresh() {
    isStale = true;
    if (isWaiting || !plotly) return;
    isWaiting = true;
    setTimeout(() => whenIdle(react), Math.max(0, drawnAt + DRAW_EVERY - performance.now()));
  }

  /** @param {"test" | "train" | "validation"} kind @param {string} name @param {string} color */
  function line(kind, name, color) {
    const { x, y } = decimate(series.epochs, series[kind], MOST_POINTS);
    return {
      type: "scatter", mode: x.length === 1 ? "markers" : "lines", name, x, y,
      line: { color, width: 1.75 }, marker: { color, size: 4 }, hovertemplate: isLog ? "%{y:.3~g}" : "%{y:.3f}",
    };
  }

  /** The curves of another run: the test in full, the training thin. @param {import("../records.js").Overlay} overlay @param {string[]} colors */
  function overlaid({ name, color: number, losses: { epochs, train, test } }, colors) {
    const color = colors[number];
    return [{ kind: "training", losses: train, width: 1 }, { kind: "test", losses: test, width: 2 }].map(({ kind, losses, width }) => ({
      type: "scatter", mode: "lines", name: `${name}, ${kind}`, x: epochs, y: losses, connectgaps: true,
      line: { color, width }, hovertemplate: isLog ? "%{y:.3~g}" : "%{y:.3f}",
    }));
  }

  /** Which colour is which run's. */
  function drawOverlays() {
    others.hidden = overlays.length === 0;
    others.replaceChildren(...overlays.map(({ name, color }) => {
      const mark = h("i");
      mark.style.borderColor = `var(--run-${color + 1})`;
      return h("span", {}, mark, name);
    }));
  }

  /** A dotted line at the best epoch, named at its top. @param {string} color @param {number} size  of the type */
  function bestMark(color, size) {
    if (bestEpoch === null) return {};
    const isLate = bestEpoch > (series.epochs[series.epochs.length - 1] ?? 0) / 2;
    return {
      shapes: [{ type: "line", xref: "x", yref: "paper", x0: bestEpoch, x1: bestEpoch, y0: 0, y1: 1, line: { color, width: 1.25, dash: "dot" } }],
      annotations: [{
        xref: "x", yref: "paper", x: bestEpoch, y: 1, xanchor: isLate ? "right" : "left", yanchor: "top", showarrow: false,
        text: "Best", font: { size, color },
      }],
    };
  }

  function react() {
    isWaiting = false;
    if (!isStale || !plotly) return;
    isStale = false;
    drawnAt = performance.now();
    const { colors } = currentPalette();
    const type = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const lastEpoch = Math.max(...[series, ...overlays.map(({ losses }) => losses)].map(({ epochs }) => epochs[epochs.length - 1] ?? 0));
    axisEnd = roundUp(Math.max(lastEpoch, LEAST_EPOCHS));
    const axis = {
      fixedrange: true, color: colors.soft, gridcolor: colors.line, zeroline: false, linecolor: colors.line,
      tickfont: { size: 0.79 * type, color: colors.soft }, ticklen: 4, tickcolor: "rgba(0, 0, 0, 0)", automargin: false,
    };
    const layout = {
      width: plot.clientWidth, height: plot.clientHeight, uirevision: "fixed", showlegend: false, dragmode: false,
      margin: { l: MARGIN.left * type, r: MARGIN.right * type, t: MARGIN.top * type, b: MARGIN.bottom * type, pad: 0 },
      // opaque: Plotly paints the border of the line under the pointer in it
      paper_bgcolor: colors.bg, plot_bgcolor: "rgba(0, 0, 0, 0)",
      font: { family: getComputedStyle(element).fontFamily, size: 0.86 * type, color: colors.ink },
      hovermode: "x unified", hoverlabel: { bgcolor: colors.panel, bordercolor: colors.line, font: { size: 0.86 * type, color: colors.ink } },
      xaxis: {
        ...axis, range: [0, axisEnd], nticks: 6, tickformat: ",d", showgrid: false, showline: true,
        spikethickness: 1, spikecolor: colors.soft, spikedash: "dot",
        hoverformat: ",d", unifiedhovertitle: { text: "Epoch %{x:,d}" },
      },
      yaxis: {
        ...axis, type: isLog ? "log" : "linear", range: lossRange([series.train, series.test, series.validation, ...overlays.flatMap(({ losses }) => [present(losses.train), present(losses.test)])], isLog),
        ...(isLog ? { dtick: 1, tickformat: "~g" } : { nticks: 5 }),
      },
      ...bestMark(colors.validation, 0.79 * type),
    };
    const validation = series.validation.some(Number.isFinite) ? [line("validation", "Validation", colors.validation)] : [];
    const behind = overlays.flatMap((overlay) => overlaid(overlay, currentPalette().runs));
    plotly.react(plot, [...behind, line("train", "Training", colors.train), ...validation, line("test", "Test", colors.test)], layout, CONFIG);
    note.textContent = "";
  }

  new ResizeObserver(refresh).observe(plot);

  return {
    axisEnd: () => axisEnd,
    draw(frame, state) {
      const best = state.status.stopped?.best_epoch ?? null;
      const isOverlaid = state.overlays !== overlays;
      const isChanged = state.logScale !== isLog || currentPalette() !== palette || best !== bestEpoch || isOverlaid;
      bestEpoch = best;
      overlays = state.overlays;
      if (isOverlaid) drawOverlays();
      if (frame) {
        validationEntry.hidden = typeof frame.validation_loss !== "number";
        head.classList.toggle("three", !validationEntry.hidden);
      }
      isLog = state.logScale;
      palette = currentPalette();
      scales.forEach((button, place) => button.setAttribute("aria-pressed", String(isLog === (place === 1))));
      const isNew = frame !== null && frame !== added && add(frame);
      if (frame && !isLoading) whenIdle(load);
      if (isNew || isChanged) refresh();
    },
  };
}
