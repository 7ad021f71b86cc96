import assert from "node:assert/strict";
import test from "node:test";

import { formatInput, formatLearningRate, formatLoss, formatValue } from "../../static/js/lib/format.js";
import { expected, readNumber, readWholes, seedOf, stepped } from "../../static/js/lib/numbers.js";

const WHOLE = { whole: true, low: 1, high: 100_000 };
const PERCENT = { low: 1, high: 100, unit: "%" };

const READ = [
  ["0.25", {}, 0.25], ["0,25", {}, 0.25], [",25", {}, 0.25], [".25", {}, 0.25], ["-0,25", {}, -0.25], ["−0,25", {}, -0.25],
  ["–3", {}, -3], ["+2,5", {}, 2.5], ["  0,25 ", {}, 0.25], ["\u00a00.25\u202f", {}, 0.25], ["\u200b0.25", {}, 0.25],
  ["5.", {}, 5], ["5,", {}, 5], ["007", {}, 7], ["-0", {}, 0],
  ["1e-3", {}, 0.001], ["1,5e-3", {}, 0.0015], ["1E3", {}, 1000], ["2,5·10⁻⁴", {}, 0.00025], ["1.2·10⁹", {}, 1.2e9], ["3×10^-2", {}, 0.03],
  ["０，２５", {}, 0.25], ["٠٫٢٥", {}, 0.25], ["۰٫۲۵", {}, 0.25], ["०.२५", {}, 0.25],
  ["1.234", {}, 1.234], ["0,125", {}, 0.125], ["0,1234", {}, 0.1234], ["12,34", {}, 12.34], ["1234,5", {}, 1234.5],
  ["1,125", { high: 10 }, 1.125], ["95,125", PERCENT, 95.125], ["95 %", PERCENT, 95], ["95,5\u202f%", PERCENT, 95.5],
  ["1000", WHOLE, 1000], ["1e3", WHOLE, 1000], ["5,0", WHOLE, 5], ["5.0", WHOLE, 5],
];

for (const [text, range, value] of READ) {
  test(`${JSON.stringify(text)} is ${value}`, () => assert.deepEqual(readNumber(text, range), { kind: "number", value }));
}

/** Each with what the sentence must say. */
const REFUSED = [
  ["x", {}, /“x” is not a number.*such as 0\.25/], ["0,2,5", {}, /“0,2,5” is not a number/], ["0..5", {}, /not a number/], ["1-2", {}, /not a number/], ["--1", {}, /not a number/],
  ["0x10", {}, /not a number/], ["Infinity", {}, /not a number/], ["NaN", {}, /not a number/], ["true", {}, /not a number/], ["1e", {}, /not a number/], ["e5", {}, /not a number/],
  ["½", {}, /write 0\.5/], ["1/2", {}, /decimals/], ["10²", {}, /not a number/], ["2³", {}, /not a number/], ["①", {}, /not a number/], ["50%", {}, /percent sign/],
  ["1,234", {}, /1234 or 1\.234/], ["-1,234", {}, /-1234 or -1\.234/], ["1,234.5", {}, /thousands separators; write 1234\.5/], ["1.234,5", {}, /write 1234\.5/],
  ["1,234,567", {}, /write 1234567/], ["1.234.567", {}, /write 1234567/], ["1 000", {}, /write 1000/], ["1\u202f000", {}, /write 1000/], ["1'000", {}, /write 1000/], ["1’000,5", {}, /write 1000\.5/], ["1_000", {}, /write 1000/],
  ["1,000", WHOLE, /write 1000/], ["1.000", WHOLE, /write 1000/], ["10.000", WHOLE, /write 10000/],
  ["0,5", WHOLE, /not a whole number.*a whole number from 1 to 100000/], ["2.5", WHOLE, /not a whole number/], ["1e20", { whole: true }, /not a whole number/],
  ["0", WHOLE, /out of range.*from 1 to 100000/], ["101", PERCENT, /from 1 to 100/], ["0", { low: 0, high: 1, above: true }, /above 0 up to 1/],
  ["-1", { low: 0 }, /at least 0/], ["1e999", {}, /too large/], ["1e-999", {}, /too close to 0/],
];

for (const [text, range, words] of REFUSED) {
  test(`${JSON.stringify(text)} is refused with a sentence`, () => {
    const reading = readNumber(text, range);
    assert.equal(reading.kind, "refused");
    assert.match(/** @type {{reason: string}} */ (reading).reason, words);
  });
}

test("empty text is no number and no error", () => {
  for (const text of ["", "  ", "\u00a0", "\u200b"]) assert.deepEqual(readNumber(text, WHOLE), { kind: "empty" });
});

/** A small generator of numbers that are the same each time. @param {number} seed */
function generator(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

test("numbers are read in every notation", () => {
  const random = generator(7);
  for (let i = 0; i < 3000; i++) {
    const value = Number(((random() - 0.5) * 10 ** Math.floor(random() * 9 - 3)).toPrecision(1 + Math.floor(random() * 12)));
    const point = String(value);
    for (const text of [point, point.replace("-", "−"), ` ${point} `, value.toExponential()]) {
      assert.deepEqual(readNumber(text), { kind: "number", value: value === 0 ? 0 : value }, text);
    }
    const reading = readNumber(point.replace(".", ","));
    if (/^-?[1-9]\d{0,2}\.\d{3}$/.test(point)) assert.equal(reading.kind, "refused", point);
    else assert.deepEqual(reading, { kind: "number", value: value === 0 ? 0 : value }, point);
  }
});

test("formatted numbers can be pasted back", () => {
  const random = generator(11);
  for (let i = 0; i < 2000; i++) {
    const value = (random() - 0.5) * 10 ** Math.floor(random() * 20 - 10);
    for (const format of [formatValue, formatLoss, formatInput, (/** @type {number} */ one) => formatLearningRate(Math.abs(one))]) {
      const text = format(value);
      const reading = readNumber(text);
      assert.equal(reading.kind, "number", text);
      // a value is shown with few digits
      const shown = format === formatValue || format === formatLoss || format === formatInput ? value : Math.abs(value);
      assert.ok(Math.abs(/** @type {any} */ (reading).value - shown) <= 0.06 * Math.abs(shown) + 0.0006, text);
    }
  }
});

test("text is read by its digits or refused", () => {
  const random = generator(3);
  const signs = ["0", "1", "2", "5", "9", ",", ".", "-", "−", "e", " ", "'", "%", "x", "½", "²", "\u202f"];
  for (let i = 0; i < 20000; i++) {
    const text = Array.from({ length: 1 + Math.floor(random() * 7) }, () => signs[Math.floor(random() * signs.length)]).join("");
    for (const range of [{}, WHOLE, PERCENT]) {
      const reading = readNumber(text, range);
      if (reading.kind !== "number") continue;
      const simple = text.replace(/\s/g, "").replace("−", "-").replace(",", ".").replace(/%$/, "");
      assert.equal(reading.value, Number(simple) + 0, JSON.stringify(text));
      assert.ok(!("low" in range) || (reading.value >= range.low && reading.value <= range.high));
    }
  }
});

test("rows of whole numbers are read", () => {
  assert.deepEqual(readWholes("4, 2"), [4, 2]);
  assert.deepEqual(readWholes("4,2"), [4, 2]);
  assert.deepEqual(readWholes(" 8; 8 ;8 "), [8, 8, 8]);
  assert.deepEqual(readWholes("16 16"), [16, 16]);
  assert.deepEqual(readWholes(""), []);
  for (const text of ["4,", "4, x", "4.5, 2", "1,2,,3"]) assert.equal(readWholes(text), null, text);
});

test("steps keep decimals and range", () => {
  assert.equal(stepped(0.2, 1, { step: 0.1 }), 0.3);
  assert.equal(stepped(-1.23457, 1, { step: 0.1 }), -1.13457);
  assert.equal(stepped(5, -10, { step: 1, low: 1 }), 1);
  assert.equal(stepped(99.95, 1, { step: 0.1, high: 100 }), 100);
  assert.equal(stepped(0.1, -1, { step: 0.1, low: 0, above: true }), 0.1);
  assert.equal(stepped(1e-7, 1, { step: 1e-7 }), 2e-7);
});

test("seeds are text, with decimal points", () => {
  assert.equal(seedOf("0,25"), "0.25");
  assert.equal(seedOf(" 12,5 "), "12.5");
  for (const seed of ["0.25", "a,b", "1,2,3", "class of 2026", ""]) assert.equal(seedOf(seed), seed);
});

test("expectations are put into words", () => {
  assert.equal(expected({ low: 1, high: 10, whole: true }), "a whole number from 1 to 10");
  assert.equal(expected({ low: 0, high: 1, above: true }), "a number above 0 up to 1");
  assert.equal(expected({}), "a number, such as 0.25");
  assert.equal(expected({ high: 3 }), "a number of at most 3");
});
