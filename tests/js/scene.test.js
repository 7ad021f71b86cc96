import assert from "node:assert/strict";
import test from "node:test";

import { createSeries } from "../../static/js/chart/series.js";
import { axisEndOf, epochAt, otherLines, ownLines, readingAt, sceneOf } from "../../static/js/chart/scene.js";
import { plotlyOf } from "../../static/js/chart/traces.js";

const colors = /** @type {any} */ ({ train: "gray", test: "black", validation: "teal", warn: "red", soft: "soft", line: "line", ink: "ink" });
const runColors = ["c0", "c1"];

/** @param {number[]} epochs @param {number[] | null} validation */
function seriesOf(epochs, validation = null) {
  const series = createSeries();
  series.add(epochs, epochs.map((epoch) => 1 / (epoch + 1)), epochs.map((epoch) => 2 / (epoch + 1)), validation);
  return series;
}
const overlay = { id: "a", name: "Run 1", color: 1, losses: { epochs: [0, 1, 2], train: [1, null, 0.5], test: [null, 0.75, 0.25] } };
const scene = (parts = {}) => sceneOf({
  lines: ownLines(seriesOf([0, 1, 2, 3]), colors), bestEpoch: null, isLog: false, type: 16, font: "serif", size: { width: 300, height: 150 }, colors, ...parts,
});

test("the test line is on top", () => {
  assert.deepEqual(ownLines(seriesOf([0, 1]), colors).map(({ name, color }) => [name, color]), [["Training", "gray"], ["Test", "black"]]);
});

test("validation has a line where there is any", () => {
  assert.deepEqual(ownLines(seriesOf([0, 1], [NaN, 0.5]), colors).map(({ kind }) => kind), ["train", "validation", "test"]);
  assert.equal(ownLines(seriesOf([0, 1], [NaN, NaN]), colors).length, 2);
});

test("other runs have thin and full lines", () => {
  const [training, tests] = otherLines([overlay], runColors);
  assert.deepEqual([training.name, training.width, training.epochs, training.losses], ["Run 1, training", 1, [0, 2], [1, 0.5]]);
  assert.deepEqual([tests.name, tests.width, tests.epochs, tests.losses, tests.color], ["Run 1, test", 2, [1, 2], [0.75, 0.25], "c1"]);
});

test("the axis holds every run", () => {
  assert.equal(axisEndOf([]), 10);
  assert.equal(axisEndOf(ownLines(seriesOf([0, 3]), colors)), 10);
  assert.equal(axisEndOf([{ epochs: [0, 41] }, { epochs: [0, 7] }, { epochs: [] }]), 50);
});

test("margins follow the type size", () => {
  const { room } = scene();
  assert.deepEqual(room, { width: 300, height: 150, left: 44, right: 28, top: 8, bottom: 24 });
});

test("low charts name fewer losses", () => {
  const named = (height) => scene({ size: { width: 300, height } }).lossTicks.map(({ text }) => text);
  assert.deepEqual(named(150), ["0", "1", "2", "3"]);
  assert.deepEqual(named(75), ["0", "2"]);
  assert.deepEqual(named(50), ["0", "3"]);
});

test("restored weights are marked as best", () => {
  assert.deepEqual(scene({ bestEpoch: 2 }).marks, [{ epoch: 2, text: "Best", color: "teal", isLine: true, isLate: false }]);
  assert.equal(scene({ bestEpoch: 9 }).marks[0].isLate, true);
  assert.deepEqual(scene().marks, []);
});

test("losses that leave the axis are marked", () => {
  const epochs = Array.from({ length: 12 }, (_, epoch) => epoch);
  const diverging = (top) => [{ name: "Test", color: "black", width: 1, epochs, losses: epochs.map((epoch) => (epoch < 9 ? 0.5 : top)) }];
  const [mark] = scene({ lines: diverging(1e7) }).marks;
  assert.deepEqual([mark.text, mark.epoch, mark.isLine, mark.isLate], ["↑ up to 1.0·10⁷", 9, false, true]);
  assert.match(scene({ lines: diverging(Math.fround(3.4028235e38)) }).marks[0].text, /^↑ beyond 3\.4·10³⁸$/);
});

test("lines far above the axis are clipped", () => {
  const lines = [{ name: "Test", color: "black", width: 1, epochs: [0, 1, 2], losses: [0.5, 0.4, 1e30] }];
  const { lines: [drawn], range } = scene({ lines });
  assert.equal(Math.max(...drawn.y), range[1] * 10);
  const log = scene({ lines, isLog: true });
  assert.equal(Math.max(...log.lines[0].y), 10 ** (log.range[1] + 2));
});

test("long lines are thinned", () => {
  const epochs = Array.from({ length: 5000 }, (_, epoch) => epoch);
  const { lines } = scene({ lines: ownLines(seriesOf(epochs), colors) });
  assert.ok(lines.every(({ x, y }) => x.length <= 600 && x.length === y.length));
});

test("positions on the chart are epochs", () => {
  assert.equal(epochAt(44, 300, 16, 100), 0);
  assert.equal(epochAt(300 - 28, 300, 16, 100), 100);
  assert.equal(epochAt(42, 300, 16, 100), 0);
  assert.deepEqual([epochAt(10, 300, 16, 100), epochAt(299, 300, 16, 100)], [null, null]);
});

test("losses are read at the nearest epoch", () => {
  const reading = readingAt(2.6, seriesOf([0, 1, 3]), [], 10);
  assert.deepEqual([reading?.epoch, reading?.position], ["3", 0.3]);
  assert.deepEqual(reading?.own, [{ kind: "test", name: "Test", loss: "0.500" }, { kind: "train", name: "Training", loss: "0.250" }]);
});

test("other runs are read at that epoch", () => {
  const others = (epoch) => readingAt(epoch, seriesOf([0, 1, 2]), [overlay], 10)?.others;
  assert.deepEqual(others(1), [{ color: 1, name: "Run 1", loss: "0.750" }]);
  assert.deepEqual(others(0), [{ color: 1, name: "Run 1", loss: "1.000" }]);
});

test("nothing is read outside the chart", () => {
  assert.equal(readingAt(null, seriesOf([0]), [], 10), null);
  assert.equal(readingAt(3, createSeries(), [], 10), null);
});

test("Plotly gets the axes of the scene", () => {
  const [traces, layout] = /** @type {any[]} */ (plotlyOf(scene({ bestEpoch: 9 }), colors));
  assert.deepEqual(traces.map(({ name, mode }) => [name, mode]), [["Training", "lines"], ["Test", "lines"]]);
  assert.deepEqual([layout.xaxis.range, layout.yaxis.type, layout.margin.l], [[0, 10], "linear", 44]);
  assert.deepEqual([layout.shapes.length, layout.annotations.map(({ text, xanchor }) => [text, xanchor])], [1, [["Best", "right"]]]);
});

test("Plotly gets exponents as losses", () => {
  const [, layout] = /** @type {any[]} */ (plotlyOf(scene({ isLog: true }), colors));
  assert.equal(layout.yaxis.type, "log");
  assert.deepEqual(layout.yaxis.ticktext.map((text, index) => [text, layout.yaxis.tickvals[index]]), [["0.1", 0.1], ["1", 1], ["10", 10]]);
});

test("a single point is a dot", () => {
  const [[trace]] = /** @type {any[]} */ (plotlyOf(scene({ lines: ownLines(seriesOf([0]), colors) }), colors));
  assert.equal(trace.mode, "markers");
});
