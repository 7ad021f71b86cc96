/** The panel "Loss landscape": the loss on a plane through the weights, as a surface to turn and as a map. */

import { createAmountLegend } from "../plot/amountLegend.js";
import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createPlot } from "../plot/plot.js";
import { whyNothing } from "./look.js";
import { createSurfaceMap, differs, flatnessText, legendOf, measureSurface, paintSurface } from "./surface.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {"random" | "path"} Directions */

/** Radians that a key turns, and that a pixel of dragging does. */
const TURN = { key: Math.PI / 24, pixel: 0.01 };
const START = { turn: 0.65, tilt: 0.6 };
const TILTS = [0.15, Math.PI / 2];
/** Steps across and up of each key. */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const DIRECTIONS = [
  { value: "random", label: "Two random directions" },
  { value: "path", label: "Directions of the path" },
];
/** @type {Record<Directions, string>} */
const EXPLANATIONS = {
  random: "Random directions, scaled in each neuron to the size of its weights.",
  path: "The two directions in which the weights have moved the most so far.",
};

/** @type {import("./panels.js").PanelEntry} */
export const panel = {
  name: "landscape", label: "Landscape", isComputedOnOpen: true, create: createLandscape,
  lead: "The loss on a plane through the current weights. In a wide, flat valley, small changes to the weights do little harm; in a narrow one, they do a lot.",
};

/** How a surface is looked at after a turn. @param {{turn: number, tilt: number}} sight @param {number} across @param {number} up  in radians */
export function turned({ turn, tilt }, across, up) {
  return { turn: turn + across, tilt: Math.max(TILTS[0], Math.min(TILTS[1], tilt + up)) };
}

/** Turns a picture by dragging and with the arrow keys. @param {HTMLElement} element @param {(across: number, up: number) => void} turn  in radians */
function listenToTurns(element, turn) {
  element.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const [across, up] = KEYS[/** @type {keyof typeof KEYS} */ (event.key)];
    turn(across * TURN.key, up * TURN.key);
  });
  element.addEventListener("pointerdown", (event) => element.setPointerCapture(event.pointerId));
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) turn(event.movementX * TURN.pixel, event.movementY * TURN.pixel);
  });
}

/** @param {import("./panels.js").PanelParts["actions"]} actions */
function createAside(actions) {
  const select = h("select", { id: "landscape-directions" }, ...DIRECTIONS.map(({ value, label }) => h("option", { value }, label)));
  const compute = h("button", { type: "button", class: "copy" }, "Recompute");
  const progress = h("progress", { max: 1, value: 0, "aria-label": "Progress of the computation" });
  const legend = createAmountLegend("Loss");
  const [flatness, explanation] = [h("p", { class: "inside-figures" }), h("p", { class: "inside-note" })];
  select.addEventListener("change", () => actions.setLookOptions("landscape", { directions: select.value, compute: true }));
  compute.addEventListener("click", () => actions.setLookOptions("landscape", { compute: true }));
  const element = h("div", { class: "inside-aside" },
    h("div", { class: "field" }, h("label", { for: "landscape-directions" }, "Plane"), h("span", { class: "select" }, select)),
    h("p", { class: "row" }, compute, progress),
    legend.element, explanation,
    h("p", { class: "inside-note" }, "With noisy data, small batches end up in flatter regions; see the lesson on batch size."),
    flatness);
  return {
    element,
    /** @param {Look} look  the newest @param {{look: Look, surface: import("./surface.js").Surface} | null} shown */
    draw({ values }, shown) {
      progress.value = values.progress;
      progress.classList.toggle("done", values.progress >= 1);
      if (select.value !== values.directions && document.activeElement !== select) select.value = values.directions;
      setText(explanation, values.extent === null ? "The network has changed: recompute its landscape." : EXPLANATIONS[/** @type {Directions} */ (values.directions)]);
      legend.element.hidden = shown === null;
      if (shown) legend.draw(currentPalette().amounts, legendOf(shown.surface));
      setText(flatness, shown ? flatnessText(shown.surface, shown.look.values.flatness) : "");
    },
  };
}

/**
 * @param {HTMLElement} element
 * @param {import("./panels.js").PanelParts} parts
 * @returns {import("./panels.js").Panel}
 */
export function createLandscape(element, { actions }) {
  /** The last look with a surface, and what is measured of it. @type {{look: Look, surface: import("./surface.js").Surface} | null} */
  let drawn = null;
  /** What the picture of the surface was painted from. @type {unknown[]} */
  let paintedFrom = [];
  let sight = START;
  const paintMap = createSurfaceMap();
  const relief = createPlot({
    label: "The loss as a surface over a plane through the weights; drag it or use the arrow keys to turn it", kind: "square turning", isActive: true,
    paint: (pen) => drawn && paintSurface(pen, drawn.surface, drawn.look.values.extent, sight),
  });
  const map = createPlot({
    label: "The same surface from above, with contour lines and the path of the weights", kind: "square",
    paint: (pen) => drawn && paintMap(pen, drawn.surface, drawn.look),
  });
  const aside = createAside(actions);
  element.append(relief.element, map.element, aside.element);
  listenToTurns(relief.element, (across, up) => {
    sight = turned(sight, across, up);
    relief.paint();
  });

  /** Takes the newest look; every one brings the whole surface, also where only the path has grown. @param {Look} look */
  function take(look) {
    const { values, arrays, shapes } = look;
    if (values.extent === null) drawn = null;
    else if (arrays.surface) {
      const isNew = differs(drawn?.look.arrays.surface, arrays.surface);
      drawn = { look, surface: drawn && !isNew ? drawn.surface : measureSurface(arrays.surface, shapes.surface) };
    }
  }

  return {
    why: whyNothing,
    draw(look) {
      if (!look) return;
      take(look);
      aside.draw(look, drawn);
      const from = [drawn?.surface, currentPalette()];
      if (from.some((part, index) => part !== paintedFrom[index])) relief.paint();
      paintedFrom = from;
      map.paint();
    },
  };
}
