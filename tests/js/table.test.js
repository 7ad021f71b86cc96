import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, askForTable, isWhole, plainName, readAnswer, roleOf, sizeOf, withRole } from "../../static/js/data/table.js";

const TAKEN = {
  examples: "1abc", count: 1200, parts: { train: 1000, validation: 0, test: 0, "": 200 }, kind: "classes", classes: 2, labels: ["cat", "dog"],
  range: {}, fits: true, columns: [{ name: "x", role: "x1" }, { name: "n", role: null }, { name: "y", role: "x2" }, { name: "c", role: "label" }],
  header: true, delimiter: ",", decimal: ".", encoding: "utf-8", notes: ["Column “n” looks like a row index and is not used."], preview: [["1", "a", "2", "cat"]], refused: 0, errors: [],
};
const fault = (row) => ({ code: "csv_not_a_number", row, column: "x", got: "a", expected: "a number", message: `line ${row}, x: got a` });

test("the address names the columns that were chosen", () => {
  assert.equal(addressOf({ columns: {}, scale: false }), "/api/datasets");
  assert.equal(addressOf({ columns: { x1: 0, x2: 2, split: null }, scale: true }), "/api/datasets?x1=0&x2=2&scale=true");
  assert.equal(addressOf({ columns: {}, scale: false, header: false, kind: "values" }), "/api/datasets?header=false&kind=values");
});

test("a column has one role, and a role one column", () => {
  const columns = withRole({ x1: 0, x2: 1, label: 2 }, 0, "x2");
  assert.deepEqual(columns, { x1: null, x2: 0, label: 2 });
  assert.deepEqual([columns, withRole(columns, 1, "x1"), withRole({ x1: 0, label: 1 }, 1, null), {}].map(isWhole), [false, true, false, false]);
  assert.deepEqual([0, 1, 2].map((place) => roleOf(columns, place)), ["x2", null, "label"]);
});

test("a text is as long as its bytes, of which the server counts them", () => {
  assert.deepEqual(["abc", "ä–😀", new Blob(["äb"])].map(sizeOf), [3, 9, 3]);
});

test("a question is told as one, with what is clear", () => {
  const ask = { ...fault(null), code: "csv_unknown_columns", message: "Which column is the class or value? Columns 2 and 3 could be coordinates, too." };
  const answer = readAnswer(422, { ...TAKEN, examples: null, kind: null, errors: [ask], refused: 1 });
  assert.deepEqual([answer.asks, answer.says, answer.header], [true, ask.message, true]);
  assert.equal(readAnswer(422, { ...TAKEN, examples: null, errors: [fault(3)], refused: 1 }).asks, false);
});

test("what was taken is said in a sentence, with its columns by place", () => {
  const answer = readAnswer(200, TAKEN);
  assert.equal(answer.says, "1,200 examples, 2 classes, 1,000 for training.");
  assert.deepEqual(answer.columns, { x1: 0, x2: 2, label: 3 });
  assert.deepEqual([answer.code, answer.problem, answer.labels], ["1abc", "classification", ["cat", "dog"]]);
  assert.deepEqual([answer.notes, answer.kind], [["Column “n” looks like a row index and is not used."], "classes"]);
});

test("values pose a regression", () => {
  const answer = readAnswer(200, { ...TAKEN, kind: "values", classes: 0, labels: [] });
  assert.equal(answer.problem, "regression");
});

test("a single fault is the sentence, more of them are a list", () => {
  const one = readAnswer(422, { ...TAKEN, examples: null, errors: [fault(3)], refused: 1 });
  assert.deepEqual([one.code, one.says, one.faults], [null, "Nothing imported. Line 3, x: got a.", []]);
  const many = readAnswer(422, { ...TAKEN, examples: null, errors: Array.from({ length: 1000 }, (_, row) => fault(row)), refused: 4000 });
  assert.equal(many.says, "Nothing imported: 4,000 errors.");
  assert.equal(many.faults.at(-1), "And 3,900 more.");
});

test("an answer without words of its own is put into some", () => {
  assert.match(readAnswer(413, null).says, /too large/);
  assert.match(readAnswer(500, "oops").says, /could not read/);
});

test("a server that does not answer is no accident", async () => {
  const answer = await askForTable(() => Promise.reject(new Error("offline")), "/api/datasets", "1,2,3");
  assert.equal(answer.code, null);
  assert.match(answer.says, /does not answer/);
});

test("a file's name is shown without what could deceive", () => {
  assert.equal(plainName("data\u202evsc.exe"), "data\ufffdvsc.exe");
  assert.equal(plainName("x".repeat(300)).length, 80);
});
