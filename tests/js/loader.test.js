import assert from "node:assert/strict";
import test from "node:test";

import { addressFor, createLoader } from "../../static/js/lib/loader.js";

/** A loader whose first attempts fail, and what it did; pauses end when they are ended. @param {number} failures */
function open(failures) {
  /** @type {{attempts: number[], pauses: number[], ready: unknown[], failed: number, pending: (() => void) | null}} */
  const done = { attempts: [], pauses: [], ready: [], failed: 0, pending: null };
  const loader = createLoader({
    async load(attempt) {
      done.attempts.push(attempt);
      if (attempt < failures) throw new Error("no");
      return "library";
    },
    later(pause, run) {
      done.pauses.push(pause);
      done.pending = run;
      return () => (done.pending = null);
    },
    onReady: (value) => done.ready.push(value),
    onFailed: () => (done.failed += 1),
  });
  return { loader, done };
}

test("failures are retried after longer pauses", async () => {
  const { loader, done } = open(8);
  assert.equal(loader.isBegun(), false);
  await loader.start();
  assert.equal(loader.isBegun(), true);
  while (done.pending) {
    const run = done.pending;
    done.pending = null;
    await run();
  }
  assert.deepEqual(done.attempts, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(done.pauses, [2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]);
  assert.deepEqual([done.ready, done.failed], [["library"], 8]);
});

test("a requested retry starts at once", async () => {
  const { loader, done } = open(1);
  await loader.start();
  assert.ok(done.pending);
  await loader.start();
  assert.equal(done.pending, null);
  assert.deepEqual([done.attempts, done.ready], [[0, 1], ["library"]]);
});

test("the library is loaded once", async () => {
  const { loader, done } = open(0);
  await Promise.all([loader.start(), loader.start()]);
  await loader.start();
  assert.deepEqual([done.attempts, done.ready], [[0], ["library"]]);
});

test("later attempts use other addresses", () => {
  assert.equal(addressFor("/vendor/0123abcd/plotly.min.js", 0), "/vendor/0123abcd/plotly.min.js");
  assert.equal(addressFor("/vendor/0123abcd/plotly.min.js", 1), "/vendor/plotly.min.js?attempt=1");
  assert.equal(addressFor("/vendor/0123abcd/plotly.min.js", 2), "/vendor/plotly.min.js?attempt=2");
});
