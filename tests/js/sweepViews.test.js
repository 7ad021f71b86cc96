import assert from "node:assert/strict";
import { test } from "node:test";

import { cellsOf } from "../../static/js/cells/cells.js";
import { noFilter } from "../../static/js/cells/filter.js";
import { createHeatMap } from "../../static/js/cells/heatMap.js";
import { createSlices } from "../../static/js/cells/slices.js";
import { createTable } from "../../static/js/cells/table.js";
import { usualArrangement } from "../../static/js/cells/arrangement.js";
import { shadeScale } from "../../static/js/cells/shades.js";
import { BY_LOSS } from "../../static/js/luck/statistics.js";
import { createForm } from "../../static/js/sweep/form.js";
import { boxOf, openPage } from "./fakepage.js";
import { field } from "./fields.js";

const RATE = field("learning_rate", { label: "Learning rate", key: "learningRate", low: 0, high: 100, offered: [0.1, 1] });
const ACTIVATION = field("activation", { label: "Activation", kind: "choice", group: "model", choices: [{ value: "relu", label: "ReLU" }, { value: "tanh", label: "Tanh" }] });
const SIZES = field("hidden_layer_sizes", { label: "Hidden layer sizes", key: "networkShape", kind: "integers", group: "model" });
const SCHEMA = /** @type {any} */ ({ fields: [RATE, ACTIVATION, SIZES], groups: [{ value: "model", label: "Model" }, { value: "training", label: "Training" }] });
const FIELDS = new Map(SCHEMA.fields.map((one) => [one.name, one]));
const CONFIG = { learning_rate: 0.03, activation: "tanh", hidden_layer_sizes: [2], layer_activations: [], layer_dropout: [] };
const STATE = { schema: SCHEMA, config: CONFIG, data: null, view: { locked: [] }, goals: [], startsCost: { epoch_seconds: 0.0001, start_seconds: 0 } };

const IDS = { "sweep-form": "form", "sweep-axes": "ul", "sweep-add": "button", "sweep-epochs": "input", "sweep-goal": "label", "sweep-train": "button", "sweep-cost": "span",
  "sweep-progress": "div", "sweep-bar": "progress", "sweep-left": "span", "sweep-cancel": "button" };
const RADIOS = { "sweep-count": ["5", "10", "20"], "sweep-vary": ["weights", "data", "both"], "sweep-end": ["epoch", "goal"] };

/** The form, with all that it asks for. */
function openForm(changes = {}) {
  const page = openPage(IDS);
  const element = page.byId("sweep-form");
  for (const [name, values] of Object.entries(RADIOS)) {
    const group = document.createElement("div");
    element.append(group);
    for (const value of values) {
      const input = document.createElement("input");
      Object.assign(input, { type: "radio", value });
      input.setAttribute("name", name);
      group.append(input);
      if (value === values[name === "sweep-count" ? 1 : 0]) input.checked = true;
    }
  }
  page.byId("sweep-progress").hidden = true;
  Object.assign(page.byId("sweep-epochs").dataset, { low: "1", high: "10000", whole: "" });
  const asked = [];
  const form = createForm({ schema: SCHEMA, onTrain: (plan, outline, untilGoal) => asked.push([plan.starts, plan.vary, plan.epochs, outline.axesText, untilGoal]), onCancel: () => asked.push("cancel") });
  const draw = (running = null, more = {}) => form.draw(0, /** @type {any} */ ({ ...STATE, ...changes, ...more }), running);
  draw();
  const choose = (input, value) => { input.value = value; page.fire(input, "input"); };
  return { page, form, asked, draw, choose, rows: () => page.byId("sweep-axes").children, text: (id) => page.byId(`sweep-${id}`).textContent };
}

test("the form begins with two usual settings", () => {
  const { rows, text, page, asked } = openForm();
  assert.deepEqual(rows().map((row) => row.querySelector("select").value), ["learning_rate", "activation"]);
  assert.equal(text("cost"), "8 × 2 settings × 10 starts = 160 runs, about 3\u202fs");
  page.fire(page.byId("sweep-form"), "submit");
  assert.deepEqual(asked, [[10, "weights", 200, "learningRate:0.001..3:8l;activation:relu|tanh", false]]);
});

test("other values are typed, and faults named", () => {
  const { rows, text, page, asked, choose } = openForm();
  const [from] = rows()[0].querySelectorAll("input");
  choose(from, "much");
  assert.match(text("cost"), /^Learning rate, from: “much” is not a number/);
  assert.deepEqual([page.byId("sweep-train").disabled, from.getAttribute("aria-invalid")], [true, "true"]);
  page.fire(page.byId("sweep-form"), "submit");
  assert.deepEqual(asked, []);
  choose(from, "0.3");
  assert.equal(from, rows()[0].querySelectorAll("input")[0], "it stays while it is typed in");
  assert.match(rows()[0].querySelector(".sweep-preview").textContent, /^0\.3, .* 3$/);
});

test("settings are added, changed and taken away", () => {
  const { page, rows, text } = openForm();
  page.byId("sweep-add").click();
  assert.deepEqual([rows().length, rows()[2].querySelector("select").value], [3, "hidden_layer_sizes"]);
  assert.equal(rows()[2].querySelector("input").value, "1; 2; 4; 8");
  for (const row of rows().slice(1)) row.querySelector(".sweep-remove").click();
  assert.equal(text("cost"), "8 settings × 10 starts = 80 runs, about 2\u202fs");
  rows()[0].querySelector(".sweep-remove").click();
  assert.equal(text("cost"), "Choose a setting to vary.");
});

test("a link fills the form", () => {
  const { form, rows, page, asked, text, draw } = openForm();
  form.fill({ drafts: [{ field: SIZES, choice: { kind: "list", text: "1; 4, 2" } }], starts: 7, vary: "both", epochs: 50 }, null);
  assert.equal(form.text(), "networkShape:1|4,2;starts:7;vary:both;epochs:50");
  assert.equal(rows().length, 1);
  page.fire(page.byId("sweep-form"), "submit");
  assert.deepEqual(asked, [[7, "both", 50, "networkShape:1|4,2", false]]);
  draw();
  assert.equal(text("train"), "Train 14 runs");
});

test("without a goal nothing ends there", () => {
  const { page, asked, draw } = openForm();
  const goal = page.byId("sweep-form").querySelectorAll("[name=sweep-end]")[1];
  assert.equal(goal.disabled, true);
  draw(null, { goals: [{ label: "Test loss" }] });
  goal.checked = true;
  page.fire(page.byId("sweep-form"), "submit");
  assert.equal(asked[0][4], true);
});

test("progress takes the place of the button", () => {
  const { page, draw, asked, text } = openForm();
  page.byId("sweep-train").focus();
  draw(/** @type {any} */ ({ starts: [1, 2], total: 160, share: 0.25, secondsLeft: 4 }));
  assert.deepEqual([page.byId("sweep-progress").hidden, text("left")], [false, "2 of 160, about 4\u202fs left"]);
  assert.equal(document.activeElement, page.byId("sweep-cancel"));
  page.byId("sweep-cancel").click();
  draw(null);
  assert.deepEqual([asked, document.activeElement], [["cancel"], page.byId("sweep-train")]);
});

const AXES = [
  { key: "activation", field: "activation", values: ["relu", "tanh"], texts: ["relu", "tanh"] },
  { key: "networkShape", field: "hidden_layer_sizes", values: [[1], [4, 2], [8]], texts: ["1", "4,2", "8"] },
];
const start = (index, loss, diverged = null) => ({ index, test_loss: loss, train_loss: loss, diverged, reached: null });
const LOSSES = [[0.1, 0.1], [0.2, 0.4], [0.3, 0.3], [0.5, 0.5], [0.6, null], []];
const CRITERION = { measure: BY_LOSS, isGoal: false, threshold: 0.2 };
const CELLS = cellsOf(/** @type {any} */ ({ axes: AXES, count: 2, starts: LOSSES.flatMap((cell, at) => cell.map((loss, index) => start(2 * at + index, loss ?? 9, loss === null ? 3 : null))) }), CRITERION);

/** A map of the cells, with all that is asked of it. */
function openMap(changes = {}) {
  const page = openPage();
  const asked = [];
  const map = createHeatMap({ onLook: (cell) => asked.push(["look", cell]), onChoose: (cell, isSecond) => asked.push(["choose", cell, isSecond]) });
  page.body.append(map.element);
  map.draw(/** @type {any} */ ({
    axes: AXES, cells: CELLS, arrangement: usualArrangement(AXES), scale: shadeScale(CELLS), dots: null, criterion: CRITERION, kind: "test loss", numberText: String, starts: 2,
    textOf: ({ index }) => `cell ${index}`, present: null, chosen: [null, null], best: null, isKept: () => true, ...changes,
  }), FIELDS);
  const cells = () => map.element.querySelectorAll(".sweep-cell");
  return { page, map, asked, cells, marked: (/** @type {string} */ name) => cells().flatMap((cell, index) => (cell.classList.contains(name) ? [index] : [])) };
}

test("each cell of the map is a button", () => {
  const { map, cells } = openMap();
  assert.deepEqual(cells().map((cell) => cell.getAttribute("aria-label")), ["cell 0", "cell 1", "cell 2", "cell 3", "cell 4", "cell 5"]);
  assert.deepEqual(map.element.querySelectorAll("th").map(({ textContent }) => textContent), ["1", "4 + 2", "8", "ReLU", "Tanh"]);
  assert.deepEqual(cells().map(({ tabIndex }) => tabIndex), [0, -1, -1, -1, -1, -1]);
});

test("cells show spread, divergence and reliability", () => {
  const { cells, marked } = openMap({ present: 2, chosen: [0, 3], best: 0 });
  assert.deepEqual([marked("reliable"), marked("pending"), marked("empty"), marked("chosen")], [[0], [5], [4], [0, 3]]);
  assert.deepEqual([marked("spread"), marked("crossed")], [[1], [4]]);
  assert.deepEqual(cells().map((cell) => cell.querySelectorAll(".sweep-badge").map(({ textContent }) => textContent).join("")), ["A★", "", "", "B", "", ""]);
  assert.equal(cells()[2].hasAttribute("data-present"), true);
});

test("large maps are built in pieces", () => {
  const values = Array.from({ length: 100 }, (_, place) => place + 1);
  const texts = values.map(String);
  const axes = [{ key: "learningRate", field: "learning_rate", values, texts }, { key: "activation", field: "activation", values: values.slice(0, 20), texts: texts.slice(0, 20) }];
  const cellsOfMap = cellsOf(/** @type {any} */ ({ axes, count: 1, starts: Array.from({ length: 2000 }, (_, index) => start(index, 0.1)) }), CRITERION);
  const { page, map, cells, marked } = openMap({ axes, cells: cellsOfMap, arrangement: usualArrangement(axes), scale: shadeScale(cellsOfMap) });
  assert.equal(map.element.querySelectorAll(".sweep-row").length, 20, "all rows have their room");
  const counts = [cells().length];
  while (page.frames.length > 0) {
    page.frames.splice(0).forEach((run) => run());
    counts.push(cells().length);
  }
  assert.equal(counts.at(-1), 2000);
  assert.ok(counts.every((count, at) => count - (counts[at - 1] ?? 0) <= 200));
  assert.equal(marked("pending").length, 0);
});

test("arrow keys lead through the map", () => {
  const { page, cells, asked } = openMap();
  cells()[0].focus();
  for (const key of ["ArrowRight", "ArrowDown"]) page.fire(document.activeElement, "keydown", { key });
  assert.equal(document.activeElement, cells()[4]);
  assert.deepEqual([cells()[0].tabIndex, cells()[4].tabIndex], [-1, 0]);
  page.fire(cells()[4], "click", { shiftKey: true });
  assert.deepEqual(asked.at(-1), ["choose", 4, true]);
});

test("cells are wide enough on phones", () => {
  const { page, map } = openMap();
  map.element.box = boxOf(0, 0, 200, 100);
  page.resize();
  assert.ok(parseFloat(/** @type {any} */ (map.element.querySelector("table").style)["--cell"]) >= 24);
});

test("slices fix the axes beside the map", () => {
  const page = openPage({ slices: "div" });
  const three = [...AXES, { key: "learningRate", field: "learning_rate", values: [0.1, 1], texts: ["0.1", "1"] }];
  const asked = [];
  const slices = createSlices(page.byId("slices"), { onArrange: (arrangement) => asked.push(arrangement) });
  slices.draw(three, usualArrangement(three), FIELDS);
  const shown = page.byId("slices").querySelectorAll(".sweep-slice").filter(({ hidden }) => !hidden);
  assert.deepEqual(shown.map(({ textContent }) => textContent), ["Learning rate0.1"]);
  const [input] = shown[0].querySelectorAll("input");
  input.value = "1";
  page.fire(input, "input");
  assert.deepEqual(asked, [{ column: 1, row: 0, fixed: [0, 0, 1] }]);
  slices.draw(AXES, usualArrangement(AXES), FIELDS);
  assert.equal(page.byId("slices").hidden, true);
});

test("the table filters and opens cells", () => {
  const page = openPage();
  const asked = [];
  const table = createTable({ onChoose: (cell) => asked.push(cell), onFilter: ({ values }) => asked.push(values) });
  page.body.append(table.element);
  table.draw({ axes: AXES, cells: CELLS.filter(({ count }) => count > 0), filter: noFilter(2), criterion: CRITERION, kind: "test loss", chosen: 1 }, FIELDS);
  const rows = table.element.querySelector("tbody").children;
  assert.deepEqual(rows[1].children.map(({ textContent }) => textContent), ["ReLU", "4 + 2", "0.3", "0.25 – 0.35", "1 of 2", "–"]);
  assert.deepEqual(rows[4].children.map(({ textContent }) => textContent).slice(2), ["diverged", "–", "0 of 2", "1"]);
  rows[2].querySelector("button").click();
  const [activation] = table.element.querySelectorAll("select");
  activation.value = "1";
  page.fire(activation, "change");
  assert.deepEqual(asked, [2, [[1, 1], null]]);
});
