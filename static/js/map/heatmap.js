/**
 * The map: the output of one unit on the plane, with the examples on it. What it shows is decided in look.js, and how it
 * says so in readout.js; with one input the plane gives way to a curve.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./look.js").Look} Look
 * @typedef {import("./readout.js").Point} Point
 */

import { h, setText } from "../lib/dom.js";
import { formatValue } from "../lib/format.js";
import { currentPalette } from "../lib/palette.js";
import { createWatch } from "../lib/watch.js";
import { labelsOf } from "./classes.js";
import { NOTHING_YET, lookAt, rampsFor, summandsIn } from "./look.js";
import { paintCurve, paintGrid, paintPoints, paintTargets, partsOf, putPicture } from "./paint.js";
import { heightFor, refine, ticksFor } from "./picture.js";
import { curveName, legendOf, mapLabel, markAt, movedBy, onMap, pointAt, readoutOf, showingOf, signOf, valueTicks } from "./readout.js";

const TICKS = [-6, -3, 0, 3, 6];
const HELD_OUT_LABEL = { test: "Show test data", both: "Show held-out data" };

/** What the line above the map leaves out where there is no room for it. */
const LEAD = /^Showing: (hidden )?/;

/** @param {number} value */
const tick = (value) => h("span", {}, formatValue(value, 0));

/**
 * The map, its axes, legend and readout, and above it the line that says what it shows.
 * @param {HTMLElement} element  which it fills
 * @param {object} parts
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @returns {import("../core/types.js").Drawing & {map: HTMLElement, whereProbed: () => Point | null}}
 *   `whereProbed`: the point under the pointer or the keyboard's probe
 */
export function createHeatmap(element, { actions, schema }) {
  const layers = createLayers();
  const axes = createAxes();
  const legend = createLegend();
  const showing = createShowing(() => actions.select(null));
  const readout = h("output", { id: "map-readout", class: "readout", "aria-live": "off" });
  const { map } = layers;
  element.append(
    h("div", { class: "map-plot" }, map, readout, ...axes.upright, axes.across),
    h("div", { class: "map-foot" }, ...legend.elements));
  const summands = createSummandsOption(() => redraw());
  const heldOutLabel = document.getElementById("show-test-label");
  const [surfaceWatch, pointsWatch] = [createWatch(), createWatch()];
  const probe = createProbe(layers, readout);
  let side = 0;
  /** How far the value axis of a curve reaches up and down. */
  let height = 1;
  /** @type {Frame | null} */
  let frame = null;
  /** @type {State | null} */
  let state = null;
  let hasDrawn = false;

  /** @param {Frame} newest @param {State} now */
  function drawSurface(newest, now) {
    const { hovered, selected, data, config, view: { discretize } } = now;
    const palette = currentPalette();
    const pixels = layers.fit(side);
    if (!surfaceWatch.isNew(newest, hovered, selected, discretize, palette, pixels, data, config.loss, config.problem, summands.isOn())) return;
    const look = lookAt(newest, now, schema.features);
    const sum = summands.offer(summandsIn(newest, now.layers), !discretize && look.role === "output");
    layers.draw(look, { isDiscrete: discretize, height, summands: sum });
    showing.draw(look, selected !== null);
    map.setAttribute("aria-label", mapLabel(look, config.features));
    legend.draw(look, labelsOf(now), curveName(look, config.features), sum !== null);
    probe.show({ look, isDiscrete: discretize, labels: labelsOf(now), height });
  }

  /** @param {State} now */
  function drawPoints({ data, view, config }) {
    const pixels = layers.fit(side);
    if (!pointsWatch.isNew(data, view.show_test_data, view.discretize && config.problem === "classification", currentPalette(), pixels)) return;
    const isCurve = data?.dimensions === 1;
    if (isCurve) {
      height = heightFor(data.targets);
      surfaceWatch.forget();
    }
    layers.setKind(isCurve);
    axes.draw(isCurve, height);
    if (heldOutLabel) setText(heldOutLabel, data && data.validationSize > 0 ? HELD_OUT_LABEL.both : HELD_OUT_LABEL.test);
    layers.drawPoints(data, view.show_test_data, height);
  }

  function redraw() {
    if (!state || side === 0) return;
    drawPoints(state);
    if (frame) drawSurface(frame, state);
    else if (!hasDrawn) legend.draw(NOTHING_YET, [], { text: "", title: "" }, false);
    hasDrawn ||= frame !== null;
    probe.draw();
  }

  new ResizeObserver(([{ contentRect }]) => {
    side = contentRect.width;
    redraw();
  }).observe(map);

  return {
    map,
    whereProbed: probe.point,
    draw(newest, now) {
      frame = newest;
      state = now;
      redraw();
    },
  };
}

/** What the map shows, with a button for the way back to the output. @param {() => void} goBack */
function createShowing(goBack) {
  const row = /** @type {HTMLElement} */ (document.getElementById("map-showing"));
  const lead = h("span", { class: "lead" });
  const name = h("span", {}, showingOf(NOTHING_YET));
  const text = h("span", { class: "shown" }, lead, name);
  const back = h("button", { type: "button", class: "link", "aria-label": "Back to output", hidden: true }, "Back", h("span", { class: "lead" }, " to output"));
  row.append(text, back);
  const plain = showingOf(NOTHING_YET);
  back.addEventListener("click", goBack);
  return {
    /** @param {Look} look @param {boolean} isPinned  whether a unit is */
    draw(look, isPinned) {
      const words = showingOf(look);
      const start = LEAD.exec(words)?.[0] ?? "";
      setText(lead, start);
      setText(name, words.slice(start.length));
      text.title = words;
      row.classList.toggle("plain", words === plain);
      back.hidden = !isPinned;
    },
  };
}

/** The checkbox "Show what each neuron adds", which is there for the networks that it applies to. @param {() => void} onChange */
function createSummandsOption(onChange) {
  const row = /** @type {HTMLElement} */ (document.getElementById("summands-row"));
  const box = /** @type {HTMLInputElement} */ (document.getElementById("show-summands"));
  box.addEventListener("change", onChange);
  return {
    isOn: () => box.checked,
    /**
     * Offers summands to the user.
     * @template T
     * @param {T | null} summands  null: the network has none
     * @param {boolean} isApplicable  whether what the map shows is their sum
     * @returns {T | null} those to show
     */
    offer(summands, isApplicable) {
      row.hidden = summands === null;
      return box.checked && isApplicable ? summands : null;
    },
  };
}

/** The canvases, one over the other: the picture, the examples, the curve; and the mark of the probe. */
function createLayers() {
  const surface = h("canvas", { class: "surface", "aria-hidden": "true", hidden: true });
  const points = h("canvas", { class: "points", "aria-hidden": "true" });
  const curve = h("canvas", { class: "curve", "aria-hidden": "true", hidden: true });
  const mark = h("span", { class: "probe", hidden: true });
  const map = h("div", { class: "map", role: "img", tabindex: "0", "aria-describedby": "map-readout" }, surface, points, curve, mark);
  const source = h("canvas");
  const context = (/** @type {HTMLCanvasElement} */ canvas, /** @type {boolean} */ alpha) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha }));
  const [toSource, toSurface, toPoints, toCurve] = [context(source, false), context(surface, false), context(points, true), context(curve, true)];

  /** @param {import("./picture.js").Picture} picture @param {Uint32Array[]} ramps */
  function paintPicture(picture, ramps) {
    const { size } = picture;
    putPicture(toSource, picture, ramps);
    toSurface.imageSmoothingEnabled = true;
    toSurface.imageSmoothingQuality = "medium";
    // the centers of the outermost pixels are on the edges of the plane: half of each is outside
    toSurface.drawImage(source, 0.5, 0.5, size - 1, size - 1, 0, 0, surface.width, surface.width);
  }

  return {
    map,
    mark,

    /** Fits the canvases to the map. @param {number} side  CSS pixels @returns {number} device pixels of a side */
    fit(side) {
      const pixels = Math.round(side * devicePixelRatio);
      for (const canvas of [surface, points, curve]) if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
      return pixels;
    },

    /** @param {boolean} isCurve  whether there is one input */
    setKind(isCurve) {
      map.classList.toggle("plotted", isCurve);
      (isCurve ? surface : curve).hidden = true;
    },

    /** @param {Look} look @param {{isDiscrete: boolean, height: number, summands: import("./paint.js").Summands | null}} how */
    draw(look, { isDiscrete, height, summands }) {
      surface.hidden = look.picture === null;
      curve.hidden = look.curve === null;
      const palette = currentPalette();
      if (look.picture) paintPicture(isDiscrete ? refine(look.picture) : look.picture, rampsFor(look, isDiscrete, palette));
      if (look.curve) paintCurve(toCurve, isDiscrete ? Array.from(look.curve, signOf) : look.curve, height, palette, summands);
    },

    /** @param {State["data"]} data @param {boolean} hasHeldOut @param {number} height */
    drawPoints(data, hasHeldOut, height) {
      const palette = currentPalette();
      toPoints.clearRect(0, 0, points.width, points.width);
      if (!data) return;
      const parts = partsOf(data, hasHeldOut);
      if (data.dimensions !== 1) return paintPoints(toPoints, data, parts, palette);
      paintGrid(toPoints, height, ticksFor(height), TICKS, palette);
      return paintTargets(toPoints, data, parts, height, palette);
    },
  };
}

/** The axes: x₁ below, and at the side x₂, or with one input the values. */
function createAxes() {
  const plane = h("div", { class: "axis-y", "aria-hidden": "true" }, h("i", {}, "x₂"), ...TICKS.toReversed().map(tick));
  const values = h("div", { class: "axis-y values", "aria-hidden": "true", hidden: true });
  return {
    across: h("div", { class: "axis-x", "aria-hidden": "true" }, h("i", {}, "x₁"), ...TICKS.map(tick)),
    upright: [plane, values],
    /** @param {boolean} isCurve @param {number} height  how far the values reach up and down */
    draw(isCurve, height) {
      plane.hidden = isCurve;
      values.hidden = !isCurve;
      if (!isCurve) return;
      values.replaceChildren(h("i", {}, "y"), ...valueTicks(ticksFor(height), height).map(({ text, top }) => {
        const label = h("span", {}, text);
        label.style.top = `${top}%`;
        return label;
      }));
    },
  };
}

/** The legend: a ramp of colors, or the classes, or the lines of a curve. */
function createLegend() {
  const [low, high] = [tick(-1), tick(1)];
  const ramp = h("canvas", { class: "ramp", width: 256, height: 1, "aria-hidden": "true" });
  const elements = {
    ramp: h("span", { class: "legend", role: "img" }, low, ramp, high),
    classes: h("span", { class: "legend classes", hidden: true }),
    curve: h("span", { class: "legend", hidden: true }),
  };
  const name = h("span");
  const neurons = h("span", { hidden: true }, h("i", { class: "line thin" }), "Neurons");
  elements.curve.append(h("span", {}, h("i", { class: "line" }), name), neurons, h("span", {}, h("i", { class: "dot" }), "Examples"));
  const watch = createWatch();

  /** @param {Look} look @param {readonly string[]} labels */
  function drawColors(look, labels) {
    const palette = currentPalette();
    if (!watch.isNew(palette, look.kind, look.number, look.count, look.curve !== null, labels.join("\n"))) return;
    const { shows, isNamed, hasNamedEnds, ends, classes, label } = legendOf(look, labels);
    for (const [kind, element] of Object.entries(elements)) element.hidden = kind !== shows;
    elements.ramp.parentElement?.classList.toggle("named", isNamed);
    elements.ramp.setAttribute("aria-label", label);
    [low, high].forEach((end, index) => {
      end.classList.toggle("map-name", hasNamedEnds);
      end.title = ends[index].title;
      setText(end, ends[index].text);
    });
    if (shows === "classes") drawClasses(elements.classes, classes, palette.forClasses(look.count).colors, isNamed);
    else drawRamp(ramp, look.count === 0 ? palette.ramp : palette.forClasses(look.count).ramps[look.number ?? 0]);
  }

  return {
    elements: Object.values(elements),
    /** @param {Look} look @param {readonly string[]} labels  names of the classes @param {{text: string, title: string}} curve @param {boolean} hasSummands */
    draw(look, labels, curve, hasSummands) {
      drawColors(look, labels);
      setText(name, curve.text);
      name.title = curve.title;
      neurons.hidden = !hasSummands;
    },
  };
}

/** @param {HTMLElement} element @param {{text: string, title: string}[]} classes @param {readonly string[]} colors @param {boolean} isNamed */
function drawClasses(element, classes, colors, isNamed) {
  element.classList.toggle("named", isNamed);
  element.replaceChildren(h("span", { class: "visually-hidden" }, "Classes: "), ...classes.map(({ text, title }, number) => {
    const dot = h("i", { class: "dot" });
    dot.style.background = colors[number];
    return h("span", {}, dot, h("span", { class: "map-name", title: title || null }, text));
  }));
}

/** @param {HTMLCanvasElement} canvas  256 pixels in a row @param {Uint32Array} colors */
function drawRamp(canvas, colors) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(256, 1);
  new Uint32Array(image.data.buffer).set(colors);
  context.putImageData(image, 0, 0);
}

/**
 * The probe: reads the map under the pointer, or where the arrow keys have moved it.
 * @param {{map: HTMLElement, mark: HTMLElement}} layers
 * @param {HTMLElement} readout
 */
function createProbe({ map, mark }, readout) {
  /** @type {Point | null} */
  let point = null;
  /** @type {{look: Look, isDiscrete: boolean, labels: readonly string[], height: number} | null} */
  let shown = null;

  function draw() {
    mark.hidden = !(point && shown && (map.matches(":focus-visible") || shown.look.curve));
    if (!point || !shown) return setText(readout, "");
    const { look, isDiscrete, labels, height } = shown;
    setText(readout, readoutOf(look, point, isDiscrete, labels));
    const { left, top } = markAt(look, point, isDiscrete, height);
    mark.style.left = `${left}%`;
    mark.style.top = `${top}%`;
    // at the end of the map that the probe is not at
    readout.classList.toggle("above", top > 60);
    return undefined;
  }

  /** @param {Point | null} next */
  function move(next) {
    point = next && onMap(next);
    draw();
  }

  map.addEventListener("pointermove", ({ clientX, clientY }) => {
    const { left, top, width, height } = map.getBoundingClientRect();
    move(pointAt((clientX - left) / width, (clientY - top) / height));
  });
  map.addEventListener("pointerleave", () => move(null));
  map.addEventListener("focus", () => {
    readout.setAttribute("aria-live", "polite");
    if (map.matches(":focus-visible")) move({ x1: 0, x2: 0 });
  });
  map.addEventListener("blur", () => {
    readout.setAttribute("aria-live", "off");
    move(null);
  });
  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = movedBy(point, event.key, event.shiftKey);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    move(next);
  });

  return {
    point: () => point,
    draw,
    /** @param {NonNullable<typeof shown>} next */
    show: (next) => void (shown = next),
  };
}
