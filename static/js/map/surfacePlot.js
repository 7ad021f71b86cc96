/** Draws the surface with Plotly: now and then, as fast as the machine can, and at once when it is turned. */

import { h, typeSize } from "../lib/dom.js";
import { cameraOf } from "./camera.js";
import { createPace } from "./pace.js";
import { unrefined } from "./plot3d.js";

/** @typedef {import("./camera.js").Sight} Sight */
/** @typedef {{points: number, hasRings: boolean, size: {width: number, height: number}, font: {family: string, size: number}}} Canvas  what a picture must fit */
/** @typedef {(canvas: Canvas) => [object[], object]} Scene  makes the traces and the layout of a picture */

/** Plotly begins from nothing where this changes. @param {number} density */
const configOf = (density) => ({ displayModeBar: false, displaylogo: false, showTips: false, doubleClick: false, scrollZoom: false, responsive: false, plotGlPixelRatio: density });
/** In ms: how long a picture waits for the browser to have time. */
const PATIENCE = 16;

/** @param {() => void} run */
const whenIdle = (run) => ("requestIdleCallback" in globalThis ? requestIdleCallback(run, { timeout: PATIENCE }) : setTimeout(run, 0));
const nextFrame = () => new Promise((done) => requestAnimationFrame(done));

/** Whether the browser can draw in three dimensions. */
export function canDraw3d() {
  const context = document.createElement("canvas").getContext("webgl");
  // browsers keep only a few of them
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

/**
 * @param {HTMLElement} room  which it fills
 * @param {object} parts
 * @param {import("../lib/plotly.js").Plotly} parts.plotly
 * @param {() => void} parts.onShown  the first picture is on the screen
 * @param {() => void} parts.onLost  it cannot be drawn any more: it is closed
 */
export function createSurfacePlot(room, { plotly, onShown, onLost }) {
  let pace = createPace();
  /** Where it is drawn; null: it is closed. @type {import("../lib/plotly.js").PlotlyElement | null} */
  let plot = null;
  /** @type {Scene | null} */
  let scene = null;
  /** @type {Sight | null} */
  let sight = null;
  /** The kind of its first trace, and the pixels of the picture to one of the page. @type {{type: string, density: number} | null} */
  let drawn = null;
  let [isStale, isTurned, isBusy, isWaiting] = [false, false, false, false];
  let startedAt = -Infinity;

  const library = () => /** @type {import("../lib/plotly.js").PlotlyLibrary} */ (plotly.loaded());

  function refresh() {
    if (!plot || !plotly.loaded() || isBusy || isWaiting || !(isStale || isTurned)) return;
    isWaiting = true;
    const begin = () => {
      isWaiting = false;
      void paint();
    };
    if (isTurned) requestAnimationFrame(begin);
    else setTimeout(() => whenIdle(begin), Math.max(0, startedAt + pace.pause() - performance.now()));
  }

  async function paint() {
    const here = plot;
    const size = { width: room.clientWidth, height: room.clientHeight };
    if (!here || isBusy || size.width === 0) return;
    const start = performance.now();
    const isLate = isStale && scene !== null && (drawn === null || start >= startedAt + pace.pause());
    isBusy = true;
    try {
      if (isLate) await drawScene(here, size, start);
      else if (isTurned && sight && drawn) await drawSight(here, sight);
    } catch {
      return lose(here);
    } finally {
      isBusy = false;
    }
    return refresh();
  }

  /** @param {import("../lib/plotly.js").PlotlyElement} here @param {Canvas["size"]} size @param {number} start */
  async function drawScene(here, size, start) {
    if (!scene) return;
    [isStale, isTurned, startedAt] = [false, false, start];
    const font = { family: getComputedStyle(room).fontFamily, size: typeSize() };
    const { points, hasRings, density: most } = pace.level();
    const density = Math.min(most, Math.ceil(devicePixelRatio));
    const [traces, layout] = scene({ points, hasRings, size, font });
    const { type } = /** @type {{type: string}} */ (traces[0]);
    const isFirst = drawn === null;
    const isOther = type !== drawn?.type || density !== drawn.density;
    if (type === "surface" && isOther) await library().react(here, unrefined(), layout, configOf(density));
    if (here !== plot) return;
    drawn = { type, density };
    await library().react(here, traces, layout, configOf(density));
    if (isFirst) here.on("plotly_webglcontextlost", () => lose(here));
    await nextFrame();
    await nextFrame();
    if (here !== plot) return;
    if (isFirst) onShown();
    // those also set everything up
    else if (!isOther) pace.note(performance.now() - start);
  }

  /** @param {HTMLElement} here @param {Sight} to */
  async function drawSight(here, to) {
    isTurned = false;
    await library().relayout(here, { "scene.camera": cameraOf(to) });
    await nextFrame();
  }

  function close() {
    if (!plot) return;
    plotly.loaded()?.purge(plot);
    forget(plot);
  }

  /** @param {HTMLElement} here */
  function forget(here) {
    here.remove();
    [plot, scene, drawn, startedAt, isStale, isTurned] = [null, null, null, -Infinity, false, false];
  }

  /** @param {HTMLElement} here */
  function lose(here) {
    if (here !== plot) return;
    // not purged: Plotly waits for its context to come back, and fails where there is none any more
    forget(here);
    onLost();
  }

  new ResizeObserver(() => {
    isStale = scene !== null;
    refresh();
  }).observe(room);
  plotly.listen({ onReady: refresh, onFailed: () => {} });

  return {
    /** Begins to draw what `show` is given. */
    open() {
      if (plot) return;
      pace = createPace();
      plot = /** @type {import("../lib/plotly.js").PlotlyElement} */ (/** @type {unknown} */ (h("div", { class: "surface-plot", "aria-hidden": "true" })));
      room.append(plot);
      plotly.start();
    },
    close,
    /** @param {Scene} next */
    show(next) {
      scene = next;
      isStale = true;
      refresh();
    },
    /** Draws the same, seen from elsewhere. @param {Sight} next */
    turn(next) {
      sight = next;
      isTurned = true;
      refresh();
    },
  };
}
