import assert from "node:assert/strict";
import test from "node:test";

import { ABOVE, START, cameraOf, dragged, sightAfter, sightBetween, spread, turned, zoomed } from "../../static/js/map/camera.js";

/** Where x1 = x2 = 0 and a point are on the screen, from left to right. @param {import("../../static/js/map/camera.js").Sight} sight @param {number} x @param {number} y */
function rightOf(sight, x, y) {
  const { eye, center } = cameraOf(sight);
  const [ahead, aside] = [center.x - eye.x, center.y - eye.y];
  return x * aside - y * ahead;
}

const length = ({ x, y, z }) => Math.hypot(x, y, z);
const minus = (a, b) => ({ x: a.x - b.x, y: a.y - b.y, z: a.z - b.z });

test("the camera is at its distance", () => {
  const { eye, center } = cameraOf({ turn: 1, tilt: 0.4, distance: 2.5 });
  assert.ok(Math.abs(length(minus(eye, center)) - 2.5) < 1e-12);
});

test("x₁ grows to the right at first", () => {
  assert.ok(rightOf(START, 1, 0) > 0);
  assert.ok(rightOf(ABOVE, 1, 0) > 0);
});

test("the front follows the pointer", () => {
  const front = [Math.cos(START.turn), Math.sin(START.turn)];
  assert.ok(Math.abs(rightOf(START, ...front)) < 1e-12);
  assert.ok(rightOf(dragged(START, 20, 0), ...front) > 0);
  assert.ok(dragged(START, 0, 20).tilt > START.tilt);
});

test("arrow keys turn, further with Shift", () => {
  const left = sightAfter(START, "ArrowLeft", false);
  const up = sightAfter(START, "ArrowUp", false);
  assert.ok(left && left.turn > START.turn && left.tilt === START.tilt);
  assert.ok(up && up.tilt > START.tilt && up.turn === START.turn);
  const far = sightAfter(START, "ArrowLeft", true);
  assert.ok(far && far.turn > left.turn);
});

test("plus and minus zoom within bounds", () => {
  let near = START;
  for (let press = 0; press < 40; press++) near = sightAfter(near, "+", false) ?? near;
  assert.equal(near.distance, zoomed(near, 1).distance);
  assert.ok((sightAfter(START, "-", false)?.distance ?? 0) > START.distance);
  assert.deepEqual(sightAfter(near, "Home", false), START);
});

test("other keys mean nothing", () => {
  for (const key of ["a", "Enter", " ", "Escape", "toString"]) assert.equal(sightAfter(START, key, false), null);
});

test("spreading two fingers brings it nearer", () => {
  assert.ok(Math.abs(spread(START, 1.5).distance - START.distance / 1.5) < 1e-9);
});

test("the surface never turns over", () => {
  assert.ok(turned(START, 0, 9).tilt < Math.PI / 2);
  assert.ok(turned(START, 0, -9).tilt > -Math.PI / 2);
});

test("the flat map tilts from start to end", () => {
  assert.deepEqual(sightBetween(ABOVE, START, 0), ABOVE);
  assert.deepEqual(Object.values(sightBetween(ABOVE, START, 1)).map((part) => part.toFixed(9)), Object.values(START).map((part) => part.toFixed(9)));
});
