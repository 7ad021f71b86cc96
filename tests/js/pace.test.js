import assert from "node:assert/strict";
import test from "node:test";

import { LEVELS, createPace } from "../../static/js/map/pace.js";

/** Draws pictures that cost as much. @param {ReturnType<typeof createPace>} pace @param {number} ms @param {number} [count] */
const drawn = (pace, ms, count = 100) => Array.from({ length: count }, () => pace.note(ms));

test("a fast machine keeps the finest level", () => {
  const pace = createPace();
  drawn(pace, 10);
  assert.equal(pace.level(), LEVELS.at(-1));
});

test("a slow machine gets the coarsest level", () => {
  const pace = createPace();
  drawn(pace, 200);
  assert.equal(pace.level(), LEVELS[0]);
});

test("a single slow picture changes nothing", () => {
  const pace = createPace();
  drawn(pace, 10, 5);
  drawn(pace, 300, 1);
  drawn(pace, 10, 1);
  assert.equal(pace.level(), LEVELS.at(-1));
});

test("a level returns later each time", () => {
  const pace = createPace();
  const waits = [0, 0].map(() => {
    drawn(pace, 200, 3);
    assert.equal(pace.level(), LEVELS.at(-2));
    let wait = 0;
    for (; pace.level() !== LEVELS.at(-1); wait++) pace.note(5);
    return wait;
  });
  assert.deepEqual(waits, [40, 80]);
});

test("some of the time stays free", () => {
  const pace = createPace();
  drawn(pace, 80, 1);
  assert.equal(Math.round(pace.pause()), 88);
  drawn(pace, 1, 1);
  assert.equal(pace.pause(), 33);
});
