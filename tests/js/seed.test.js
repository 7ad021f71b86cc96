import assert from "node:assert/strict";
import { test } from "node:test";

import { followed, lostSeedTexts, offsetText, weightSeed } from "../../static/js/data/seed.js";

test("a replaced seed is offered once", () => {
  const typed = { seed: "42", isLost: false };
  assert.deepEqual(followed(typed, "0.5", "42"), typed);
  assert.deepEqual(followed(typed, "42", "42"), typed);
  const lost = followed(typed, "42", "0.123");
  assert.deepEqual(lost, { seed: "42", isLost: true });
  assert.equal(followed(lost, "0.123", "0.456"), null);
  assert.deepEqual(followed(lost, "0.123", "42"), typed);
});

test("seeds that nobody entered are not offered", () => {
  assert.equal(followed(null, "0.1", "0.2"), null);
  assert.deepEqual(followed({ seed: "42", isLost: false }, "0.1", "0.2"), { seed: "42", isLost: false });
});

test("long seeds are shortened", () => {
  assert.deepEqual(lostSeedTexts("42"), { note: "The new data have a new seed, as in the original. It was 42 before.", button: "Use 42" });
  assert.equal(lostSeedTexts("a".repeat(13)).button, `Use ${"a".repeat(11)}…`);
});

test("resets since the seed are mentioned", () => {
  assert.equal(offsetText(0), "");
  assert.equal(offsetText(1036), "Reset since this seed (1,036 weights drawn before)");
});

test("weights follow the data seed without their own", () => {
  assert.deepEqual([weightSeed({ seed: "1", weight_seed: "" }), weightSeed({ seed: "1", weight_seed: "2" })], ["1", "2"]);
});
