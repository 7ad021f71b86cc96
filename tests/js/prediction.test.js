import assert from "node:assert/strict";
import test from "node:test";

import { UNTOUCHED, announcement, choose, observe, restart, show, verdictOf } from "../../static/js/course/prediction.js";

const ENDED = { isSeen: false, isFinished: true };
const SEEN = { isSeen: true, isFinished: false };

test("a prediction can change until the answer shows", () => {
  const chosen = choose(choose(UNTOUCHED, 0), 2);
  assert.equal(chosen.choice, 2);
  assert.equal(choose(show(chosen), 1).choice, 2);
});

test("the answer appears when the run has ended", () => {
  assert.deepEqual(observe(UNTOUCHED, ENDED), { choice: null, isShown: true, isSeen: false });
});

test("a seen outcome ticks the step and answers", () => {
  assert.deepEqual(observe(UNTOUCHED, SEEN), { choice: null, isShown: true, isSeen: true });
});

test("nothing new keeps the record as it is", () => {
  const record = observe(UNTOUCHED, SEEN);
  assert.equal(observe(record, ENDED), record);
  assert.equal(observe(UNTOUCHED, { isSeen: false, isFinished: false }), UNTOUCHED);
});

test("a restart asks again and keeps the tick", () => {
  assert.deepEqual(restart(observe(choose(UNTOUCHED, 1), SEEN)), { choice: null, isShown: false, isSeen: true });
});

test("a verdict waits for the answer", () => {
  const chosen = choose(UNTOUCHED, 1);
  assert.deepEqual([verdictOf(chosen, 1), verdictOf(show(chosen), 1), verdictOf(show(chosen), 0), verdictOf(show(UNTOUCHED), 0)], [null, "right", "wrong", "unasked"]);
});

test("the answer is announced with its verdict", () => {
  assert.equal(announcement("wrong", "All of them"), "Not quite. The answer: All of them.");
  assert.equal(announcement(null, "All of them"), "");
});
