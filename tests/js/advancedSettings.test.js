import assert from "node:assert/strict";
import test from "node:test";

import { createAdvancedSettings } from "../../static/js/controls/advancedSettings.js";
import { h } from "../../static/js/lib/dom.js";
import { openPage } from "./fakepage.js";
import { field } from "./fields.js";

const ADAM = [{ field: "optimizer", values: ["adam"] }];
const FIELDS = [
  field("optimizer", { label: "Optimizer", kind: "choice", default: "sgd", choices: [{ value: "sgd", label: "SGD" }, { value: "adam", label: "Adam" }] }),
  field("beta1", { label: "Beta 1", default: 0.9, offered: [0.8, 0.9], low: 0, high: 1, needs: ADAM }),
  field("beta2", { label: "Beta 2", default: 0.999, offered: [0.99, 0.999], needs: ADAM }),
  field("epsilon", { label: "Epsilon", default: 1e-8, offered: [1e-8, 1e-6], presets: [{ field: "optimizer", value: "adam", preset: 1e-6 }] }),
  field("batch_norm", { label: "Batch norm", kind: "flag", default: false }),
  field("outliers", { label: "Outliers", offered: [0, 5] }),
  field("layer_activations", { label: "Activations", kind: "names", default: [], choices: [{ value: "tanh", label: "Tanh" }] }),
];
const SCHEMA = /** @type {any} */ ({ fields: FIELDS });
const CONFIG = { optimizer: "sgd", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, batch_norm: false, outliers: 0, layer_activations: [], activation: "tanh", dropout: 0, hidden_layer_sizes: [4] };
const WITH_ADAM = { ...CONFIG, optimizer: "adam" };

const ELEMENTS = { lab: "section", "lab-button": "button", "lab-count": "span", "lab-reset": "button" };

/** A row as the templates make it. */
function makeRow({ name, kind, choices, offered }) {
  const options = choices ?? (offered ?? []).map((value) => ({ value: String(value), label: String(value) }));
  const control = kind === "flag" ? h("input", { type: "checkbox" }) : kind === "names" ? h("div", { class: "names" }) : h("select", {}, ...options.map(({ value, label }) => h("option", { value }, label)));
  return h("div", { class: "setting", "data-setting": name }, h("button", { class: "back", hidden: true }), control, h("p", { class: "why", hidden: true }));
}

const makeGroup = (...names) => h("div", { class: "lab-group" }, h("div", { class: "settings" }, ...FIELDS.filter(({ name }) => names.includes(name)).map(makeRow)),
  h("details", { hidden: true }, h("summary"), h("div", { class: "settings" })));

/** The panel with two groups, and what it asks for. */
function open() {
  const page = openPage(ELEMENTS);
  const panel = page.byId("lab");
  panel.hidden = true;
  const groups = [makeGroup("optimizer", "beta1", "beta2", "epsilon"), makeGroup("batch_norm", "outliers", "layer_activations")];
  panel.append(page.byId("lab-reset"), ...groups);
  const asked = [];
  const actions = { configure: (changes) => asked.push(changes), refuse: (sentence) => asked.push(sentence), run: (name) => asked.push(["run", name]) };
  const view = createAdvancedSettings({ actions: /** @type {any} */ (actions), schema: SCHEMA });
  let state = { schema: SCHEMA, config: CONFIG, data: null, areSettingsOpen: false };
  const draw = (changes = {}) => view.draw(null, /** @type {any} */ (state = { ...state, ...changes }));
  const row = (name) => panel.querySelector(`[data-setting=${name}]`);
  const part = (name, selector = "select") => row(name).querySelector(selector);
  const namesIn = (element) => element.querySelectorAll(".setting").map(({ dataset }) => dataset.setting);
  const [active, idle] = [groups[0].querySelector(".settings"), groups[0].querySelector("details")];
  return { page, panel, asked, draw, row, part, namesIn, active, idle, count: page.byId("lab-count"), reset: page.byId("lab-reset"), button: page.byId("lab-button"), focused: () => globalThis.document.activeElement };
}

/* ---- Values ---- */

test("settings show what the server says", () => {
  const { draw, part } = open();
  const shown = () => [part("optimizer").value, part("epsilon").value, part("batch_norm", "input").checked, part("layer_activations").value];
  draw({ config: { ...WITH_ADAM, epsilon: 0.5, batch_norm: true, layer_activations: ["tanh"] } });
  assert.deepEqual(shown(), ["adam", "0.5", true, "tanh"]);
  draw({ config: CONFIG });
  assert.deepEqual(shown(), ["sgd", "1e-8", false, ""]);
});

test("a setting sends only its own field", () => {
  const { page, asked, draw, part } = open();
  draw({ config: WITH_ADAM });
  part("beta1").value = "0.8";
  page.fire(part("beta1"), "change");
  assert.deepEqual(asked, [{ beta1: 0.8 }]);
});

test("a refused number leaves the setting as is", () => {
  const { page, asked, draw, part } = open();
  draw({ config: WITH_ADAM });
  part("beta1").value = "other";
  page.fire(part("beta1"), "change");
  part("beta1", "input").value = "2";
  page.fire(part("beta1", "input"), "keydown", { key: "Enter" });
  assert.equal(asked.length, 1);
  assert.match(asked[0], /^Beta 1: .*from 0 to 1/);
  assert.equal(part("beta1").value, "0.9");
});

test("a choice says what it has set", () => {
  const { draw, part } = open();
  draw({ config: { ...WITH_ADAM, epsilon: 1e-6 } });
  assert.deepEqual([part("optimizer", ".why").hidden, part("optimizer", ".why").textContent], [false, "Adam has set epsilon 0.000001."]);
  draw({ config: CONFIG });
  assert.deepEqual([part("optimizer", ".why").hidden, part("optimizer", ".why").textContent], [true, ""]);
});

/* ---- What differs from the defaults ---- */

test("changed settings are marked and counted", () => {
  const { draw, row, part, count, reset } = open();
  const marks = () => ["optimizer", "beta2", "batch_norm"].map((name) => [row(name).classList.contains("changed"), part(name, ".back").hidden]);
  const totals = () => [count.hidden, count.textContent, reset.getAttribute("aria-disabled")];
  draw();
  assert.deepEqual([marks(), totals()[0], totals()[2]], [[[false, true], [false, true], [false, true]], true, "true"]);
  draw({ config: { ...WITH_ADAM, batch_norm: true } });
  assert.deepEqual([marks(), totals()], [[[true, false], [false, true], [true, false]], [false, "2 differ from the default", "false"]]);
  draw({ config: WITH_ADAM });
  assert.deepEqual([marks()[2], totals()], [[false, true], [false, "1 differs from the default", "false"]]);
});

test("reset buttons name the setting and its default", () => {
  const { part } = open();
  const names = ["optimizer", "beta2", "batch_norm", "layer_activations"].map((name) => part(name, ".back").getAttribute("aria-label"));
  assert.deepEqual(names, [
    "Optimizer: Reset to the default: SGD", "Beta 2: Reset to the default: 0.999",
    "Batch norm: Reset to the default: off", "Activations: Reset to the default: same as main setting",
  ]);
  assert.equal(part("optimizer", ".back").title, "Reset to the default: SGD");
});

test("resetting a setting focuses its control", () => {
  const { asked, draw, part, focused } = open();
  draw({ config: { ...WITH_ADAM, batch_norm: true, layer_activations: ["tanh"] } });
  for (const [name, control] of [["optimizer", "select"], ["batch_norm", "input"], ["layer_activations", "select"]]) {
    part(name, ".back").click();
    assert.equal(focused(), part(name, control), name);
  }
  assert.deepEqual(asked, [{ optimizer: "sgd" }, { batch_norm: false }, { layer_activations: [] }]);
});

test("resetting an idle setting focuses its group", () => {
  const { asked, draw, part, idle, focused } = open();
  draw({ config: { ...CONFIG, beta1: 0.8 } });
  part("beta1", ".back").click();
  assert.deepEqual([asked, focused()], [[{ beta1: 0.9 }], idle.querySelector("summary")]);
});

test("all settings are reset at once", () => {
  const { asked, draw, reset } = open();
  reset.click();
  assert.deepEqual(asked, [], "nothing has been drawn yet");
  draw({ config: { ...WITH_ADAM, batch_norm: true } });
  reset.click();
  assert.deepEqual(asked, [{ optimizer: "sgd", batch_norm: false }]);
});

test("a locked setting is not reset with others", () => {
  const { asked, draw, row, reset } = open();
  row("optimizer").toggleAttribute("data-locked", true);
  draw({ config: { ...WITH_ADAM, batch_norm: true } });
  reset.click();
  assert.deepEqual(asked, [{ batch_norm: false }]);
});

/* ---- Settings without effect ---- */

test("settings without effect are folded away, disabled", () => {
  const { draw, part, namesIn, active, idle } = open();
  draw({ config: { ...CONFIG, beta2: 0.99 } });
  assert.deepEqual([namesIn(active), namesIn(idle), idle.hidden], [["optimizer", "epsilon"], ["beta1", "beta2"], false]);
  assert.deepEqual([idle.querySelector("summary").textContent, part("beta1").disabled], ["Not used right now (2, 1 changed)", true]);
  assert.deepEqual([part("beta1", ".why").hidden, part("beta1", ".why").textContent], [false, "Only with Adam."]);
});

test("settings return to their places once used", () => {
  const { draw, part, namesIn, active, idle } = open();
  draw();
  draw({ config: WITH_ADAM });
  assert.deepEqual([namesIn(active), namesIn(idle), idle.hidden], [["optimizer", "beta1", "beta2", "epsilon"], [], true]);
  assert.deepEqual([part("beta1").disabled, part("beta1", ".why").hidden], [false, true]);
});

test("own data make a setting idle at once", () => {
  const { draw, row, part } = open();
  const isFolded = () => row("outliers").closest("details") !== null;
  draw({ data: { order: null, classes: 2 } });
  assert.equal(isFolded(), false);
  draw({ data: { order: new Uint32Array(1), classes: 2 } });
  assert.deepEqual([isFolded(), part("outliers", ".why").textContent], [true, "Your own data are used unchanged."]);
});

test("a locked setting stays disabled when used again", () => {
  const { draw, row, part } = open();
  row("beta1").toggleAttribute("data-locked", true);
  draw();
  draw({ config: WITH_ADAM });
  assert.deepEqual([part("beta1").disabled, part("beta2").disabled], [true, false]);
});

test("the setting in use keeps the focus", () => {
  const { draw, part, focused } = open();
  draw();
  part("optimizer").focus();
  draw({ config: WITH_ADAM });
  draw({ config: CONFIG });
  assert.equal(focused(), part("optimizer"));
});

/* ---- The panel ---- */

test("opening the panel moves the focus into it", () => {
  const { panel, button, draw, focused } = open();
  const root = globalThis.document.documentElement;
  draw({ areSettingsOpen: true });
  assert.deepEqual([panel.hidden, button.getAttribute("aria-expanded"), root.hasAttribute("data-lab"), focused()], [false, "true", true, panel]);
  draw({ areSettingsOpen: false });
  assert.deepEqual([panel.hidden, button.getAttribute("aria-expanded"), root.hasAttribute("data-lab"), focused()], [true, "false", false, button]);
});

test("updates leave focus in the open panel", () => {
  const { draw, part, focused } = open();
  draw({ areSettingsOpen: true });
  part("optimizer").focus();
  draw({ config: { ...CONFIG, batch_norm: true } });
  assert.equal(focused(), part("optimizer"));
});

test("closing leaves focus outside the panel alone", () => {
  const { page, draw, focused } = open();
  const outside = h("button");
  page.body.append(outside);
  draw({ areSettingsOpen: true });
  outside.focus();
  draw({ areSettingsOpen: false });
  assert.equal(focused(), outside);
});

test("Escape closes the panel and nothing else", () => {
  const { page, asked, part } = open();
  const escape = page.fire(part("optimizer"), "keydown", { key: "Escape" });
  assert.deepEqual([asked, escape.isStopped, escape.defaultPrevented], [[["run", "toggle_settings"]], true, true]);
  assert.equal(page.fire(part("optimizer"), "keydown", { key: "a" }).isStopped, false);
});

test("a row without a field is an error", () => {
  const page = openPage(ELEMENTS);
  page.byId("lab").append(h("div", { class: "lab-group" }, makeRow({ name: "nothing", kind: "flag" })));
  assert.throws(() => createAdvancedSettings({ actions: /** @type {any} */ ({}), schema: SCHEMA }), /no field for nothing/);
});
