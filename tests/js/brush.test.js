import assert from "node:assert/strict";
import test from "node:test";

import { FULL, brushBox, keyChange, keyMeaning, keySentence, pointsOfStroke, reachOf, strokeChange, undoSentence } from "../../static/js/data/brush.js";

const KIND = { target: 1, part: /** @type {const} */ ("train") };
const at = (x1, x2 = 0) => ({ x1, x2 });
const example = (x1, x2 = 0) => ({ x1, x2, ...KIND });

test("fingers reach farther than mice", () => {
  assert.deepEqual([reachOf("point"), reachOf("spray"), reachOf("erase", "mouse")], [0, 1, 0.4]);
  assert.ok(reachOf("spray", "touch") > reachOf("spray", "pen"));
});

test("points along a stroke are evenly spaced", () => {
  const points = pointsOfStroke("point", at(0), at(1));
  assert.deepEqual(points.map(({ x1 }) => Math.round(100 * x1) / 100), [0.45, 0.9]);
  assert.deepEqual(pointsOfStroke("point", at(0), at(0.4)), []);
});

test("pencils add points where they are", () => {
  const list = strokeChange({ tool: "point", reach: 0 }, [at(1), at(2)], KIND, Math.random)([]);
  assert.deepEqual(list, [example(1), example(2)]);
});

test("sprays add points within reach", () => {
  const list = strokeChange({ tool: "spray", reach: 1 }, [at(0)], KIND, () => 1)([]);
  assert.deepEqual(list, [example(1)]);
});

test("erasers remove points within reach", () => {
  const list = [example(0), example(0.3), example(3)];
  assert.deepEqual(strokeChange({ tool: "erase", reach: 0.4 }, [at(0)], KIND, Math.random)(list), [list[2]]);
  assert.deepEqual(strokeChange({ tool: "erase", reach: 0.4 }, [at(0), at(3)], KIND, Math.random)(list), []);
});

test("the brush circle is drawn to scale", () => {
  assert.deepEqual(brushBox(at(0, 6), 1.5), { left: 50, top: 0, width: 25 });
});

const STATE = { isByKeys: true, isClasses: true, offered: 3 };

test("keys add and erase at the probe", () => {
  assert.deepEqual([" ", "Enter", "Delete", "Backspace"].map((key) => keyMeaning(key, null, STATE)),
    [{ does: "add" }, { does: "add" }, { does: "erase" }, { does: "erase" }]);
});

test("Space plays unless focus came by keyboard", () => {
  assert.equal(keyMeaning(" ", null, { ...STATE, isByKeys: false }), null);
  assert.deepEqual(keyMeaning("Enter", null, { ...STATE, isByKeys: false }), { does: "add" });
});

test("digits choose classes", () => {
  assert.deepEqual([1, 3].map((digit) => keyMeaning(String(digit), digit, STATE)), [{ does: "choose", number: 0 }, { does: "choose", number: 2 }]);
  assert.deepEqual([keyMeaning("4", 4, STATE), keyMeaning("0", 0, STATE), keyMeaning("1", 1, { ...STATE, isClasses: false })], [null, null, null]);
});

test("plus and minus change the value", () => {
  const values = { ...STATE, isClasses: false };
  assert.deepEqual(keyMeaning("+", null, values), { does: "raise", by: 0.1 });
  assert.deepEqual(keyMeaning("-", null, values), { does: "raise", by: -0.1 });
  assert.equal(keyMeaning("+", null, STATE), null);
});

test("other keys do nothing", () => {
  assert.deepEqual(["a", "ArrowUp", "toString"].map((key) => keyMeaning(key, null, STATE)), [null, null, null]);
});

test("keys change the nearest point only", () => {
  assert.deepEqual(keyChange("add", at(1), KIND)([]), [example(1)]);
  const list = [example(0), example(0.3)];
  assert.deepEqual(keyChange("erase", at(0.1), KIND)(list), [list[1]]);
  assert.equal(keyChange("erase", at(5), KIND)(list), list);
});

test("keyboard changes are announced", () => {
  const [none, one] = [[], [example(0.25)]];
  const say = (does, before, after) => keySentence(does, at(0.25, -1), "Blue", { before, after });
  assert.equal(say("add", none, one), "Blue added at 0.25, −1.00. 1 example.");
  assert.equal(say("erase", one, none), "Erased at 0.25, −1.00. 0 examples.");
  assert.equal(say("add", one, one), "Nothing added at 0.25, −1.00.");
  assert.equal(say("erase", one, one), "Nothing to erase at 0.25, −1.00.");
});

test("undo and redo are announced", () => {
  assert.equal(undoSentence("undo", []), "Undone. 0 examples.");
  assert.equal(undoSentence("redo", [example(1)]), "Redone. 1 example.");
  assert.match(FULL, /5,000 examples/);
});
