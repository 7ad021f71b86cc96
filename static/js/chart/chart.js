/**
 * The loss chart: training, test and validation loss by epoch, drawn by Plotly, which is loaded only after the first
 * picture is on the screen; until it is there, and where it does not come, a draft of the same is drawn.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("../runs/actions.js").Overlay} Overlay
 * @typedef {import("./series.js").Series} Series
 */

import { h, typeSize } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { paintDraft } from "./draft.js";
import { LEAST_EPOCHS, epochAt, otherLines, ownLines, readingAt, sceneOf } from "./scene.js";
import { plotlyOf } from "./traces.js";

/** In ms: how often the chart is drawn at most, however many frames come. */
const DRAW_EVERY = 125;
/** Where drawing takes long, it takes at most this share of the time, so that frames go on. */
const MOST_SHARE = 0.1;
/** In ms: how often it is drawn at least. */
const DRAW_WITHIN = 1000;

/** The pause between two drawings in ms, if one takes so long. @param {number} taken  ms */
const pauseFor = (taken) => Math.min(DRAW_WITHIN, Math.max(DRAW_EVERY, taken / MOST_SHARE));
const CONFIG = { displayModeBar: false, doubleClick: false, showAxisDragHandles: false, responsive: false };

/** @param {() => void} run */
const whenIdle = (run) => ("requestIdleCallback" in globalThis ? requestIdleCallback(run, { timeout: DRAW_EVERY }) : setTimeout(run, 0));

/** A span in the color of a run. @param {"i" | "b"} tag @param {number} color @param {Record<string, string>} [props] */
function runMark(tag, color, props = {}) {
  const mark = h(tag, props);
  mark.style.borderColor = `var(--run-${color + 1})`;
  return mark;
}

/**
 * The loss chart.
 * @param {HTMLElement} element  which it fills
 * @param {object} parts
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {import("../lib/plotly.js").Plotly} parts.plotly
 * @param {Series} parts.series  to which it adds what frames bring
 * @param {boolean} [parts.isDraft]  whether it leaves it at the draft, unless another part of the page loads the library
 * @param {() => void} parts.onAxisEnd  the axis has another right end; that is some time after the frame that moved it
 * @returns {import("../core/types.js").Drawing & {axisEnd: () => number, flush: () => void}}  with the epoch at the right
 *   end of the axis; `flush` draws at once what would wait
 */
export function createChart(element, { actions, plotly, series, isDraft = false, onAxisEnd }) {
  const head = createHead(element, actions);
  const surface = createSurface(element, plotly, refresh);
  const reading = createReading(surface.room, { axisEnd: () => axisEnd, series });
  head.element.append(reading.element);
  /** @type {Frame | null} */
  let added = null;
  let isLog = false;
  /** The epoch whose weights early stopping has restored. @type {number | null} */
  let bestEpoch = null;
  /** @type {Overlay[]} */
  let overlays = [];
  /** @type {import("../lib/palette.js").Palette | null} */
  let palette = null;
  let isWaiting = false;
  let isStale = true;
  let drawnAt = -Infinity;
  let pause = DRAW_EVERY;
  let axisEnd = LEAST_EPOCHS;

  /** Draws soon, but neither too often nor before the frame's pictures. */
  function refresh() {
    isStale = true;
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => whenIdle(draw), Math.max(0, drawnAt + pause - performance.now()));
  }

  function draw() {
    isWaiting = false;
    if (!isStale || surface.size().width === 0) return;
    isStale = false;
    drawnAt = performance.now();
    const { colors, runs } = currentPalette();
    const lines = [...otherLines(overlays, runs), ...ownLines(series, colors)];
    const scene = sceneOf({ lines, bestEpoch, isLog, type: typeSize(), font: getComputedStyle(element).fontFamily, size: surface.size(), colors });
    const isMoved = scene.axisEnd !== axisEnd;
    axisEnd = scene.axisEnd;
    surface.draw(scene, colors);
    if (isMoved) onAxisEnd();
    reading.draw(overlays);
    pause = pauseFor(performance.now() - drawnAt);
  }

  /** Adds what a frame brings. @param {Frame} frame @returns {boolean} whether it brings anything */
  function add(frame) {
    added = frame;
    const { history_epochs: epochs, history_train: train, history_test: test, history_validation: validation } = frame.arrays;
    if (!epochs || epochs.length === 0) return false;
    series.add(epochs, train ?? null, test ?? null, validation ?? null);
    return true;
  }

  return {
    axisEnd: () => axisEnd,
    flush: draw,
    draw(frame, state) {
      const best = state.status.stopped?.best_epoch ?? null;
      const isOverlaid = state.overlays !== overlays;
      const isChanged = state.logScale !== isLog || currentPalette() !== palette || best !== bestEpoch || isOverlaid;
      [bestEpoch, overlays, isLog, palette] = [best, state.overlays, state.logScale, currentPalette()];
      head.draw({ overlays: isOverlaid ? overlays : null, isLog });
      const isNew = frame !== null && frame !== added && add(frame);
      if (frame && !isDraft) surface.begin();
      if (isNew || isChanged) refresh();
    },
  };
}

/** The switch of the scale, and below it the names of other runs. @param {HTMLElement} element @param {import("../core/types.js").Actions} actions */
function createHead(element, actions) {
  const scales = [{ label: "Linear", isLog: false }, { label: "Log", isLog: true }].map(({ label, isLog }) => {
    const button = h("button", { type: "button", "aria-pressed": "false" }, label);
    button.addEventListener("click", () => actions.setLogScale(isLog));
    return { button, isLog };
  });
  const head = h("div", { class: "chart-head" },
    h("span", { class: "scales", role: "group", "aria-label": "Loss scale" }, ...scales.map(({ button }) => button)));
  const others = h("p", { class: "chart-overlays", hidden: true });
  element.append(head, others);
  return {
    element: head,
    /** @param {{overlays: Overlay[] | null, isLog: boolean}} shown  null: as before */
    draw({ overlays, isLog }) {
      for (const scale of scales) scale.button.setAttribute("aria-pressed", String(scale.isLog === isLog));
      if (!overlays) return;
      others.hidden = overlays.length === 0;
      others.replaceChildren(...overlays.map(({ name, color }) => h("span", {}, runMark("i", color), name)));
    },
  };
}

/**
 * Where the chart is drawn, by Plotly once it is there.
 * @param {HTMLElement} element
 * @param {import("../lib/plotly.js").Plotly} plotly
 * @param {() => void} onChange  it has another size, or another library
 */
function createSurface(element, plotly, onChange) {
  const plot = h("div", { class: "plot", role: "img", "aria-label": "Training and test loss by epoch" });
  const draft = h("canvas", { class: "draft", "aria-hidden": "true" });
  const retry = h("button", { type: "button", class: "link" }, "Retry");
  const note = h("p", { class: "chart-note", hidden: true }, "Chart library not loaded ", retry);
  const room = h("div", { class: "chart-room" }, draft, plot, note);
  element.append(room);

  plotly.listen({
    onReady() {
      note.hidden = true;
      onChange();
    },
    onFailed: () => (note.hidden = false),
  });
  retry.addEventListener("click", plotly.start);
  new ResizeObserver(onChange).observe(plot);

  return {
    room,
    size: () => ({ width: plot.clientWidth, height: plot.clientHeight }),
    /** Loads the library, when there is time for it. */
    begin: () => void (plotly.isBegun() || whenIdle(plotly.start)),
    /** @param {import("./draft.js").Scene} scene @param {import("../lib/palette.js").Palette["colors"]} colors */
    draw(scene, colors) {
      const library = plotly.loaded();
      if (!library) return paintDraft(draft, scene, colors);
      void library.react(plot, ...plotlyOf(scene, colors), CONFIG).then(() => (draft.hidden = true));
      return undefined;
    },
  };
}

/**
 * The losses at the epoch under the pointer, above the chart: on it they would cover the curves.
 * @param {HTMLElement} room
 * @param {{axisEnd: () => number, series: Series}} chart
 */
function createReading(room, { axisEnd, series }) {
  const element = h("div", { class: "chart-reading", hidden: true, "aria-hidden": "true" });
  const cross = h("div", { class: "chart-cross", hidden: true, "aria-hidden": "true" });
  room.append(cross);
  /** @type {number | null} */
  let epoch = null;
  /** @type {readonly Overlay[]} */
  let overlays = [];

  function draw() {
    const reading = readingAt(epoch, series, overlays, axisEnd());
    element.hidden = cross.hidden = reading === null;
    if (!reading) return;
    cross.style.setProperty("--at", String(reading.position));
    element.replaceChildren(h("span", {}, "Epoch ", h("b", {}, reading.epoch)),
      ...reading.own.map(({ kind, name, loss }) => h("span", {}, h("i", { class: `line ${kind}`, title: name }), h("b", {}, loss))),
      ...reading.others.map(({ color, name, loss }) => h("span", {}, runMark("i", color, { class: "line" }), `${name} `, h("b", {}, loss))));
  }

  /** @param {PointerEvent} event */
  function point({ clientX, target }) {
    const { left, width } = room.getBoundingClientRect();
    const isOver = target instanceof Element && target.closest("button") === null;
    epoch = isOver ? epochAt(clientX - left, width, typeSize(), axisEnd()) : null;
    draw();
  }

  function leave() {
    epoch = null;
    draw();
  }

  room.addEventListener("pointermove", point);
  room.addEventListener("pointerdown", point);
  // a finger that is lifted leaves what it has read
  room.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
  document.addEventListener("pointerdown", ({ target }) => epoch !== null && target instanceof Node && !room.contains(target) && leave(), { capture: true });

  return {
    element,
    /** @param {readonly Overlay[]} others  other runs in the chart */
    draw(others) {
      overlays = others;
      draw();
    },
  };
}
