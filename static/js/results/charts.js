/** Two charts of the results: parameters against the loss, and all loss curves over one another. */

import { createPlot, disc, drawAxes, drawText } from "../plot/plot.js";
import { reachedIn } from "./columns.js";
import { countAxis, lossAxis, nearest } from "./scales.js";

/**
 * @typedef {import("../classroom/types.js").Result} Result
 * @typedef {import("../plot/plot.js").Pen} Pen
 */
/**
 * What is drawn.
 * @typedef {object} Content
 * @property {readonly Result[]} results
 * @property {readonly Float32Array[]} curves  epoch, test loss, epoch, test loss, …
 * @property {number | null} looked  the seat that is pointed at
 * @property {(result: Result) => string} nameOf
 */

/** How far from a point or a curve the pointer may be, in pixels. */
const NEAR = 14;

/** @param {Result} result */
const lossOf = ({ test_loss: test, train_loss: train }) => test ?? train;

/** Who reached the goal, as in the histogram. @param {Pen} pen @param {Result} result */
const colorOf = ({ palette: { colors, classes } }, result) => (reachedIn(result) === null ? colors.train : classes[2]);

/** The name of the one that is pointed at. @param {Pen} pen @param {string} text @param {{x: number, y: number}} at */
function paintName(pen, text, { x, y }) {
  const { context, palette: { colors }, width, type } = pen;
  const wide = context.measureText(text).width;
  const left = Math.max(2, Math.min(width - wide - 8, x + 8));
  const top = y - 1.2 * type < 4 ? y + 1.2 * type : y - 0.9 * type;
  context.fillStyle = colors.panel;
  context.globalAlpha = 0.9;
  context.fillRect(left - 4, top - 0.7 * type, wide + 8, 1.4 * type);
  context.globalAlpha = 1;
  context.fillStyle = colors.ink;
  context.textAlign = "left";
  drawText(pen, text, left, top, width);
}

/** @param {Pick<Pen, "width" | "height">} pen */
const outerOf = ({ width, height }) => ({ x: 0, y: 0, width, height });

/**
 * @param {(seat: number | null) => void} onLook
 */
export function createScatter(onLook) {
  /** @type {Content | null} */
  let content = null;
  /** @type {({x: number, y: number} | null)[]} */
  let places = [];
  const plot = createPlot({ label: "Parameters against loss", kind: "results-plot", paint });

  /** @param {Pen} pen */
  function paint(pen) {
    if (!content) return;
    const { results, looked, nameOf } = content;
    const losses = results.flatMap((result) => lossOf(result) ?? []);
    const axis = lossAxis(losses);
    const scales = drawAxes(pen, outerOf(pen), { x: { range: countAxis(results.map(({ parameters }) => parameters)), title: "parameters" }, y: { ...axis, title: "test loss" } });
    places = results.map((result) => {
      const loss = lossOf(result);
      return loss === null || !(loss > 0 || !axis.isLog) ? null : { x: scales.x(result.parameters), y: scales.y(loss) };
    });
    const { context } = pen;
    results.forEach((result, index) => {
      const place = places[index];
      if (!place) return;
      context.fillStyle = colorOf(pen, result);
      context.globalAlpha = looked === null || looked === result.seat ? 0.85 : 0.35;
      disc(context, place.x, place.y, looked === result.seat ? 6 : 4);
    });
    context.globalAlpha = 1;
    const index = results.findIndex(({ seat }) => seat === looked);
    const place = places[index];
    if (place) paintName(pen, nameOf(results[index]), place);
  }

  plot.element.addEventListener("pointermove", (event) => {
    const index = nearest(places, plot.at(event), NEAR);
    onLook(content?.results[index]?.seat ?? null);
  });
  plot.element.addEventListener("pointerleave", () => onLook(null));

  return {
    element: plot.element,
    /** @param {Content} next */
    draw(next) {
      content = next;
      plot.paint();
    },
  };
}

/** @param {(seat: number | null) => void} onLook */
export function createCurves(onLook) {
  /** @type {Content | null} */
  let content = null;
  /** Places of all points, and whose they are. @type {{places: {x: number, y: number}[], seats: number[]}} */
  let points = { places: [], seats: [] };
  const plot = createPlot({ label: "Loss curves of all students", kind: "results-plot", paint });

  /** @param {Pen} pen */
  function paint(pen) {
    if (!content) return;
    const { results, curves, looked, nameOf } = content;
    const [epochs, losses] = [0, 1].map((first) => curves.flatMap((curve) => Array.from(curve).filter((value, index) => index % 2 === first && Number.isFinite(value))));
    const most = epochs.reduce((high, epoch) => Math.max(high, epoch), 1);
    const scales = drawAxes(pen, outerOf(pen), { x: { range: [0, most], title: "epochs" }, y: { ...lossAxis(losses), title: "test loss" } });
    points = { places: [], seats: [] };
    const { context, palette: { colors } } = pen;
    /** @param {number} index @param {boolean} isLooked */
    const trace = (index, isLooked) => {
      const curve = curves[index];
      if (!curve || curve.length < 4) return;
      context.strokeStyle = isLooked ? colors.accent : colorOf(pen, results[index]);
      context.lineWidth = isLooked ? 2.5 : 1.25;
      context.globalAlpha = isLooked ? 1 : Math.max(0.25, Math.min(0.8, 8 / results.length)) * (looked === null ? 1 : 0.6);
      context.beginPath();
      for (let i = 0; i + 1 < curve.length; i += 2) {
        const place = { x: scales.x(curve[i]), y: scales.y(curve[i + 1]) };
        if (!Number.isFinite(place.y)) continue;
        context.lineTo(place.x, place.y);
        points.places.push(place);
        points.seats.push(results[index].seat);
      }
      context.stroke();
      context.globalAlpha = 1;
    };
    context.lineJoin = "round";
    context.save();
    context.beginPath();
    context.rect(scales.box.x, scales.box.y - 2, scales.box.width + 2, scales.box.height + 4);
    context.clip();
    results.forEach((_, index) => trace(index, false));
    const index = results.findIndex(({ seat }) => seat === looked);
    if (index >= 0) trace(index, true);
    context.restore();
    const last = points.seats.lastIndexOf(looked ?? -1);
    if (last >= 0) paintName(pen, nameOf(results[index]), points.places[last]);
  }

  plot.element.addEventListener("pointermove", (event) => onLook(points.seats[nearest(points.places, plot.at(event), NEAR)] ?? null));
  plot.element.addEventListener("pointerleave", () => onLook(null));

  return {
    element: plot.element,
    /** @param {Content} next */
    draw(next) {
      content = next;
      plot.paint();
    },
  };
}
