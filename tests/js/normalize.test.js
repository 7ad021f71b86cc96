import assert from "node:assert/strict";
import test from "node:test";

import { countBlocks, dilate, erode, inkBox, inkOf, rasterize } from "../../static/js/drawing/bitmap.js";
import { pictureOf } from "../../static/js/drawing/normalize.js";
import { readBytes } from "./npz.js";

const stroke = (...points) => ({ pointer: 1, points: points.map(([x, y]) => ({ x, y })) });
const SEVEN = [stroke([0.3, 0.2], [0.7, 0.2], [0.45, 0.8])];
const DRAWINGS = {
  seven: SEVEN,
  dot: [stroke([0.5, 0.5])],
  line: [stroke([0.5, 0.2], [0.5, 0.8])],
  slant: [stroke([0.3, 0.85], [0.75, 0.15])],
  dash: [stroke([0.2, 0.5], [0.9, 0.52])],
  four: [stroke([0.4, 0.2], [0.3, 0.55], [0.7, 0.53]), stroke([0.6, 0.2], [0.56, 0.85])],
  ring: [stroke(...Array.from({ length: 60 }, (_, i) => [0.5 + 0.25 * Math.cos(i / 8), 0.5 + 0.35 * Math.sin(i / 8)]))],
};
const PENS = [0.04, 0.1, 0.16];

/** First and last row and column with ink, the center of mass, and how much ink there is. @param {Uint8Array} picture */
function measure(picture, side = 28) {
  let [left, top, right, bottom, mass, x, y] = [side, side, -1, -1, 0, 0, 0];
  picture.forEach((ink, pixel) => {
    if (ink === 0) return;
    const [column, row] = [pixel % side, Math.floor(pixel / side)];
    [left, top, right, bottom] = [Math.min(left, column), Math.min(top, row), Math.max(right, column), Math.max(bottom, row)];
    mass += ink;
    x += ink * column;
    y += ink * row;
  });
  return { left, top, width: right - left + 1, height: bottom - top + 1, mass, x: x / mass, y: y / mass };
}

/** @param {any[]} strokes */
const moved = (strokes, scale, dx, dy) => strokes.map(({ points }) => stroke(...points.map(({ x, y }) => [x * scale + dx, y * scale + dy])));
const largestDifference = (a, b) => Math.max(...a.map((ink, pixel) => Math.abs(ink - b[pixel])));
const everyDrawing = (check) => {
  for (const [name, strokes] of Object.entries(DRAWINGS)) for (const pen of PENS) check(strokes, pen, `${name} ${pen}`);
};

test("the longer side of the ink is 20", () => {
  everyDrawing((strokes, pen, name) => {
    const { width, height } = measure(pictureOf(strokes, pen, 28));
    assert.equal(Math.max(width, height), 20, name);
  });
});

test("the ink keeps its proportions", () => {
  everyDrawing((strokes, pen, name) => {
    const box = inkBox(strokes, pen / 2);
    const { width, height } = measure(pictureOf(strokes, pen, 28));
    const scale = 20 / Math.max(box.width, box.height);
    // a fraction of a pixel on both sides is gray
    for (const [pixels, exact] of [[width, box.width * scale], [height, box.height * scale]]) {
      assert.ok(pixels >= exact - 0.2 && pixels < exact + 2, `${name}: ${pixels} for ${exact}`);
    }
  });
});

test("the center of mass is in the middle", () => {
  everyDrawing((strokes, pen, name) => {
    const { left, top, width, height, x, y } = measure(pictureOf(strokes, pen, 28));
    const isAtEdge = left === 0 || top === 0 || left + width === 28 || top + height === 28;
    const isCentered = [x, y].every((place) => place >= 13.5 && place < 14.5);
    assert.ok(isCentered || isAtEdge, `${name}: ${x}, ${y}`);
  });
  const { x, y } = measure(pictureOf(DRAWINGS.four, 0.1, 28));
  assert.deepEqual([Math.round(x), Math.round(y)], [14, 14]);
});

test("no ink is lost beyond the edge", () => {
  // so much of the ink is at the bottom right that its middle would be more than four pixels from that of its box
  const heel = [stroke([0.1, 0.1], [0.12, 0.12]), stroke([0.8, 0.8], [0.9, 0.8], [0.8, 0.9], [0.9, 0.9])];
  const { left, top, width, height, x, y } = measure(pictureOf(heel, 0.05, 28));
  assert.deepEqual([left, top, width, height], [0, 0, 20, 20]);
  assert.ok(x > 14.5 && y > 14.5, `${x}, ${y}`);
});

test("place and size on the pad are irrelevant", () => {
  everyDrawing((strokes, pen, name) => {
    const picture = pictureOf(strokes, pen, 28);
    for (const [scale, dx, dy] of [[1, 0.11, -0.07], [0.5, 0.3, 0.05], [0.25, 0.7, 0.7]]) {
      const other = pictureOf(moved(strokes, scale, dx, dy), pen * scale, 28);
      // a sample on the edge of a stroke may fall on either side
      assert.ok(largestDifference(picture, other) <= 24, `${name} at ${scale}: ${largestDifference(picture, other)}`);
    }
  });
});

test("gray is the share of a pixel's area", () => {
  // a horizontal stroke of 0.8 with a pen of 0.2: 20 pixels long and 4 high, in the rows 12 to 15
  const picture = pictureOf([stroke([0.1, 0.5], [0.9, 0.5])], 0.2, 28);
  const column = (x) => Array.from({ length: 28 }, (_, row) => picture[row * 28 + x]);
  assert.deepEqual(column(14).flatMap((ink, row) => (ink > 0 ? [[row, ink]] : [])), [[12, 255], [13, 255], [14, 255], [15, 255]]);
  // its round end, in the first column: a segment of a disc of radius 2, one pixel high
  const segment = 4 * Math.acos(0.5) - Math.sqrt(3);
  const ends = column(4).reduce((sum, ink) => sum + ink, 0) / 255;
  assert.ok(Math.abs(ends - segment) < 0.1, `${ends} for ${segment}`);
});

test("nothing drawn is no picture", () => {
  assert.deepEqual([pictureOf([], 0.1, 28), pictureOf([], 0.1, 8)], [null, null]);
});

/* ---- Real pictures ---- */

/** Every tenth picture of MNIST. */
const real = (() => {
  const { pixels } = readBytes(new URL("../../engine/digits/mnist.npz", import.meta.url));
  return Array.from({ length: 1000 }, (_, index) => pixels.subarray(index * 7840, index * 7840 + 784));
})();

test("MNIST's pictures have the same box", () => {
  const longer = real.map((picture) => measure(picture)).map(({ width, height }) => Math.max(width, height));
  assert.ok(longer.filter((side) => side === 20).length >= 999);
});

test("MNIST's pictures have the same middle", () => {
  const middles = real.map((picture) => measure(picture)).flatMap(({ x, y }) => [Math.round(x), Math.round(y)]);
  assert.deepEqual([...new Set(middles)], [14]);
});

test("MNIST's pictures stay as they are", () => {
  // squares of ink, one for each pixel that is mostly ink
  for (const picture of real.slice(0, 40)) {
    const dots = Array.from(picture).flatMap((ink, pixel) => (ink > 127 ? [stroke([(pixel % 28) / 28, Math.floor(pixel / 28) / 28])] : []));
    const again = measure(pictureOf(dots, 1 / 28, 28));
    const before = measure(picture.map((ink) => (ink > 127 ? 255 : 0)));
    assert.ok(Math.abs(again.x - before.x) < 1.2 && Math.abs(again.y - before.y) < 1.2);
    assert.ok(Math.abs(Math.max(before.width, before.height) - 20) <= 2);
  }
});

/* ---- The small set ---- */

/** A picture of 8 × 8 as counts of 0 to 16. */
const counts = (strokes, pen) => Array.from(pictureOf(strokes, pen, 8), (ink) => Math.round((ink * 16) / 255));

test("the small pictures fill all eight rows", () => {
  for (const name of ["seven", "slant", "four", "ring"]) {
    const { top, height } = measure(pictureOf(DRAWINGS[name], 0.1, 8), 8);
    assert.deepEqual([top, height], [0, 8], name);
  }
});

test("the small pictures count ink in 16ths", () => {
  for (const ink of pictureOf(DRAWINGS.seven, 0.1, 8)) assert.equal(ink, Math.round((Math.round((ink * 16) / 255) * 255) / 16));
});

test("a narrow digit is stretched and thinned", () => {
  // a bar of 20 × 32 has 640 pixels: it is eroded twice
  const bar = counts(DRAWINGS.line, 0.1);
  assert.deepEqual(bar.slice(3 * 8, 4 * 8), [0, 0, 16, 16, 16, 16, 0, 0]);
});

test("slanted digits are set upright", () => {
  const slanted = counts(DRAWINGS.slant, 0.1);
  const startOf = (row) => slanted.slice(row * 8, row * 8 + 8).findIndex((count) => count > 0);
  assert.ok(Math.abs(startOf(1) - startOf(6)) <= 1, `${startOf(1)}, ${startOf(6)}`);
});

test("the small pictures have usual amounts of ink", () => {
  const { pixels } = readBytes(new URL("../../engine/digits/uci.npz", import.meta.url));
  const inks = Array.from({ length: 1797 }, (_, index) => pixels.subarray(index * 64, index * 64 + 64).reduce((sum, ink) => sum + ink, 0)).toSorted((a, b) => a - b);
  for (const name of ["seven", "four", "ring"]) {
    for (const pen of [0.06, 0.1, 0.14]) {
      const ink = pictureOf(DRAWINGS[name], pen, 8).reduce((sum, pixel) => sum + pixel, 0);
      assert.ok(ink >= inks[0] && ink <= inks[1796], `${name} ${pen}: ${ink}`);
    }
  }
});

/* ---- Bitmaps ---- */

const bitmapOf = (...rows) => ({ columns: rows[0].length, rows: rows.length, ink: Uint8Array.from(rows.join(""), (sign) => (sign === "#" ? 1 : 0)) });
const rowsOf = ({ columns, ink }) => Array.from({ length: ink.length / columns }, (_, row) => Array.from(ink.subarray(row * columns, (row + 1) * columns), (pixel) => (pixel ? "#" : ".")).join(""));

test("a stroke inks all pixels within its radius", () => {
  const box = { left: 0, top: 0, width: 5, height: 3 };
  assert.deepEqual(rowsOf(rasterize([stroke([1.5, 1.5], [3.5, 1.5])], 1, { box, columns: 5, rows: 3 })), [".###.", "#####", ".###."]);
});

test("erosion keeps ink among ink", () => {
  assert.deepEqual(rowsOf(erode(bitmapOf(".##.", "###.", "####", "###."))), ["....", ".#..", ".##.", "...."]);
});

test("dilation adds the four neighbors", () => {
  assert.deepEqual(rowsOf(dilate(bitmapOf("....", ".#..", "...."))), [".#..", "###.", ".#.."]);
});

test("blocks count their ink", () => {
  assert.deepEqual([...countBlocks(bitmapOf("##..", "#..."), 2)], [3, 0]);
  assert.equal(inkOf(bitmapOf("##..", "#...")), 3);
});
