import assert from "node:assert/strict";
import { test } from "node:test";

import { createDockActions } from "../../static/js/core/dockActions.js";
import { createStartActions } from "../../static/js/core/startActions.js";
import { createStore } from "../../static/js/core/store.js";
import { agreementOf } from "../../static/js/portraits/agreement.js";
import { scaleFor, stacked } from "../../static/js/luck/layout.js";
import { goalLoss, ownLossesAt } from "../../static/js/luck/own.js";
import { areOf, changesOf, endedStarts, epochOf, isSame, SIDE, startsAfter, startsOfCell } from "../../static/js/luck/starts.js";
import { BY_LOSS, summaryOf } from "../../static/js/luck/statistics.js";
import { placesOf } from "../../static/js/luck/strip.js";
import { accuracyText, agreedText, costText, noteText, ownText, reachedText, spreadText, startText, tickText } from "../../static/js/luck/texts.js";

const CONFIG = { seed: "0.5", weight_seed: "", weight_offset: 5, learning_rate: 0.03, features: ["x"] };
const HERE = /** @type {any} */ ({ config: CONFIG, examples: null, goals: [] });
const result = (index, rest = {}) => ({ index, test_loss: 0.1, train_loss: 0.2, test_accuracy: 0.9, train_accuracy: 1, diverged: null, stopped: null, ...rest });
const message = (starts, rest = {}) => /** @type {any} */ ({
  type: "starts", total: 3, epochs: 10, vary: "weights", share: 0.5, seconds_left: 2, ended: null, starts,
  arrays: { surfaces: Uint8Array.from({ length: starts.length * SIDE * SIDE }, (_, i) => Math.floor(i / (SIDE * SIDE))), curves: new Float32Array(starts.length * 4) }, ...rest,
});
const BEGUN = /** @type {any} */ (startsAfter(null, message([], { id: 4, share: 0 }), HERE));

test("starts are collected until they end", () => {
  const some = startsAfter(BEGUN, message([result(0), result(2)]), HERE);
  const done = startsAfter(some, message([result(1)], { ended: "done", share: 1 }), HERE);
  assert.deepEqual([BEGUN.starts.length, some?.starts.map(({ index }) => index), done?.starts.length, done?.ended], [0, [0, 2], 3, "done"]);
  assert.deepEqual([some?.starts[1].surface[0], some?.starts[1].surface.length, some?.starts[1].curve?.length], [1, SIDE * SIDE, 4]);
});

test("loss curves come with their starts", () => {
  const begun = startsAfter(null, message([], { id: 4, every: 4, count: 3, until_goal: true }), HERE);
  const some = startsAfter(begun, message([result(0), result(1)], { arrays: { surfaces: new Uint8Array(2 * SIDE * SIDE), losses: Float32Array.of(3, 2, 1, 6, 5, 4) } }), HERE);
  assert.deepEqual(some?.starts.map(({ losses }) => [...losses ?? []]), [[3, 2, 1], [6, 5, 4]]);
  assert.deepEqual([0, 1, 2, 3].map((point) => epochOf(/** @type {any} */ (begun), point)), [0, 4, 8, 10]);
  assert.deepEqual([begun?.untilGoal, begun?.count, BEGUN.every, BEGUN.count, BEGUN.axes], [true, 3, 1, 3, []]);
});

test("answers come with starts that read digits", () => {
  const arrays = { answers: Uint8Array.of(1, 2, 3, 4), labels: Uint8Array.of(1, 2, 3, 5) };
  const some = startsAfter(BEGUN, message([result(0), result(1)], { arrays }), HERE);
  assert.deepEqual(some?.starts.map(({ surface, answers, labels }) => [surface.length, [...answers ?? []], [...labels ?? []]]), [[0, [1, 2], [1, 2]], [0, [3, 4], [3, 5]]]);
});

test("accuracies are compared where digits are read", () => {
  const read = (...accuracies) => accuracies.map((accuracy) => result(0, { test_accuracy: accuracy, answers: Uint8Array.of(1) }));
  assert.equal(accuracyText(read(0.96, 0.94, 0.951)), "median accuracy 95.1%, from 94.0% to 96.0%");
  assert.equal(accuracyText([...read(0.96), result(1, { answers: Uint8Array.of(1), diverged: 3 })]), "accuracy 96.0%");
  assert.equal(accuracyText([result(0)]), "");
});

test("a cell of a sweep is starts", () => {
  const axes = [{ key: "noise", field: "noise", values: [0, 10], texts: ["0", "10"] }, { key: "batchSize", field: "batch_size", values: [1, 2, 3], texts: ["1", "2", "3"] }];
  assert.deepEqual([0, 2, 5].map((cell) => changesOf(axes, cell)), [{ noise: 0, batch_size: 1 }, { noise: 0, batch_size: 3 }, { noise: 10, batch_size: 3 }]);
  const sweep = { ...BEGUN, axes, count: 2, total: 12, starts: [result(3), result(10), result(11)] };
  const { config, starts, total } = startsOfCell(sweep, 5);
  assert.deepEqual([config, starts.map(({ index }) => index), total], [{ ...CONFIG, noise: 10, batch_size: 3 }, [0, 1], 2]);
});

test("what arrives after an end is dropped", () => {
  const lost = endedStarts(BEGUN, "disconnected");
  assert.equal(startsAfter(lost, message([result(0)]), HERE), lost);
  assert.equal(startsAfter(null, message([result(0)]), HERE), null);
  assert.equal(endedStarts(lost, "failed"), lost);
  assert.equal(startsAfter(lost, message([], { id: 9 }), HERE)?.ended, null);
});

test("only varied seeds may change", () => {
  const are = (vary, changes, examples = null) => areOf({ ...BEGUN, vary }, /** @type {any} */ ({ config: { ...CONFIG, ...changes }, examples }));
  assert.deepEqual([are("weights", { weight_seed: "7", weight_offset: 0 }), are("weights", { seed: "7" })], [true, false]);
  assert.deepEqual([are("data", { seed: "7", weight_seed: "0.5" }), are("data", { seed: "7" }), are("data", { weight_offset: 0 })], [true, false, false]);
  assert.deepEqual([are("both", { seed: "7", weight_seed: "", weight_offset: 0 }), are("both", { learning_rate: 1 }), are("both", {}, "code")], [true, false, false]);
  assert.deepEqual([isSame(BEGUN, HERE), isSame(BEGUN, /** @type {any} */ ({ config: { ...CONFIG, weight_seed: "7" }, examples: null }))], [true, false]);
});

test("one's own losses are of the same epoch", () => {
  const series = { epochs: [0, 1, 2], train: [3, 2, 1], test: [NaN, NaN, NaN] };
  const at = (epoch, frame = null, diverged = null) => ownLossesAt(epoch, frame, series, { diverged });
  assert.deepEqual(at(2, /** @type {any} */ ({ epoch: 2, test_loss: 0.25, train_loss: 1 })), { test_loss: 0.25, train_loss: 1, diverged: null });
  assert.deepEqual([at(1), at(7)], [{ test_loss: null, train_loss: 2 }, null]);
  assert.equal(at(7, null, /** @type {any} */ ({ epoch: 3 }))?.diverged?.epoch, 3);
});

test("the hardest test-loss goal counts", () => {
  const goal = (measure, value) => /** @type {any} */ ({ conditions: [{ measure, bound: "at_most", value }] });
  assert.equal(goalLoss([goal("test_loss", 0.3), goal("test_loss", 0.1), goal("train_loss", 0.01)]), 0.1);
  assert.equal(goalLoss([goal("accuracy", 90)]), null);
});

test("sentences give counts, shares and intervals", () => {
  const starts = Array.from({ length: 100 }, (_, index) => result(index, { test_loss: index < 61 ? 0.04 : 0.1 }));
  const summary = summaryOf(starts, { test_loss: 0.05, train_loss: 0 }, 0.05);
  assert.equal(reachedText(summary, "test loss", 0.05, false), "61 of 100 starts reach a test loss of 0.05 or less: 61% (95% interval 51\u2060–\u206070%).");
  const mine = { measure: BY_LOSS, summary, own: 0.05 };
  assert.equal(ownText(mine, 10, false), "Your run is better than 39 of them.");
  const unknown = { ...mine, own: null };
  assert.deepEqual([ownText(unknown, 10, true), ownText(unknown, 10, false)], ["Train yours for 10 epochs to see where it ranks.", ""]);
  assert.equal(spreadText(summary, "test loss"), "Median 0.04, middle half from 0.04 to 0.1, lowest 0.04.");
});

test("equal and diverged starts are said plainly", () => {
  const of = (...starts) => summaryOf(starts, null, 0.1);
  assert.match(spreadText(of(result(0), result(1)), "test loss"), /same test loss, 0\.1: what varies here makes no difference/);
  assert.equal(spreadText(of(result(0, { diverged: 2 }), result(1, { diverged: 2 })), "test loss"), "All of them diverged.");
  const none = summaryOf([result(0, { diverged: 2 }), result(1, { diverged: 2 })], null, Infinity);
  assert.deepEqual([none.reached, reachedText(none, "test loss", Infinity, false)], [0, "None of 2 starts ends with a finite test loss."]);
  assert.equal(spreadText(of(result(0), result(1, { diverged: 2 })), "test loss"), "1 of 2 starts diverged. The lowest of the others is 0.1.");
  const most = of(...Array.from({ length: 5 }, (_, i) => result(i, { test_loss: i + 1, diverged: i > 2 ? 2 : null })));
  assert.equal(spreadText(most, "test loss"), "Median 3, middle half from 2 to diverged, lowest 1. 2 starts diverged.");
  assert.equal(startText(/** @type {any} */ (result(16)), 5, 100), "Start 17 · test loss 0.100 · training loss 0.200 · 90.0% correct · rank 5 of 100");
});

test("results of earlier settings say so", () => {
  const starts = { ...BEGUN, starts: [result(0)] };
  assert.equal(noteText({ ...starts, ended: "changed" }, false), "Stopped after 1 of 3 starts, because the settings changed. These results are of your earlier settings.");
  assert.equal(noteText({ ...starts, ended: "canceled" }, true), "Canceled after 1 of 3 starts.");
  assert.equal(noteText(starts, true), "");
  assert.equal(noteText({ ...starts, notice: "The cluster was lost." }, true), "The cluster was lost.");
  assert.equal(noteText({ ...starts, ended: "failed", notice: "No memory was left." }, true), "Stopped after 1 of 3 starts. No memory was left.");
  assert.match(noteText(starts, true, true), /sweep/);
});

test("the cost is that of all epochs", () => {
  const cost = /** @type {any} */ ({ epoch_seconds: 0.001, start_seconds: 0.01 });
  assert.equal(costText(cost, 100, 200), "takes about 21\u202fs");
  assert.equal(costText(cost, 100, 200, true), "takes at most about 21\u202fs");
  assert.equal(costText(null, 100, 200), "measuring how long it takes…");
});

test("numbers of the scale are short", () => {
  assert.deepEqual([0, 0.05, 2000, 1e-4, 3e-5, 1e4, 2e5].map(tickText), ["0", "0.05", "2000", "10⁻⁴", "3·10⁻⁵", "10⁴", "2·10⁵"]);
});

test("agreement says what its colors mean", () => {
  assert.match(agreedText(2, false, 100), /^Full color: all 100 starts say orange, or all say blue/);
  assert.match(agreedText(0, false, 100), /negative \(orange\)/);
  assert.match(agreedText(3, false, 100), /which class most of the 100 starts choose/);
  assert.equal(agreedText(0, true, 1), "The curves of 1 start, one over the other.");
});

test("agreement is a share of starts", () => {
  const start = (bytes, classes = null, diverged = null) => /** @type {any} */ ({ surface: Uint8Array.from(bytes), classes: classes && Uint8Array.from(classes), diverged });
  assert.deepEqual([...agreementOf([start([0, 127]), start([128, 0]), start([255, 255], null, 4)])?.surface ?? []], [128, 0]);
  const { surface, classes } = /** @type {any} */ (agreementOf([start([9, 9], [2, 1]), start([9, 9], [2, 0]), start([9, 9], [1, 0])]));
  assert.deepEqual([[...surface], [...classes]], [[170, 170], [2, 0]]);
  assert.equal(agreementOf([start([0], null, 1)]), null);
});

test("scales are logarithmic for wide ranges", () => {
  const ticks = (low, high, most) => scaleFor([low, high], most).ticks.map(({ value }) => value);
  assert.deepEqual(ticks(0.01, 0.4, 6), [0.01, 0.02, 0.05, 0.1, 0.2]);
  assert.deepEqual(ticks(0.01, 1, 6), [0.01, 0.03, 0.1, 0.3, 1]);
  assert.deepEqual(ticks(0.01, 100, 6), [0.01, 0.1, 1, 10, 100]);
  assert.deepEqual(scaleFor([0.1, 0.5], 5).ticks.map(({ value }) => value), [0.1, 0.2, 0.3, 0.4, 0.5]);
  for (const values of [[0.2], [0, 0], [0, 5]]) {
    const { at, ticks } = scaleFor(values, 4);
    assert.ok(ticks.length > 0 && ticks.length < 8);
    assert.ok(values.every((value) => at(value) >= 0 && at(value) <= 1));
  }
});

test("a high stack is pushed together", () => {
  const { diameter, dots } = stacked(new Array(50).fill(0.5), 200, 60, 10);
  assert.ok(diameter > 5);
  assert.ok(dots.every(({ y }) => y > 0 && y < 60));
});

test("no dot covers another or leaves the strip", () => {
  const places = Array.from({ length: 80 }, (_, i) => (i % 10) / 10);
  const { diameter, dots } = stacked(places, 200, 60, 10);
  assert.ok(dots.every(({ x, y }) => x > 0 && x < 200 && y > 0 && y < 60));
  for (const [i, one] of dots.entries()) {
    for (const other of dots.slice(i + 1)) assert.ok(Math.hypot(one.x - other.x, one.y - other.y) >= diameter - 1e-9);
  }
});

/** Actions with what they send. */
function open() {
  const sent = [];
  const store = createStore(/** @type {any} */ ({ config: { ...CONFIG }, dock: null, view: { compare: [], hidden: [] }, inside: { panel: null, last: "weights" }, startsCost: null }));
  const actions = createStartActions({ store, send: (one) => sent.push(one), configure: (changes) => sent.push({ type: "configure", changes }) });
  return { sent, store, actions };
}

test("opening the panel asks for the cost", () => {
  const { sent, store, actions } = open();
  actions.estimateAgain();
  createDockActions({ store, lookInside() {}, estimateStarts: actions.estimateStarts }).toggleDock("luck");
  actions.estimateAgain();
  assert.deepEqual([sent, store.get().dock], [[{ type: "estimate_starts" }], "luck"]);
  actions.settleEstimate(1);
  assert.equal(sent.length, 2, "the cost of what has changed meanwhile");
});

test("opening a start trains it as far", () => {
  const { sent, actions } = open();
  actions.openStart({ seed: "0.5", weight_seed: "3", weight_offset: 0 }, 2500);
  const portion = (count) => ({ type: "advance", unit: "epoch", count });
  assert.deepEqual(sent, [{ type: "configure", changes: { seed: "0.5", weight_seed: "3", weight_offset: 0 } }, portion(1000), portion(1000), portion(500)]);
});

test("opening the present start rewinds it", () => {
  const { sent, actions } = open();
  actions.openStart({ seed: "0.5", weight_seed: "", weight_offset: 5 }, 1);
  assert.deepEqual(sent[0], { type: "rewind" });
});

test("starts asked for elsewhere open the panel", () => {
  const { sent, store, actions } = open();
  actions.openStarts({ count: 20, vary: "both", epochs: 50, untilGoal: true });
  assert.deepEqual([store.get().dock, store.get().luckTab, store.get().wantedStarts?.epochs], ["luck", "starts", 50]);
  actions.openStarts({ count: 10, vary: "weights", epochs: 5, sweep: "noise:0|10" });
  assert.deepEqual([store.get().luckTab, store.get().luckCell], ["sweep", null]);
  assert.deepEqual(sent, [
    { type: "estimate_starts" },
    { type: "try_starts", count: 20, vary: "both", epochs: 50, until_goal: true },
    { type: "try_starts", count: 10, vary: "weights", epochs: 5, sweep: "noise:0|10" },
  ]);
});

test("a cell's starts are shown as starts", () => {
  const { store, actions } = open();
  actions.openCell(3);
  assert.deepEqual([store.get().luckTab, store.get().luckCell], ["starts", 3]);
  actions.openCell(null);
  assert.deepEqual([store.get().luckTab, store.get().luckCell], ["sweep", null]);
});

test("hundreds of diverged starts stay on the strip", () => {
  const starts = Array.from({ length: 400 }, (_, index) => result(index, { test_loss: 0.1 + index / 1000, diverged: index < 350 ? 2 : null }));
  const { dots, box, ground } = placesOf({ width: 300, height: 120, type: 14 }, { starts, own: null, summary: summaryOf(starts, null, 1), threshold: 1, looked: null });
  assert.ok(dots.every(({ x, y }) => x > 0 && x < 300 && y >= box.y && y <= ground));
});
