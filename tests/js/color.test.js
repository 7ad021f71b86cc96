import assert from "node:assert/strict";
import test from "node:test";

import { CLASS_COLORS, byteOf, createClassRamp, createRamp, cssColor, discretize, mix, parseColor, valueOf, veil } from "../../static/js/lib/color.js";

const COLORS = { neg: "#f59322", zero: "#e8eaeb", pos: "#0877bd" };

test("ramps have an opaque color per byte", () => {
  const ramp = createRamp(COLORS);
  assert.equal(ramp.length, 256);
  assert.ok(ramp.every((entry) => entry >>> 24 === 255));
});

test("ramps end in the colors of ±1", () => {
  const ramp = createRamp(COLORS);
  assert.equal(ramp[0], 0xff2293f5);
  assert.equal(ramp[255], 0xffbd7708);
  assert.deepEqual([...new Uint8Array(ramp.buffer, 0, 4)], [0xf5, 0x93, 0x22, 0xff]);
});

test("bytes take only their side's color", () => {
  const ramp = createRamp({ neg: "#ff0000", zero: "#000000", pos: "#0000ff" });
  for (let byte = 0; byte < 256; byte++) {
    const [red, blue] = [ramp[byte] & 255, (ramp[byte] >> 16) & 255];
    assert.ok(byte < 128 ? blue === 0 : red === 0, `byte ${byte}`);
  }
});

test("weights beyond ±1 have the end color", () => {
  const ramp = createRamp(COLORS);
  assert.equal(cssColor(ramp, -1), "rgb(245, 147, 34)");
  assert.equal(cssColor(ramp, -7), cssColor(ramp, -1));
  assert.equal(cssColor(ramp, 40), cssColor(ramp, 1));
});

test("bytes and values convert back and forth", () => {
  for (let byte = 0; byte < 256; byte++) assert.equal(byteOf(valueOf(byte)), byte);
  assert.equal(valueOf(0), -1);
  assert.equal(valueOf(255), 1);
});

test("discretized ramps have two colors", () => {
  const ramp = createRamp(COLORS);
  const two = discretize(ramp);
  assert.deepEqual([two[0], two[127], two[128], two[255]], [ramp[0], ramp[0], ramp[255], ramp[255]]);
});

test("veils mix in the background", () => {
  const ramp = createRamp({ neg: "#000000", zero: "#000000", pos: "#000000" });
  assert.equal(cssColor(veil(ramp, "#ffffff", 0.2), 0), "rgb(51, 51, 51)");
  assert.deepEqual(veil(ramp, "#ffffff", 0), ramp);
});

test("colors are read in CSS notations", () => {
  for (const text of ["#fa0", "#ffaa00", " #FFAA00 ", "rgb(255, 170, 0)", "rgb(255 170 0)", "rgba(255, 170, 0, .5)"]) {
    assert.deepEqual(parseColor(text), [255, 170, 0], text);
  }
});

test("other text is refused as a color", () => {
  for (const text of ["", "orange", "#12", "rgb(1, 2)", "rgb(a, b, c)"]) assert.throws(() => parseColor(text), /not a color/, text);
});

test("mixtures go between two colors", () => {
  assert.deepEqual(mix([0, 100, 200], [100, 100, 0], 0.25), [25, 100, 150]);
});

/** What eyes without one kind of cones see (Machado et al. 2009), from linear RGB to the same; "all" see everything. */
const EYES = {
  all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  noRed: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  noGreen: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  noBlue: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
const TO_XYZ = [[0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505], [0.2126, 0.7152, 0.0722], [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089]];

const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, factor, i) => sum + factor * vector[i], 0));

/** A color as CIELAB, as such eyes see it. */
function lab(color, eyes) {
  const linear = parseColor(color).map((part) => (part <= 10.31 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  const seen = times(EYES[eyes], linear).map((part) => Math.max(0, Math.min(1, part)));
  const [x, y, z] = times(TO_XYZ, seen).map((part) => (part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test("class colors differ for every kind of vision", () => {
  for (const eyes of Object.keys(EYES)) {
    const seen = CLASS_COLORS.map((color) => lab(color, eyes));
    seen.forEach((one, i) => seen.slice(0, i).forEach((other, j) => {
      const distance = Math.hypot(...one.map((part, k) => part - other[k]));
      assert.ok(distance > 15, `${CLASS_COLORS[i]} and ${CLASS_COLORS[j]} to ${eyes}: ${distance.toFixed(1)}`);
    }));
  }
});

test("class colors grow with probability", () => {
  const ramp = createClassRamp("#2fb08f", "#e8eaeb", 1 / 4);
  const full = createRamp({ neg: "#000000", zero: "#e8eaeb", pos: "#2fb08f" });
  assert.equal(ramp[255], full[255]);
  assert.equal(cssColor(ramp, -1), "rgb(232, 234, 235)");
  assert.equal(ramp[Math.floor(255 / 4)], ramp[0]);
  const reds = [...ramp].map((entry) => entry & 255);
  assert.ok(reds.every((red, i) => i === 0 || red <= reds[i - 1]));
});
