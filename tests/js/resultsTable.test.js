import assert from "node:assert/strict";
import { test } from "node:test";

import { leaders, orderAfter, sortedResults } from "../../static/js/results/columns.js";
import { csvCell, toCsv } from "../../static/js/results/csv.js";
import { lossAxis, nearest } from "../../static/js/results/scales.js";
import { result } from "./tiles.js";

/** @param {readonly any[]} results */
const seatsOf = (results) => results.map(({ seat }) => seat);

test("results sort by numbers, missing ones last", () => {
  const results = [result(1, { test_loss: null }), result(2, { test_loss: 0.3 }), result(3, { test_loss: 0.05 })];
  assert.deepEqual(seatsOf(sortedResults(results, { column: "test", isDown: false })), [3, 2, 1]);
  assert.deepEqual(seatsOf(sortedResults(results, { column: "test", isDown: true })), [2, 3, 1]);
});

test("equal results are ordered by name either way", () => {
  const results = [result(1, { name: "Zoe" }), result(2, { name: "Ada" })];
  for (const isDown of [false, true]) assert.deepEqual(seatsOf(sortedResults(results, { column: "parameters", isDown })), [2, 1]);
});

test("a second click turns the order around", () => {
  assert.deepEqual(orderAfter({ column: "test", isDown: false }, "test"), { column: "test", isDown: true });
  assert.deepEqual(orderAfter({ column: "test", isDown: true }, "name"), { column: "name", isDown: false });
});

test("the smallest network that reached the goal leads", () => {
  const results = [
    result(1, { layers: [2, 1, 1], parameters: 5 }), result(2, { layers: [2, 3, 1], parameters: 13, reached: { own: 9 } }),
    result(3, { layers: [2, 3, 1], parameters: 12, reached: { own: 99 } }), result(4, { layers: [2, 4, 1], parameters: 20, reached: { own: 1 } }),
  ];
  assert.deepEqual(leaders(results, "neurons").map(({ rank, result: { seat } }) => [rank, seat]), [[1, 2], [1, 3], [3, 4]]);
  assert.deepEqual(leaders(results, "parameters").map(({ rank, value }) => [rank, value]), [[1, 12], [2, 13], [3, 20]]);
});

for (const [name, cell] of [
  ["Ada", '"Ada"'], ['Anna "Nan", Jr.', '"Anna ""Nan"", Jr."'], ["two\r\nlines", '"two\r\nlines"'], ["=1+1", '"\'=1+1"'], ["+49", '"\'+49"'], ["-x", '"\'-x"'],
  ["@SUM(A1)", '"\'@SUM(A1)"'], ['=HYPERLINK("http")', '"\'=HYPERLINK(""http"")"'], ["\t=1", '"\'\t=1"'], ["＝1+1", '"\'＝1+1"'],
]) {
  test(`CSV makes ${JSON.stringify(name)} harmless`, () => assert.equal(csvCell(name), cell));
}

test("CSV leaves numbers as they are", () => {
  assert.deepEqual([csvCell(-0.5), csvCell(1e-7), csvCell(null)], ["-0.5", "1e-7", ""]);
});

test("CSV has a line for each student", () => {
  const csv = toCsv([result(1, { name: "=A1", reached: { own: 12 }, chosen: { optimizer: "Adam" } }), result(2)], (field) => `the ${field}`);
  const [head, first, second, end] = csv.split("\r\n");
  assert.match(head, /^"Name","Epoch",.*"Epoch of goal","the optimizer","Link"$/);
  assert.match(first, /^"'=A1",100,0\.2,0\.1,0\.8,.*,12,"Adam","#seed=1"$/);
  assert.match(second, /,,,"#seed=1"$/);
  assert.equal(end, "");
});

test("losses far apart get a logarithmic axis", () => {
  assert.deepEqual(lossAxis([0.01, 0.5]), { range: [-2, 0], isLog: true });
  assert.equal(lossAxis([0.2, 0.5]).isLog, false);
  assert.deepEqual(lossAxis([0, 0]), { range: [0, 1], isLog: false });
});

test("the nearest point is found within reach", () => {
  const points = [{ x: 0, y: 0 }, null, { x: 10, y: 0 }];
  assert.equal(nearest(points, { x: 8, y: 0 }, 5), 2);
  assert.equal(nearest(points, { x: 50, y: 0 }, 5), -1);
});
