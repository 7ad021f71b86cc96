import assert from "node:assert/strict";
import test from "node:test";

import { createWatch, experimentOf, factsOf } from "../../static/js/course/outcome.js";

const LINK = "#dataset=xor&networkShape=4&seed=0.5&discretize=false";

/** @returns {any} */
const stateOf = (changes = {}) => ({
  session: "s", revision: 3, link: LINK, goals: [], inside: { panel: null }, dock: null,
  view: { compare: [], hidden: [] }, status: { diverged: null, stopped: null }, ...changes,
});

/** @returns {any} */
const frameOf = (changes = {}) => ({
  revision: 3, epoch: 0, past: false, train_loss: 0.2, test_loss: 0.3, train_accuracy: 0.8, test_accuracy: 0.7, ...changes,
});

/** @returns {any} */
const run = (changes = {}) => ({ kind: "run", link: LINK, epochs: 60, measure: "", limit: 0, isFloor: true, isExpected: true, once: false, panel: "", ...changes });

const YES = { isSeen: true, isFinished: true };
const ENDED = { isSeen: false, isFinished: true };
const SEEN = { isSeen: true, isFinished: false };
const NO = { isSeen: false, isFinished: false };

/** What a watch that has begun says of a frame and state. */
function see(condition, frame = {}, state = {}) {
  const watch = createWatch();
  watch.take(condition, factsOf(frameOf(), stateOf()), true);
  return watch.take(condition, factsOf(frameOf(frame), stateOf(state)), true);
}

test("seeds and view do not change the experiment", () => {
  const other = "#networkShape=4&seed=0.7&discretize=true&goalAccuracy=95&playButton_lock=true&compare=x&words=true&dataset=xor";
  assert.equal(experimentOf(other), experimentOf(LINK));
  assert.notEqual(experimentOf("#dataset=xor&networkShape=5"), experimentOf(LINK));
});

test("a run is seen after its epochs", () => {
  assert.deepEqual([see(run(), { epoch: 59 }), see(run(), { epoch: 60 })], [NO, YES]);
});

test("another experiment does not count", () => {
  assert.deepEqual(see(run({ link: "#dataset=and" }), { epoch: 60 }), NO);
});

test("earlier epochs and other revisions give no facts", () => {
  assert.equal(factsOf(frameOf({ past: true }), stateOf()), null);
  assert.equal(factsOf(frameOf({ revision: 2 }), stateOf()), null);
  assert.equal(factsOf(null, stateOf()), null);
});

test("a run ends with early stopping or divergence", () => {
  const diverges = run({ measure: "diverged", limit: 1 });
  assert.deepEqual(see(diverges, { epoch: 7 }, { status: { diverged: {}, stopped: null } }), YES);
  assert.deepEqual(see(diverges, { epoch: 60 }), ENDED);
  assert.deepEqual(see(run(), { epoch: 7 }, { status: { diverged: null, stopped: {} } }), YES);
});

test("a measure must hold at the end", () => {
  const low = run({ measure: "test_accuracy", limit: 0.75, isFloor: false });
  const gap = run({ measure: "gap", limit: 0.05 });
  assert.deepEqual([see(low, { epoch: 60 }), see(low, { epoch: 60, test_accuracy: 0.8 }), see(low, { epoch: 30 })], [YES, ENDED, NO]);
  assert.deepEqual([see(gap, { epoch: 60 }), see(gap, { epoch: 60, test_loss: null })], [YES, ENDED]);
});

test("an early result counts until the end", () => {
  const once = run({ measure: "test_accuracy", limit: 0.95, once: true });
  assert.deepEqual([see(once, { epoch: 5, test_accuracy: 0.95 }), see(once, { epoch: 61, test_accuracy: 1 })], [SEEN, ENDED]);
});

test("a rare result must stay away", () => {
  const rare = run({ measure: "test_accuracy", limit: 0.95, once: true, isExpected: false });
  assert.deepEqual([see(rare, { epoch: 5 }), see(rare, { epoch: 60 }), see(rare, { epoch: 60, test_accuracy: 1 })], [NO, YES, ENDED]);
});

test("what came before a prediction does not count", () => {
  const watch = createWatch();
  const trained = factsOf(frameOf({ epoch: 60 }), stateOf());
  assert.deepEqual(watch.take(run(), trained, true), NO);
  assert.deepEqual(watch.take(run(), factsOf(frameOf({ epoch: 61 }), stateOf()), true), YES);
  watch.begin();
  assert.deepEqual(watch.take(run(), trained, true), NO);
});

test("nothing counts until the requested experiment comes", () => {
  const watch = createWatch();
  watch.begin("s 3");
  assert.deepEqual(watch.take(run(), factsOf(frameOf({ epoch: 80 }), stateOf()), true), NO);
  assert.deepEqual(watch.take(run(), null, true), NO);
  assert.deepEqual(watch.take(run(), factsOf(frameOf({ revision: 4, epoch: 60 }), stateOf({ revision: 4 })), true), YES);
});

test("an open panel is seen", () => {
  const look = (panel) => run({ kind: "look", panel });
  assert.deepEqual(see(look("weights"), {}, { inside: { panel: "weights" } }), SEEN);
  assert.deepEqual(see(look("weights"), {}, { inside: { panel: "gradients" } }), NO);
  assert.deepEqual(see(look("runs"), {}, { dock: "runs" }), SEEN);
  assert.deepEqual(see(look("compare"), {}, { view: { compare: [{}], hidden: [] } }), SEEN);
  const watch = createWatch();
  assert.deepEqual(watch.take(look("weights"), factsOf(frameOf(), stateOf({ inside: { panel: "weights" } })), false), SEEN);
});

test("goals are seen when all are reached", () => {
  const goal = run({ kind: "goal" });
  assert.deepEqual(see(goal, { epoch: 3 }, { goals: [{ reached: 3 }, { reached: null }] }), NO);
  assert.deepEqual(see(goal, { epoch: 4 }, { goals: [{ reached: 3 }, { reached: 4 }] }), SEEN);
  assert.deepEqual(see(goal, { epoch: 4 }), NO);
});

test("goals of another link do not count", () => {
  const goal = run({ kind: "goal", link: `${LINK}&goalAccuracy=95&goalEpochs=20` });
  const goals = [{ reached: 4 }];
  assert.deepEqual(see(goal, { epoch: 4 }, { goals, link: `${LINK}&goalAccuracy=95&goalEpochs=100` }), NO);
  assert.deepEqual(see(goal, { epoch: 4 }, { goals, link: `${LINK}&seed=0.9&goalAccuracy=95&goalEpochs=20` }), SEEN);
});
