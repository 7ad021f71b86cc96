import assert from "node:assert/strict";
import test from "node:test";

import { CLASS_TOKENS, byteOf, classFill, createClassRamp, createRamp, cssColor, discretize, inkOn, mix, parseColor, valueOf, veil } from "../../static/js/lib/color.js";
import { contrast, fromLch, toLch } from "../../static/js/lib/oklab.js";
import { createPalette } from "../../static/js/lib/palette.js";
import { EYES, THEMES, seenBy } from "./themes.js";

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
  const ramp = createRamp({ neg: "#00ffff", zero: "#ffffff", pos: "#ffff00" });
  for (let byte = 0; byte < 256; byte++) {
    const [red, blue] = [ramp[byte] & 255, (ramp[byte] >> 16) & 255];
    assert.ok(byte < 128 ? blue === 255 : red === 255, `byte ${byte}`);
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

const TO_XYZ = [[0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505], [0.2126, 0.7152, 0.0722], [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089]];

/** A color as CIELAB, as such eyes see it. */
function lab(color, eyes) {
  const seen = seenBy(color, eyes);
  const [x, y, z] = TO_XYZ.map((row) => row.reduce((sum, factor, i) => sum + factor * seen[i], 0)).map((part) => (part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test("class colors differ for every kind of vision", () => {
  for (const [theme, tokens] of Object.entries(THEMES)) {
    for (const eyes of Object.keys(EYES)) {
      const colors = CLASS_TOKENS.map((name) => tokens[name]);
      const seen = colors.map((color) => lab(color, eyes));
      seen.forEach((one, i) => seen.slice(0, i).forEach((other, j) => {
        const distance = Math.hypot(...one.map((part, k) => part - other[k]));
        assert.ok(distance > 15, `${colors[i]} and ${colors[j]} to ${eyes}, ${theme}: ${distance.toFixed(1)}`);
      }));
    }
  }
});

test("class fills are tokens of the style sheet", () => {
  assert.deepEqual([classFill(0), classFill(1), classFill(5), classFill(6)], ["var(--neg)", "var(--pos)", "var(--class-6)", "var(--neg)"]);
});

test("both dark themes are one", () => {
  assert.deepEqual(THEMES.dark, THEMES.darkSystem);
});

test("light ramps are the original's", () => {
  const { neg, zero, pos } = THEMES.light;
  assert.deepEqual([neg, pos], ["#f59322", "#0877bd"]);
  const ramp = createRamp({ neg, zero, pos });
  for (const byte of [0, 40, 127, 128, 200, 255]) {
    const mixed = mix(parseColor(zero), parseColor(byte < 128 ? neg : pos), Math.abs(valueOf(byte))).map(Math.round);
    assert.equal(cssColor(ramp, valueOf(byte)), `rgb(${mixed.join(", ")})`);
  }
});

test("dark orange is orange, on the map too", () => {
  const { neg, zero, pos, panel, veil: share } = THEMES.dark;
  const ramp = createRamp({ neg, zero, pos });
  for (const [value, least] of [[-1, 0.64], [-0.5, 0.56]]) {
    for (const colors of [ramp, veil(ramp, panel, Number(share))]) {
      const [lightness, chroma, hue] = toLch(parseColor(cssColor(colors, value)));
      // brown has less lightness, or less than two thirds of this chroma, or is yellower
      assert.ok(lightness > least && chroma > 0.145 && hue > 38 && hue < 60, `${value}: ${[lightness, chroma, hue]}`);
    }
  }
});

test("dark ramps brighten from zero to both ends", () => {
  const { neg, zero, pos } = THEMES.dark;
  const ramp = createRamp({ neg, zero, pos });
  const lightness = Array.from(ramp, (_, byte) => toLch(parseColor(cssColor(ramp, valueOf(byte))))[0]);
  for (let byte = 135; byte < 256; byte += 6) assert.ok(lightness[byte] > lightness[byte - 6] && lightness[255 - byte] > lightness[261 - byte], `byte ${byte}`);
});

test("examples stand out from the dark map", () => {
  const { mapRamp, shades } = createPalette((name) => THEMES.dark[name]);
  for (const ring of ["#ffffff", "#000000"]) {
    for (let byte = 0; byte < 256; byte++) {
      const behind = parseColor(cssColor(mapRamp, valueOf(byte)));
      const best = [shades[0], shades[255]].map((fill) => Math.max(contrast(parseColor(ring), behind), contrast(parseColor(fill), behind)));
      assert.ok(Math.min(...best) > (ring === "#ffffff" ? 3 : 2.7), `${ring} on byte ${byte}: ${best}`);
    }
  }
});

test("colors convert to hues and back", () => {
  for (const color of ["#000000", "#ffffff", "#f59322", "#0877bd", "#12161b"]) {
    assert.deepEqual(fromLch(toLch(parseColor(color))).map(Math.round), [...parseColor(color)], color);
  }
});

test("impossible chroma is lowered, keeping lightness and hue", () => {
  const [lightness, chroma, hue] = toLch(fromLch([0.6, 0.4, 200]));
  assert.ok(Math.abs(lightness - 0.6) < 0.01 && Math.abs(hue - 200) < 2 && chroma < 0.2, `${[lightness, chroma, hue]}`);
});

test("ink is whichever can be read better", () => {
  assert.deepEqual(["#ffffff", "#f59322", "#101010"].map(inkOn), ["#000000", "#000000", "#ffffff"]);
});

test("ink can be read on every color", () => {
  for (let red = 0; red < 256; red += 5) for (let green = 0; green < 256; green += 5) {
    const color = `rgb(${red}, ${green}, 149)`;
    assert.ok(contrast(parseColor(inkOn(color)), parseColor(color)) >= 4.5, color);
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
