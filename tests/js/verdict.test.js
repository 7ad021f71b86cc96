import assert from "node:assert/strict";
import { test } from "node:test";

import { createOwnRun, ownReached } from "../../static/js/luck/own.js";
import { BY_EPOCH, epochSummaryOf, ranked, typicalEpoch } from "../../static/js/luck/statistics.js";
import { epochsText, epochStripLabel, factsOf, goalText, ownText, thresholdText, variedText } from "../../static/js/luck/texts.js";
import { verdictOf } from "../../static/js/luck/verdict.js";

const GOAL = /** @type {any} */ ({ label: "Test loss ≤ 0.05", reached: null, conditions: [{ measure: "test_loss", bound: "at_most", value: 0.05 }] });
/** Starts that reached the goal in these epochs, the last losses of which are 0.1, 0.2, … */
const startsOf = (...epochs) => epochs.map((reached, index) => ({ index, test_loss: (index + 1) / 10, train_loss: 0, diverged: null, reached }));
const resultOf = (rest) => /** @type {any} */ ({ starts: startsOf(30, null, 10, null, 20), goals: [GOAL], untilGoal: false, epochs: 50, ...rest });
const UNKNOWN = { losses: null, reached: null };

test("a goal counts in any epoch", () => {
  const { isGoal, threshold, typical, summary, measure } = verdictOf(resultOf({}), UNKNOWN, null, [GOAL]);
  assert.deepEqual([isGoal, threshold, typical, summary.reached, summary.median, measure.name], [true, 0.05, 20, 3, 0.3, "loss"]);
});

test("a typed loss counts in its place", () => {
  const { isGoal, threshold, source, summary } = verdictOf(resultOf({}), UNKNOWN, 0.2, [GOAL]);
  assert.deepEqual([isGoal, threshold, source, summary.reached], [false, 0.2, "typed", 2]);
});

test("a goal set later counts as a loss", () => {
  const { isGoal, threshold, source } = verdictOf(resultOf({ goals: [] }), UNKNOWN, null, [GOAL]);
  assert.deepEqual([isGoal, threshold, source], [false, 0.05, "goal"]);
});

test("starts until the goal rank by epoch", () => {
  const result = resultOf({ untilGoal: true });
  const { measure, summary, own } = verdictOf(result, { losses: null, reached: 15 }, null, []);
  assert.deepEqual([measure.name, own, summary.reached, summary.better, summary.without], ["epoch", 15, 3, 4, 2]);
  assert.deepEqual([summary.lowest, summary.median, summary.highest], [10, 20, 30]);
  assert.deepEqual(ranked(result.starts, BY_EPOCH).map(({ index }) => index), [2, 4, 0, 1, 3]);
});

test("nobody at the goal has no typical epoch", () => {
  const starts = startsOf(null, null);
  assert.equal(typicalEpoch(starts), null);
  const summary = epochSummaryOf(starts, Infinity);
  assert.deepEqual([summary.reached, summary.better, summary.median], [0, 0, Infinity]);
  assert.equal(epochsText(summary, 1), "None of them has reached it. 1 start diverged.");
});

test("sentences about a goal name its epochs", () => {
  const summary = epochSummaryOf(startsOf(30, null, 10, null, 20), 15);
  assert.equal(goalText(summary, 20, 50, true), "So far, 3 of 5 starts reach the goal within 50 epochs: 60% (95% interval 23\u2060–\u206088%), typically in epoch 20.");
  assert.equal(epochsText(summary, 0), "Of the 3 that reach it: median epoch 20, middle half from 15 to 25, fastest 10.");
  const mine = { measure: BY_EPOCH, summary, own: 15 };
  assert.equal(ownText(mine, 50, false), "Your run reached it in epoch 15, before 4 of them.");
  assert.equal(ownText({ ...mine, own: Infinity }, 50, false), "Your run has not reached it.");
  assert.equal(epochStripLabel(summary, 15), "A dot for each of 5 starts, by the epoch in which it reached the goal from 10 to 30. 2 never reach it. Your run: epoch 15.");
  assert.equal(thresholdText({ isGoal: true, source: "goal", kind: "test loss" }, resultOf({})), "Your goal counts: test loss ≤ 0.05, in any epoch.");
  assert.equal(variedText(resultOf({ untilGoal: true, vary: "data" })), "All starts, fastest first: other data, at most 50 epochs each");
  assert.deepEqual(factsOf(/** @type {any} */ ({ ...startsOf(30)[0], stopped: null, test_accuracy: 0.9 })), ["test loss 0.100", "training loss 0.000", "90.0% correct", "goal reached in epoch 30"]);
});

test("one's own run reaches all goals last", () => {
  const goals = [{ ...GOAL, reached: 12 }, { ...GOAL, reached: 20 }];
  assert.deepEqual([ownReached(50, goals, 30), ownReached(15, goals, 30), ownReached(50, [GOAL], 30), ownReached(50, [GOAL], 50)], [20, Infinity, null, Infinity]);
});

test("one's own run is kept beside starts", () => {
  const series = /** @type {any} */ ({ epochs: [0, 1], train: [9, 8], test: [5, 4] });
  const own = createOwnRun(series);
  const starts = resultOf({ id: 3, epochs: 2, every: 1 });
  const state = /** @type {any} */ ({ goals: [], status: { diverged: null } });
  const at = (epoch, isOwn, rest = {}) => own.of({ ...starts, ...rest }, null, /** @type {any} */ ({ epoch, past: false, test_loss: 5 - epoch, train_loss: 9 - epoch }), state, isOwn);
  const first = at(1, true);
  assert.deepEqual([first.losses, first.curve], [null, { x: [0, 1], y: [5, 4] }]);
  for (const [name, value] of /** @type {const} */ ([["epochs", 2], ["train", 7], ["test", 3]])) series[name].push(value);
  const last = at(2, true);
  assert.deepEqual([last.losses?.test_loss, last.curve.y], [3, [5, 4, 3]]);
  assert.equal(at(3, true), last, "nothing is new");
  assert.equal(at(0, false), last, "another run is open");
  assert.equal(at(0, false, { id: 4 }).losses, null);
});
