import assert from "node:assert/strict";
import test from "node:test";

import { TURN, WAY, createPulses, isMinibatch, paintPulses, passOf, stageAt } from "../../static/js/network/pulses.js";

const frame = (step, more = {}) => ({ run: 1, step, past: false, ...more });
const link = (index, layer) => ({ index, source: index, target: 99, layer, x1: 0, y1: 0, x2: 100, y2: 50 });
const passes = (name) => () => /** @type {any} */ ({ forward: [[name]], backward: [[name]] });

test("pulses show minibatches trained one by one", () => {
  const paused = { playing: false, speed: "epoch" };
  assert.equal(isMinibatch(frame(4), frame(5), paused), true);
  assert.equal(isMinibatch(frame(4), frame(14), paused), false, "an epoch");
  assert.equal(isMinibatch(frame(4), frame(4), paused), false, "another look at the same weights");
  assert.equal(isMinibatch(frame(4), frame(6), { playing: true, speed: "minibatch" }), true, "the screen is slower");
  assert.equal(isMinibatch(frame(4), frame(5), { playing: true, speed: "epoch" }), false);
});

test("other runs and earlier epochs have none", () => {
  const status = { playing: false, speed: "minibatch" };
  assert.equal(isMinibatch(frame(4), frame(5, { run: 2 }), status), false);
  assert.equal(isMinibatch(frame(4, { past: true }), frame(5), status), false);
  assert.equal(isMinibatch(null, frame(5), status), false);
});

test("values go forward, then changes go back", () => {
  const stages = Array.from({ length: 61 }, (_, tick) => stageAt(tick * 10, 3)).filter((stage) => stage !== null && stage !== "turn");
  const ways = stages.map(({ direction, layer }) => `${direction} ${layer}`);
  assert.deepEqual([...new Set(ways)], ["forward 0", "forward 1", "forward 2", "backward 2", "backward 1", "backward 0"]);
  for (const [before, { direction, layer, share }] of stages.slice(1).entries()) {
    const last = stages[before];
    if (last.direction === direction && last.layer === layer) assert.ok(direction === "forward" ? share > last.share : share < last.share);
    assert.ok(share >= 0 && share <= 1);
  }
});

test("a pass ends within 600 milliseconds", () => {
  assert.ok(2 * WAY + TURN <= 600);
  assert.deepEqual([stageAt(WAY, 2), stageAt(2 * WAY + TURN, 2)], ["turn", null]);
});

test("weights travel forward, their changes backward", () => {
  const links = [link(0, 1), link(1, 1), link(2, 2)];
  const { forward, backward } = passOf(links, [2, -1, 0], [2, 1, 0.5]);
  const read = (layers) => layers.map((pulses) => pulses.map((pulse) => [pulse.link.index, pulse.strength, pulse.isPositive]));
  assert.deepEqual(read(forward), [[[0, 1, true], [1, 0.5, false]], []]);
  assert.deepEqual(read(backward), [[[1, 1, false]], [[2, 1, false]]]);
  assert.deepEqual(read(passOf(links, [1, 1, 1], [1]).backward), [[], []], "weights of another network");
});

test("large layers show their strongest links", () => {
  const links = Array.from({ length: 256 }, (_, index) => link(index, 1));
  const [pulses] = passOf(links, links.map(({ index }) => index), []).forward;
  assert.ok(pulses.length < 64 && pulses.every((pulse) => pulse.link.index > 256 - 64));
});

test("passes never queue: the newest waits", () => {
  const pulses = createPulses();
  pulses.begin(passes("a"), 0);
  for (const [time, name] of /** @type {const} */ ([[100, "b"], [200, "c"], [300, "d"]])) pulses.begin(passes(name), time);
  assert.deepEqual(pulses.at(100)?.pulses, ["a"]);
  assert.deepEqual(pulses.at(700)?.pulses, ["d"]);
  assert.deepEqual([pulses.isRunning(1200), pulses.isRunning(1400), pulses.at(1500)], [true, false, null]);
});

test("stopped pulses are gone at once", () => {
  const pulses = createPulses();
  pulses.begin(passes("a"), 0);
  pulses.begin(passes("b"), 10);
  pulses.stop();
  assert.deepEqual([pulses.at(20), pulses.isRunning(20)], [null, false]);
});

test("pulses are painted on their links", () => {
  const dots = [];
  const context = /** @type {any} */ ({ beginPath() {}, fill() {}, stroke() {}, arc: (x, y) => dots.push([x, y, context.fillStyle === "bg"]) });
  const palette = /** @type {any} */ ({ shades: Array(256).fill("shade"), colors: { bg: "bg" } });
  for (const direction of /** @type {const} */ (["forward", "backward"])) {
    paintPulses(context, { pulses: [{ link: link(0, 1), strength: 1, isPositive: true }], stage: { direction, layer: 0, share: 0.5 } }, { palette, scale: 1 });
  }
  assert.deepEqual(dots, [[50, 25, false], [50, 25, true]]);
  assert.equal(context.globalAlpha, 1);
});
