import assert from "node:assert/strict";
import { test } from "node:test";

import { createLoop } from "../../static/js/core/loop.js";

/** A whole frame of a network with two inputs and one output. @param {number} seq @param {number} [revision] */
const frameOf = (seq, revision = 1) => /** @type {any} */ ({
  type: "frame", seq, revision, epoch: seq, arrays: { params: new Float64Array(3) }, shapes: { thumbnails: [1, 2, 2] },
});

/** A loop whose animation frames the test runs. */
function open() {
  const state = /** @type {any} */ ({ revision: 1, layers: [2, 1], link: "#a" });
  const seen = { frames: /** @type {(() => void)[]} */ ([]), drawn: /** @type {any[]} */ ([]), acked: /** @type {number[]} */ ([]), shown: 0 };
  const loop = createLoop({
    store: { get: () => state },
    requestFrame: (draw) => seen.frames.push(draw),
    draw: (frame, _state, passed) => seen.drawn.push([frame?.seq ?? null, passed.map(({ seq }) => seq)]),
    acknowledge: (seq) => seen.acked.push(seq),
    onShown: () => (seen.shown += 1),
  });
  const run = () => seen.frames.splice(0).forEach((draw) => draw());
  return { state, seen, loop, run };
}

test("many changes are drawn once", () => {
  const { seen, loop, run } = open();
  loop.schedule();
  loop.schedule();
  assert.equal(seen.frames.length, 1);
  run();
  loop.schedule();
  assert.deepEqual([seen.frames.length, seen.drawn], [1, [[null, []]]]);
});

test("the newest frame is drawn, all are acknowledged", () => {
  const { seen, loop, run } = open();
  for (const seq of [1, 2, 3]) loop.take(frameOf(seq));
  run();
  assert.deepEqual([seen.drawn, seen.acked, seen.shown], [[[3, [1, 2]]], [1, 2, 3], 1]);
  assert.deepEqual([loop.shown?.frame.seq, loop.shown?.link], [3, "#a"]);
});

test("a frame of another revision is skipped", () => {
  const { seen, loop, run } = open();
  loop.take(frameOf(1, 0));
  run();
  assert.deepEqual([seen.drawn, seen.acked, seen.shown, loop.shown], [[[null, [1]]], [1], 0, null]);
});

test("a frame of another network is not drawn", () => {
  const { state, seen, loop, run } = open();
  loop.take(Object.assign(frameOf(1), { layers: [2, 1] }));
  run();
  state.layers = [2, 4, 1];
  loop.schedule();
  run();
  assert.deepEqual(seen.drawn, [[1, []], [null, []]]);
});

test("a frame is drawn again, not acknowledged again", () => {
  const { seen, loop, run } = open();
  loop.take(frameOf(1));
  run();
  loop.schedule();
  run();
  assert.deepEqual([seen.drawn, seen.acked], [[[1, []], [1, []]], [1]]);
});

test("a new connection acknowledges no old frames", () => {
  const { seen, loop, run } = open();
  loop.take(frameOf(1));
  loop.forgetArrived();
  run();
  assert.deepEqual([seen.drawn, seen.acked], [[[1, []]], []]);
});

test("another experiment clears the screen's frame", () => {
  const { seen, loop, run } = open();
  loop.take(frameOf(1));
  run();
  loop.clear();
  loop.schedule();
  run();
  assert.deepEqual([loop.shown, seen.drawn.at(-1)], [null, [null, []]]);
});

test("a forgotten frame stays on the screen", () => {
  const { seen, loop, run } = open();
  loop.take(frameOf(1));
  run();
  loop.forgetShown();
  assert.equal(loop.shown, null);
  loop.schedule();
  run();
  assert.deepEqual(seen.drawn.at(-1), [1, []]);
});
