/**
 * Training and test loss over the epochs, and validation loss where there is one, drawn by Plotly, which comes only after
 * the first picture is on the screen; until it is there, and where it does not come, a draft of the same is drawn.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./draft.js").Scene} Scene
 */

import { epochTicks, lossTicks, nearest } from "./axes.js";
import { h } from "../lib/dom.js";
import { formatCount, formatLoss } from "../lib/format.js";
import { addressFor, createLoader } from "../lib/loader.js";
import { decimate, leavesAt, lossRange, roundUp } from "./series.js";
import { SMALL, paintDraft } from "./draft.js";
import { currentPalette } from "../lib/palette.js";

/** In ms: the chart is drawn at most so often, however many frames come. */
const DRAW_EVERY = 125;
const MOST_POINTS = 600;
const LEAST_EPOCHS = 10;
/** In the root's type size. */
const MARGIN = { left: 2.75, right: 0.95, top: 0.5, bottom: 1.5 };
const CONFIG = { displayModeBar: false, doubleClick: false, showAxisDragHandles: false, responsive: false };
/** What goes on above the axis is drawn up to here: so many times its top, or so many powers of ten. */
const ABOVE = { times: 10, powers: 2 };
/** Losses are sent as numbers of four bytes: a larger one is as large as this. */
const LARGEST = Math.fround(3.4028235e38);

/** What is missing is left out. @param {readonly (number | null)[]} losses @returns {number[]} */
const present = (losses) => losses.filter((loss) => loss !== null);

/** @typedef {{react: (element: HTMLElement, traces: object[], layout: object, config: object) => Promise<unknown>}} PlotlyLibrary */

/** @param {() => void} run */
const whenIdle = (run) => ("requestIdleCallback" in globalThis ? requestIdleCallback(run, { timeout: DRAW_EVERY }) : setTimeout(run, 0));

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {import("./series.js").Series} parts.series  to which it adds what frames bring
 * @returns {import("../core/types.js").Drawing & {axisEnd: () => number}}  with the epoch at the right end of the axis
 */
export function createChart(element, { actions, schema, series }) {
  const scaleButton = (/** @type {string} */ label, /** @type {boolean} */ isLog) => {
    const button = h("button", { type: "button", "aria-pressed": "false" }, label);
    button.addEventListener("click", () => actions.setLogScale(isLog));
    return button;
  };
  const scales = [scaleButton("Linear", false), scaleButton("Log", true)];
  const plot = h("div", { class: "plot", role: "img", "aria-label": "Chart of the training and test loss over the epochs" });
  const entry = (/** @type {string} */ kind, /** @type {string} */ label) => h("span", {}, h("i", { class: `line ${kind}` }), label);
  const validationEntry = entry("validation", "Validation");
  validationEntry.hidden = true;
  const head = h("div", { class: "chart-head" },
    h("span", { class: "chart-legend" }, entry("test", "Test"), validationEntry, entry("train", "Training")),
    h("span", { class: "scales", role: "group", "aria-label": "Scale of the losses" }, ...scales));
  const others = h("p", { class: "chart-overlays", hidden: true });
  const reading = h("div", { class: "chart-reading", hidden: true, "aria-hidden": "true" });
  const cross = h("div", { class: "chart-cross", hidden: true, "aria-hidden": "true" });
  const draft = h("canvas", { class: "draft", "aria-hidden": "true" });
  const again = h("button", { type: "button", class: "link" }, "Retry");
  const note = h("p", { class: "chart-note", hidden: true }, "Chart library not loaded ", again);
  const room = h("div", { class: "chart-room" }, draft, plot, cross, note);
  element.append(head, others, room);
  head.append(reading);

  /** @type {PlotlyLibrary | null} */
  let plotly = null;
  /** @type {Frame | null} */
  let added = null;
  let isLog = false;
  /** The epoch whose weights early stopping has brought back. @type {number | null} */
  let bestEpoch = null;
  /** Runs whose curves are drawn, too. @type {import("../runs/actions.js").Overlay[]} */
  let overlays = [];
  /** @type {import("../lib/palette.js").Palette | null} */
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

  const loader = createLoader({
    async load(attempt) {
      await import(addressFor(schema.plotly, attempt));
      return /** @type {{Plotly?: PlotlyLibrary}} */ (/** @type {unknown} */ (globalThis)).Plotly ?? null;
    },
    later(pause, run) {
      const timer = setTimeout(run, pause);
      return () => clearTimeout(timer);
    },
    onReady(library) {
      plotly = library;
      note.hidden = true;
      refresh();
    },
    onFailed: () => (note.hidden = false),
  });
  again.addEventListener("click", loader.start);
  addEventListener("online", () => loader.isBegun() && loader.start());

  /** Draws soon, but neither too often nor before the frame's pictures. */
  function refresh() {
    isStale = true;
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => whenIdle(react), Math.max(0, drawnAt + DRAW_EVERY - performance.now()));
  }

  /* ---- What is shown ---- */

  /** The lines of this run, that of the test last, so that it is on top. */
  function ownLines() {
    const { colors } = currentPalette();
    return /** @type {const} */ ([["train", "Training"], ["validation", "Validation"], ["test", "Test"]])
      .filter(([kind]) => kind !== "validation" || series.validation.some(Number.isFinite))
      .map(([kind, name]) => ({ kind, name, color: colors[kind], width: 1.75, epochs: series.epochs, losses: series[kind] }));
  }

  /** The curves of other runs: the test in full, the training thin. */
  function otherLines() {
    const { runs } = currentPalette();
    return overlays.flatMap(({ name, color, losses: { epochs, train, test } }) =>
      /** @type {const} */ ([["training", train, 1], ["test", test, 2]]).map(([kind, losses, width]) => {
        const places = [...losses.keys()].filter((place) => losses[place] !== null);
        return { name: `${name}, ${kind}`, color: runs[color], width, epochs: places.map((place) => epochs[place]), losses: present(places.map((place) => losses[place])) };
      }));
  }

  /** @returns {Scene} */
  function sceneNow() {
    const { colors } = currentPalette();
    const type = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const lines = [...otherLines(), ...ownLines()];
    axisEnd = roundUp(Math.max(LEAST_EPOCHS, ...lines.map(({ epochs }) => epochs[epochs.length - 1] ?? 0)));
    const range = lossRange(lines.map(({ losses }) => losses), isLog);
    const most = isLog ? 10 ** Math.min(300, range[1] + ABOVE.powers) : range[1] * ABOVE.times;
    const left = leavesAt(lines, range, isLog);
    const isLate = (/** @type {number} */ epoch) => epoch > axisEnd / 2;
    return {
      type, font: getComputedStyle(element).fontFamily, axisEnd, range, isLog, epochTicks: epochTicks(axisEnd), lossTicks: lossTicks(range, isLog),
      room: { width: plot.clientWidth, height: plot.clientHeight, left: MARGIN.left * type, right: MARGIN.right * type, top: MARGIN.top * type, bottom: MARGIN.bottom * type },
      lines: lines.map(({ name, color, width, epochs, losses }) => {
        const { x, y } = decimate(epochs, losses, MOST_POINTS);
        return { name, color, width, x, y: y.map((loss) => Math.min(loss, most)) };
      }),
      marks: [
        ...(bestEpoch === null ? [] : [{ epoch: bestEpoch, text: "Best", color: colors.validation, isLine: true, isLate: isLate(bestEpoch) }]),
        ...(left === null ? [] : [{ epoch: left.epoch, text: `↑ ${left.loss >= LARGEST ? "beyond " : "up to "}${formatLoss(left.loss)}`, color: colors.warn, isLine: false, isLate: isLate(left.epoch) }]),
      ],
    };
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

  function react() {
    isWaiting = false;
    if (!isStale || plot.clientWidth === 0) return;
    isStale = false;
    drawnAt = performance.now();
    const scene = sceneNow();
    const { colors } = currentPalette();
    if (!plotly) paintDraft(draft, scene, colors);
    else void drawWith(plotly, scene);
    drawReading();
  }

  /** @param {PlotlyLibrary} library @param {Scene} scene */
  async function drawWith(library, scene) {
    await library.react(plot, ...plotlyOf(scene, currentPalette().colors), CONFIG);
    draft.hidden = true;
  }

  /* ---- What is read off ---- */

  /** The epoch under the pointer; null: it is elsewhere. @type {number | null} */
  let pointed = null;

  /** @param {PointerEvent} event */
  function point({ clientX, target }) {
    const { left, width } = room.getBoundingClientRect();
    const type = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const across = width - (MARGIN.left + MARGIN.right) * type;
    const share = (clientX - left - MARGIN.left * type) / across;
    const isOver = target instanceof Element && target.closest("button") === null;
    pointed = isOver && share > -0.02 && share < 1.02 ? Math.max(0, share) * axisEnd : null;
    drawReading();
  }

  function leave() {
    pointed = null;
    drawReading();
  }

  room.addEventListener("pointermove", point);
  room.addEventListener("pointerdown", point);
  // a finger that is lifted leaves what it has read
  room.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
  document.addEventListener("pointerdown", ({ target }) => pointed !== null && target instanceof Node && !room.contains(target) && leave(), { capture: true });

  /** The losses of the epoch under the pointer, over the chart: on it they would cover the curves. */
  function drawReading() {
    const place = pointed === null ? -1 : nearest(series.epochs, pointed);
    reading.hidden = cross.hidden = place < 0;
    if (place < 0) return;
    const epoch = series.epochs[place];
    cross.style.setProperty("--at", String(epoch / axisEnd));
    const own = ownLines().reverse().map(({ kind, name, losses }) => h("span", {}, h("i", { class: `line ${kind}` }), h("span", { class: "name" }, `${name} `), h("b", {}, formatLoss(losses[place]))));
    const others = overlays.map(({ name, color, losses: { epochs, test, train } }) => {
      const at = nearest(epochs, epoch);
      const mark = h("i", { class: "line" });
      mark.style.borderColor = `var(--run-${color + 1})`;
      return h("span", {}, mark, `${name} `, h("b", {}, formatLoss(test[at] ?? train[at])));
    });
    reading.replaceChildren(h("span", {}, "Epoch ", h("b", {}, formatCount(epoch))), ...own, ...others);
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
      if (frame && !loader.isBegun()) whenIdle(loader.start);
      if (isNew || isChanged) refresh();
    },
  };
}

/**
 * The traces and the layout with which Plotly draws a scene.
 * @param {Scene} scene @param {import("../lib/palette.js").Palette["colors"]} colors
 * @returns {[object[], object]}
 */
function plotlyOf({ type, font, room, axisEnd, range, isLog, epochTicks, lossTicks, lines, marks }, colors) {
  const axis = {
    fixedrange: true, color: colors.soft, gridcolor: colors.line, zeroline: false, linecolor: colors.line, tickmode: "array",
    tickfont: { size: SMALL * type, color: colors.soft }, ticklen: 4, tickcolor: "rgba(0, 0, 0, 0)", automargin: false,
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
