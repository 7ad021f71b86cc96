import assert from "node:assert/strict";
import test from "node:test";

import { createPace } from "../../static/js/drawing/pace.js";
import { answerText, areProbabilities, activationsOf, outputText, outputsOf, verdictOf } from "../../static/js/drawing/reading.js";

/** Ten outputs, most of which are small. @param {Record<number, number>} large */
const outputs = (large, rest = 0.01) => Array.from({ length: 10 }, (_, digit) => large[digit] ?? rest);

/* ---- Answers in words ---- */

test("a sure network says its digit", () => {
  assert.deepEqual(verdictOf(outputs({ 7: 0.93 })), { digit: 7, candidates: [7], isSure: true });
  assert.equal(answerText(outputs({ 7: 0.93 }), true), "The network says 7 (93%)");
});

test("sigmoid outputs are not called percentages", () => {
  assert.equal(answerText(outputs({ 7: 0.93 }), false), "The network says 7 (output 0.93)");
  assert.deepEqual([areProbabilities({ loss: "squared_error" }), areProbabilities({ loss: "cross_entropy" })], [false, true]);
});

test("an unsure network names its candidates", () => {
  assert.equal(answerText(outputs({ 4: 0.48, 9: 0.41 }), true), "Not sure: 4 (48%) or 9 (41%)");
  assert.equal(answerText(outputs({ 9: 0.95, 4: 0.9, 7: 0.7 }), false), "Not sure: 9 (0.95), 4 (0.90) or 7 (0.70)");
});

test("a small output is no sure answer", () => {
  assert.equal(answerText(outputs({ 4: 0.31 }), false), "Not sure: perhaps 4 (output 0.31)");
});

test("many candidates are not named", () => {
  assert.equal(answerText(outputs({}, 0.1), true), "Not sure at all");
});

test("probabilities are not rounded to certainty", () => {
  assert.deepEqual([outputText(0.9999, true), outputText(0.99, true), outputText(0.9999, false), outputText(0.004, false)], ["over 99%", "99%", "1.00", "0.00"]);
});

/* ---- The picture that is followed ---- */

const frameOf = (activations) => /** @type {any} */ ({ digits: { activations } });

test("a reading counts before earlier frames", () => {
  const reading = /** @type {any} */ ({ activations: [[1, 2], [3]], example: null, after: 5 });
  assert.deepEqual(activationsOf({ ...frameOf([9, 9, 9]), seq: 5 }, { reading }), [1, 2, 3]);
  assert.deepEqual(activationsOf(null, { reading }), [1, 2, 3]);
});

test("later frames renew a reading", () => {
  const reading = /** @type {any} */ ({ activations: [[1, 2], [3]], example: null, after: 5 });
  assert.deepEqual(activationsOf({ ...frameOf([4, 5, 6]), seq: 6 }, { reading }), [4, 5, 6]);
  assert.deepEqual(activationsOf({ ...frameOf(null), seq: 6 }, { reading }), [1, 2, 3]);
});

test("without a reading nothing is followed", () => {
  assert.equal(activationsOf(frameOf([1]), { reading: null }), null);
  assert.deepEqual(outputsOf(Float32Array.from({ length: 40 }, (_, unit) => unit)), [30, 31, 32, 33, 34, 35, 36, 37, 38, 39]);
});

/* ---- How often drawings are read ---- */

/** A clock that tests turn. */
function openPace() {
  let [time, timers] = [0, /** @type {{at: number, act: () => void}[]} */ ([])];
  const sent = /** @type {number[]} */ ([]);
  const pace = createPace({
    interval: 50, send: (/** @type {number} */ value) => sent.push(value), now: () => time,
    setTimeout: (act, delay) => timers.push({ at: time + delay, act }), clearTimeout: (timer) => void delete timers[timer - 1],
  });
  return {
    sent, pace,
    turn(to) {
      time = to;
      timers.forEach((timer, index) => {
        if (timer.at > time) return;
        delete timers[index];
        timer.act();
      });
    },
  };
}

test("the first drawing is sent at once", () => {
  const { pace, sent } = openPace();
  pace.push(1);
  assert.deepEqual(sent, [1]);
});

test("drawings are sent twenty times a second", () => {
  const { pace, sent, turn } = openPace();
  for (let time = 0; time < 1000; time += 10) {
    turn(time);
    pace.push(time);
  }
  // each time the last that was drawn by then
  assert.deepEqual(sent.slice(0, 3), [0, 40, 90]);
  assert.equal(sent.length, 20);
});

test("the last drawing is always sent", () => {
  const { pace, sent, turn } = openPace();
  [1, 2, 3].forEach(pace.push);
  turn(49);
  assert.deepEqual(sent, [1]);
  turn(50);
  assert.deepEqual(sent, [1, 3]);
});

test("a drawing that was cleared is not sent", () => {
  const { pace, sent, turn } = openPace();
  [1, 2].forEach(pace.push);
  pace.cancel();
  turn(100);
  assert.deepEqual(sent, [1]);
});
