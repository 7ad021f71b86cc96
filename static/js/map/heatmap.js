/**
 * The large map: what one unit answers on the plane, with the examples on it. Shows the unit under the pointer at once
 * from its small picture, until the full one has come. With more than two classes the whole output is shown as the
 * likeliest class of each place, and an output unit as its class's probability. With examples of one dimension the map
 * gives way to a curve.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./picture.js").Picture} Picture
 */

import { h, setText } from "../lib/dom.js";
import { formatPercent, formatValue } from "../lib/format.js";
import { unitName } from "../network/names.js";
import { labelsOf } from "./classes.js";
import { EXTENT, curveAt, heightFor, likeliest, middleLine, probe, refine, sliceOf, summandsOf, ticksFor, toShare } from "./picture.js";
import { parameterIndex } from "../net/protocol.js";
import { paintCurve, paintExamples, paintGrid } from "./curve.js";
import { currentPalette } from "../lib/palette.js";
import { paintPoints, partsOf } from "./points.js";
import { putPicture } from "./surface.js";

const TICKS = [-6, -3, 0, 3, 6];
/** How far a key moves the probe. */
const KEY_STEP = 0.25;
const KEY_MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** Characters of a class's name in the readout. */
const MOST_OF_NAME = 12;
const OTHERS_LABEL = { test: "Show test data", both: "Show held-out data" };

/** @type {Look} */
const NOTHING_YET = { name: "", picture: null, curve: null, kind: "value", number: null, count: 0 };

/** With one decimal, however near to 0. @param {number} value */
const coordinate = (value) => formatValue(Math.round(value * 10) / 10, 1);
/** @param {number} value */
const sign = (value) => (value < 0 ? -1 : 1);
/** @param {number} share */
const inPlot = (share) => Math.max(0, Math.min(1, share));
/** Output units: one, or with more than two classes one of each. @param {State} state */
const outputsOf = ({ layers }) => layers[layers.length - 1] ?? 1;
/** @param {string | undefined} name */
const shortName = (name = "") => ([...name].length > MOST_OF_NAME ? `${[...name].slice(0, MOST_OF_NAME - 1).join("")}…` : name);
/** @param {number} value */
const inside = (value) => Math.max(-EXTENT, Math.min(EXTENT, value));

/**
 * What is to be seen: a picture of values or probabilities, or a curve.
 * @typedef {object} Look
 * @property {string} name  of the unit
 * @property {Picture | null} picture
 * @property {ArrayLike<number> | null} curve
 * @property {"value" | "probability" | "classes"} kind
 * @property {number | null} number  of the class whose probability it is; null: of the likeliest, or of the second of two
 * @property {number} count  classes in the picture's colours; 0: those of values
 */

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../core/types.js").Actions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @returns {import("../core/types.js").Drawing & {map: HTMLElement, whereProbed: () => {x1: number, x2: number} | null}}
 */
export function createHeatmap(element, { schema }) {
  const surface = h("canvas", { class: "surface", "aria-hidden": "true", hidden: true });
  const points = h("canvas", { class: "points", "aria-hidden": "true" });
  const curve = h("canvas", { class: "curve", "aria-hidden": "true", hidden: true });
  const mark = h("span", { class: "probe", hidden: true });
  const map = h("div", { class: "map", role: "img", tabindex: "0", "aria-describedby": "map-readout" }, surface, points, curve, mark);
  const tick = (/** @type {number} */ value) => h("span", {}, formatValue(value, 0));
  const ramp = h("canvas", { class: "ramp", width: 256, height: 1, "aria-hidden": "true" });
  const shownUnit = h("span", { class: "shown" });
  const readout = h("output", { id: "map-readout", class: "readout", "aria-live": "off" });
  const planeAxis = h("div", { class: "axis-y", "aria-hidden": "true" }, h("i", {}, "x₂"), ...TICKS.toReversed().map(tick));
  const valueAxis = h("div", { class: "axis-y values", "aria-hidden": "true", hidden: true });
  const [low, high] = [tick(-1), tick(1)];
  const rampLegend = h("span", { class: "legend", role: "img" }, low, ramp, high);
  const classLegend = h("span", { class: "legend classes", hidden: true });
  const curveName = h("span");
  const summandLegend = h("span", { hidden: true }, h("i", { class: "line thin" }), "Neurons");
  const curveLegend = h("span", { class: "legend", hidden: true },
    h("span", {}, h("i", { class: "line" }), curveName), summandLegend, h("span", {}, h("i", { class: "dot" }), "Examples"));
  const foot = h("div", { class: "map-foot" }, rampLegend, classLegend, curveLegend, h("span", { class: "what" }, shownUnit, readout));
  element.append(
    h("div", { class: "map-plot" },
      planeAxis,
      valueAxis,
      map,
      h("div", { class: "axis-x", "aria-hidden": "true" }, h("i", {}, "x₁"), ...TICKS.map(tick))),
    foot);
  const othersLabel = document.getElementById("show-test-label");
  const summandsRow = /** @type {HTMLElement} */ (document.getElementById("summands-row"));
  const summandsBox = /** @type {HTMLInputElement} */ (document.getElementById("show-summands"));

  const surfaceContext = /** @type {CanvasRenderingContext2D} */ (surface.getContext("2d", { alpha: false }));
  const pointsContext = /** @type {CanvasRenderingContext2D} */ (points.getContext("2d"));
  const curveContext = /** @type {CanvasRenderingContext2D} */ (curve.getContext("2d"));
  const source = h("canvas");
  const sourceContext = /** @type {CanvasRenderingContext2D} */ (source.getContext("2d", { alpha: false }));

  let side = 0;
  /** @type {Look | null} */
  let shown = null;
  /** What the canvases were painted from. @type {unknown[]} */
  let paintedSurface = [];
  /** @type {unknown[]} */
  let paintedPoints = [];
  /** @type {unknown[]} */
  let paintedLegend = [];
  /** How far the axis of a curve's values reaches up and down. */
  let height = 1;
  /** Where the plane is probed. @type {{x1: number, x2: number} | null} */
  let probed = null;
  /** @type {State | null} */
  let state = null;

  /** @param {readonly unknown[]} one @param {readonly unknown[]} other */
  const isSame = (one, other) => one.length === other.length && one.every((part, place) => part === other[place]);

  function fit() {
    const pixels = Math.round(side * devicePixelRatio);
    for (const canvas of [surface, points, curve]) {
      if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
    }
    return pixels;
  }

  /* ---- The picture ---- */

  /** The picture of a unit: in full, if the frame has it. @param {Frame} frame @param {number} unit @returns {Picture} */
  function pictureOf({ selected, arrays, shapes, thumbnailSize }, unit) {
    if (unit === selected && !arrays.classes) return { picture: arrays.surface, size: shapes.surface[1], classes: null };
    const length = thumbnailSize * thumbnailSize;
    return { picture: arrays.thumbnails.subarray(unit * length, (unit + 1) * length), size: thumbnailSize, classes: null };
  }

  /** @param {Frame} frame @param {number} unit */
  function curveOf(frame, unit) {
    if (unit === frame.selected && frame.arrays.curve) return frame.arrays.curve;
    const { picture, size } = pictureOf(frame, unit);
    return middleLine(picture, size);
  }

  /** @param {State} now @param {number} unit */
  const nameOf = ({ config }, unit) => unitName(unit, { features: schema.features, layers: config.hidden_layer_sizes });

  /** @param {Frame} frame @param {State} now @returns {Look} */
  function lookAt(frame, now) {
    const { hovered, selected, config, data } = now;
    const units = frame.shapes.thumbnails[0];
    const outputs = outputsOf(now);
    const first = units - outputs;
    const wanted = hovered ?? selected;
    const unit = wanted !== null && wanted < units ? wanted : null;
    const number = unit === null ? null : unit - first;
    if (data?.dimensions === 1) {
      return { name: nameOf(now, unit ?? first), curve: curveOf(frame, unit ?? first), picture: null, kind: "value", number: null, count: 0 };
    }
    if (outputs === 1 || (number !== null && number < 0)) {
      const single = unit ?? first;
      const isProbability = single === first && config.problem === "classification" && config.loss === "cross_entropy";
      const kind = isProbability ? "probability" : "value";
      return { name: nameOf(now, single), picture: pictureOf(frame, single), curve: null, kind, number: null, count: 0 };
    }
    if (unit !== null) {
      return { name: labelsOf(now)[number ?? 0] || `Class ${number}`, picture: pictureOf(frame, unit), curve: null, kind: "probability", number, count: outputs };
    }
    const { surface: best, classes, thumbnails } = frame.arrays;
    const picture = classes
      ? { picture: best, classes, size: frame.shapes.surface[1] }
      : likeliest(thumbnails, first, outputs, frame.thumbnailSize);
    return { name: "Output", picture, curve: null, kind: "classes", number: null, count: outputs };
  }

  /** What the output is the sum of, if that is to be seen. @param {Frame} frame @param {State} now @param {Look} look */
  function summandsFor({ arrays, shapes }, { layers, view }, look) {
    const curves = summandsOf(arrays.summands, shapes.summands);
    summandsRow.hidden = curves.length === 0;
    if (curves.length === 0 || !summandsBox.checked || view.discretize || look.name !== "Output") return null;
    return { curves, weights: curves.map((_, unit) => arrays.params[parameterIndex(layers, 2, 0, unit)]) };
  }

  /** The ramps that a picture is painted with: one of each class, or a single one. @param {Look} look @param {boolean} isDiscrete */
  function rampsFor({ kind, number, count }, isDiscrete) {
    const palette = currentPalette();
    if (count === 0) return [isDiscrete ? palette.discreteMapRamp : palette.mapRamp];
    const ramps = palette.forClasses(count);
    if (kind === "classes") return isDiscrete ? ramps.fullRamps : ramps.bestRamps;
    return [(isDiscrete ? ramps.discreteMapRamps : ramps.mapRamps)[number ?? 0]];
  }

  /** @param {Picture} coarse @param {Uint32Array[]} ramps @param {boolean} isDiscrete @param {number} pixels */
  function paintPicture(coarse, ramps, isDiscrete, pixels) {
    const fine = isDiscrete ? refine(coarse) : coarse;
    const { size } = fine;
    putPicture(sourceContext, fine, ramps);
    surfaceContext.imageSmoothingEnabled = true;
    surfaceContext.imageSmoothingQuality = "medium";
    // The outermost pixels stand for the edges of the plane: half of each lies outside.
    surfaceContext.drawImage(source, 0.5, 0.5, size - 1, size - 1, 0, 0, pixels, pixels);
  }

  /** @param {Frame} frame @param {State} now */
  function drawSurface(frame, now) {
    const palette = currentPalette();
    const pixels = fit();
    const { discretize } = now.view;
    const labels = labelsOf(now);
    const from = [frame, now.hovered, now.selected, discretize, palette, pixels, now.data, now.config.loss, now.config.problem, summandsBox.checked];
    if (isSame(from, paintedSurface)) return;
    paintedSurface = from;
    const look = lookAt(frame, now);
    shown = look;
    surface.hidden = look.picture === null;
    curve.hidden = look.curve === null;
    if (look.picture) paintPicture(look.picture, rampsFor(look, discretize), discretize, pixels);
    const summands = summandsFor(frame, now, look);
    summandLegend.hidden = summands === null;
    if (look.curve) paintCurve(curveContext, discretize ? Array.from(look.curve, sign) : look.curve, height, palette, summands);
    // the legend is full then, and says as much
    setText(shownUnit, summands ? "" : look.name);
    const slice = look.curve ? sliceOf(now.config.features) : "";
    setText(curveName, `${look.name === "Output" ? "Network" : "Unit"}${slice && ` ${slice}`}`);
    curveName.title = slice && "In these data x₂ is always 0, so inputs made of x₂ add nothing.";
    map.setAttribute("aria-label", look.curve
      ? `Curve of ${look.name} over x₁${slice && `, ${slice}`}; left and right probe it`
      : `Map of ${look.name} over x₁ and x₂; arrow keys probe it`);
    drawLegend(look, labels);
  }

  /* ---- The examples ---- */

  /** @param {State} now */
  function drawPoints({ data, view, config }) {
    const palette = currentPalette();
    const pixels = fit();
    const from = [data, view.show_test_data, view.discretize && config.problem === "classification", palette, pixels];
    if (isSame(from, paintedPoints)) return;
    paintedPoints = from;
    const context = pointsContext;
    context.clearRect(0, 0, pixels, pixels);
    setAxes(data);
    if (!data) return;
    const parts = partsOf(data, view.show_test_data);
    if (data.dimensions === 1) {
      paintGrid(context, height, ticksFor(height), TICKS, palette);
      paintExamples(context, data, parts, height, palette);
      return;
    }
    paintPoints(context, data, parts, palette);
  }

  /** @param {State["data"]} data */
  function setAxes(data) {
    const isCurve = data?.dimensions === 1;
    planeAxis.hidden = isCurve;
    valueAxis.hidden = !isCurve;
    map.classList.toggle("plotted", isCurve);
    (isCurve ? surface : curve).hidden = true;
    if (othersLabel) setText(othersLabel, data && data.validationSize > 0 ? OTHERS_LABEL.both : OTHERS_LABEL.test);
    if (!isCurve) return;
    height = heightFor(data.targets);
    paintedSurface = [];
    const ticks = ticksFor(height);
    const digits = ticks.every(Number.isInteger) ? 0 : 1;
    valueAxis.replaceChildren(h("i", {}, "y"), ...ticks.map((value) => {
      const label = h("span", {}, formatValue(value, digits));
      label.style.top = `${(0.5 - value / height / 2) * 100}%`;
      return label;
    }));
  }

  /* ---- Legend and readout ---- */

  /** @param {Look} look @param {readonly string[]} labels  names of the classes */
  function drawLegend({ kind, number, count, curve: line }, labels) {
    const palette = currentPalette();
    const areNamed = labels.some(Boolean) && count === 0 && kind !== "classes";
    const from = [palette, kind, number, count, line !== null, labels.join("\n")];
    if (isSame(from, paintedLegend)) return;
    paintedLegend = from;
    rampLegend.hidden = kind === "classes" || line !== null;
    classLegend.hidden = kind !== "classes";
    curveLegend.hidden = line === null;
    if (kind === "classes") drawClassLegend(palette.forClasses(count).colors, labels);
    else drawRamp(count === 0 ? palette.ramp : palette.forClasses(count).ramps[number ?? 0]);
    const isProbability = kind === "probability";
    setText(low, isProbability ? "0" : formatValue(-1, 0));
    setText(high, "1");
    for (const [end, name] of /** @type {const} */ ([[low, labels[0]], [high, labels[1]]])) {
      end.classList.toggle("map-name", areNamed);
      end.title = areNamed ? name : "";
      if (areNamed && name) setText(end, name);
    }
    foot.classList.toggle("named", (areNamed || kind === "classes") && labels.some(Boolean));
    const probabilityOf = (number === null ? labels[1] : labels[number]) || (number === null ? "blue" : `class ${number}`);
    rampLegend.setAttribute("aria-label", isProbability
      ? `Colours: the probability of ${probabilityOf}, from 0 to 1`
      : `Colours: orange is ${(areNamed && labels[0]) || "−1"} and below, blue is ${(areNamed && labels[1]) || "1"} and above`);
  }

  /** @param {string[]} colors @param {readonly string[]} labels */
  function drawClassLegend(colors, labels) {
    classLegend.classList.toggle("named", labels.some(Boolean));
    classLegend.replaceChildren(h("span", { class: "visually-hidden" }, "Classes: "), ...colors.map((color, number) => {
      const dot = h("i", { class: "dot" });
      dot.style.background = color;
      return h("span", {}, dot, h("span", { class: "map-name", title: labels[number] || null }, labels[number] || String(number)));
    }));
  }

  /** @param {Uint32Array} colors */
  function drawRamp(colors) {
    const context = /** @type {CanvasRenderingContext2D} */ (ramp.getContext("2d"));
    const image = context.createImageData(256, 1);
    new Uint32Array(image.data.buffer).set(colors);
    context.putImageData(image, 0, 0);
  }

  /** What the probe says. @param {Look} look @param {{x1: number, x2: number}} where @param {boolean} isDiscrete @param {readonly string[]} labels */
  function wordsFor({ curve: line, picture, kind }, { x1, x2 }, isDiscrete, labels) {
    const found = line ? { value: curveAt(line, x1), class: null } : probe(/** @type {Picture} */ (picture), x1, x2);
    const place = line ? `x₁ ${coordinate(x1)}` : `x₁ ${coordinate(x1)}  x₂ ${coordinate(x2)}`;
    const probability = (found.value + 1) / 2;
    if (found.class !== null) return `${place}  ${shortName(labels[found.class]) || `class ${found.class}`}  ${formatPercent(probability)}`;
    const value = isDiscrete ? sign(found.value) : found.value;
    if (kind === "probability") return `${place}  probability ${formatValue(isDiscrete ? Number(value > 0) : probability, 2)}`;
    return `${place}  value ${formatValue(Math.round(value * 100) / 100, 2)}`;
  }

  function drawReadout() {
    const isProbing = probed !== null && shown !== null;
    mark.hidden = !(isProbing && (map.matches(":focus-visible") || shown?.curve));
    shownUnit.hidden = isProbing;
    if (!probed || !shown) {
      setText(readout, "");
      return;
    }
    const { x1, x2 } = probed;
    const isDiscrete = Boolean(state?.view.discretize);
    setText(readout, wordsFor(shown, probed, isDiscrete, state ? labelsOf(state) : []));
    const onCurve = shown.curve && curveAt(shown.curve, x1);
    const up = onCurve === null ? toShare(x2) : inPlot(0.5 + (isDiscrete ? sign(onCurve) : onCurve) / height / 2);
    mark.style.left = `${toShare(x1) * 100}%`;
    mark.style.top = `${(1 - up) * 100}%`;
  }

  /** @param {{x1: number, x2: number} | null} where */
  function probeAt(where) {
    probed = where && { x1: inside(where.x1), x2: inside(where.x2) };
    drawReadout();
  }

  map.addEventListener("pointermove", ({ clientX, clientY }) => {
    const { left, top, width, height } = map.getBoundingClientRect();
    probeAt({ x1: ((clientX - left) / width) * 2 * EXTENT - EXTENT, x2: EXTENT - ((clientY - top) / height) * 2 * EXTENT });
  });
  map.addEventListener("pointerleave", () => probeAt(null));
  map.addEventListener("focus", () => {
    readout.setAttribute("aria-live", "polite");
    if (map.matches(":focus-visible")) probeAt({ x1: 0, x2: 0 });
  });
  map.addEventListener("blur", () => {
    readout.setAttribute("aria-live", "off");
    probeAt(null);
  });
  map.addEventListener("keydown", (event) => {
    const move = KEY_MOVES[/** @type {keyof typeof KEY_MOVES} */ (event.key)];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { x1, x2 } = probed ?? { x1: 0, x2: 0 };
    const step = event.shiftKey ? 4 * KEY_STEP : KEY_STEP;
    probeAt({ x1: x1 + move[0] * step, x2: x2 + move[1] * step });
  });

  /** @type {Frame | null} */
  let frame = null;

  function redraw() {
    if (!state || side === 0) return;
    drawPoints(state);
    if (frame) drawSurface(frame, state);
    else if (paintedLegend.length === 0) drawLegend(NOTHING_YET, []);
    if (probed) drawReadout();
  }

  summandsBox.addEventListener("change", redraw);
  new ResizeObserver(([{ contentRect }]) => {
    side = contentRect.width;
    redraw();
  }).observe(map);

  return {
    map,
    whereProbed: () => probed,
    draw(newest, now) {
      frame = newest;
      state = now;
      redraw();
    },
  };
}
