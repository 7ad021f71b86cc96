import assert from "node:assert/strict";
import test from "node:test";

import { createUpload } from "../../static/js/data/upload.js";
import { h } from "../../static/js/lib/dom.js";
import { openPage } from "./fakepage.js";

const ELEMENTS = {
  upload: "dialog", "upload-drop": "div", "upload-choose": "button", "upload-file": "input", "upload-text": "textarea", "upload-state": "p", "upload-faults": "ul",
  "upload-found": "div", "upload-notes": "ul", "upload-header": "input", "upload-kind-field": "div", "upload-kind": "select", "upload-preview": "table",
  "upload-classes": "div", "upload-scale": "input", "upload-use": "button", "drop-hint": "div",
};
const ANSWER = {
  code: "1abc", problem: "classification", message: "3 examples, 2 classes.", errors: [], notes: ["A note."], isQuestion: false, header: true, kind: "classes",
  names: ["x", "", "c"], columns: { x1: 0, x2: 1, label: 2 }, preview: [["1", "2", "cat"]], labels: ["cat", "dog"], fits: true,
};
const REFUSED = { ...ANSWER, code: null, message: "Nothing imported: 2 errors.", errors: ["Line 1.", "Line 2."], names: [], labels: [], notes: [] };

/** The dialog, with answers of the server. @param {import("node:test").TestContext} t */
function open(t, answers = [ANSWER]) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const page = openPage(ELEMENTS);
  page.byId("upload-kind").append(...["classes", "values"].map((value) => h("option", { value }, value)));
  const asked = [];
  const done = [];
  const actions = /** @type {any} */ ({
    async readTable(address, body) {
      asked.push([address, body]);
      return answers.length > 1 ? answers.shift() : answers[0];
    },
    useExamples: (...values) => done.push(values), openSheet: (name) => done.push(["open", name]),
  });
  const view = createUpload(/** @type {any} */ (page.byId("upload")), { actions });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    page, asked, done, settle, view, state: page.byId("upload-state"), use: page.byId("upload-use"),
    async type(rows) {
      page.byId("upload-text").value = rows;
      page.fire(page.byId("upload-text"), "input");
      t.mock.timers.tick(400);
      await settle();
    },
    selects: () => page.byId("upload-preview").querySelectorAll("select"),
  };
}

test("typed rows are read after a pause", async (t) => {
  const { type, asked, state, use } = open(t);
  await type("1,2,cat");
  assert.deepEqual([asked, state.textContent, use.disabled], [[["https://here/api/datasets", "1,2,cat"]], "3 examples, 2 classes.", false]);
});

test("the preview names columns and cells", async (t) => {
  const { type, page, selects } = open(t);
  await type("1,2,cat");
  assert.deepEqual(page.byId("upload-preview").querySelectorAll("td").map(({ textContent }) => textContent), ["1", "2", "cat"]);
  assert.deepEqual(selects().map(({ value }) => value), ["x1", "x2", "label"]);
  assert.deepEqual([page.byId("upload-classes").textContent, page.byId("upload-notes").textContent], ["catdog", "A note."]);
});

test("read examples can be used", async (t) => {
  const { type, use, done, page } = open(t);
  await type("1,2,cat");
  use.click();
  assert.deepEqual([done, page.byId("upload").isClosed], [[["1abc", "classification"]], true]);
});

test("errors are listed and nothing can be used", async (t) => {
  const { type, use, page, state } = open(t, [REFUSED]);
  await type("1,x");
  assert.deepEqual(page.byId("upload-faults").children.map(({ textContent }) => textContent), ["Line 1.", "Line 2."]);
  assert.deepEqual([use.disabled, state.classList.contains("bad"), page.byId("upload-found").hidden], [true, true, true]);
});

test("typing discards what was read", async (t) => {
  const { type, use, page, done } = open(t);
  await type("1,2,cat");
  page.fire(page.byId("upload-text"), "input");
  assert.equal(use.disabled, true);
  use.click();
  assert.deepEqual(done, []);
});

test("outdated answers are ignored", async (t) => {
  let answerLate = (/** @type {any} */ _answer) => {};
  const late = /** @type {any} */ (new Promise((resolve) => (answerLate = resolve)));
  const { type, state, settle, use } = open(t, [late, ANSWER]);
  await type("1");
  await type("1,2,cat");
  answerLate(REFUSED);
  await settle();
  assert.deepEqual([state.textContent, use.disabled], ["3 examples, 2 classes.", false]);
});

test("empty text is not read", async (t) => {
  const { type, asked, state, use } = open(t);
  await type("   ");
  assert.deepEqual([asked, state.textContent, use.disabled], [[], "", true]);
});

test("large tables are not sent", async (t) => {
  const { type, asked, state } = open(t);
  await type("x".repeat(2 ** 20 + 1));
  assert.deepEqual([asked, state.textContent, state.classList.contains("bad")], [[], "The table is larger than 1 MiB, the limit.", true]);
});

test("chosen columns are requested", async (t) => {
  const { type, selects, page, asked, settle } = open(t);
  await type("1,2,cat");
  selects()[0].value = "x2";
  page.fire(selects()[0], "change");
  await settle();
  assert.deepEqual([asked.length, selects().map(({ value }) => value)], [1, ["x2", "", "label"]]);
  assert.match(page.byId("upload-state").textContent, /^Choose the columns/);
  selects()[1].value = "x1";
  page.fire(selects()[1], "change");
  await settle();
  assert.equal(asked[1][0], "https://here/api/datasets?x1=1&x2=0&label=2");
});

test("table options are requested", async (t) => {
  const { type, page, asked, settle } = open(t);
  await type("1,2,cat");
  page.byId("upload-header").checked = false;
  page.fire(page.byId("upload-header"), "change");
  page.byId("upload-kind").value = "values";
  page.fire(page.byId("upload-kind"), "change");
  page.byId("upload-scale").checked = true;
  page.fire(page.byId("upload-scale"), "change");
  await settle();
  assert.equal(asked.at(-1)[0], "https://here/api/datasets?header=false&kind=values&scale=true");
});

test("a new table forgets the choices", async (t) => {
  const { type, page, asked } = open(t);
  await type("1,2,cat");
  page.byId("upload-header").checked = false;
  page.fire(page.byId("upload-header"), "change");
  await type("3,4,dog");
  assert.equal(asked.at(-1)[0], "https://here/api/datasets");
});

test("files are dropped on the dialog", async (t) => {
  const { page, asked, settle, state } = open(t);
  const file = new File(["1,2,cat"], "data\u202e.csv", { type: "text/csv" });
  page.fire(page.byId("upload"), "drop", { dataTransfer: { files: [file] } });
  await settle();
  assert.deepEqual([asked[0][1], state.textContent], [file, "data\ufffd.csv: 3 examples, 2 classes."]);
});

test("files dropped elsewhere open the dialog", async (t) => {
  const { page, asked, done, settle, view } = open(t);
  const drop = (name) => page.fire(page.body, "drop", { dataTransfer: { files: [new File(["1"], name)] } });
  drop("experiment.json");
  drop("data.csv");
  await settle();
  assert.deepEqual([done, asked.length], [[["open", "upload"]], 1]);
  view.draw(null, /** @type {any} */ ({ table: null, view: { hidden: [], locked: ["ownData"] } }));
  drop("data.csv");
  assert.equal(done.length, 1);
});

test("dragged tables show a hint", (t) => {
  const { page } = open(t);
  const drag = (type) => page.fire(page.body, "dragover", { dataTransfer: { items: [{ kind: "file", type }] } });
  drag("application/json");
  assert.notEqual(page.byId("drop-hint")["popover-open"], true);
  drag("text/csv");
  assert.equal(page.byId("drop-hint")["popover-open"], true);
});
