import assert from "node:assert/strict";
import { test } from "node:test";

import { createLatestRequest } from "../../static/js/net/latestRequest.js";

/** Questions with the ids 1, 2, 3… */
function open() {
  /** @type {number[]} */
  const asked = [];
  return { asked, latest: createLatestRequest((/** @type {number} */ wish) => asked.push(wish)) };
}

test("the first request is sent at once", () => {
  const { asked, latest } = open();
  latest.request(7);
  assert.deepEqual(asked, [7]);
});

test("only the newest queued request follows the answer", () => {
  const { asked, latest } = open();
  for (const wish of [7, 6, 5, 4]) latest.request(wish);
  assert.deepEqual(asked, [7]);
  latest.settle(1);
  assert.deepEqual(asked, [7, 4]);
  latest.settle(2);
  latest.settle(2);
  assert.deepEqual(asked, [7, 4]);
});

test("other answers change nothing", () => {
  const { asked, latest } = open();
  latest.settle(undefined);
  latest.request(7);
  latest.request(6);
  latest.settle(undefined);
  latest.settle(12);
  assert.deepEqual(asked, [7]);
});

test("a broken connection drops the pending request", () => {
  const { asked, latest } = open();
  latest.request(7);
  latest.request(6);
  latest.forget();
  latest.request(5);
  assert.deepEqual(asked, [7, 5]);
});
