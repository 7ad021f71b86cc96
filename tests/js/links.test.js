import assert from "node:assert/strict";
import test from "node:test";

import { byteOf } from "../../static/js/lib/color.js";
import { createLinks, paintLinks } from "../../static/js/network/links.js";
import { createSorter, linkWidth } from "../../static/js/network/strength.js";
import { openPage } from "./fakepage.js";
import { SHADES } from "./shades.js";

const links = (count) => Array.from({ length: count }, (_, index) => ({ index, source: index, target: 99, layer: 1, x1: 0, y1: index, x2: 10, y2: index }));
const palette = /** @type {any} */ ({ shades: SHADES });

/** A context that notes each stroke. */
function canvas() {
  /** @type {{style: string, width: number, opacity: number, dash: number, links: number[]}[]} */
  const strokes = [];
  /** @type {number[]} */
  let path = [];
  let dash = 0;
  const context = {
    strokeStyle: "", lineWidth: 0, globalAlpha: 1, lineDashOffset: 0,
    setLineDash: (/** @type {number[]} */ pattern) => (dash = pattern.length),
    beginPath: () => (path = []), moveTo: (/** @type {number} */ _x, /** @type {number} */ y) => path.push(y), bezierCurveTo() {},
    stroke: () => strokes.push({ style: context.strokeStyle, width: context.lineWidth, opacity: context.globalAlpha, dash, links: path }),
  };
  return { strokes, context: /** @type {any} */ (context) };
}

function painted(params, scene = {}) {
  const { strokes, context } = canvas();
  const all = links(params.length);
  paintLinks(context, /** @type {any} */ ({ layout: { links: all }, palette, alive: undefined, unit: null, time: 0, scale: 1, inFull: 1, ...scene }), params, createSorter()(all, params));
  return { strokes, context };
}

test("width grows with the weight up to 5", () => {
  assert.deepEqual([0, 2.5, -2.5, 5, -50].map(linkWidth), [1, 5.5, 5.5, 10, 10]);
});

test("links are sorted by strength", () => {
  const { order } = createSorter()(links(5), [0.5, -3, 0, 9, -0.2]);
  assert.deepEqual([...order], [2, 4, 0, 1, 3]);
});

test("links of one level are sorted by sign", () => {
  const { order, levels } = createSorter()(links(4), [1, -1, 1, -1]);
  assert.deepEqual([...order], [1, 3, 0, 2]);
  assert.deepEqual([...levels].map((level) => level % 2), [1, 0, 1, 0]);
});

test("the sorter follows other networks", () => {
  const sort = createSorter();
  assert.equal(sort(links(3), [1, 2, 3]).order.length, 3);
  assert.deepEqual([...sort(links(2), [2, 1]).order], [1, 0]);
});

test("the strongest links are painted last, in full", () => {
  const { strokes } = painted([0.1, 4, 0.2, 0.3], { inFull: 1 });
  const last = strokes[strokes.length - 1];
  assert.deepEqual([last.links, last.width, last.style, last.dash], [[1], linkWidth(4), `shade ${byteOf(4)}`, 2]);
});

test("weak links share a stroke", () => {
  const { strokes } = painted(Array.from({ length: 20 }, (_, i) => 0.001 + i * 1e-5), { inFull: 2 });
  assert.deepEqual(strokes.map(({ links: some, dash, width }) => [some.length, dash > 0, width === 1]).slice(0, 2), [[14, false, true], [4, true, true]]);
  assert.equal(strokes.length, 4);
});

test("links of other units fade", () => {
  const { strokes } = painted([1, 2], { inFull: 2, unit: 1 });
  assert.deepEqual(strokes.map(({ links: [link], opacity }) => [link, opacity]), [[0, 0.22], [1, 1]]);
});

test("dead links fade", () => {
  const { strokes, context } = painted([1, 2], { inFull: 2, alive: Uint8Array.of(0, 1) });
  assert.deepEqual(strokes.map(({ opacity }) => opacity), [0.3, 1]);
  assert.equal(context.globalAlpha, 1);
});

test("dashes move with time", () => {
  assert.equal(painted([1], { time: 250 }).context.lineDashOffset, -6);
  assert.equal(painted([1], { time: 500 }).context.lineDashOffset, -0);
});

test("plain hairlines are painted once per frame", () => {
  openPage();
  /** Canvases: the one on the page, and the one for what stays. @type {any[]} */
  const canvases = [];
  const create = document.createElement;
  document.createElement = /** @type {any} */ ((/** @type {string} */ tag) => (canvases.push(create(tag)), canvases[canvases.length - 1]));
  const { paint } = createLinks(document.createElement("canvas"));
  const layout = { links: links(10), biases: [], callouts: [], width: 20, height: 20 };
  const scene = { layout, palette: { shades: SHADES, colors: {} }, unit: null, marked: null, dismissed: new Set(), pulses: null, time: 0, scale: 1, inFull: 2 };
  const traced = () => canvases.map(({ calls }) => calls.filter((name) => name === "bezierCurveTo").length);
  const params = Float64Array.from({ length: 10 }, (_, index) => index);
  for (const time of [0, 16]) paint(/** @type {any} */ ({ ...scene, params, time }));
  assert.deepEqual(traced(), [12, 4]);
  paint(/** @type {any} */ ({ ...scene, params: params.slice() }));
  assert.deepEqual(traced(), [18, 8]);
  assert.equal(canvases[0].calls.filter((name) => name === "drawImage").length, 3);
});
