/** The loss on a plane through the present weights: as a surface to turn, and as a map with the path that led there. */

import { h, setText } from "../lib/dom.js";
import { cssColor } from "../lib/color.js";
import { formatPercent, formatSignificant, formatValue } from "../lib/format.js";
import { firstFrom } from "../chart/series.js";
import { currentPalette } from "../lib/palette.js";
import { whyNothing } from "./look.js";
import { createPlot, disc, drawText, line } from "../lib/plot.js";
import { contour, projection } from "./contours.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../lib/plot.js").Pen} Pen */
/** @typedef {"random" | "path"} Directions */

/** Radians that a key turns, and that a pixel of dragging does. */
const TURN = { key: Math.PI / 24, pixel: 0.01 };
const START = { turn: 0.65, tilt: 0.6 };
const TILTS = [0.15, Math.PI / 2];
const LEVELS = 12;
const SEEN_FROM = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const DIRECTIONS = [
  { value: "random", label: "Two random directions" },
  { value: "path", label: "Directions of the path" },
];
const SAYS = {
  random: "Drawn at random, in each unit as long as its weights.",
  path: "Those in which the weights have moved most so far.",
};

/** Nothing is computed, nor is it going to be. @param {Look} look */
const isNone = ({ values: { extent } }) => extent === null;

/** @param {[number, number, number, number]} extent  left, right, bottom, top of a square */
const planeOf = ([left, right, bottom]) => ({ left, bottom, side: right - left });

/**
 * @param {HTMLElement} element
 * @param {{actions: import("../core/actions.js").PageActions}} parts
 * @returns {import("./panel.js").Panel}
 */
export function createLandscape(element, { actions }) {
  /** @type {Look | null} */
  let look = null;
  /** Of the whole surface: lowest and highest, and all in their order. */
  let [low, high] = [0, 1];
  let order = new Float32Array(0);
  /** Lines of one loss. @type {import("./contours.js").Segment[][]} */
  let levels = [];
  /** What the relief and the small picture below the map were painted from. @type {unknown[]} */
  let reliefFrom = [];
  /** @type {unknown[]} */
  let pictureFrom = [];
  const sight = { ...START };
  const picture = h("canvas");
  const pictureContext = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
  const relief = createPlot({ label: "The loss as a surface over a plane through the weights; drag it or use the arrow keys to turn it", kind: "square turning", isActive: true, paint: paintRelief });
  const map = createPlot({ label: "The same seen from above, with lines of one loss and the path of the weights", kind: "square", paint: paintMap });
  const select = h("select", { id: "landscape-directions" }, ...DIRECTIONS.map(({ value, label }) => h("option", { value }, label)));
  const compute = h("button", { type: "button", class: "copy" }, "Compute anew");
  const progress = h("progress", { max: 1, value: 0, "aria-label": "How much of the landscape is computed" });
  const flatness = h("p", { class: "inside-figures" });
  const says = h("p", { class: "inside-note" });
  element.append(relief.element, map.element, h("div", { class: "inside-aside" },
    h("div", { class: "field" }, h("label", { for: "landscape-directions" }, "The plane"), h("span", { class: "select" }, select)),
    h("p", { class: "row" }, compute, progress),
    says,
    h("p", { class: "inside-note" }, "With noisy data small batches end in flatter places; the lesson on batch size shows it."),
    flatness));

  select.addEventListener("change", () => actions.setLookOptions("landscape", { directions: select.value, compute: true }));
  compute.addEventListener("click", () => actions.setLookOptions("landscape", { compute: true }));

  /** @param {number} across @param {number} up  in steps of the keys */
  function turn(across, up) {
    sight.turn += across;
    sight.tilt = Math.max(TILTS[0], Math.min(TILTS[1], sight.tilt + up));
    relief.paint();
  }
  relief.element.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(SEEN_FROM, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const [across, up] = SEEN_FROM[/** @type {keyof typeof SEEN_FROM} */ (event.key)];
    turn(across * TURN.key, up * TURN.key);
  });
  relief.element.addEventListener("pointerdown", (event) => relief.element.setPointerCapture(event.pointerId));
  relief.element.addEventListener("pointermove", (event) => {
    if (relief.element.hasPointerCapture(event.pointerId)) turn(event.movementX * TURN.pixel, event.movementY * TURN.pixel);
  });

  /** The colour of a height: blue for the lower half of all, orange for the higher. @param {Pen} pen @param {number} value */
  const shade = ({ palette }, value) => cssColor(palette.mapRamp, 1 - (2 * firstFrom(order, value)) / order.length);

  function field() {
    if (!look) return null;
    const [rows, columns] = look.shapes.surface;
    return { values: look.arrays.surface, rows, columns };
  }

  /** @param {Pen} pen */
  function paintRelief(pen) {
    const ground = field();
    if (!ground || !look) return;
    const { context, width, height, palette: { colors } } = pen;
    const { values, rows, columns } = ground;
    const see = projection(sight);
    const size = Math.min(width / 2.85, height / 2.5);
    const [middleX, middleY] = [width / 2, height / 2];
    const heightOf = (/** @type {number} */ value) => ((value - low) / (high - low)) * 1.5 - 0.75;
    const corner = (/** @type {number} */ row, /** @type {number} */ column) => {
      const { x, y, depth } = see((2 * column) / (columns - 1) - 1, (2 * row) / (rows - 1) - 1, heightOf(values[row * columns + column]));
      return { x: middleX + x * size, y: middleY + y * size, depth };
    };
    const corners = Array.from({ length: rows * columns }, (_, at) => corner(Math.floor(at / columns), at % columns));
    const faces = [];
    for (let row = 0; row + 1 < rows; row++) {
      for (let column = 0; column + 1 < columns; column++) {
        const at = row * columns + column;
        const around = [at, at + 1, at + columns + 1, at + columns];
        faces.push({ around, depth: around.reduce((sum, place) => sum + corners[place].depth, 0) });
      }
    }
    faces.sort((a, b) => a.depth - b.depth);
    context.lineWidth = 0.6;
    context.lineJoin = "round";
    for (const { around } of faces) {
      context.beginPath();
      for (const place of around) context.lineTo(corners[place].x, corners[place].y);
      context.closePath();
      context.fillStyle = shade(pen, around.reduce((sum, place) => sum + values[place], 0) / 4);
      context.strokeStyle = colors.panel;
      context.fill();
      context.stroke();
    }
    const { left, bottom, side } = planeOf(look.values.extent);
    const [hereX, hereY] = [-left / side, -bottom / side];
    const middle = Math.round(hereY * (rows - 1)) * columns + Math.round(hereX * (columns - 1));
    const here = see(2 * hereX - 1, 2 * hereY - 1, heightOf(values[middle]));
    context.fillStyle = colors.ink;
    context.strokeStyle = colors.panel;
    context.lineWidth = 2;
    disc(context, middleX + here.x * size, middleY + here.y * size, 4);
    context.stroke();
  }

  /** @param {Pen} pen */
  function paintMap(pen) {
    const ground = field();
    if (!ground || !look) return;
    const { context, type, palette: { colors } } = pen;
    const { values, rows, columns } = ground;
    // the first row is the lowest
    const toY = (/** @type {number} */ row) => side - row * stepY;
    const below = 1.6 * type;
    const side = Math.min(pen.width, pen.height - below);
    const left = (pen.width - side) / 2;
    const [stepX, stepY] = [side / (columns - 1), side / (rows - 1)];
    context.save();
    context.beginPath();
    context.roundRect(left, 0, side, side, 6);
    context.clip();
    if (pictureFrom[0] !== order || pictureFrom[1] !== pen.palette) {
      pictureFrom = [order, pen.palette];
      [picture.width, picture.height] = [columns, rows];
      for (let at = 0; at < rows * columns; at++) {
        pictureContext.fillStyle = shade(pen, values[at]);
        pictureContext.fillRect(at % columns, rows - 1 - Math.floor(at / columns), 1, 1);
      }
    }
    context.imageSmoothingQuality = "high";
    // the outermost pixels stand for the edges: half of each lies outside
    context.drawImage(picture, 0.5, 0.5, columns - 1, rows - 1, left, 0, side, side);
    context.strokeStyle = colors.ink;
    context.lineWidth = 0.75;
    context.globalAlpha = 0.4;
    for (const segments of levels) {
      context.beginPath();
      for (const [x1, y1, x2, y2] of segments) {
        context.moveTo(left + x1 * stepX, toY(y1));
        context.lineTo(left + x2 * stepX, toY(y2));
      }
      context.stroke();
    }
    context.globalAlpha = 1;
    paintPath(pen, left, side);
    context.restore();
    const [from, to] = look.values.extent;
    context.fillStyle = colors.soft;
    context.textAlign = "left";
    context.fillText(formatValue(from, 1), left, side + 0.9 * type);
    context.textAlign = "right";
    context.fillText(formatValue(to, 1), left + side, side + 0.9 * type);
    context.textAlign = "center";
    drawText(pen, look.values.directions === "path" ? "First direction" : "× the weights", left + side / 2, side + 0.9 * type, side - 5 * type);
  }

  /** @param {Pen} pen @param {number} left @param {number} side */
  function paintPath({ context, palette: { colors } }, left, side) {
    if (!look) return;
    const { path } = look.arrays;
    const plane = planeOf(look.values.extent);
    const toX = (/** @type {number} */ value) => left + ((value - plane.left) / plane.side) * side;
    const toY = (/** @type {number} */ value) => side - ((value - plane.bottom) / plane.side) * side;
    for (const [color, width] of /** @type {const} */ ([[colors.panel, 3.5], [colors.ink, 1.5]])) {
      context.strokeStyle = color;
      context.lineWidth = width;
      for (let at = 2; at + 1 < path.length; at += 2) line(context, toX(path[at - 2]), toY(path[at - 1]), toX(path[at]), toY(path[at + 1]));
    }
    context.fillStyle = colors.ink;
    context.strokeStyle = colors.panel;
    context.lineWidth = 2;
    disc(context, toX(path[path.length - 2]), toY(path[path.length - 1]), 4);
    context.stroke();
  }

  function measure() {
    const ground = field();
    if (!ground) return;
    order = Float32Array.from(ground.values).sort();
    [low, high] = [order[0], order[order.length - 1]];
    if (!(high > low)) [low, high] = [low - 0.5, low + 0.5];
    levels = Array.from({ length: LEVELS - 1 }, (_, level) => contour(ground, low + ((high - low) * (level + 1)) / LEVELS));
  }

  return {
    why: whyNothing,
    draw(newest) {
      if (!newest) return;
      const { values, arrays } = newest;
      const isDone = values.progress >= 1;
      progress.value = values.progress;
      progress.classList.toggle("done", isDone);
      if (select.value !== values.directions && document.activeElement !== select) select.value = values.directions;
      setText(says, isNone(newest) ? "The network is another one now: compute its landscape." : SAYS[/** @type {Directions} */ (values.directions)]);
      if (isNone(newest)) look = null;
      else if (arrays.surface) {
        // every look brings the whole landscape, also where only the path goes on
        const before = look?.arrays.surface;
        const isNews = before?.length !== arrays.surface.length || before.some((/** @type {number} */ value, /** @type {number} */ at) => value !== arrays.surface[at]);
        look = newest;
        if (isNews) measure();
      }
      setText(flatness, look ? `Loss from ${formatSignificant(10 ** low)} to ${formatSignificant(10 ** high)}. ${formatPercent(look.values.flatness, 0)} of the plane are flat: at most 0.1 above the loss here.` : "");
      const from = [look && order, currentPalette()];
      if (from.some((part, place) => part !== reliefFrom[place])) relief.paint();
      reliefFrom = from;
      map.paint();
    },
  };
}
