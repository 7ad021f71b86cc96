import assert from "node:assert/strict";
import test from "node:test";

import { dotsOf, ownDots } from "../../static/js/data/sketches.js";

const CLASSES = ["orange", "blue", "green", "purple", "brown", "violet"];
const COLORS = { classes: CLASSES, shade: (value) => `value ${value}` };
const NAMES = ["circle", "xor", "gauss", "spiral", "reg-plane", "reg-gauss", "and", "or", "nand", "moons", "rings", "checkerboard", "spiral3", "gauss4", "reg-sine", "reg-step", "reg-abs"];

test("every icon stays within the plane", () => {
  for (const name of NAMES) {
    const dots = dotsOf(name, COLORS);
    assert.ok(dots.length >= 28, name);
    assert.ok(dots.every(({ x, y }) => Math.abs(x) <= 6 && Math.abs(y) <= 6), name);
  }
});

test("icons are the same on every visit", () => {
  for (const name of NAMES) assert.deepEqual(dotsOf(name, COLORS), dotsOf(name, COLORS));
});

test("data sets without an icon have no dots", () => {
  assert.deepEqual(dotsOf("own", COLORS), []);
  assert.deepEqual(dotsOf("unknown", COLORS), []);
});

test("icons of two classes have both colors", () => {
  for (const name of ["circle", "xor", "gauss", "spiral"]) {
    const colors = dotsOf(name, COLORS).map(({ color }) => color);
    assert.deepEqual([colors.filter((color) => color === "blue").length, colors.filter((color) => color === "orange").length], [40, 40], name);
  }
});

test("the circle has its blue class inside", () => {
  const radii = (color) => dotsOf("circle", COLORS).filter((dot) => dot.color === color).map(({ x, y }) => Math.hypot(x, y));
  assert.ok(Math.max(...radii("blue")) < Math.min(...radii("orange")));
});

test("gates follow their truth tables", () => {
  const truths = { and: (a, b) => a && b, or: (a, b) => a || b, nand: (a, b) => !(a && b) };
  for (const [name, truth] of Object.entries(truths)) {
    for (const { x, y, color } of dotsOf(name, COLORS)) assert.equal(color, CLASSES[truth(x > 0, y > 0) ? 1 : 0], name);
  }
});

test("icons show as many classes as there are", () => {
  const count = (name) => new Set(dotsOf(name, COLORS).map(({ color }) => color)).size;
  assert.deepEqual(["moons", "rings", "spiral3", "gauss4"].map(count), [2, 2, 3, 4]);
});

test("icons of values have their shades", () => {
  for (const name of ["reg-plane", "reg-sine"]) assert.ok(dotsOf(name, COLORS).every(({ color }) => color.startsWith("value ")), name);
  assert.ok(dotsOf("reg-abs", COLORS).some(({ y, color }) => y === 4 * Number(color.slice(6))));
});

test("own examples are drawn as they are", () => {
  const data = (classes, targets) => /** @type {any} */ ({ points: [1, 2, 3, 4], targets, classes });
  assert.deepEqual(ownDots(data(3, [2, 0]), COLORS).map(({ x, y, color }) => [x, y, color]), [[1, 2, CLASSES[2]], [3, 4, CLASSES[0]]]);
  assert.equal(ownDots(data(2, [1, -1]), COLORS)[1].color, "value -1");
  assert.deepEqual(ownDots(null, COLORS), []);
});
