import assert from "node:assert/strict";
import test from "node:test";

import { layoutNetwork } from "../../static/js/network/layout.js";
import { DURATION, createTransition, placesOf, shifted } from "../../static/js/network/transition.js";

const features = [{ label: "x₁" }, { label: "x₂" }];

/** @param {number[]} layers @returns {any} */
const arranged = (layers) => ({
  layout: layoutNetwork({ features: [{ index: 0, used: true }, { index: 1, used: true }], firstUnit: 2, layers, width: 800, height: 600 }),
  naming: { features, last: layers.length + 1, outputs: 1, labels: [] },
});

/** A transition between two networks that begins at 0. */
function between(before, after) {
  const transition = createTransition();
  transition.jump(placesOf(before));
  transition.ease(placesOf(after), 0);
  return transition;
}
const [one, two] = [arranged([3]), arranged([3, 2])];

test("units start from where they were", () => {
  const shifts = between(one, two).shifts(0);
  const [before, after] = [one, two].map(({ layout }) => layout.units.find(({ layer, row }) => layer === 1 && row === 0));
  const { dx, dy, opacity } = /** @type {any} */ (shifts.get("1 0"));
  assert.deepEqual([after.x + dx, after.y + dy, opacity], [before.x, before.y, 1]);
});

test("new units grow and fade in", () => {
  const transition = between(one, two);
  const at = (time) => /** @type {any} */ (transition.shifts(time).get("2 0"));
  assert.deepEqual([at(0).scale, at(0).opacity], [0.5, 0]);
  assert.ok(at(DURATION / 2).scale > 0.5 && at(DURATION / 2).opacity > 0);
});

test("everything arrives, and nothing is left over", () => {
  const transition = between(two, one);
  assert.equal(transition.isRunning(DURATION - 1), true);
  assert.deepEqual([transition.isRunning(DURATION), transition.shifts(DURATION).size, transition.left(DURATION)], [false, 0, 0]);
  assert.equal(transition.shifts(DURATION / 2).has("2 0"), false, "what is gone has no place");
});

test("interrupted units go on from where they are", () => {
  const transition = between(one, two);
  const placeAt = (goal, time) => {
    const unit = goal.layout.units.find(({ layer, row }) => layer === 1 && row === 0);
    return unit.x + (transition.shifts(time).get("1 0")?.dx ?? 0);
  };
  const before = placeAt(two, 60);
  transition.ease(placesOf(one), 60);
  assert.ok(Math.abs(placeAt(one, 60) - before) < 1e-9);
});

test("jumping ends a transition", () => {
  const transition = between(one, two);
  transition.jump(placesOf(one));
  assert.deepEqual([transition.isRunning(10), transition.shifts(10).size], [false, 0]);
});

test("links follow the units they join", () => {
  const transition = between(one, two);
  const { links, units } = shifted(two, transition.shifts(0));
  const old = one.layout.units.find(({ layer, row }) => layer === 1 && row === 1);
  const index = units.find(({ layer, row }) => layer === 1 && row === 1)?.index;
  const [incoming] = links.filter(({ target }) => target === index);
  assert.ok(Math.abs(incoming.x2 - old.x) < 1e-9 && incoming.y2 > old.y && incoming.y2 < old.y + old.size);
  assert.ok(links.filter(({ layer }) => layer === 2).every(({ opacity }) => opacity === 0));
  assert.equal(shifted(two, new Map()), two.layout);
});
