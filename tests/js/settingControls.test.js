import assert from "node:assert/strict";
import test from "node:test";

import { createSettingControl } from "../../static/js/controls/settingControls.js";
import { h } from "../../static/js/lib/dom.js";
import { openPage } from "./fakepage.js";
import { field } from "./fields.js";

const CHOICES = [{ value: "tanh", label: "Tanh" }, { value: "relu", label: "ReLU" }];
/** The page's state, with changes of its config. */
const stateWith = (changes = {}) => /** @type {any} */ ({ config: { activation: "tanh", dropout: 0, hidden_layer_sizes: [4, 2], ...changes } });
const texts = (select) => select.options.map(({ text }) => text);
const option = (value, text = value) => h("option", { value }, text);

/**
 * The control of a field in a row as the templates make it, with what it sends and what it refuses.
 * @param {Partial<import("./fields.js").Field>} rest  of the field
 * @param {() => Element[]} parts  of the row
 */
function open(rest, parts, data = {}) {
  const page = openPage();
  const row = h("div", { ...data }, ...parts());
  page.body.append(row);
  const sent = [];
  const refused = [];
  const control = createSettingControl(/** @type {any} */ (row), field("it", { label: "It", ...rest }), (value) => sent.push(value), (sentence) => refused.push(sentence));
  const choose = (select, value) => { select.value = value; page.fire(select, "change"); };
  return { page, row, sent, refused, control, choose, show: (value, changes = {}) => control.show(value, stateWith(changes)), focused: () => globalThis.document.activeElement };
}

const openChoice = () => {
  const parts = open({ kind: "choice", default: "tanh", choices: CHOICES }, () => [h("select", {}, option("tanh", "Tanh"), option("relu", "ReLU"))]);
  return { ...parts, select: parts.row.querySelector("select") };
};

/** Percent numbers from a list, with the field for others. */
function openNumber(rest = {}) {
  const parts = open({ default: 10, low: 0, high: 50, ...rest }, () => [h("select", {}, ...["0", "10", "20"].map((value) => option(value, `${value}%`)))], { "data-unit": "%" });
  const [select, input] = [parts.row.querySelector("select"), parts.row.querySelector("input")];
  parts.show(10);
  return {
    ...parts, select, input, key: (key) => parts.page.fire(input, "keydown", { key }),
    type(text) {
      parts.choose(select, "other");
      input.value = text;
    },
  };
}

/* ---- Lists ---- */

test("a choice is sent by its value", () => {
  const { select, sent, choose } = openChoice();
  choose(select, "relu");
  assert.deepEqual(sent, ["relu"]);
});

test("the default is marked while another is shown", () => {
  const { select, show } = openChoice();
  show("relu");
  assert.deepEqual([select.value, texts(select)], ["relu", ["Tanh (default)", "ReLU"]]);
  show("tanh");
  assert.deepEqual([select.value, texts(select)], ["tanh", ["Tanh", "ReLU"]]);
});

test("a listed number is sent as a number", () => {
  const { select, sent, choose, input } = openNumber();
  choose(select, "20");
  assert.deepEqual([sent, input.hidden, texts(select)], [[20], true, ["0%", "10%", "20%", "Other …"]]);
});

test("an unlisted number is inserted before Other", () => {
  const { select, show } = openNumber();
  for (const value of [5, 30, 5]) show(value);
  assert.deepEqual([select.value, texts(select)], ["5", ["0%", "5%", "10% (default)", "20%", "30%", "Other …"]]);
});

/* ---- Typed numbers ---- */

test("Other opens a field with the value", () => {
  const { row, select, input, choose, sent, focused } = openNumber();
  choose(select, "other");
  assert.deepEqual([select.hidden, input.hidden, input.value, row.classList.contains("typing"), sent], [true, false, "10", true, []]);
  assert.deepEqual([focused(), input.getAttribute("aria-label")], [input, "It: another value"]);
});

test("Enter sends the typed number once", () => {
  const { row, select, input, type, key, sent, focused } = openNumber();
  type("12,5 %");
  assert.equal(key("Enter").isStopped, true, "the page's keys do not hear it");
  assert.deepEqual([sent, input.hidden, select.hidden, row.classList.contains("typing")], [[12.5], true, false, false]);
  assert.equal(focused(), select);
});

test("leaving the field sends its number", () => {
  const { type, input, sent, refused } = openNumber();
  type("7");
  input.blur();
  assert.deepEqual([sent, refused, input.hidden], [[7], [], true]);
});

test("Escape returns to the list without sending", () => {
  const { select, type, key, sent, refused, focused } = openNumber();
  type("7");
  assert.equal(key("Escape").isStopped, true, "it does not close the settings");
  assert.deepEqual([sent, refused, select.value, focused()], [[], [], "10", select]);
});

test("other keys stay in the field", () => {
  const { input, type, key } = openNumber();
  type("7");
  assert.deepEqual([key("8").isStopped, input.hidden, input.value], [false, false, "7"]);
});

test("an emptied field changes nothing", () => {
  const { type, key, sent, refused, select } = openNumber();
  type(" ");
  key("Enter");
  assert.deepEqual([sent, refused, select.value], [[], [], "10"]);
});

test("invalid numbers are refused with a sentence", () => {
  const wrong = [["many", {}, /^It: “many” is not a number\..* from 0 to 50/], ["51", {}, /^It: .*51.* from 0 to 50/], ["2.5", { kind: "integer" }, /^It: .*whole number/], ["-1", { high: null }, /^It: .*at least 0/]];
  for (const [text, rest, sentence] of wrong) {
    const { type, key, sent, refused, select } = openNumber(rest);
    type(text);
    key("Enter");
    assert.deepEqual([sent, refused.length, select.value], [[], 1, "10"], text);
    assert.match(refused[0], sentence);
  }
});

test("a field without bounds takes any number", () => {
  const { type, key, sent } = openNumber({ low: null, high: null });
  type("-1e6");
  key("Enter");
  assert.deepEqual(sent, [-1e6]);
});

test("updates during typing wait for the list", () => {
  const { show, select, input, type, key } = openNumber();
  type("7");
  show(20);
  assert.deepEqual([input.hidden, input.value], [false, "7"]);
  key("Escape");
  assert.equal(select.value, "20");
});

/* ---- Switches and text ---- */

test("a switch sends whether it is on", () => {
  const { page, row, show, sent } = open({ kind: "flag", default: false }, () => [h("input", { type: "checkbox" })]);
  const input = row.querySelector("input");
  show(true);
  assert.equal(input.checked, true);
  show(false);
  assert.equal(input.checked, false);
  input.checked = true;
  page.fire(input, "change");
  assert.deepEqual(sent, [true]);
});

test("text is not replaced while being edited", () => {
  const { row, show, sent, choose } = open({ kind: "text", default: "" }, () => [h("input", { type: "text" })]);
  const input = row.querySelector("input");
  show("a");
  input.focus();
  choose(input, "b");
  show("c");
  assert.deepEqual([sent, input.value], [["b"], "b"]);
  input.blur();
  show("c");
  assert.equal(input.value, "c");
});

/* ---- Lists for each layer ---- */

const group = () => [h("div", { class: "names" })];
const lists = (row) => row.querySelectorAll("select");
const openNames = () => open({ kind: "names", default: [], choices: CHOICES }, group);
const openDropouts = () => open({ kind: "numbers", default: [], offered: [0, 25] }, group, { "data-unit": "%", "data-zero": "off" });

test("every hidden layer has a labeled list", () => {
  const { row, show } = openNames();
  show(["", "relu", "tanh"]);
  assert.deepEqual(lists(row).map((list) => [list.getAttribute("aria-label"), list.value]), [["It: layer 1", ""], ["It: layer 2", "relu"]]);
  assert.deepEqual(row.querySelectorAll(".layer").map(({ textContent }) => textContent), ["Layer 1", "Layer 2"]);
  show(["relu"], { hidden_layer_sizes: [4, 4, 4] });
  assert.deepEqual(lists(row).map(({ value }) => value), ["relu", "", ""]);
});

test("lists stay while the layers stay", () => {
  const { row, show, focused } = openNames();
  show([]);
  const [, second] = lists(row);
  second.focus();
  show(["", "relu"]);
  assert.deepEqual([lists(row)[1], focused(), second.value], [second, second, "relu"]);
});

test("a layer's first option is the main setting", () => {
  const { row, show } = openNames();
  show([]);
  assert.deepEqual(texts(lists(row)[0]), ["Tanh (main setting)", "Tanh", "ReLU"]);
  show([], { activation: "relu" });
  assert.equal(texts(lists(row)[1])[0], "ReLU (main setting)");
});

test("one layer's choice sends all layers", () => {
  const { row, show, sent, choose } = openNames();
  show(["relu", ""]);
  choose(lists(row)[1], "tanh");
  choose(lists(row)[0], "");
  assert.deepEqual(sent, [["relu", "tanh"], ["", "tanh"]]);
});

test("a layer's number is sent, null if shared", () => {
  const { row, show, sent, choose } = openDropouts();
  show([null, null]);
  choose(lists(row)[0], "0");
  choose(lists(row)[1], "25");
  choose(lists(row)[0], "");
  assert.deepEqual(sent, [[0, null], [0, 25], [null, 25]]);
});

test("layers' numbers have units or a zero word", () => {
  const { row, show } = openDropouts();
  show([40, 0], { dropout: 25 });
  assert.deepEqual([lists(row).map(({ value }) => value), texts(lists(row)[0])], [["40", "0"], ["25% (all layers)", "off", "25%", "40%"]]);
  show([null, 0]);
  assert.deepEqual([lists(row)[0].value, texts(lists(row)[0])[0]], ["", "off (all layers)"]);
});

/* ---- Disabling ---- */

test("every control can be disabled and enabled", () => {
  const layered = [openNames(), openDropouts()];
  for (const { row, control, show } of layered) {
    control.enable(false);
    show([]);
    assert.deepEqual(lists(row).map(({ disabled }) => disabled), [true, true], "also lists that are made later");
  }
  const rows = [...layered, openChoice(), openNumber(), ...["checkbox", "text"].map((type) => open({ kind: type === "text" ? "text" : "flag" }, () => [h("input", { type })]))];
  for (const isEnabled of [false, true]) {
    for (const { row, control } of rows) {
      control.enable(isEnabled);
      const parts = row.querySelectorAll("select, input");
      assert.ok(parts.length > 0 && parts.every(({ disabled }) => disabled === !isEnabled), row.textContent);
    }
  }
});

/* ---- Faults of the page ---- */

test("a field without a control is an error", () => {
  assert.throws(() => open({ name: "sizes", kind: "integers" }, () => []), /no control for sizes/);
  assert.throws(() => open({ kind: "flag" }, () => [h("input", { type: "text" })]), /has no input\[type=checkbox\]/);
});
