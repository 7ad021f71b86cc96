import assert from "node:assert/strict";
import { test } from "node:test";

import { followed } from "../../static/js/data/seeds.js";

test("a typed seed that other data have replaced is told once, and forgotten with the next", () => {
  const typed = { seed: "42", isLost: false };
  assert.deepEqual(followed(typed, "0.5", "42"), typed);
  assert.deepEqual(followed(typed, "42", "42"), typed);
  const lost = followed(typed, "42", "0.123");
  assert.deepEqual(lost, { seed: "42", isLost: true });
  assert.equal(followed(lost, "0.123", "0.456"), null);
  assert.deepEqual(followed(lost, "0.123", "42"), typed);
});

test("a seed that nobody has typed is not missed", () => {
  assert.equal(followed(null, "0.1", "0.2"), null);
  assert.deepEqual(followed({ seed: "42", isLost: false }, "0.1", "0.2"), { seed: "42", isLost: false });
});
