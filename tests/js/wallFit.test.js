import assert from "node:assert/strict";
import { test } from "node:test";

import { chipsFor } from "../../static/js/wall/chips.js";
import { layoutFor } from "../../static/js/wall/fit.js";
import { moveTo } from "../../static/js/wall/keys.js";

const ROOM = /** @type {const} */ ({ width: 1320, height: 520, type: 14, size: "fit", isScreen: false, hasNames: true, chips: 3 });

/** @param {Parameters<typeof layoutFor>[0]} given */
function roomOf(given) {
  const { columns, gap, width, height } = layoutFor(given);
  const rows = Math.ceil(given.count / columns);
  return { width: columns * (width + gap) - gap, height: rows * (height + gap) - gap };
}

for (const count of [1, 6, 30]) {
  test(`${count} tiles fit into the window`, () => {
    const room = roomOf({ ...ROOM, count });
    assert.ok(room.width <= ROOM.width && room.height <= ROOM.height, JSON.stringify(room));
  });
}

test("few tiles are larger than many", () => {
  assert.ok(layoutFor({ ...ROOM, count: 6 }).width > layoutFor({ ...ROOM, count: 30 }).width);
});

test("too many tiles keep names legible and scroll", () => {
  const layout = layoutFor({ ...ROOM, count: 200 });
  assert.ok(layout.width >= 5.4 * ROOM.type);
  assert.ok(roomOf({ ...ROOM, count: 200 }).height > ROOM.height);
});

test("the screen shows two hundred without scrolling", () => {
  const room = roomOf({ ...ROOM, height: 580, count: 200, isScreen: true, hasNames: false });
  assert.ok(room.height <= 580 && room.width <= ROOM.width, JSON.stringify(room));
});

for (const [size, width] of /** @type {const} */ ([["s", 358], ["m", 358], ["l", 358], ["l", 150], ["fit", 100]])) {
  test(`size ${size} never exceeds ${width} pixels`, () => {
    assert.ok(roomOf({ ...ROOM, size, width, count: 50 }).width <= width);
  });
}

test("arrow keys lead through rows and stop", () => {
  const at = (/** @type {number} */ index) => ({ index, count: 10, columns: 4 });
  assert.deepEqual(["ArrowRight", "ArrowDown", "Home", "End"].map((key) => moveTo(key, at(2))), [3, 6, 0, 9]);
  assert.equal(moveTo("ArrowUp", at(2)), 2);
  assert.equal(moveTo("ArrowDown", at(7)), 9);
  assert.equal(moveTo("ArrowDown", at(9)), 9);
  assert.equal(moveTo("ArrowLeft", at(0)), 0);
  assert.equal(moveTo("x", at(0)), null);
  assert.equal(moveTo("ArrowRight", { index: -1, count: 0, columns: 4 }), null);
});

test("chips are shown as a whole or counted", () => {
  const texts = ["ELU", "layers 8, 8", "rate 0.1"];
  assert.deepEqual(chipsFor(texts, { width: 40, rows: 1 }), { shown: texts, rest: "" });
  assert.deepEqual(chipsFor(texts, { width: 8, rows: 1 }), { shown: ["ELU"], rest: "+2" });
  assert.deepEqual(chipsFor(texts, { width: 8, rows: 2 }), { shown: ["ELU", "layers 8, 8"], rest: "+1" });
  assert.deepEqual(chipsFor(texts.slice(1), { width: 6, rows: 1 }), { shown: [], rest: "2 changes" });
  assert.deepEqual(chipsFor(["Regularization rate 0.01"], { width: 6, rows: 1 }), { shown: ["Regularization rate 0.01"], rest: "" });
  assert.deepEqual([chipsFor([], { width: 9, rows: 1 }), chipsFor(texts, { width: 0, rows: 0 })], [{ shown: [], rest: "" }, { shown: [], rest: "" }]);
});
