import assert from "node:assert/strict";
import { test } from "node:test";

import { askForTable, carriesTable, isComplete, pathOf, plainName, previewOf, readAnswer, readingText, resultText, roleNamed, roleOf, sizeOf, tooLargeText, withRole } from "../../static/js/data/table.js";

const TAKEN = {
  examples: "1abc", count: 1200, parts: { train: 1000, validation: 0, test: 0, "": 200 }, kind: "classes", classes: 2, labels: ["cat", "dog"],
  range: {}, fits: true, columns: [{ name: "x", role: "x1" }, { name: "n", role: null }, { name: "y", role: "x2" }, { name: "c", role: "label" }],
  header: true, delimiter: ",", decimal: ".", encoding: "utf-8", notes: ["Column “n” looks like a row index and is not used."], preview: [["1", "a", "2", "cat"]], refused: 0, errors: [],
};
const fault = (row) => ({ code: "csv_not_a_number", row, column: "x", got: "a", expected: "a number", message: `line ${row}, x: got a` });

test("addresses name the chosen columns", () => {
  assert.equal(pathOf({ columns: {}, scale: false }), "api/datasets");
  assert.equal(pathOf({ columns: { x1: 0, x2: 2, split: null }, scale: true }), "api/datasets?x1=0&x2=2&scale=true");
  assert.equal(pathOf({ columns: {}, scale: false, header: false, kind: "values" }), "api/datasets?header=false&kind=values");
});

test("a column has one role, and vice versa", () => {
  const columns = withRole({ x1: 0, x2: 1, label: 2 }, 0, "x2");
  assert.deepEqual(columns, { x1: null, x2: 0, label: 2 });
  assert.deepEqual([columns, withRole(columns, 1, "x1"), withRole({ x1: 0, label: 1 }, 1, null), {}].map(isComplete), [false, true, false, false]);
  assert.deepEqual([0, 1, 2].map((index) => roleOf(columns, index)), ["x2", null, "label"]);
});

test("the size of text is its bytes", () => {
  assert.deepEqual(["abc", "ä–😀", new Blob(["äb"])].map(sizeOf), [3, 9, 3]);
});

test("questions are told apart from errors", () => {
  const ask = { ...fault(null), code: "csv_unknown_columns", message: "Which column is the class or value? Columns 2 and 3 could be coordinates, too." };
  const answer = readAnswer(422, { ...TAKEN, examples: null, kind: null, errors: [ask], refused: 1 });
  assert.deepEqual([answer.isQuestion, answer.message, answer.header], [true, ask.message, true]);
  assert.equal(readAnswer(422, { ...TAKEN, examples: null, errors: [fault(3)], refused: 1 }).isQuestion, false);
});

test("imports are summed up in a sentence", () => {
  const answer = readAnswer(200, TAKEN);
  assert.equal(answer.message, "1,200 examples, 2 classes, 1,000 for training.");
  assert.deepEqual(answer.columns, { x1: 0, x2: 2, label: 3 });
  assert.deepEqual([answer.code, answer.problem, answer.labels], ["1abc", "classification", ["cat", "dog"]]);
  assert.deepEqual([answer.notes, answer.kind], [["Column “n” looks like a row index and is not used."], "classes"]);
});

test("values pose a regression problem", () => {
  const answer = readAnswer(200, { ...TAKEN, kind: "values", classes: 0, labels: [] });
  assert.equal(answer.problem, "regression");
});

test("one error is a sentence, more are listed", () => {
  const one = readAnswer(422, { ...TAKEN, examples: null, errors: [fault(3)], refused: 1 });
  assert.deepEqual([one.code, one.message, one.errors], [null, "Nothing imported. Line 3, x: got a.", []]);
  const many = readAnswer(422, { ...TAKEN, examples: null, errors: Array.from({ length: 1000 }, (_, row) => fault(row)), refused: 4000 });
  assert.equal(many.message, "Nothing imported: 4,000 errors.");
  assert.equal(many.errors.at(-1), "And 3,900 more.");
});

test("answers without a message get one", () => {
  assert.match(readAnswer(413, null).message, /too large/);
  assert.match(readAnswer(500, "oops").message, /could not read/);
});

test("a silent server gives a message", async () => {
  const answer = await askForTable(() => Promise.reject(new Error("offline")), "api/datasets", "1,2,3");
  assert.equal(answer.code, null);
  assert.match(answer.message, /not responding/);
});

test("file names are shown without invisible characters", () => {
  assert.equal(plainName("data\u202evsc.exe"), "data\ufffdvsc.exe");
  assert.equal(plainName("x".repeat(300)).length, 80);
});

test("timeouts and busy servers have messages", () => {
  assert.match(readAnswer(408, null).message, /took too long/);
  assert.match(readAnswer(503, {}).message, /busy/);
});

test("parts of the data are counted", () => {
  const { message } = readAnswer(200, { ...TAKEN, count: 3, parts: { train: 1, validation: 1, test: 1, "": 0 }, classes: 0 });
  assert.equal(message, "3 examples, values, 1 for training, 1 for validation, 1 for testing.");
});

test("readings and limits name the file", () => {
  assert.deepEqual([readingText("a.csv"), readingText("")], ["Reading a.csv…", "Reading the rows…"]);
  assert.equal(tooLargeText("a.csv"), "a.csv: The table is larger than 1 MiB, the limit.");
});

test("results name the file", () => {
  const answer = readAnswer(200, TAKEN);
  assert.deepEqual(resultText(answer, "a.csv", false), { text: `a.csv: ${answer.message}`, isBad: false });
  assert.equal(resultText(answer, "", false).text, answer.message);
});

test("points outside the map are mentioned until scaled", () => {
  const answer = readAnswer(200, { ...TAKEN, fits: false });
  assert.match(resultText(answer, "", false).text, /outside the map\. Scale them to fit\.$/);
  assert.equal(resultText(answer, "", true).text, answer.message);
});

test("errors are bad results, questions are not", () => {
  const refused = (code) => readAnswer(422, { ...TAKEN, examples: null, errors: [{ ...fault(3), code }], refused: 1 });
  assert.equal(resultText(refused("csv_not_a_number"), "", false).isBad, true);
  assert.equal(resultText(refused("csv_unknown_columns"), "", false).isBad, false);
});

test("previews name every column", () => {
  const { heads, rows } = previewOf({ names: ["x", ""], columns: { x1: 0 }, preview: [["1"], ["2", "3"]] });
  assert.deepEqual(heads, [
    { title: "x", label: "Use of x", role: "x1", isUsed: true }, { title: "Column 2", label: "Use of column 2", role: "", isUsed: false }]);
  assert.deepEqual(rows, [["1", ""], ["2", "3"]]);
});

test("roles are read from options", () => {
  assert.deepEqual(["x1", "split", "", "other"].map(roleNamed), ["x1", "split", null, null]);
});

test("experiments are not tables", () => {
  const file = (type) => ({ kind: "file", type });
  assert.deepEqual([[file("text/csv")], [file("application/json")], [{ kind: "string", type: "text/plain" }], []].map(carriesTable), [true, false, false, false]);
});
