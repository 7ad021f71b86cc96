/**
 * The large map: what one unit answers on the plane, with the examples on it. Shows the unit under the pointer at once
 * from its small picture, until the full one has come.
 *
 * @typedef {import("../types.js").Frame} Frame
 * @typedef {import("../types.js").State} State
 */

import { valueOf } from "../color.js";
import { h, setText } from "../dom.js";
import { formatValue } from "../format.js";
import { currentPalette } from "./palette.js";

/** The plane: x1 and x2 from -EXTENT to EXTENT. */
const EXTENT = 6;
const TICKS = [-6, -3, 0, 3, 6];
/** So many times finer the border of a discretized picture is drawn. */
const FINER = 4;
/** Points at a map of 350 pixels. */
const POINT = { radius: 3.4, ring: 1.3, map: 350 };
const RINGS = { train: "#fff", test: "#000" };
/** How far a key moves the probe. */
const KEY_STEP = 0.25;
const KEY_MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {number} value */
const toShare = (value) => (value + EXTENT) / (2 * EXTENT);
/** @param {number} value */
const inside = (value) => Math.max(-EXTENT, Math.min(EXTENT, value));

/**
 * The value of a picture between its pixels, whose middles are from edge to edge of the plane.
 * @param {Uint8Array} picture @param {number} size  pixels of a side @param {number} column @param {number} row  from 0 to size - 1
 * @returns {number} as a byte, with a fraction
 */
function between(picture, size, column, row) {
  const left = Math.min(Math.floor(column), size - 2);
  const top = Math.min(Math.floor(row), size - 2);
  const [x, y] = [column - left, row - top];
  const at = top * size + left;
  const upper = picture[at] + (picture[at + 1] - picture[at]) * x;
  const lower = picture[at + size] + (picture[at + size + 1] - picture[at + size]) * x;
  return upper + (lower - upper) * y;
}

/**
 * A picture with pixels between its pixels.
 * @param {Uint8Array} picture @param {number} size
 * @returns {{picture: Uint8Array, size: number}}
 */
function refine(picture, size) {
  const fine = (size - 1) * FINER + 1;
  const refined = new Uint8Array(fine * fine);
  for (let row = 0, at = 0; row < fine; row++) {
    for (let column = 0; column < fine; column++, at++) refined[at] = Math.round(between(picture, size, column / FINER, row / FINER));
  }
  return { picture: refined, size: fine };
}

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../types.js").Actions} parts.actions
 * @param {import("../types.js").Schema} parts.schema
 * @returns {import("../types.js").Drawing}
 */
export function createHeatmap(element, { schema }) {
  const surface = h("canvas", { class: "surface", "aria-hidden": "true", hidden: true });
  const points = h("canvas", { class: "points", "aria-hidden": "true" });
  const probe = h("span", { class: "probe", hidden: true });
  const map = h("div", { class: "map", role: "img", tabindex: "0", "aria-describedby": "map-readout" }, surface, points, probe);
  const tick = (/** @type {number} */ value) => h("span", {}, formatValue(value, 0));
  const ramp = h("canvas", { class: "ramp", width: 256, height: 1, "aria-hidden": "true" });
  const shownUnit = h("span", { class: "shown" });
  const readout = h("output", { id: "map-readout", class: "readout", "aria-live": "off" });
  element.append(
    h("div", { class: "map-plot" },
      h("div", { class: "axis-y", "aria-hidden": "true" }, h("i", {}, "x₂"), ...TICKS.toReversed().map(tick)),
      map,
      h("div", { class: "axis-x", "aria-hidden": "true" }, h("i", {}, "x₁"), ...TICKS.map(tick))),
    h("div", { class: "map-foot" },
      h("span", { class: "legend", role: "img", "aria-label": "Colours: orange is −1 and below, blue is 1 and above" }, tick(-1), ramp, tick(1)),
      h("span", { class: "what" }, shownUnit, readout)));

  const surfaceContext = /** @type {CanvasRenderingContext2D} */ (surface.getContext("2d", { alpha: false }));
  const pointsContext = /** @type {CanvasRenderingContext2D} */ (points.getContext("2d"));
  const source = h("canvas");
  const sourceContext = /** @type {CanvasRenderingContext2D} */ (source.getContext("2d", { alpha: false }));

  let side = 0;
  /** @type {{picture: Uint8Array, size: number} | null} */
  let shown = null;
  /** What the canvases were painted from. @type {unknown[]} */
  let paintedSurface = [];
  /** @type {unknown[]} */
  let paintedPoints = [];
  /** @type {import("./palette.js").Palette | null} */
  let rampPalette = null;
  /** Where the plane is probed. @type {{x1: number, x2: number} | null} */
  let probed = null;
  /** @type {State | null} */
  let state = null;

  /** @param {readonly unknown[]} one @param {readonly unknown[]} other */
  const isSame = (one, other) => one.length === other.length && one.every((part, place) => part === other[place]);

  function fit() {
    const pixels = Math.round(side * devicePixelRatio);
    for (const canvas of [surface, points]) {
      if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
    }
    return pixels;
  }

  /* ---- The picture ---- */

  /** The picture of a unit: in full, if the frame has it. @param {Frame} frame @param {number} unit */
  function pictureOf({ selected, arrays, shapes, thumbnailSize }, unit) {
    if (unit === selected) return { picture: arrays.surface, size: shapes.surface[1] };
    const length = thumbnailSize * thumbnailSize;
    return { picture: arrays.thumbnails.subarray(unit * length, (unit + 1) * length), size: thumbnailSize };
  }

  /** @param {State} now @param {Frame} frame */
  function unitShown({ hovered, selected }, frame) {
    const output = frame.shapes.thumbnails[0] - 1;
    const unit = hovered ?? selected ?? output;
    return unit <= output ? unit : output;
  }

  /** @param {State} now @param {number} unit */
  function unitName({ config }, unit) {
    if (unit < schema.features.length) return schema.features[unit].label;
    let row = unit - schema.features.length;
    for (const [layer, count] of config.hidden_layer_sizes.entries()) {
      if (row < count) return `Layer ${layer + 1}, unit ${row + 1}`;
      row -= count;
    }
    return "Output";
  }

  /** @param {Frame} frame @param {State} now */
  function drawSurface(frame, now) {
    const palette = currentPalette();
    const unit = unitShown(now, frame);
    const pixels = fit();
    const { discretize } = now.view;
    const from = [frame, unit, discretize, palette, pixels];
    if (isSame(from, paintedSurface)) return;
    paintedSurface = from;
    surface.hidden = false;
    shown = pictureOf(frame, unit);
    const { picture, size } = discretize ? refine(shown.picture, shown.size) : shown;
    const colors = discretize ? palette.discreteMapRamp : palette.mapRamp;
    if (source.width !== size) source.width = source.height = size;
    const image = sourceContext.createImageData(size, size);
    const target = new Uint32Array(image.data.buffer);
    for (let i = 0; i < target.length; i++) target[i] = colors[picture[i]];
    sourceContext.putImageData(image, 0, 0);
    surfaceContext.imageSmoothingEnabled = true;
    surfaceContext.imageSmoothingQuality = "medium";
    // The outermost pixels stand for the edges of the plane: half of each lies outside.
    surfaceContext.drawImage(source, 0.5, 0.5, size - 1, size - 1, 0, 0, pixels, pixels);
    setText(shownUnit, unitName(now, unit));
    map.setAttribute("aria-label", `Map of ${unitName(now, unit)} over x₁ and x₂; arrow keys probe it`);
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
    if (!data) return;
    const grow = pixels / POINT.map;
    context.lineWidth = POINT.ring * grow;
    const count = data.targets.length;
    const drawRange = (/** @type {number} */ start, /** @type {number} */ end, /** @type {string} */ ring) => {
      context.strokeStyle = ring;
      for (let i = start; i < end; i++) {
        const [x1, x2] = [data.points[2 * i], data.points[2 * i + 1]];
        if (Math.abs(x1) > EXTENT || Math.abs(x2) > EXTENT) continue;
        context.fillStyle = palette.shades[Math.max(0, Math.min(255, Math.round(data.targets[i] * 127.5 + 127.5)))];
        context.beginPath();
        context.arc(toShare(x1) * pixels, (1 - toShare(x2)) * pixels, POINT.radius * grow, 0, 2 * Math.PI);
        context.fill();
        context.stroke();
      }
    };
    if (view.show_test_data) drawRange(data.trainSize, count, RINGS.test);
    drawRange(0, data.trainSize, RINGS.train);
  }

  /* ---- Legend and readout ---- */

  function drawRamp() {
    const palette = currentPalette();
    if (palette === rampPalette) return;
    rampPalette = palette;
    const context = /** @type {CanvasRenderingContext2D} */ (ramp.getContext("2d"));
    const image = context.createImageData(256, 1);
    new Uint32Array(image.data.buffer).set(palette.ramp);
    context.putImageData(image, 0, 0);
  }

  function drawReadout() {
    const isProbing = probed !== null && shown !== null;
    probe.hidden = !(isProbing && map.matches(":focus-visible"));
    shownUnit.hidden = isProbing;
    if (!probed || !shown) {
      setText(readout, "");
      return;
    }
    const { x1, x2 } = probed;
    const byte = between(shown.picture, shown.size, toShare(x1) * (shown.size - 1), (1 - toShare(x2)) * (shown.size - 1));
    const value = state?.view.discretize ? (byte < 127.5 ? -1 : 1) : valueOf(byte);
    setText(readout, `x₁ ${formatValue(x1, 1)}  x₂ ${formatValue(x2, 1)}  value ${formatValue(Math.round(value * 100) / 100, 2)}`);
    probe.style.left = `${toShare(x1) * 100}%`;
    probe.style.top = `${(1 - toShare(x2)) * 100}%`;
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
    if (frame) drawSurface(frame, state);
    drawPoints(state);
    drawRamp();
    if (probed) drawReadout();
  }

  new ResizeObserver(([{ contentRect }]) => {
    side = contentRect.width;
    redraw();
  }).observe(map);

  return {
    draw(newest, now) {
      frame = newest;
      state = now;
      redraw();
    },
  };
}
