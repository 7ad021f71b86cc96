/** A small map of a network's output with the examples on it; with examples of one dimension, its curve. */

import { h } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { paintCurve, paintGrid, paintPoints, paintTargets, partsOf, putPicture } from "../map/paint.js";
import { heightFor, ticksFor } from "../map/picture.js";

/**
 * @typedef {import("./planePictures.js").PlanePicture} Picture
 * @typedef {Pick<import("../core/actions.js").PageState, "data" | "view">} Shown
 */

const COLUMNS = [-6, -3, 0, 3, 6];

/** @param {HTMLCanvasElement} canvas */
const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/** @param {CanvasRenderingContext2D} context @param {Picture} picture @param {Shown} shown */
function paintSurface(context, { surface, size, classes }, { data, view }) {
  const palette = currentPalette();
  const ofClasses = palette.forClasses(Math.max(2, data?.classes ?? 2));
  const ramps = classes
    ? (view.discretize ? ofClasses.fullRamps : ofClasses.bestRamps)
    : [view.discretize ? palette.discreteMapRamp : palette.mapRamp];
  putPicture(context, { picture: surface, size, classes }, ramps);
  // the centers of the outermost pixels are on the edges of the plane: half of each is outside
  context.canvas.style.scale = String(size / (size - 1));
}

/** @param {CanvasRenderingContext2D} context @param {ArrayLike<number> | null} curve @param {import("../core/types.js").Data} data @param {boolean} isTestShown */
function paintPlot(context, curve, data, isTestShown) {
  const palette = currentPalette();
  const height = heightFor(data.targets);
  if (curve) paintCurve(context, curve, height, palette);
  context.globalCompositeOperation = "destination-over";
  paintTargets(context, data, partsOf(data, isTestShown), height, palette);
  paintGrid(context, height, ticksFor(height), COLUMNS, palette);
  context.globalCompositeOperation = "source-over";
}

/** Calls a function only if one of its parts has changed. */
function createWatch() {
  /** @type {unknown[]} */
  let seen = [];
  return (/** @type {unknown[]} */ parts, /** @type {() => void} */ run) => {
    if (parts.every((part, index) => part === seen[index])) return;
    seen = parts;
    run();
  };
}

/** A map that is as wide as there is room. */
export function createSmallMap() {
  const [surface, points] = [h("canvas", { "aria-hidden": "true" }), h("canvas", { "aria-hidden": "true" })];
  const element = h("div", { class: "compare-map", role: "img" }, surface, points);
  const [onSurface, onPoints] = [contextOf(surface), contextOf(points)];
  const [ifPoints, ifSurface] = [createWatch(), createWatch()];
  let side = 0;
  new ResizeObserver(([{ contentRect }]) => (side = contentRect.width)).observe(element);

  return {
    element,
    /** @param {Picture | null} picture @param {Shown} shown */
    draw(picture, shown) {
      const { data, view: { show_test_data: isTestShown, discretize } } = shown;
      const palette = currentPalette();
      const pixels = Math.round(side * devicePixelRatio);
      if (pixels < 2) return;
      const isCurve = data?.dimensions === 1;
      element.classList.toggle("plotted", isCurve);
      surface.hidden = isCurve || picture === null;
      ifPoints([data, isTestShown, palette, pixels, isCurve ? picture : null], () => {
        points.width = points.height = pixels;
        if (data && isCurve) paintPlot(onPoints, picture?.curve ?? null, data, isTestShown);
        else if (data) paintPoints(onPoints, data, partsOf(data, isTestShown), palette);
      });
      if (picture && !isCurve) ifSurface([picture.surface, discretize, palette, data?.classes], () => paintSurface(onSurface, picture, shown));
    },
  };
}
