import assert from "node:assert/strict";
import { test } from "node:test";

import { createProgress } from "../../static/js/course/progress.js";

/** What is kept of a lesson in which nothing was predicted. */
const plain = (/** @type {number} */ step, /** @type {boolean} */ done) => ({ step, done, seen: [], shown: [], choices: {} });

/** @param {Record<string, string>} [items] @returns {Storage} */
function storageOf(items = {}) {
  const kept = new Map(Object.entries(items));
  return /** @type {any} */ ({
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
  });
}

test("an unstarted lesson has no progress", () => {
  assert.equal(createProgress(() => storageOf()).of("xor"), null);
});

test("lesson progress is stored separately per lesson", () => {
  const storage = storageOf();
  createProgress(() => storage).note("xor", { step: 2, done: false });
  createProgress(() => storage).note("depth", { step: 1, done: false });
  assert.deepEqual(createProgress(() => storage).of("xor"), plain(2, false));
});

test("a completed lesson stays complete when reread", () => {
  const storage = storageOf();
  const progress = createProgress(() => storage);
  progress.note("xor", { step: 4, done: true });
  progress.note("xor", { step: 0, done: false });
  assert.deepEqual(progress.of("xor"), plain(0, true));
});

test("damaged progress is dropped, the rest kept", () => {
  const kept = { xor: { step: -1, done: false }, depth: { step: 3, done: true }, l1: 7, l2: { step: "1", done: true } };
  const progress = createProgress(() => storageOf({ lessons: JSON.stringify(kept) }));
  assert.deepEqual(["xor", "depth", "l1", "l2"].map(progress.of), [null, plain(3, true), null, null]);
  assert.equal(createProgress(() => storageOf({ lessons: "{" })).of("xor"), null);
  assert.equal(createProgress(() => storageOf({ lessons: "null" })).of("xor"), null);
});

test("object property names are not lessons", () => {
  assert.equal(createProgress(() => storageOf()).of("constructor"), null);
});

test("without storage each lesson starts over", () => {
  const progress = createProgress(() => { throw new Error("blocked"); });
  progress.note("xor", { step: 2, done: false });
  assert.equal(progress.of("xor"), null);
});

test("a renamed lesson keeps its progress", () => {
  const storage = storageOf({ lessons: JSON.stringify({ optimisers: { step: 2, done: true } }) });
  const progress = createProgress(() => storage);
  assert.deepEqual(progress.of("optimizers"), plain(2, true));
  progress.note("optimizers", { step: 3, done: false });
  assert.deepEqual(createProgress(() => storage).of("optimizers"), plain(3, true));
});

test("predictions and ticks are kept beside the step", () => {
  const storage = storageOf();
  const progress = createProgress(() => storage);
  progress.note("xor", { seen: ["one"], shown: ["one"], choices: { one: 2 } });
  progress.note("xor", { step: 1, done: false });
  assert.deepEqual(progress.of("xor"), { step: 1, done: false, seen: ["one"], shown: ["one"], choices: { one: 2 } });
});

test("damaged predictions are dropped, the step kept", () => {
  const kept = { xor: { step: 1, done: false, seen: "one", shown: [1, "two"], choices: { one: -1, two: 1, three: "2" } } };
  assert.deepEqual(createProgress(() => storageOf({ lessons: JSON.stringify(kept) })).of("xor"), { ...plain(1, false), shown: ["two"], choices: { two: 1 } });
});
