import assert from "node:assert/strict";
import test from "node:test";

import { createBudget } from "../../static/js/lib/throttle.js";

const BOUNDS = { least: 40, most: 1000, start: 200 };

/** Frames at equal times; the time after the last. */
function run(budget, from, interval, count) {
  for (let i = 0; i < count; i++) budget.frame(from + i * interval);
  return from + count * interval;
}

test("the amount changes only after some frames", () => {
  const budget = createBudget(BOUNDS);
  run(budget, 0, 40, 30);
  assert.equal(budget.amount, 200);
});

test("slow frames cut the amount to its bound", () => {
  const budget = createBudget(BOUNDS);
  const then = run(budget, 0, 40, 31);
  assert.equal(budget.amount, 140);
  run(budget, then, 40, 1000);
  assert.equal(budget.amount, 40);
});

test("fast frames raise the amount to its bound", () => {
  const budget = createBudget(BOUNDS);
  const then = run(budget, 0, 16.7, 31);
  assert.equal(budget.amount, 240);
  run(budget, then, 16.7, 2000);
  assert.equal(budget.amount, 1000);
});

test("frames in between change nothing", () => {
  const budget = createBudget(BOUNDS);
  run(budget, 0, 20, 500);
  assert.equal(budget.amount, 200);
});

test("a cut lasts for a while", () => {
  const budget = createBudget(BOUNDS);
  const cut = run(budget, 0, 40, 31);
  const then = run(budget, cut, 10, 1400);
  assert.equal(budget.amount, 140);
  run(budget, then, 10, 200);
  assert.ok(budget.amount > 140);
});

test("a few slow frames change nothing", () => {
  const budget = createBudget(BOUNDS);
  let time = 0;
  for (let i = 0; i < 300; i++) budget.frame((time += i % 10 === 0 ? 90 : 20));
  assert.equal(budget.amount, 200);
});

test("breaks do not count as slow frames", () => {
  const budget = createBudget(BOUNDS);
  for (let i = 0; i < 100; i++) budget.frame(i * 5000);
  assert.equal(budget.amount, 200);
});
