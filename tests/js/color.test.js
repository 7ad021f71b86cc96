import assert from "node:assert/strict";
import test from "node:test";

import { byteOf, createRamp, cssColor, discretize, mix, parseColor, valueOf, veil } from "../../static/js/color.js";

const COLORS = { neg: "#f59322", zero: "#e8eaeb", pos: "#0877bd" };

test("a ramp has a colour for every byte, opaque", () => {
  const ramp = createRamp(COLORS);
  assert.equal(ramp.length, 256);
  assert.ok(ramp.every((entry) => entry >>> 24 === 255));
});

test("the ends of a ramp are the colours of -1 and 1, in the order of bytes of a canvas", () => {
  const ramp = createRamp(COLORS);
  assert.equal(ramp[0], 0xff2293f5);
  assert.equal(ramp[255], 0xffbd7708);
  assert.deepEqual([...new Uint8Array(ramp.buffer, 0, 4)], [0xf5, 0x93, 0x22, 0xff]);
});

test("bytes below 128 lean to the colour of -1, the others to that of 1", () => {
  const ramp = createRamp({ neg: "#ff0000", zero: "#000000", pos: "#0000ff" });
  for (let byte = 0; byte < 256; byte++) {
    const [red, blue] = [ramp[byte] & 255, (ramp[byte] >> 16) & 255];
    assert.ok(byte < 128 ? blue === 0 : red === 0, `byte ${byte}`);
  }
});

test("a weight beyond -1 and 1 has the colour of the end", () => {
  const ramp = createRamp(COLORS);
  assert.equal(cssColor(ramp, -1), "rgb(245, 147, 34)");
  assert.equal(cssColor(ramp, -7), cssColor(ramp, -1));
  assert.equal(cssColor(ramp, 40), cssColor(ramp, 1));
});

test("a byte stands for the value that it is made from", () => {
  for (let byte = 0; byte < 256; byte++) assert.equal(byteOf(valueOf(byte)), byte);
  assert.equal(valueOf(0), -1);
  assert.equal(valueOf(255), 1);
});

test("a discretized ramp has two colours, and changes at zero", () => {
  const ramp = createRamp(COLORS);
  const two = discretize(ramp);
  assert.deepEqual([two[0], two[127], two[128], two[255]], [ramp[0], ramp[0], ramp[255], ramp[255]]);
});

test("a veil mixes every colour with the background", () => {
  const ramp = createRamp({ neg: "#000000", zero: "#000000", pos: "#000000" });
  assert.equal(cssColor(veil(ramp, "#ffffff", 0.2), 0), "rgb(51, 51, 51)");
  assert.deepEqual(veil(ramp, "#ffffff", 0), ramp);
});

test("colours are read in every notation that a style sheet gives", () => {
  for (const text of ["#fa0", "#ffaa00", " #FFAA00 ", "rgb(255, 170, 0)", "rgb(255 170 0)", "rgba(255, 170, 0, .5)"]) {
    assert.deepEqual(parseColor(text), [255, 170, 0], text);
  }
});

test("what is no colour is refused by name", () => {
  for (const text of ["", "orange", "#12", "rgb(1, 2)", "rgb(a, b, c)"]) assert.throws(() => parseColor(text), /not a colour/, text);
});

test("a mixture goes from one colour to the other", () => {
  assert.deepEqual(mix([0, 100, 200], [100, 100, 0], 0.25), [25, 100, 150]);
});
