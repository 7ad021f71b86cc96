import assert from "node:assert/strict";
import { test } from "node:test";

import { verdictOf } from "../../static/js/controls/goals.js";

/** @param {Partial<import("../../static/js/core/types.js").Goal>} goal */
const verdict = (goal) => verdictOf(/** @type {any} */ ({
  reached: null, missed: false, late: null, obstacle: "",
  conditions: [{ measure: "accuracy", bound: "at_least", value: 95, words: "test accuracy ≥ 95%" }, { measure: "epochs", bound: "at_most", value: 1200, words: "" }],
  ...goal,
}));

test("a goal that can still be reached has no verdict", () => {
  assert.equal(verdict({}), "");
});

test("a missed goal says when it was reached, if it was, and what the limit was", () => {
  assert.equal(verdict({ missed: true, late: 1241 }), "missed: reached in epoch 1,241, the limit was 1,200");
  assert.equal(verdict({ missed: true }), "missed: not reached within 1,200 epochs");
});

test("a goal that cannot be reached says why", () => {
  assert.equal(verdict({ missed: true, obstacle: "this network has 6 hidden units" }), "not possible: this network has 6 hidden units");
});
