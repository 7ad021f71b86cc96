import assert from "node:assert/strict";
import test from "node:test";

import { paintDraft } from "../../static/js/chart/draft.js";
import { createPlot, disc, drawAxes, drawBars, drawLine, drawNames, drawText, line, tickText } from "../../static/js/plot/plot.js";
import { openPage } from "./fakepage.js";

const colors = /** @type {any} */ ({ soft: "soft", line: "line", edge: "edge", ink: "ink" });

/** A pen that notes texts, lines, dots and bars. */
function pen() {
  const texts = /** @type {any[]} */ ([]);
  const paths = /** @type {any[]} */ ([]);
  const dots = /** @type {any[]} */ ([]);
  const bars = /** @type {any[]} */ ([]);
  let path = /** @type {number[][]} */ ([]);
  const context = {
    fillStyle: "", strokeStyle: "", lineWidth: 0, lineJoin: "", textAlign: "", textBaseline: "", font: "",
    beginPath: () => (path = []), moveTo: (x, y) => path.push([x, y]), lineTo: (x, y) => path.push([x, y]), stroke: () => paths.push({ style: context.strokeStyle, path }),
    fill() {}, save() {}, restore() {}, rect() {}, clip() {}, setTransform() {}, setLineDash() {},
    arc: (x, y) => dots.push([x, y]), fillRect: (...box) => bars.push(box), fillText: (text, x, y) => texts.push({ text, x, y, color: context.fillStyle, align: context.textAlign }),
    measureText: (text) => ({ width: 10 * text.length }),
  };
  return { pen: /** @type {any} */ ({ context, width: 200, height: 100, type: 10, isDark: false, palette: { colors } }), context: /** @type {any} */ (context), texts, paths, dots, bars };
}

const BOX = { x: 0, y: 0, width: 200, height: 100 };

test("ticks are short", () => {
  assert.deepEqual([0, 0.5, 12, -3, 1500, 250000, 0.0004].map(tickText), ["0", "0.5", "12", "−3", "1.5k", "2.5·10⁵", "4.0·10⁻⁴"]);
});

test("axes map values into their box", () => {
  const { pen: drawn } = pen();
  const scales = drawAxes(drawn, BOX, { x: { range: [0, 10] }, y: { range: [0, 1] } });
  assert.deepEqual([scales.x(0), scales.x(10)], [scales.box.x, scales.box.x + scales.box.width]);
  assert.deepEqual([scales.y(1), scales.y(0)], [scales.box.y, scales.box.y + scales.box.height]);
});

test("log axes take values, not exponents", () => {
  const { pen: drawn, texts } = pen();
  const scales = drawAxes(drawn, { ...BOX, height: 300 }, { x: { range: [0, 10] }, y: { range: [-2, 0], isLog: true } });
  assert.equal(scales.y(1), scales.box.y);
  assert.ok(texts.some(({ text }) => text === "0.01"));
});

test("axes have titles and numbers", () => {
  const { pen: drawn, texts } = pen();
  drawAxes(drawn, BOX, { x: { range: [0, 10], title: "Epochs" }, y: { range: [0, 1], title: "Loss" } });
  const words = texts.map(({ text }) => text);
  for (const text of ["Epochs", "Loss", "0", "1"]) assert.ok(words.includes(text), text);
});

test("lines leave gaps at missing values", () => {
  const { pen: drawn, paths, dots } = pen();
  const scales = /** @type {any} */ ({ box: BOX, x: (x) => x, y: (y) => y });
  drawLine(drawn, scales, [0, 1, 2, 3], [1, NaN, 3, 4], "red");
  assert.deepEqual([paths[0].path, paths[0].style, dots], [[[0, 1], [2, 3], [3, 4]], "red", [[3, 4]]]);
});

test("names appear at the ends, spaced apart", () => {
  const { pen: drawn, texts } = pen();
  const scales = /** @type {any} */ ({ box: BOX, x: (x) => x, y: (y) => 100 - y });
  drawNames(drawn, scales, [{ name: "a", value: 50, color: "red" }, { name: "b", value: 50, color: "blue" }, { name: "c", value: NaN, color: "green" }]);
  assert.deepEqual(texts.map(({ text, color }) => [text, color]), [["a", "red"], ["b", "blue"]]);
  assert.ok(Math.abs(texts[0].y - texts[1].y) > 5);
});

test("bar heights are roots of their counts", () => {
  const { pen: drawn, bars } = pen();
  drawBars(drawn, BOX, [4, 0, 1], () => "red");
  assert.deepEqual(bars.map(([x, y, , height]) => [Math.round(x), y, height]), [[0, 0, 100], [133, 50, 50]]);
  drawBars(drawn, BOX, [0, 0], () => "red");
  assert.equal(bars.length, 2);
});

test("long text is truncated", () => {
  const { pen: drawn, texts } = pen();
  drawText(drawn, "abcdefgh", 0, 0, 45);
  drawText(drawn, "abc", 0, 0, 45);
  assert.deepEqual(texts.map(({ text }) => text), ["abc…", "abc"]);
});

test("lines and discs are drawn once", () => {
  const { context, paths, dots } = pen();
  line(context, 1, 2, 3, 4);
  disc(context, 5, 6, 1);
  assert.deepEqual([paths[0].path, dots], [[[1, 2], [3, 4]], [[5, 6]]]);
});

test("plots are painted when their size changes", () => {
  const page = openPage();
  const painted = /** @type {any[]} */ ([]);
  const plot = createPlot({ label: "Losses", isActive: true, paint: ({ width, height, type, isDark }) => painted.push([width, height, type, isDark]) });
  plot.paint();
  assert.deepEqual(painted, []);
  Object.assign(/** @type {any} */ (plot.element).box, { width: 300, height: 200, left: 10, top: 20 });
  page.resize();
  assert.deepEqual(painted, [[300, 200, 14, true]]);
  assert.deepEqual([plot.element.getAttribute("aria-label"), plot.element.getAttribute("role"), plot.canvas.width], ["Losses", "application", 300]);
});

/** @returns {any} */
const scene = (parts = {}) => ({
  type: 10, font: "serif", room: { width: 120, height: 60, left: 10, right: 10, top: 5, bottom: 15 }, axisEnd: 10, range: [0, 1], isLog: false,
  epochTicks: [{ at: 0, text: "0" }, { at: 10, text: "10" }], lossTicks: [{ at: 0, text: "0" }, { at: 1, text: "1" }],
  lines: [{ name: "Test", color: "black", width: 2, x: [0, 10], y: [1, 0] }], marks: [], ...parts,
});

/** @param {any} drawn */
function draft(drawn) {
  const { context, ...noted } = pen();
  const canvas = /** @type {any} */ ({ getContext: () => context });
  Object.assign(globalThis, { devicePixelRatio: 2 });
  paintDraft(canvas, drawn, colors);
  return { canvas, ...noted };
}

test("the draft matches the screen's pixels", () => {
  const { canvas } = draft(scene());
  assert.deepEqual([canvas.width, canvas.height], [240, 120]);
});

test("the draft's lines fill its axes", () => {
  const { paths } = draft(scene());
  assert.deepEqual(paths.find(({ style }) => style === "black")?.path, [[10, 5], [110, 45]]);
});

test("the draft's log axis takes losses", () => {
  const { paths } = draft(scene({ isLog: true, range: [-2, 0], lossTicks: [], lines: [{ name: "Test", color: "black", width: 2, x: [0, 10], y: [1, 0.01] }] }));
  assert.deepEqual(paths.find(({ style }) => style === "black")?.path, [[10, 5], [110, 45]]);
});

test("a single loss is a dot", () => {
  const { dots } = draft(scene({ lines: [{ name: "Test", color: "black", width: 2, x: [5], y: [0.5] }] }));
  assert.deepEqual(dots, [[60, 25]]);
});

test("the draft's marks are aligned inward", () => {
  const marks = [{ epoch: 2, text: "Best", color: "teal", isLine: true, isLate: false }, { epoch: 8, text: "↑", color: "red", isLine: false, isLate: true }];
  const { texts, paths } = draft(scene({ marks }));
  assert.deepEqual(texts.filter(({ color }) => ["teal", "red"].includes(color)).map(({ text, align }) => [text, align]), [["Best", "left"], ["↑", "right"]]);
  assert.equal(paths.filter(({ style }) => style === "teal").length, 1);
});
