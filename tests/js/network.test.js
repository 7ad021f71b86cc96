import assert from "node:assert/strict";
import test from "node:test";

import { unitKey, unitLabel, unitName } from "../../static/js/network/names.js";

const naming = { features: [{ label: "x₁" }, { label: "x₂" }], last: 2, outputs: 3, labels: ["cat", "", "dog"] };
const place = (parts) => ({ index: 9, layer: 2, row: 0, used: true, x: 0, y: 0, size: 0, ...parts });

test("output units are called as the data call their classes, and by number where they do not", () => {
  const names = [0, 1, 2].map((row) => unitName(place({ row }), 9, naming));
  assert.deepEqual(names, ["cat", "class 1", "dog"]);
  assert.match(unitLabel(place({ row: 2 }), naming, false), /^Output, class dog: /);
  assert.match(unitLabel(place({ row: 1 }), naming, false), /^Output, class 1: /);
});

test("features and hidden units are called by what they are", () => {
  assert.equal(unitName(place({ layer: 1, row: 3 }), 9, naming), "unit 4");
  assert.equal(unitName(undefined, 1, naming), "x₂");
  assert.match(unitLabel(place({ layer: 0, index: 0, used: false }), naming, false), /^x₁, not in use: Enter puts it into the network$/);
  assert.match(unitLabel(place({ layer: 0, index: 0 }), naming, true), /^x₁, in use: locked/);
});

test("a unit keeps its key when a layer comes before the output, and an only output is not one of many", () => {
  const more = { ...naming, last: 3 };
  assert.equal(unitKey(place({ layer: 2 }), naming), unitKey(place({ layer: 3 }), more));
  assert.notEqual(unitKey(place({}), naming), unitKey(place({}), { ...naming, outputs: 1 }));
});
