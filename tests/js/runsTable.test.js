import assert from "node:assert/strict";
import test from "node:test";

import { createStore } from "../../static/js/core/store.js";
import { h } from "../../static/js/lib/dom.js";
import { createMemory } from "../../static/js/lib/storage.js";
import { createRunActions } from "../../static/js/runs/actions.js";
import { createRunStore } from "../../static/js/runs/store.js";
import { createRunsTable } from "../../static/js/runs/table.js";
import { openPage } from "./fakepage.js";

const CONFIG = { dataset: "circle", seed: "0.5", weight_seed: "", weight_offset: 0 };
const runOf = (number, changes = {}) => ({
  id: `run${number}`, number, name: "", starred: false, started: 1000 + number, origin: null, changes: [], config: CONFIG, link: "#seed=0.5", epoch: 10 * number,
  trainLoss: 0.25, testLoss: 0.5, trainAccuracy: 0.9, testAccuracy: null, goals: [], duration: 1.5, picture: null,
  losses: { epochs: [0, 10], train: [0.5, 0.25], test: [null, 0.5] }, checkpoint: null, examples: null, ...changes,
});

/** The table of these runs, open, on a page without anything else. */
function open(...runs) {
  const page = openPage({ runs: "section", "runs-button": "button", "runs-count": "span", "runs-table": "table", "runs-empty": "p", "runs-spoken": "p", "runs-removed": "p", "experiment-file": "input" });
  const room = h("div", { class: "runs-room", tabindex: "-1" });
  const clear = h("button", { "data-runs": "clear" }, "Delete all");
  const section = page.byId("runs");
  section.append(room, clear);
  const runStore = createRunStore(/** @type {any} */ (createMemory()));
  for (const run of runs) runStore.put(/** @type {any} */ (run));
  const opened = [];
  const store = createStore(/** @type {any} */ ({ dock: "runs", view: { hidden: [], compare: [] }, runsSeen: 0, overlays: [], removedRuns: [] }));
  const recorder = { id: "run1", forget() {}, remember() {} };
  const runActions = createRunActions({ store, runStore, recorder, openExperiment: (opening) => opened.push(opening) });
  const table = createRunsTable(section, { actions: /** @type {any} */ ({ openSheet() {} }), runActions, runStore, series: /** @type {any} */ ({}), presentRun: () => recorder.id });
  const draw = (changes = {}) => {
    store.set(/** @type {any} */ (changes));
    table.draw(null, store.get());
  };
  draw();
  const rows = () => page.byId("runs-table").querySelectorAll("tr").slice(1);
  const button = (row, label) => row.querySelectorAll("button").find(({ textContent }) => textContent === label);
  return { page, section, clear, room, store, runStore, opened, draw, rows, button, order: () => rows().map((row) => row.querySelector("[type=text]").getAttribute("aria-label")) };
}

test("the newest run comes first, sorting on demand", () => {
  const { page, order } = open(runOf(1), runOf(2, { testLoss: 0.1 }), runOf(3, { testLoss: 0.3 }));
  assert.deepEqual(order(), [3, 2, 1].map((number) => `Name of run ${number}`));
  const header = page.byId("runs-table").querySelectorAll("th").find(({ textContent }) => textContent === "Test loss");
  header.querySelector("button").click();
  assert.deepEqual([order(), header.getAttribute("aria-sort")], [[2, 3, 1].map((number) => `Name of run ${number}`), "ascending"]);
});

test("an empty table says so", () => {
  const { page, clear } = open();
  assert.deepEqual(["runs-table", "runs-empty", "runs-count"].map((id) => page.byId(id).hidden), [true, false, true]);
  assert.equal(clear.disabled, true);
});

test("a hidden table counts runs without drawing them", () => {
  const { page, rows, runStore, store, draw } = open();
  draw({ dock: "none" });
  runStore.put(/** @type {any} */ (runOf(1)));
  draw({ runsSeen: store.get().runsSeen + 1 });
  assert.deepEqual([page.byId("runs-count").textContent, rows().length], ["1", 0]);
  draw({ dock: "runs" });
  assert.equal(rows().length, 1);
});

test("deleting a run focuses the offer to undo", () => {
  const { page, rows, button, draw, room } = open(runOf(1), runOf(2));
  button(rows()[0], "Delete").click();
  draw();
  const undo = page.byId("runs-removed").querySelector("button");
  assert.deepEqual([rows().length, page.byId("runs-removed").textContent], [1, "Run 2 was deleted. Undo"]);
  assert.equal(globalThis.document.activeElement, undo);
  undo.click();
  assert.equal(globalThis.document.activeElement, room);
  draw();
  assert.deepEqual([rows().length, page.byId("runs-removed").hidden], [2, true]);
});

test("deleting all runs can be undone, too", () => {
  const { page, clear, draw, rows } = open(runOf(1), runOf(2));
  clear.click();
  draw();
  assert.deepEqual([rows().length, page.byId("runs-removed").textContent], [0, "2 runs were deleted. Undo"]);
});

test("restoring opens the run and says so", () => {
  const { page, rows, button, opened } = open(runOf(1));
  button(rows()[0], "Restore").click();
  assert.deepEqual(opened, [{ link: "#seed=0.5", examples: null }]);
  assert.equal(page.byId("runs-spoken").textContent, "Run 1 was restored: its settings and seeds.");
});

test("a starred run moves to the top", () => {
  const { rows, draw, order } = open(runOf(1), runOf(2));
  rows()[1].querySelector(".star").click();
  draw();
  assert.deepEqual([order()[0], rows()[0].querySelector(".star").getAttribute("aria-pressed")], ["Name of run 1", "true"]);
  rows()[0].querySelector(".star").click();
  draw();
  assert.equal(order()[0], "Name of run 2");
});

test("a typed name is saved without extra spaces", () => {
  const { page, rows, runStore } = open(runOf(1));
  const name = rows()[0].querySelector("[type=text]");
  name.value = "  best \n one ";
  page.fire(name, "change");
  assert.equal(runStore.get("run1").name, "best one");
});

test("a name being typed is not overwritten", () => {
  const { rows, runStore, draw, store } = open(runOf(1));
  const name = rows()[0].querySelector("[type=text]");
  name.focus();
  name.value = "half a na";
  runStore.put(/** @type {any} */ (runOf(1, { epoch: 99 })));
  draw({ runsSeen: store.get().runsSeen + 1 });
  assert.equal(name.value, "half a na");
});

test("checking a run overlays its curves in color", () => {
  const { page, rows, store, draw } = open(runOf(1), runOf(2));
  const tick = rows()[0].querySelector("[type=checkbox]");
  page.fire(tick, "change");
  draw();
  assert.deepEqual(store.get().overlays.map(({ id, color }) => [id, color]), [["run2", 0]]);
  assert.deepEqual([tick.checked, rows()[0].querySelector("i").style.background], [true, "var(--run-1)"]);
});

test("no more runs can be overlaid than colors", () => {
  const { rows, draw } = open(...[1, 2, 3, 4, 5, 6, 7].map((number) => runOf(number)));
  draw({ overlays: [1, 2, 3, 4, 5, 6].map((number) => ({ id: `run${number}`, color: number - 1 })) });
  assert.deepEqual(rows().map((row) => row.querySelector("[type=checkbox]").disabled), [true, false, false, false, false, false, false]);
});

test("the recorded run is marked as current", () => {
  const { rows } = open(runOf(1), runOf(2));
  assert.deepEqual(rows().map((row) => row.querySelector(".now").hidden), [true, false]);
});
