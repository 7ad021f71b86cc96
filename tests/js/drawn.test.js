import assert from "node:assert/strict";
import { test } from "node:test";
import { countText, ordered, ownText, readerText, tileLabel, tileTexts, verdictOf } from "../../static/js/drawn/drawn.js";

/** @param {number} number @param {number | null} read @param {object} [changes] */
const one = (number, read, changes = {}) => ({ number, name: "Ada", digit: 7, read, certainty: read === null ? null : 0.842, ...changes });

test("a drawing is right, wrong or not read", () => {
  assert.deepEqual([one(0, 7), one(0, 1), one(0, null), one(0, 0, { digit: 0 })].map(verdictOf), ["right", "wrong", "unread", "right"]);
});

test("wrong ones come first, in their order", () => {
  const drawn = [one(0, 7), one(1, 1), one(2, null), one(3, 2), one(4, 7)];
  assert.deepEqual(ordered(drawn).map(({ number }) => number), [1, 3, 2, 0, 4]);
});

test("what is read correctly is counted", () => {
  assert.equal(countText([one(0, 7), one(1, 1), one(2, null)]), "1 of 3 read correctly");
  assert.equal(countText([one(0, null)]), "1 drawing, not read yet");
  assert.equal(countText([one(0, null), one(1, null)]), "2 drawings, not read yet");
  assert.equal(countText([]), "No drawings yet");
});

test("the network that reads is named", () => {
  assert.equal(readerText({ epoch: 12, accuracy: 0.9412 }, true), "Read by your network at epoch 12, which reads 94.1% of its test digits correctly.");
  assert.equal(readerText({ epoch: 12, accuracy: null }, false), "Read by the teacher’s network at epoch 12.");
  assert.equal(readerText({ epoch: null, accuracy: null }, false), "");
  assert.match(readerText({ epoch: null, accuracy: null }, true), /no network/);
});

test("a tile says what was read, and meant", () => {
  assert.deepEqual([one(0, 7), one(1, 1), one(2, null)].map(tileTexts), [{ meant: "7", read: "" }, { meant: "7", read: "1" }, { meant: "7", read: "" }]);
  assert.equal(tileLabel(one(1, 1)), "Ada drew 7, read wrongly as 1, output 0.84");
  assert.equal(tileLabel(one(1, 7, { name: "" })), "A drawn 7, read correctly, output 0.84");
  assert.equal(tileLabel(one(1, null)), "Ada drew 7, not read");
});

test("a student learns what was read", () => {
  assert.match(ownText({ digit: 7, read: 7 }), /reads 7: correct/);
  assert.match(ownText({ digit: 7, read: 1 }), /reads 1, and not 7/);
  assert.match(ownText({ digit: 7, read: null }), /You can still change it/);
});
