import assert from "node:assert/strict";
import test from "node:test";

import { formatCount, formatEpoch, formatInput, formatLearningRate, formatLoss, formatPercent, formatRate, formatValue, formatWait } from "../../static/js/lib/format.js";

const CASES = [
  [formatLoss, 0.0184, "0.018"],
  [formatLoss, 0, "0.000"],
  [formatLoss, 0.0005, "0.001"],
  [formatLoss, 0.00049999, "5.0·10⁻⁴"],
  [formatLoss, 0.00021, "2.1·10⁻⁴"],
  [formatLoss, -0.00021, "−2.1·10⁻⁴"],
  [formatLoss, 3e-33, "3.0·10⁻³³"],
  [formatLoss, 123.4567, "123.457"],
  [formatLoss, 1.234e9, "1.2·10⁹"],
  [formatLoss, null, "–"],
  [formatLoss, NaN, "–"],
  [formatLoss, Infinity, "–"],
  [formatEpoch, 0, "000,000"],
  [formatEpoch, 365, "000,365"],
  [formatEpoch, 999999, "999,999"],
  [formatEpoch, 1234567, "1,234,567"],
  [formatEpoch, null, "–"],
  [formatValue, -0.5, "−0.500"],
  [formatValue, 0, "0.000"],
  [formatValue, 0.00012, "1.2·10⁻⁴"],
  [formatValue, -12345.6, "−1.2·10⁴"],
  [formatPercent, 0.984, "98.4%"],
  [formatPercent, 1, "100.0%"],
  [formatPercent, null, "–"],
  [formatRate, 2140.4, "2,140"],
  [formatRate, 3.14, "3.1"],
  [formatRate, 0, "0"],
  [formatInput, 0.1 + 0.2, "0.3"],
  [formatInput, -1.23456789, "-1.23457"],
];

for (const [format, value, expected] of CASES) {
  test(`${format.name} shows ${value} as ${expected}`, () => {
    assert.equal(format(value), expected);
  });
}

test("values show the requested number of decimals", () => {
  assert.equal(formatValue(3.14159, 1), "3.1");
  assert.equal(formatValue(-6, 0), "−6");
});

test("edited numbers parse back to their original value", () => {
  for (const value of [0.25, -3, 1e-7, 123456, 5e20]) assert.equal(Number(formatInput(value)), value);
});

test("learning rates keep three significant digits", () => {
  const cases = [[0.03, "0.03"], [0.0025512, "0.00255"], [10, "10"], [0.0001, "0.0001"], [9.54e-13, "9.5·10⁻¹³"], [0, "0"], [NaN, "–"], [undefined, "–"]];
  for (const [rate, text] of cases) assert.equal(formatLearningRate(rate), text);
});

test("counts are grouped", () => {
  assert.equal(formatCount(1234567), "1,234,567");
  assert.equal(formatCount(null), "–");
});

test("durations use the largest fitting unit, never zero", () => {
  const waits = /** @type {[number, string][]} */ ([[0, "1\u202fs"], [12.4, "12\u202fs"], [89, "89\u202fs"], [200, "3\u202fmin"], [7000, "2\u202fh"]]);
  for (const [seconds, text] of waits) assert.equal(formatWait(seconds), text);
});
