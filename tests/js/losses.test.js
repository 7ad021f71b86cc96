import assert from "node:assert/strict";
import { test } from "node:test";

import { createSeries } from "../../static/js/chart/series.js";
import { addLosses, isLosses } from "../../static/js/core/losses.js";

const LOSSES = { epochs: [0, 2, 5], train: [0.5, 0.25, 0.125], test: [null, 0.5, 0.25] };

test("whole losses are accepted", () => {
  for (const losses of [LOSSES, { ...LOSSES, validation: [1, null, 0] }, { epochs: [], train: [], test: [] }]) assert.ok(isLosses(losses));
});

test("damaged losses are refused", () => {
  const others = [
    null, [], "losses", {}, { ...LOSSES, train: [1] }, { ...LOSSES, test: undefined }, { ...LOSSES, validation: [1] },
    { ...LOSSES, epochs: [0, 2, 2] }, { ...LOSSES, epochs: [-1, 2, 5] }, { ...LOSSES, epochs: [0, 2, 5.5] }, { ...LOSSES, train: [1, "2", 3] },
  ];
  for (const losses of others) assert.ok(!isLosses(losses), JSON.stringify(losses));
});

test("saved losses fill a series", () => {
  const series = createSeries();
  addLosses(series, null);
  assert.deepEqual(series.epochs, []);
  addLosses(series, LOSSES);
  assert.deepEqual([series.epochs, series.train, series.test], [[0, 2, 5], [0.5, 0.25, 0.125], [NaN, 0.5, 0.25]]);
});
