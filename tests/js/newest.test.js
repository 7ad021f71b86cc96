import assert from "node:assert/strict";
import { test } from "node:test";

import { createNewest } from "../../static/js/net/latest.js";

/** Questions with the ids 1, 2, 3… */
function open() {
  /** @type {number[]} */
  const asked = [];
  return { asked, newest: createNewest((/** @type {number} */ wish) => asked.push(wish)) };
}

test("the first wish is asked at once", () => {
  const { asked, newest } = open();
  newest.want(7);
  assert.deepEqual(asked, [7]);
});

test("of those that come before the answer only the newest is asked, when the answer has come", () => {
  const { asked, newest } = open();
  for (const wish of [7, 6, 5, 4]) newest.want(wish);
  assert.deepEqual(asked, [7]);
  newest.settle(1);
  assert.deepEqual(asked, [7, 4]);
  newest.settle(2);
  newest.settle(2);
  assert.deepEqual(asked, [7, 4]);
});

test("other answers change nothing", () => {
  const { asked, newest } = open();
  newest.settle(undefined);
  newest.want(7);
  newest.want(6);
  newest.settle(undefined);
  newest.settle(12);
  assert.deepEqual(asked, [7]);
});

test("what was under way when the connection ended is not waited for", () => {
  const { asked, newest } = open();
  newest.want(7);
  newest.want(6);
  newest.forget();
  newest.want(5);
  assert.deepEqual(asked, [7, 5]);
});
