import assert from "node:assert/strict";
import test from "node:test";

import { byteOf } from "../../static/js/lib/color.js";
import { curveAt, heightFor, likeliest, middleLine, probe, refine, sliceOf, ticksFor } from "../../static/js/map/picture.js";

/** A picture of size² bytes from a function of x1 and x2. */
function pictureOf(size, valueAt) {
  const at = (place) => -6 + (12 * place) / (size - 1);
  return Uint8Array.from({ length: size * size }, (_, i) => byteOf(valueAt(at(i % size), -at(Math.floor(i / size)))));
}

test("refining keeps corners and interpolates between them", () => {
  const { picture, size, classes } = refine({ picture: Uint8Array.of(0, 100, 200, 50), size: 2, classes: null });
  assert.equal(size, 5);
  assert.equal(classes, null);
  assert.deepEqual([picture[0], picture[4], picture[20], picture[24]], [0, 100, 200, 50]);
  assert.equal(picture[2], 50);
});

test("borders run nearer to the less likely class", () => {
  const likely = (left, right) => refine({ picture: Uint8Array.of(left, right, left, right), size: 2, classes: Uint8Array.of(3, 5, 3, 5) });
  assert.deepEqual([...likely(200, 100).classes ?? []].slice(0, 5), [3, 3, 3, 5, 5]);
  assert.deepEqual([...likely(100, 200).classes ?? []].slice(0, 5), [3, 3, 5, 5, 5]);
});

test("a single class stays when refined", () => {
  const { classes } = refine({ picture: new Uint8Array(9).fill(40), size: 3, classes: new Uint8Array(9).fill(2) });
  assert.ok([...classes ?? []].every((number) => number === 2));
});

test("the likeliest class wins at each pixel", () => {
  const pictures = Uint8Array.of(9, 9, 9, 9, /* class 0 */ 10, 20, 30, 40, /* 1 */ 40, 10, 30, 20, /* 2 */ 5, 30, 31, 10);
  const { picture, classes, size } = likeliest(pictures, 1, 3, 2);
  assert.equal(size, 2);
  assert.deepEqual([...classes ?? []], [1, 2, 2, 0]);
  assert.deepEqual([...picture], [40, 30, 31, 40]);
  assert.deepEqual([...pictures.slice(4, 8)], [10, 20, 30, 40], "the pictures are left as they were");
});

test("values are probed between pixels", () => {
  const picture = pictureOf(100, (x1, x2) => (x1 + x2 / 2) / 12);
  for (const [x1, x2] of [[-6, -6], [6, 6], [0, 0], [2.3, -5.1]]) {
    const { value, class: number } = probe({ picture, size: 100, classes: null }, x1, x2);
    assert.ok(Math.abs(value - (x1 + x2 / 2) / 12) < 0.01, `${x1} ${x2}`);
    assert.equal(number, null);
  }
});

test("thinned pictures have the same values", () => {
  const full = pictureOf(100, (x1, x2) => (x1 + x2 / 2) / 12);
  const places = Array.from({ length: 50 }, (_, place) => Math.round((place * 99) / 49));
  const thinned = Uint8Array.from({ length: 2500 }, (_, i) => full[places[Math.floor(i / 50)] * 100 + places[i % 50]]);
  for (const [x1, x2] of [[-6, -6], [6, 6], [6, -6], [0, 0], [2.3, -5.1], [-3, 1]]) {
    const [before, after] = [[full, 100], [thinned, 50]].map(([picture, size]) => probe({ picture, size, classes: null }, x1, x2).value);
    assert.ok(Math.abs(before - after) < 0.015, `${x1} ${x2}: ${before} and ${after}`);
  }
});

test("classes are probed with their own probability", () => {
  const picture = pictureOf(100, (x1) => (x1 < 0 ? 0.2 : 0.8));
  const classes = Uint8Array.from({ length: 10000 }, (_, i) => (i % 100 < 50 ? 0 : 2));
  assert.equal(probe({ picture, size: 100, classes }, -0.1, 0).class, 0);
  assert.equal(probe({ picture, size: 100, classes }, 0.1, 0).class, 2);
  assert.ok(Math.abs(probe({ picture, size: 100, classes }, 0.1, 0).value - 0.8) < 0.01);
  assert.equal(probe({ picture, size: 100, classes }, 6, -6).class, 2);
});

test("curves are read between points and at ends", () => {
  const curve = Float32Array.of(0, 1, 3);
  assert.deepEqual([-6, -3, 0, 3, 6].map((x1) => curveAt(curve, x1)), [0, 0.5, 1, 2, 3]);
});

test("the middle line is where x₂ is 0", () => {
  const line = middleLine(pictureOf(16, (x1, x2) => x1 / 8 + x2 / 50), 16);
  assert.equal(line.length, 16);
  for (const x1 of [-6, -1, 0, 4, 6]) assert.ok(Math.abs(curveAt(line, x1) - x1 / 8) < 0.02, String(x1));
});

test("the value axis holds every target", () => {
  assert.equal(heightFor([]), 1.25);
  assert.equal(heightFor([0.1, -0.2]), 1.25);
  for (const most of [1, 1.4, 2.7, 5]) assert.ok(heightFor([0, -most]) > most && heightFor([most]) <= 1.4 * most, String(most));
  assert.equal(heightFor([500]), 10);
});

test("the value axis has few ticks around 0", () => {
  for (let height = 1.25; height <= 10; height += 0.25) {
    const ticks = ticksFor(height);
    assert.ok(ticks.length >= 3 && ticks.length <= 7, `${height}: ${ticks}`);
    assert.equal(ticks[(ticks.length - 1) / 2], 0);
    assert.ok((ticks.at(-1) ?? 0) <= height);
  }
});

test("curves say where they cut the plane", () => {
  assert.equal(sliceOf(["x", "xSquared", "sinX"]), "");
  for (const name of ["y", "ySquared", "xTimesY", "sinY"]) assert.equal(sliceOf(["x", name]), "at x₂ = 0");
});
