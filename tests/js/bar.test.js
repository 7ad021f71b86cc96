import assert from "node:assert/strict";
import test from "node:test";

import { createControls } from "../../static/js/controls/controls.js";
import { h } from "../../static/js/lib/dom.js";
import { openPage } from "./fakepage.js";
import { field } from "./fields.js";

const SCHEMA = /** @type {any} */ ({ fields: [
  field("learning_rate"), field("batch_size", { kind: "integer" }), field("noise", { kind: "integer" }),
  field("activation", { kind: "choice", choices: [{ value: "tanh", label: "Tanh" }, { value: "relu", label: "ReLU" }] }),
] });
const CONFIG = { learning_rate: 0.03, batch_size: 10, noise: 5, activation: "tanh", rest: "applied", batch_norm: false, train_percent: 50, hidden_layer_sizes: [4], layer_activations: [] };
const VIEW = { discretize: false, hidden: [], hide_text: false };
const DATA = { trainSize: 250, validationSize: 0, classes: 2, targets: { length: 500 }, order: null };

const select = (name, ...values) => h("select", { "data-field": name }, ...values.map((value) => h("option", { value }, value)));

/** The control bar as the templates make it, with all that it asks for. */
function open() {
  const page = openPage({ "batch-hint": "p" });
  const asked = [];
  const rate = select("learning_rate", "0.01", "0.03", "0.1");
  const activation = select("activation", "tanh", "relu");
  const [noise, size] = ["noise", "batch_size"].map((name) => h("input", { type: "range", "data-field": name, min: "0", max: "50" }));
  const output = h("output", { "data-value": "noise", "data-unit": "%" });
  const check = h("input", { type: "checkbox", "data-view": "discretize" });
  const buttons = [["advance", {}], ["reset", {}], ["share", { title: "Copy the link" }]].map(([action, rest]) => h("button", { "data-action": action, ...rest }, h("i")));
  buttons.push(h("button", { "data-action": "advance", "data-help": "stepButton" }));
  const article = h("article", { "data-text": true });
  const row = h("div", { class: "slider", "data-control": "noise" }, output, noise);
  page.body.append(rate, activation, row, h("div", { class: "slider" }, size), check, article, ...buttons);
  const list = [{ name: "advance", label: "One step", key: "ArrowRight" }, { name: "reset", label: "Start again", key: null }, { name: "share", label: "Share", key: "s" }];
  const actions = { list, configure: (changes) => asked.push(changes), setView: (changes) => asked.push(["view", changes]), run: (name) => asked.push(["run", name]) };
  const bar = createControls(globalThis.document, { actions: /** @type {any} */ (actions), schema: SCHEMA });
  let state = { schema: SCHEMA, config: CONFIG, view: VIEW, data: DATA };
  const draw = (changes = {}) => bar.draw(null, /** @type {any} */ (state = { ...state, ...changes }));
  const choose = (control, value, type = "change") => { control.value = value; page.fire(control, type); };
  return { page, asked, rate, activation, noise, output, row, check, buttons, article, draw, choose, hint: page.byId("batch-hint") };
}

/* ---- Lists ---- */

test("lists show the config's values", () => {
  const { rate, activation, draw } = open();
  draw();
  assert.deepEqual([rate.value, activation.value], ["0.03", "tanh"]);
  draw({ config: { ...CONFIG, learning_rate: 0.1, activation: "relu" } });
  assert.deepEqual([rate.value, activation.value], ["0.1", "relu"]);
});

test("a choice is sent as its field's kind", () => {
  const { rate, activation, asked, choose } = open();
  choose(rate, "0.1");
  choose(activation, "relu");
  assert.deepEqual(asked, [{ learning_rate: 0.1 }, { activation: "relu" }]);
});

test("an unlisted number is inserted in order", () => {
  const { rate, draw } = open();
  const offered = () => rate.options.map(({ value }) => value);
  for (const learning_rate of [0.05, 3, 20, 0.05]) draw({ config: { ...CONFIG, learning_rate } });
  assert.deepEqual([rate.value, offered()], ["0.05", ["0.01", "0.03", "0.05", "0.1", "3", "20"]]);
});

test("a refused choice is reverted", () => {
  const { rate, draw, choose } = open();
  draw();
  choose(rate, "0.1");
  draw({ config: { ...CONFIG } });
  assert.equal(rate.value, "0.03");
});

test("redrawing keeps an unfinished choice", () => {
  const { rate, draw } = open();
  draw();
  rate.value = "0.1";
  draw({ data: { ...DATA } });
  assert.equal(rate.value, "0.1", "other updates must not change a list in use");
});

/* ---- Sliders ---- */

test("a slider shows its value with its unit", () => {
  const { noise, output, draw } = open();
  draw();
  assert.deepEqual([noise.value, output.textContent, noise.getAttribute("aria-valuetext"), noise.style["--fill"]], ["5", "5%", "5%", "10%"]);
});

test("a slider without a range stays empty", () => {
  const { noise, draw } = open();
  noise.min = noise.max;
  draw();
  assert.equal(noise.style["--fill"], "0%");
});

test("dragging a slider sends numbers continuously", () => {
  const { noise, asked, choose } = open();
  choose(noise, "20", "input");
  choose(noise, "25", "change");
  assert.deepEqual(asked, [{ noise: 20 }, { noise: 25 }]);
});

test("a slider without effect is marked", () => {
  const { row, draw } = open();
  draw({ data: { ...DATA, order: new Uint32Array(1) } });
  assert.equal(row.classList.contains("idle"), true);
  draw({ data: DATA });
  assert.equal(row.classList.contains("idle"), false);
});

test("an oversized batch is pointed out", () => {
  const { hint, draw } = open();
  draw({ config: { ...CONFIG, batch_size: 300, rest: "dropped" } });
  assert.deepEqual([hint.hidden, hint.textContent], [false, "The batch is larger than the 250 training examples, so the weights never change."]);
  draw({ data: { ...DATA, trainSize: 400 } });
  assert.deepEqual([hint.hidden, hint.textContent], [true, ""]);
});

/* ---- The view ---- */

test("a checkbox shows and changes the view", () => {
  const { page, check, asked, draw } = open();
  draw({ view: { ...VIEW, discretize: true } });
  assert.equal(check.checked, true);
  check.checked = false;
  page.fire(check, "change");
  assert.deepEqual(asked, [["view", { discretize: false }]]);
  check.checked = true;
  draw({ view: VIEW });
  assert.equal(check.checked, false, "the server decides");
});

test("hidden controls can be shown again", () => {
  const { row, check, draw } = open();
  draw({ view: { ...VIEW, hidden: ["noise"] } });
  assert.deepEqual([row.hidden, check.hidden], [true, false]);
  draw({ view: VIEW });
  assert.equal(row.hidden, false);
});

test("a link can hide the page's text", () => {
  const { article, draw } = open();
  draw({ view: { ...VIEW, hide_text: true } });
  assert.equal(article.hidden, true);
  draw({ view: VIEW });
  assert.equal(article.hidden, false);
});

/* ---- Buttons ---- */

test("a click on an icon runs its action", () => {
  const { page, asked, buttons: [advance, reset] } = open();
  reset.click();
  advance.querySelector("i").click();
  page.body.click();
  assert.deepEqual(asked, [["run", "reset"], ["run", "advance"]]);
});

test("buttons are titled with action and key", () => {
  const { buttons } = open();
  assert.deepEqual(buttons.map(({ title }) => title), ["One step (→)", "Start again", "Copy the link", ""]);
});

test("a button's card has its key", () => {
  const { buttons } = open();
  assert.deepEqual(buttons.map(({ dataset }) => dataset.key), [undefined, undefined, undefined, "→"]);
});
