import assert from "node:assert/strict";
import test from "node:test";

import { createCompare } from "../../static/js/compare/compare.js";
import { PLANE_PORTRAITS } from "../../static/js/portraits/plane.js";
import { openPage } from "./fakepage.js";
import { field } from "./fields.js";

const SCHEMA = /** @type {any} */ ({ fields: [
  field("learning_rate", { label: "Learning rate", offered: [0.01, 0.03, 0.1] }),
  field("hidden_layer_sizes", { label: "Hidden layers", kind: "integers" }),
  field("activation", { label: "Activation", kind: "choice", choices: [{ value: "tanh", label: "Tanh" }, { value: "relu", label: "ReLU" }] }),
  field("optimizer", { label: "Optimizer", kind: "choice", choices: [{ value: "sgd", label: "SGD" }, { value: "adam", label: "Adam" }] }),
] });
const CONFIG = { learning_rate: 0.03, hidden_layer_sizes: [4], activation: "tanh", optimizer: "sgd" };
const IDS = { compare: "section", "compare-button": "button", "compare-count": "span", "compare-choosing": "div", "compare-questions": "div", "compare-field": "select",
  "compare-value": "select", "compare-typed": "input", "compare-fault": "p", "compare-other": "button", "compare-card": "div", "compare-form": "form" };

/** Networks side by side, with all that is asked of the page. */
function open(compare = []) {
  const page = openPage(IDS);
  const section = page.byId("compare");
  section.append(page.byId("compare-choosing"));
  page.byId("compare-card").append(page.byId("compare-value"));
  const asked = [];
  const view = createCompare({ schema: SCHEMA, portraits: PLANE_PORTRAITS, series: /** @type {any} */ ({ epochs: [], train: [], test: [] }), actions: /** @type {any} */ ({ setView: (change) => asked.push(change), swap: (index) => asked.push(index) }) });
  const draw = (changes = {}, hidden = []) => view.draw(null, /** @type {any} */ ({ schema: SCHEMA, config: CONFIG, data: null, layers: [1], status: {}, dock: "compare", view: { compare, hidden }, ...changes }));
  draw();
  const cards = () => section.querySelectorAll("li");
  const press = (element, label) => element.querySelectorAll("button").find(({ textContent }) => textContent === label).click();
  return { page, section, asked, draw, cards, press, titles: () => cards().map((card) => card.querySelector("h3").textContent) };
}

const RELU = { activation: "relu" };
const FASTER = { learning_rate: 0.1 };

test("a closed comparison only counts its networks", () => {
  const { page, titles, draw } = open([RELU]);
  draw({ dock: "none", view: { compare: [RELU, FASTER], hidden: [] } });
  assert.deepEqual([page.byId("compare-count").textContent, titles()], ["3", ["This network", "Activation: ReLU"]]);
});

test("variants have cards after the main network", () => {
  const { titles, draw, cards } = open([RELU, FASTER]);
  assert.deepEqual(titles(), ["This network", "Activation: ReLU", "Learning rate: 0.1"]);
  assert.deepEqual(cards().map((card) => card.querySelector(".compare-do").hidden), [true, false, false]);
  draw({ view: { compare: [FASTER], hidden: [] } });
  assert.deepEqual(titles(), ["This network", "Learning rate: 0.1"]);
});

test("using a variant swaps it in", () => {
  const { cards, asked, press } = open([RELU, FASTER]);
  press(cards()[2], "Use this network");
  assert.deepEqual(asked, [1]);
});

test("removing a variant keeps the others", () => {
  const { page, cards, asked, press } = open([RELU, FASTER]);
  press(cards()[1], "Remove");
  assert.deepEqual(asked, [{ compare: [FASTER] }]);
  assert.equal(globalThis.document.activeElement, page.byId("compare-button"));
});

test("a what-if adds its variant and disappears", () => {
  const { page, asked, press } = open([RELU]);
  const questions = page.byId("compare-questions");
  assert.deepEqual(questions.children.map(({ textContent }) => textContent), ["Learning rate × 3?", "Adam?", "One more layer?"]);
  press(questions, "One more layer?");
  assert.deepEqual(asked, [{ compare: [RELU, { hidden_layer_sizes: [4, 4] }] }]);
});

test("three variants leave no room for another", () => {
  assert.equal(open([RELU, FASTER]).page.byId("compare-choosing").hidden, false);
  assert.equal(open([RELU, FASTER, { optimizer: "adam" }]).page.byId("compare-choosing").hidden, true);
});

/** The open form with a setting chosen. */
function choose(name) {
  const opened = open([RELU]);
  const { page } = opened;
  page.byId("compare-other").click();
  page.byId("compare-field").value = name;
  page.fire(page.byId("compare-field"), "change");
  return { ...opened, submit: () => page.fire(page.byId("compare-form"), "submit") };
}

test("the form preselects the next larger value", () => {
  const { page, asked, submit } = choose("learning_rate");
  const list = page.byId("compare-value");
  assert.deepEqual([list.children.map(({ textContent }) => textContent), list.selectedIndex, page.byId("compare-typed").hidden], [["0.01", "0.1"], 1, true]);
  submit();
  assert.deepEqual(asked, [{ compare: [RELU, FASTER] }]);
  assert.equal(page.byId("compare-card").matches(":popover-open"), false);
});

test("layers are typed and refused unless whole numbers", () => {
  const { page, asked, submit } = choose("hidden_layer_sizes");
  const typed = page.byId("compare-typed");
  typed.value = "four";
  submit();
  assert.deepEqual([asked, page.byId("compare-fault").hidden, typed.getAttribute("aria-invalid"), globalThis.document.activeElement === typed], [[], false, "true", true]);
  typed.value = "8, 2";
  submit();
  assert.deepEqual([asked, page.byId("compare-fault").hidden], [[{ compare: [RELU, { hidden_layer_sizes: [8, 2] }] }], true]);
});
