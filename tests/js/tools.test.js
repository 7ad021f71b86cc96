import assert from "node:assert/strict";
import test from "node:test";

import { classFill } from "../../static/js/lib/color.js";
import {
  canDraw, canStartFrom, classButtons, countText, hasClasses, nameFields, newsOf, offeredClasses, ownLabels, startOf, startText,
} from "../../static/js/data/tools.js";

const own = (targets = [], labels = []) => ({ list: targets.map((target, index) => ({ x1: index, x2: 0, target, part: "" })), labels, canUndo: false, canRedo: false });
/** @returns {any} */
const stateOf = (parts = {}) => ({
  own: own(), view: { hidden: [], locked: [] }, config: { problem: "classification", dataset: "circle", regression_dataset: "reg-plane" },
  data: { classes: 2, dimensions: 2, trainSize: 1200, validationSize: 5, targets: { length: 1300 } },
  schema: { fields: [{ name: "dataset", choices: [{ value: "circle", label: "Circle" }] }, { name: "regression_dataset", choices: null }] }, ...parts,
});

test("only own data can be drawn on", () => {
  assert.equal(canDraw(stateOf()), true);
  assert.equal(canDraw(stateOf({ own: null })), false);
  assert.equal(canDraw(null), false);
});

test("locked and hidden data are only shown", () => {
  assert.equal(canDraw(stateOf({ view: { hidden: ["ownData"], locked: [] } })), false);
  assert.equal(canDraw(stateOf({ view: { hidden: [], locked: ["ownData"] } })), false);
});

test("classes are offered as requested, up to six", () => {
  assert.deepEqual([0, 4, 9].map((wished) => offeredClasses(stateOf(), wished)), [2, 4, 6]);
});

test("classes of examples are always offered", () => {
  assert.equal(offeredClasses(stateOf({ own: own([0, 3]) }), 2), 4);
  assert.equal(offeredClasses(stateOf({ data: { classes: 5 } }), 2), 5);
  assert.equal(offeredClasses(stateOf({ data: null }), 2), 2);
});

test("class buttons have names and keys", () => {
  assert.deepEqual(classButtons(2, 1, ["cat"]), [
    { name: "cat", title: "cat (1)", color: classFill(0), isPressed: false },
    { name: "Blue", title: "Blue (2)", color: classFill(1), isPressed: true },
  ]);
});

test("fields for names suggest colors", () => {
  const [first, second] = nameFields(2, ["cat"]);
  assert.deepEqual([first.value, first.placeholder, first.label], ["cat", "Orange", "Name of class 1"]);
  assert.deepEqual([second.value, second.placeholder], ["", "Blue"]);
});

test("examples are counted by part", () => {
  assert.equal(countText(stateOf({ own: own([0, 1]) })), "2 of at most 5,000 examples: 1,200 for training, 95 for testing");
  assert.equal(countText(stateOf({ own: null, data: null })), "0 of at most 5,000 examples: 0 for training, 0 for testing");
});

test("drawing starts from data of two dimensions", () => {
  assert.equal(startOf(stateOf())?.name, "Circle");
  assert.equal(startOf(stateOf({ data: { ...stateOf().data, dimensions: 1 } })), null);
  assert.equal(startOf(stateOf({ data: null })), null);
  assert.equal(startOf(stateOf({ data: { ...stateOf().data, classes: 0 } }))?.name, "");
});

test("drawing starts from data of its problem", () => {
  const start = startOf(stateOf());
  assert.equal(canStartFrom(start, stateOf()), true);
  assert.equal(canStartFrom(start, stateOf({ config: { problem: "regression" } })), false);
  assert.equal(canStartFrom(null, stateOf()), false);
});

test("the starting data are named", () => {
  assert.equal(startText(startOf(stateOf())), "Start from Circle");
  assert.equal(startText(null), "Start from the previous data");
});

test("tools are redrawn only on changes", () => {
  const state = stateOf();
  assert.deepEqual(newsOf(state, { ...state, hovered: 3 }), { isNew: false, areClassesNew: false });
  assert.equal(newsOf({ ...state, data: null }, state).isNew, true);
  assert.deepEqual(newsOf({ ...state, own: own([1], state.own.labels) }, state), { isNew: true, areClassesNew: false });
  assert.equal(newsOf({ ...state, own: own([], ["a"]) }, state).areClassesNew, true);
  assert.deepEqual(newsOf(state, null), { isNew: true, areClassesNew: true });
});

test("without own data there are no names", () => {
  assert.deepEqual([ownLabels(null), ownLabels({ own: null }), ownLabels(stateOf({ own: own([], ["a"]) }))], [[], [], ["a"]]);
  assert.equal(hasClasses(null), false);
});
