import assert from "node:assert/strict";
import test from "node:test";

import { createDatasets } from "../../static/js/data/datasets.js";
import { createPaint } from "../../static/js/data/paint.js";
import { createSeeds } from "../../static/js/data/seeds.js";
import { openPage } from "./fakepage.js";

/* ---- Drawing ---- */

const BUTTONS = ["paint-undo", "paint-redo", "paint-more", "paint-clear", "paint-start", "own-draw", "own-download"];
const ELEMENTS = {
  ...Object.fromEntries(BUTTONS.map((id) => [id, "button"])), paint: "div", "paint-classes": "div", "paint-value-row": "div", "paint-value": "input",
  "paint-value-shown": "output", "paint-card": "div", "paint-names": "fieldset", "paint-count": "p", "paint-live": "p", "own-row": "details",
};
const data = { classes: 2, dimensions: 2, trainSize: 1, validationSize: 0, points: Float32Array.of(1, 1), targets: Float32Array.of(1) };

/** @returns {any} */
const stateOf = (list = [], parts = {}) => ({
  own: { list, labels: [], canUndo: list.length > 0, canRedo: false }, data, session: "s", view: { hidden: [], locked: [] },
  config: { problem: "classification", dataset: "circle", regression_dataset: "reg-plane" },
  schema: { fields: [{ name: "dataset", choices: [{ value: "circle", label: "Circle" }] }] }, ...parts,
});

/** The tools, with a list of examples that they change. */
function open(parts = {}) {
  const page = openPage(ELEMENTS);
  const done = [];
  for (const tool of ["point", "spray", "erase"]) {
    const button = /** @type {any} */ (document.createElement("button"));
    button.dataset.tool = tool;
    page.byId("paint").append(button);
  }
  const map = /** @type {any} */ (document.createElement("div"));
  Object.assign(map.box, { width: 120, height: 120 });
  page.body.append(map);
  let list = /** @type {any[]} */ ([]);
  const painting = {
    list: () => list, change: (change, how) => { list = change(list); done.push(how?.goesOn ?? null); },
    undo: () => { list = []; }, redo: () => {}, rename: (names) => done.push(names),
  };
  const actions = /** @type {any} */ ({ painting, drawOwn: () => done.push("draw"), downloadData: () => done.push("download") });
  let probed = null;
  const view = createPaint(/** @type {any} */ (page.body), { actions, map, whereProbed: () => probed });
  view.draw(null, stateOf([], parts));
  return {
    page, map, done, list: () => list, probe: (point) => { probed = point; }, draw: (state) => view.draw(null, state),
    at: (type, x, y, props = {}) => page.fire(map, type, { clientX: x, clientY: y, pointerId: 1, isPrimary: true, button: 0, buttons: 1, pointerType: "mouse", ...props }),
    press: (key, props = {}) => page.fire(map, "keydown", { key, code: "", ...props }), tool: (name) => page.byId("paint").querySelector(`[data-tool=${name}]`),
    swatches: () => page.byId("paint-classes").querySelectorAll("button"), said: () => page.byId("paint-live").textContent,
  };
}

test("a click adds a point of the class", () => {
  const { at, list, swatches } = open();
  swatches()[1].click();
  at("pointerdown", 60, 60);
  assert.deepEqual(list(), [{ x1: 0, x2: 0, target: 1, part: "train" }]);
});

test("a drag is one stroke", () => {
  const { at, list, done } = open();
  at("pointerdown", 60, 60);
  at("pointermove", 80, 60);
  at("pointerup", 80, 60);
  at("pointermove", 100, 60);
  assert.ok(list().length > 3);
  assert.deepEqual([done[0], done[1]], [false, true]);
});

test("the eraser removes what is near", () => {
  const { at, list, tool } = open();
  at("pointerdown", 60, 60);
  at("pointerup", 60, 60);
  tool("erase").click();
  at("pointerdown", 61, 60);
  assert.deepEqual(list(), []);
});

test("the other end of a pen erases", () => {
  const { at, list } = open();
  at("pointerdown", 60, 60);
  at("pointerup", 60, 60);
  at("pointerdown", 60, 60, { button: 5, buttons: 32 });
  assert.deepEqual(list(), []);
});

test("without a tool the map is read-only", () => {
  const { at, list, tool } = open();
  tool("point").click();
  at("pointerdown", 60, 60);
  assert.deepEqual([list(), tool("point").getAttribute("aria-pressed")], [[], "false"]);
});

test("locked data cannot be drawn on", () => {
  const { at, list, page } = open({ view: { hidden: [], locked: ["ownData"] } });
  at("pointerdown", 60, 60);
  assert.deepEqual([list(), page.byId("paint").hidden], [[], true]);
});

test("keys add and erase at the probe", () => {
  const { press, probe, list, said, map } = open();
  map.focus();
  probe({ x1: 1, x2: 2 });
  press("Enter");
  assert.deepEqual([list().length, said()], [1, "Orange added at 1.00, 2.00. 1 example."]);
  press("Delete");
  assert.deepEqual([list().length, said()], [0, "Erased at 1.00, 2.00. 0 examples."]);
});

test("digits choose the class", () => {
  const { press, said, swatches } = open();
  press("2", { code: "Digit2" });
  assert.deepEqual([said(), swatches()[1].getAttribute("aria-pressed")], ["Drawing Blue.", "true"]);
});

test("classes are added one by one", () => {
  const { swatches } = open();
  swatches().at(-1)?.click();
  assert.deepEqual(swatches().map((button) => button.getAttribute("aria-label")), ["Orange", "Blue", "Green", "Add class"]);
  for (let i = 0; i < 9; i++) swatches().at(-1)?.click();
  assert.equal(swatches().length, 6);
});

test("values have a slider", () => {
  const { page, press, at, list } = open({ config: { problem: "regression" }, data: { ...data, classes: 0 } });
  assert.deepEqual([page.byId("paint-classes").hidden, page.byId("paint-value-row").hidden], [true, false]);
  page.byId("paint-value").value = "0.5";
  press("-");
  at("pointerdown", 60, 60);
  assert.equal(list()[0].target, 0.4);
});

test("Ctrl+Z undoes", () => {
  const { page, map, list, at, said } = open();
  at("pointerdown", 60, 60);
  page.fire(map, "keydown", { key: "z", code: "KeyZ", ctrlKey: true });
  assert.deepEqual([list(), said()], [[], "Undone. 0 examples."]);
});

test("an empty map says what to do", () => {
  const { page, draw } = open();
  const hint = page.body.querySelector(".map-hint");
  assert.equal(hint.hidden, false);
  draw(stateOf([{ x1: 0, x2: 0, target: 0, part: "" }]));
  assert.equal(hint.hidden, true);
});

test("drawing starts from the previous data", () => {
  const { page, draw, list } = open();
  draw(stateOf([], { own: null }));
  draw(stateOf());
  const start = page.byId("paint-start");
  assert.deepEqual([start.textContent, start.disabled], ["Start from Circle", false]);
  start.click();
  assert.deepEqual(list(), [{ x1: 1, x2: 1, target: 1, part: "" }]);
});

test("names are entered in the card", () => {
  const { page, done } = open();
  page.byId("paint-more").click();
  const [first, second] = page.byId("paint-names").querySelectorAll("input");
  [first.value, second.value] = ["cat", "dog"];
  page.fire(second, "change");
  assert.deepEqual(done.at(-1), ["cat", "dog"]);
  second.value = "cat";
  page.fire(second, "change");
  assert.match(second.validationMessage, /same name/);
});

test("examples are counted", () => {
  const { page, draw } = open();
  draw(stateOf([{ x1: 0, x2: 0, target: 0, part: "" }]));
  assert.match(page.byId("paint-count").textContent, /^1 of at most 5,000 examples/);
  assert.deepEqual([page.byId("paint-undo").disabled, page.byId("paint-redo").disabled, page.byId("paint-clear").disabled], [false, true, false]);
});

/* ---- Data sets ---- */

/** Buttons of two problems, some of them on request only. */
function openDatasets() {
  const page = openPage({ "more-datasets": "button", datasets: "div", "data-heading": "h2" });
  const done = [];
  const group = (problem, isMore, field, names) => {
    const element = /** @type {any} */ (document.createElement("div"));
    element.setAttribute("data-problem", problem);
    if (isMore) element.setAttribute("data-more", "");
    for (const name of names) {
      const button = /** @type {any} */ (document.createElement("button"));
      button.setAttribute(field, name);
      button.append(document.createElement("canvas"));
      element.append(button);
    }
    page.byId("datasets").append(element);
    return element;
  };
  const groups = [group("classification", false, "data-dataset", ["circle", "xor"]), group("classification", true, "data-dataset", ["moons", "own"]), group("regression", false, "data-regDataset", ["reg-plane"])];
  const view = createDatasets(/** @type {any} */ (page.body), { actions: /** @type {any} */ ({ configure: (changes) => done.push(changes), drawOwn: () => done.push("own") }) });
  const draw = (config, parts = {}) => view.draw(null, /** @type {any} */ ({ config: { problem: "classification", dataset: "circle", regression_dataset: "reg-plane", ...config }, theme: "", own: null, data: null, view: { hidden: [] }, ...parts }));
  return { page, done, groups, draw, button: (name) => page.body.querySelector(`[data-dataset=${name}]`) };
}

test("only the problem's data sets are shown", () => {
  const { draw, groups } = openDatasets();
  draw({});
  assert.deepEqual(groups.map(({ hidden }) => hidden), [false, true, true]);
  draw({ problem: "regression" });
  assert.deepEqual(groups.map(({ hidden }) => hidden), [true, true, false]);
});

test("more data sets appear on request", () => {
  const { draw, groups, page } = openDatasets();
  draw({});
  const more = page.byId("more-datasets");
  more.click();
  assert.deepEqual([groups[1].hidden, more.textContent, more.title, more.getAttribute("aria-expanded")], [false, "Fewer", "Fewer data sets", "true"]);
});

test("a data set in use is shown", () => {
  const { draw, groups, button } = openDatasets();
  draw({ dataset: "moons" });
  assert.deepEqual([groups[1].hidden, button("moons").getAttribute("aria-pressed"), button("circle").getAttribute("aria-pressed")], [false, "true", "false"]);
});

test("buttons choose the data set", () => {
  const { draw, done, button } = openDatasets();
  draw({});
  button("xor").click();
  button("own").click();
  assert.deepEqual(done, [{ dataset: "xor" }, "own"]);
});

test("without its buttons the heading explains nothing", () => {
  const { draw, page } = openDatasets();
  const isUnexplained = () => page.byId("data-heading").classList.contains("unexplained");
  draw({});
  assert.equal(isUnexplained(), false);
  draw({}, { view: { hidden: ["dataset"] } });
  assert.equal(isUnexplained(), true);
});

test("icons are painted once per theme", () => {
  const { draw, button } = openDatasets();
  draw({});
  const { calls } = button("circle").querySelector("canvas");
  const before = calls.length;
  draw({ dataset: "xor" });
  assert.equal(calls.length, before);
  document.documentElement.dataset.theme = "dark";
  draw({});
  assert.ok(calls.length > before);
});

/* ---- Seeds ---- */

/** The fields of both seeds. */
function openSeeds() {
  const page = openPage({ "data-seed": "input", "weight-seed": "input", "weight-offset": "p", "seed-label": "span", "seed-shown": "span", "lost-seed": "p", "lost-seed-text": "span", "lost-seed-button": "button" });
  const done = [];
  const view = createSeeds({ actions: /** @type {any} */ ({ configure: (changes) => done.push(changes) }) });
  const draw = (config) => view.draw(null, /** @type {any} */ ({ config: { seed: "1", weight_seed: "", weight_offset: 0, ...config } }));
  draw({});
  const enter = (id, text) => { page.byId(id).value = text; page.fire(page.byId(id), "change"); };
  return { page, done, draw, enter };
}

test("seeds are shown and sent", () => {
  const { page, done, enter } = openSeeds();
  assert.deepEqual([page.byId("data-seed").value, page.byId("weight-seed").value], ["1", "1"]);
  enter("data-seed", "0,5");
  enter("weight-seed", "7");
  enter("weight-seed", "1");
  assert.deepEqual(done, [{ seed: "0.5" }, { weight_seed: "7", weight_offset: 0 }]);
});

test("an emptied data seed is restored", () => {
  const { page, done, enter } = openSeeds();
  enter("data-seed", "");
  assert.deepEqual([page.byId("data-seed").value, done], ["1", []]);
  enter("weight-seed", "");
  assert.deepEqual(done, [{ weight_seed: "", weight_offset: 0 }]);
});

test("Escape restores the seed", () => {
  const { page, done } = openSeeds();
  const input = page.byId("data-seed");
  input.value = "9";
  page.fire(input, "keydown", { key: "Escape" });
  assert.deepEqual([input.value, done], ["1", []]);
});

test("replaced seeds are offered", () => {
  const { page, done, draw, enter } = openSeeds();
  enter("data-seed", "42");
  draw({ seed: "42" });
  draw({ seed: "0.1" });
  assert.deepEqual([page.byId("lost-seed").hidden, page.byId("lost-seed-button").textContent], [false, "Use 42"]);
  page.byId("lost-seed-button").click();
  assert.deepEqual(done, [{ seed: "42" }, { seed: "42" }]);
});

test("resets of the weights are mentioned", () => {
  const { page, draw } = openSeeds();
  assert.equal(page.byId("weight-offset").hidden, true);
  draw({ weight_offset: 36 });
  assert.deepEqual([page.byId("weight-offset").hidden, page.byId("weight-offset").textContent], [false, "Reset since this seed (36 weights drawn before)"]);
});
