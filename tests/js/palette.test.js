import assert from "node:assert/strict";
import test from "node:test";

import { byteOf, cssColor } from "../../static/js/lib/color.js";
import { createPalette, currentPalette, targetColor } from "../../static/js/lib/palette.js";
import { openPage } from "./fakepage.js";

const CLASSES = ["#ff8800", "#0077bb", "#2fb08f", "#a3367c", "#7a5136", "#5b2bb5"];
const TOKENS = {
  neg: CLASSES[0], zero: "#eeeeee", pos: CLASSES[1], panel: "#ffffff", veil: ".3",
  ...Object.fromEntries(CLASSES.slice(2).map((color, index) => [`class-${index + 3}`, color])),
};
const palette = createPalette((name) => TOKENS[name] ?? `token ${name}`);

test("shades run from negative to positive", () => {
  assert.deepEqual([palette.shades[0], palette.shades[255]], ["rgb(255, 136, 0)", "rgb(0, 119, 187)"]);
  assert.equal(palette.shades.length, 256);
});

test("the map is veiled by the background", () => {
  assert.equal(cssColor(palette.mapRamp, -1), "rgb(255, 172, 77)");
  assert.equal(cssColor(palette.discreteMapRamp, -0.1), cssColor(palette.mapRamp, -1));
});

test("other colors are tokens of the style sheet", () => {
  assert.deepEqual([palette.colors.ink, palette.colors.warn, palette.runs[5]], ["token ink", "token warn", "token run-6"]);
});

test("classes have ramps of their own", () => {
  const classes = palette.forClasses(3);
  assert.deepEqual(classes.colors, CLASSES.slice(0, 3));
  assert.deepEqual([classes.ramps, classes.mapRamps, classes.bestRamps, classes.fullRamps, classes.discreteRamps, classes.discreteMapRamps].map(({ length }) => length), [3, 3, 3, 3, 3, 3]);
});

test("palettes of classes are made once", () => {
  assert.equal(palette.forClasses(3), palette.forClasses(3));
  assert.notEqual(palette.forClasses(4), palette.forClasses(3));
});

test("at even odds a class has no color", () => {
  const { bestRamps: [ramp] } = palette.forClasses(4);
  const pale = cssColor(ramp, -1);
  assert.equal(cssColor(ramp, 2 * 0.25 - 1), pale);
  assert.notEqual(cssColor(ramp, 0), pale);
});

test("full ramps are one color", () => {
  const { fullRamps: [ramp], mapRamps: [map] } = palette.forClasses(3);
  assert.equal(new Set(ramp).size, 1);
  assert.equal(ramp[0], map[255]);
});

test("examples have the color of class or value", () => {
  assert.equal(targetColor(palette, { classes: 3 }, 2), CLASSES[2]);
  assert.equal(targetColor(palette, { classes: 2 }, -1), palette.shades[0]);
  assert.equal(targetColor(palette, { classes: 0 }, 0.3), palette.shades[byteOf(0.3)]);
});

test("the palette changes with the theme", () => {
  openPage();
  const first = currentPalette();
  assert.equal(currentPalette(), first);
  document.documentElement.dataset.theme = "dark";
  assert.notEqual(currentPalette(), first);
});
