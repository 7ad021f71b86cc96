import assert from "node:assert/strict";
import test from "node:test";

import { createPace } from "../../static/js/lib/throttle.js";

const BOUNDS = { least: 40, most: 1000, start: 200 };

/** Frames at equal times; the time after the last. */
function run(pace, from, interval, count) {
  for (let i = 0; i < count; i++) pace.frame(from + i * interval);
  return from + count * interval;
}

test("what is painted stays the same until some frames have been seen", () => {
  const pace = createPace(BOUNDS);
  run(pace, 0, 40, 30);
  assert.equal(pace.amount, 200);
});

test("slow frames cut it, down to its bound", () => {
  const pace = createPace(BOUNDS);
  const then = run(pace, 0, 40, 31);
  assert.equal(pace.amount, 140);
  run(pace, then, 40, 1000);
  assert.equal(pace.amount, 40);
});

test("frames that come in time let it grow, up to its bound", () => {
  const pace = createPace(BOUNDS);
  const then = run(pace, 0, 16.7, 31);
  assert.equal(pace.amount, 240);
  run(pace, then, 16.7, 2000);
  assert.equal(pace.amount, 1000);
});

test("between the two it stays", () => {
  const pace = createPace(BOUNDS);
  run(pace, 0, 20, 500);
  assert.equal(pace.amount, 200);
});

test("after a cut it does not grow for a while", () => {
  const pace = createPace(BOUNDS);
  const cut = run(pace, 0, 40, 31);
  const then = run(pace, cut, 10, 1400);
  assert.equal(pace.amount, 140);
  run(pace, then, 10, 200);
  assert.ok(pace.amount > 140);
});

test("a few slow frames among many change nothing", () => {
  const pace = createPace(BOUNDS);
  let time = 0;
  for (let i = 0; i < 300; i++) pace.frame((time += i % 10 === 0 ? 90 : 20));
  assert.equal(pace.amount, 200);
});

test("a break is no slow frame", () => {
  const pace = createPace(BOUNDS);
  for (let i = 0; i < 100; i++) pace.frame(i * 5000);
  assert.equal(pace.amount, 200);
});
