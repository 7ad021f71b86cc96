import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore, isEqual } from "../../static/js/core/store.js";

test("a patch replaces state and keeps other fields", () => {
  const store = createStore({ playing: false, epoch: 3 });
  const before = store.get();
  store.set({ playing: true });
  assert.deepEqual(store.get(), { playing: true, epoch: 3 });
  assert.deepEqual(before, { playing: false, epoch: 3 });
});

test("subscribers receive new and previous state until unsubscribed", () => {
  const store = createStore({ epoch: 0 });
  /** @type {number[][]} */
  const heard = [];
  const leave = store.subscribe((state, previous) => heard.push([state.epoch, previous.epoch]));
  store.set({ epoch: 1 });
  leave();
  store.set({ epoch: 2 });
  assert.deepEqual(heard, [[1, 0]]);
});

test("equal values notify nobody and keep their identity", () => {
  const store = createStore({ config: { features: ["x", "y"], noise: 0 } });
  const { config } = store.get();
  let calls = 0;
  store.subscribe(() => (calls += 1));
  store.set({ config: { features: ["x", "y"], noise: 0 } });
  assert.equal(calls, 0);
  assert.equal(store.get().config, config);
});

const PAIRS = [
  { name: "lists in another order", a: ["x", "y"], b: ["y", "x"], equal: false },
  { name: "a list and a longer one", a: [4], b: [4, 2], equal: false },
  { name: "nested objects", a: { view: { hidden: ["x"] } }, b: { view: { hidden: ["x"] } }, equal: true },
  { name: "an object and one with another name", a: { epoch: undefined }, b: { step: undefined }, equal: false },
  { name: "not a number and itself", a: NaN, b: NaN, equal: true },
  { name: "null and an object", a: null, b: {}, equal: false },
  { name: "two typed arrays of equal content", a: new Float32Array(2), b: new Float32Array(2), equal: false },
];
for (const { name, a, b, equal } of PAIRS) {
  test(`${name} are ${equal ? "equal" : "not equal"}`, () => assert.equal(isEqual(a, b), equal));
}
