import assert from "node:assert/strict";
import test from "node:test";

import { createWatch } from "../../static/js/lib/watch.js";

test("repeated values are new only once", () => {
  const watch = createWatch();
  const list = [1];
  assert.deepEqual([watch.isNew(list, "a"), watch.isNew(list, "a"), watch.isNew([1], "a"), watch.isNew([1])], [true, false, true, true]);
});

test("an empty list of values is new once", () => {
  const watch = createWatch();
  assert.deepEqual([watch.isNew(), watch.isNew()], [true, false]);
});

test("forgotten values are new again", () => {
  const watch = createWatch();
  watch.isNew(1);
  watch.forget();
  assert.equal(watch.isNew(1), true);
});
