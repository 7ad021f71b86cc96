import assert from "node:assert/strict";
import { test } from "node:test";

import { announcementOf, isDecided, isNewlyReached, medalLabel, ownGoalNote, progressOf, summaryOf, verdictOf } from "../../static/js/controls/goalTexts.js";

const ACCURACY = { measure: "accuracy", bound: "at_least", value: 95, words: "test accuracy ≥ 95%" };
const LOSS = { measure: "test_loss", bound: "at_most", value: 0.2, words: "test loss ≤ 0.2" };
const EPOCHS = { measure: "epochs", bound: "at_most", value: 1200, words: "" };
const FRAME = /** @type {any} */ ({ train_loss: 0.25, test_loss: 0.312, test_accuracy: 0.9, epoch: 7 });

/** @param {object} [changes] */
const goalOf = (changes = {}) => /** @type {import("../../static/js/core/types.js").Goal} */ (/** @type {unknown} */ ({
  name: "goal", label: "Accuracy of 95%", medal: "gold", reached: null, missed: false, late: null, obstacle: "", lasting: 1, conditions: [ACCURACY, EPOCHS], ...changes,
}));

test("a goal within reach has no verdict", () => {
  assert.equal(verdictOf(goalOf()), "");
  assert.equal(verdictOf(undefined), "");
  assert.equal(verdictOf(goalOf({ reached: 3, missed: true })), "");
});

test("a missed goal states its limit", () => {
  assert.equal(verdictOf(goalOf({ missed: true, late: 1241 })), "missed: reached in epoch 1,241, the limit was 1,200");
  assert.equal(verdictOf(goalOf({ missed: true })), "missed: not reached within 1,200 epochs");
});

test("an impossible goal says why", () => {
  assert.equal(verdictOf(goalOf({ missed: true, obstacle: "this network has 6 hidden neurons" })), "not possible: this network has 6 hidden neurons");
});

test("progress is the open condition's value", () => {
  assert.equal(progressOf(goalOf(), FRAME), "now 90.0%");
  assert.equal(progressOf(goalOf({ conditions: [ACCURACY, LOSS] }), { ...FRAME, test_accuracy: 0.96 }), "now 0.312");
  assert.equal(progressOf(goalOf({ conditions: [{ ...LOSS, measure: "gap" }] }), { ...FRAME, test_loss: 0.75 }), "now 0.500");
  assert.equal(progressOf(goalOf({ reached: 1200 }), FRAME), "reached in epoch 1,200");
  assert.equal(progressOf(goalOf(), null), "not yet");
  assert.equal(progressOf(goalOf({ conditions: [EPOCHS] }), FRAME), "not yet");
  assert.equal(progressOf(goalOf(), { ...FRAME, test_accuracy: null }), "now –");
});

test("the line is about the next goal", () => {
  const bronze = goalOf({ medal: "bronze", reached: 3 });
  assert.equal(summaryOf([], FRAME), "Set a goal");
  assert.equal(summaryOf([bronze, goalOf()], FRAME), "Gold: test accuracy ≥ 95% · now 90.0%");
  assert.equal(summaryOf([bronze], FRAME), "Bronze reached in epoch 3");
  assert.equal(summaryOf([goalOf({ missed: true })], FRAME), "Gold missed: not reached within 1,200 epochs");
  assert.equal(summaryOf([goalOf({ conditions: [EPOCHS] })], FRAME), "Gold: accuracy of 95% · not yet");
});

test("decided goals are recognized", () => {
  assert.deepEqual([isDecided([]), isDecided([goalOf()]), isDecided([goalOf({ missed: true })])], [false, false, true]);
});

test("reached and missed goals are announced once", () => {
  const [before, after] = [[goalOf()], [goalOf({ reached: 72 })]];
  assert.equal(announcementOf(after, before), "Gold reached in epoch 72: Accuracy of 95%.");
  assert.equal(announcementOf(after, after), "");
  assert.equal(announcementOf(after, null), "", "a goal that is first heard of was reached before");
  assert.equal(announcementOf([goalOf({ missed: true })], before), "Gold missed: Accuracy of 95%.");
  assert.deepEqual([isNewlyReached(after[0], before), isNewlyReached(after[0], []), isNewlyReached(before[0], before)], [true, false, false]);
});

test("a medal is read aloud", () => {
  assert.deepEqual([goalOf(), goalOf({ missed: true }), goalOf({ reached: 7, medal: "own" })].map(medalLabel),
    ["Gold, not reached yet", "Gold, missed", "Goal, reached in epoch 7"]);
});

test("constraints need a target", () => {
  assert.match(ownGoalNote(false, true), /^Set at least one target/);
  for (const [target, constraint] of [[true, true], [true, false], [false, false]]) assert.equal(ownGoalNote(target, constraint), "");
});
