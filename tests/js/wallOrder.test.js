import assert from "node:assert/strict";
import { test } from "node:test";

import { createOrder, passes, seatsToShow, sortedTiles, toggled } from "../../static/js/wall/order.js";
import { tile } from "./tiles.js";

/** @param {Iterable<any>} tiles */
const seatsOf = (tiles) => [...tiles].map(({ seat }) => seat);

test("names sort by number and without case", () => {
  const tiles = [tile(1, { name: "Student 10" }), tile(2, { name: "student 9" }), tile(3, { name: "Ada" })];
  assert.deepEqual(seatsOf(sortedTiles(tiles, "name")), [3, 2, 1]);
});

test("equal losses are ordered by name", () => {
  const tiles = [tile(1, { name: "Zoe", test_loss: 0.1 }), tile(2, { name: "Ada", test_loss: 0.1 }), tile(3, { name: "Mia", test_loss: 0.05 })];
  assert.deepEqual(seatsOf(sortedTiles(tiles, "loss")), [3, 2, 1]);
});

test("missing and diverged losses come last", () => {
  const tiles = [tile(1, { test_loss: null, train_loss: null }), tile(2, { state: "diverged", test_loss: 0.001, name: "A" }), tile(3, { test_loss: 0.9 })];
  assert.deepEqual(seatsOf(sortedTiles(tiles, "loss")), [3, 2, 1]);
});

test("the training loss counts without test examples", () => {
  const tiles = [tile(1, { test_loss: null, train_loss: 0.3 }), tile(2, { test_loss: null, train_loss: 0.2 })];
  assert.deepEqual(seatsOf(sortedTiles(tiles, "loss")), [2, 1]);
});

test("the best accuracy comes first", () => {
  const tiles = [tile(1, { test_accuracy: null, train_accuracy: null }), tile(2, { test_accuracy: 0.8 }), tile(3, { test_accuracy: 0.9 })];
  assert.deepEqual(seatsOf(sortedTiles(tiles, "accuracy")), [3, 2, 1]);
});

test("the earliest goal, raised hands, stuck come first", () => {
  const tiles = [tile(1), tile(2, { reached: { gold: 90, bronze: 20 } }), tile(3, { reached: { own: 30 } }), tile(4, { hand: true }), tile(5, { state: "diverged" }), tile(6, { state: "stuck" })];
  assert.deepEqual(seatsOf(sortedTiles(tiles, "goal")).slice(0, 2), [2, 3]);
  assert.equal(seatsOf(sortedTiles(tiles, "hand"))[0], 4);
  assert.deepEqual(seatsOf(sortedTiles(tiles, "stuck")).slice(0, 2), [6, 5]);
});

test("a loss filter leaves its upper end out", () => {
  const filter = /** @type {const} */ ({ kind: "loss", low: 0.1, high: 0.2, isLast: false });
  assert.equal(passes(tile(1, { test_loss: 0.1 }), filter), true);
  assert.equal(passes(tile(1, { test_loss: 0.2 }), filter), false);
  assert.equal(passes(tile(1, { test_loss: 0.2 }), { ...filter, isLast: true }), true);
  assert.equal(passes(tile(1, { test_loss: 0.1, state: "diverged" }), filter), false);
});

test("filters and search narrow the wall together", () => {
  const tiles = [tile(1, { name: "Émile", state: "stuck" }), tile(2, { name: "Emily" }), tile(3, { name: "Noah", state: "stuck" })];
  /** @type {import("../../static/js/wall/order.js").Filter[]} */
  const filters = [{ kind: "state", value: "stuck" }];
  assert.deepEqual(seatsToShow(tiles, { sort: "name", filters, query: " emi" }), [1]);
  assert.deepEqual(seatsToShow(tiles, { sort: "name", filters: [], query: "student 2" }, ({ seat }) => `Student ${seat}`), [2]);
});

test("a second click on a filter removes it", () => {
  const stuck = /** @type {const} */ ({ kind: "state", value: "stuck" });
  const tanh = /** @type {const} */ ({ kind: "chosen", field: "activation", value: "Tanh" });
  const both = toggled(toggled([], stuck), tanh);
  assert.deepEqual(both, [stuck, tanh]);
  assert.deepEqual(toggled(both, { ...tanh }), [stuck]);
  assert.deepEqual(toggled(both, { kind: "hand" }), [tanh, { kind: "hand" }]);
  assert.deepEqual(toggled(both, { ...tanh, value: "ReLU" }), [stuck, { ...tanh, value: "ReLU" }]);
});

test("the order changes at most every two seconds", () => {
  const order = createOrder();
  const when = { isHeld: false, isChosen: false };
  assert.deepEqual(order.next([1, 2], { ...when, now: 0 }).seats, [1, 2]);
  assert.deepEqual(order.next([2, 1], { ...when, now: 500 }), { seats: [1, 2], waits: 1500 });
  assert.deepEqual(order.next([2, 1], { ...when, now: 2000 }).seats, [2, 1]);
});

test("tiles stay while they are pointed at", () => {
  const order = createOrder();
  order.next([1, 2, 3], { now: 0, isHeld: false, isChosen: false });
  const held = order.next([4, 3, 1], { now: 9000, isHeld: true, isChosen: false });
  assert.deepEqual(held, { seats: [1, 2, 3, 4], waits: Infinity });
  assert.deepEqual(order.next([4, 3, 1], { now: 9001, isHeld: true, isChosen: true }).seats, [4, 3, 1]);
});
