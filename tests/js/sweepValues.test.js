import assert from "node:assert/strict";
import { test } from "node:test";

import { asList, choiceOf, linkText, proposedChoice, proposedRange, readChoice, spread } from "../../static/js/sweep/values.js";
import { field } from "./fields.js";

const RATE = field("learning_rate", { label: "Learning rate", key: "learningRate", low: 0, high: 100, offered: [0.001, 0.01, 0.1, 1] });
const BATCH = field("batch_size", { label: "Batch size", key: "batchSize", kind: "integer", low: 1, high: 10_000, offered: Array.from({ length: 30 }, (_, i) => i + 1) });
const NOISE = field("noise", { label: "Noise", low: 0, high: 80, offered: [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50] });
const LAYERS = field("hidden_layer_sizes", { label: "Hidden layer sizes", key: "networkShape", kind: "integers", low: 1, high: 20 });
const ACTIVATIONS = [["relu", "ReLU"], ["tanh", "Tanh"], ["sigmoid", "Sigmoid"], ["linear", "Linear"], ["elu", "ELU"], ["swish", "Swish"], ["gelu", "GELU"]].map(([value, label]) => ({ value, label }));
const ACTIVATION = field("activation", { label: "Activation", kind: "choice", choices: ACTIVATIONS });
const PER_LAYER = field("layer_activations", { label: "Activation per layer", kind: "names", choices: ACTIVATIONS });
const DROPOUTS = field("layer_dropout", { label: "Dropout per layer", kind: "numbers", low: 0, high: 0.9 });
const NORM = field("batch_norm", { label: "Batch normalization", kind: "flag" });
const DATASET = field("dataset", { label: "Data set", kind: "choice", choices: ["circle", "own"].map((value) => ({ value, label: value })) });

const list = (text) => /** @type {const} */ ({ kind: "list", text });
const range = (from, to, count, isLog = false) => /** @type {const} */ ({ kind: "range", from, to, count, isLog });

test("logarithmic ranges have three digits", () => {
  assert.deepEqual(spread(0.001, 3, 8, { isLog: true, isWhole: false }), [0.001, 0.00314, 0.00985, 0.0309, 0.097, 0.305, 0.956, 3]);
  assert.deepEqual(spread(0.0012345, 1, 2, { isLog: true, isWhole: false }), [0.0012345, 1]);
});

test("linear ranges have equal distances", () => {
  assert.deepEqual(spread(0, 1, 4, { isLog: false, isWhole: false }), [0, 0.333333, 0.666667, 1]);
});

test("ranges of whole numbers repeat no value", () => {
  assert.deepEqual(spread(1, 4, 10, { isLog: false, isWhole: true }), [1, 2, 3, 4]);
  assert.deepEqual(spread(1, 30, 4, { isLog: true, isWhole: true }), [1, 3, 10, 30]);
});

test("ranges are written as links have them", () => {
  assert.deepEqual(readChoice(RATE, range("0.001", "3", "8", true)).text, "0.001..3:8l");
  assert.deepEqual(readChoice(NOISE, range("0", "50", "3")), { values: [0, 25, 50], text: "0..50:3", fault: null });
});

for (const [name, choice, sentence] of /** @type {const} */ ([
  ["reversed", range("3", "0.1", "4"), /^Learning rate: the range goes from 3 to 0\.1\. Expected a lower value first\.$/],
  ["logarithmic from 0", range("0", "1", "4", true), /^Learning rate: a logarithmic range cannot begin at 0/],
  ["of one value", range("0", "1", "1"), /^Learning rate, how many: .*from 2 to 100/],
  ["without an end", range("0.1", "", "3"), /^Learning rate, to: is empty/],
  ["beyond the setting", range("0.1", "1000", "3"), /^Learning rate, to: .*1000.* out of range/],
])) {
  test(`a range ${name} is refused in words`, () => assert.match(readChoice(RATE, choice).fault ?? "", sentence));
}

test("lists of numbers are read", () => {
  for (const text of ["0.01, 0.1, 1", "0.01 0.1 1", "0.01; 0.1; 1", "0.01|0.1|1", "0.01,0.1,1"]) assert.deepEqual(readChoice(RATE, list(text)).values, [0.01, 0.1, 1], text);
  assert.deepEqual(readChoice(BATCH, list("1,10,30")).values, [1, 10, 30]);
  assert.equal(readChoice(BATCH, list("1, 10, 10, 30")).text, "1|10|30");
});

test("networks are separated by semicolons", () => {
  assert.deepEqual(readChoice(LAYERS, list("1; 4, 2; none; 3+3")), { values: [[1], [4, 2], [], [3, 3]], text: "1|4,2||3,3", fault: null });
  assert.match(readChoice(LAYERS, list("4; b")).fault ?? "", /^Hidden layer sizes: “b” is not a list of layer sizes, such as 4, 2\./);
});

test("lists for layers are read by their labels", () => {
  assert.equal(readChoice(PER_LAYER, list("ReLU, tanh; Sigmoid")).text, "relu,tanh|sigmoid");
  assert.equal(readChoice(DROPOUTS, list("0.1, ; 0.5")).text, "0.1,|0.5");
  assert.match(readChoice(PER_LAYER, list("wavy")).fault ?? "", /wavy.*activations/);
});

test("ticked values are required", () => {
  assert.deepEqual(readChoice(NORM, { kind: "ticked", values: [false, true] }).text, "false|true");
  assert.match(readChoice(ACTIVATION, { kind: "ticked", values: [] }).fault ?? "", /Activation: choose at least one value/);
});

test("too many values are refused", () => {
  assert.match(readChoice(NOISE, list(Array.from({ length: 101 }, (_, i) => i / 2).join(" "))).fault ?? "", /101 values are too many: at most 100/);
});

for (const [one, text] of /** @type {const} */ ([
  [RATE, "0.001..3:8l"], [RATE, "0.01|0.1"], [LAYERS, "1|4,2|"], [ACTIVATION, "relu|tanh"], [NORM, "false|true"], [PER_LAYER, "relu,tanh|sigmoid"], [DROPOUTS, "0.1,|0.5"],
])) {
  test(`${one.name}:${text} fills the form unchanged`, () => assert.equal(readChoice(one, choiceOf(one, text)).text, text));
}

test("usual values are proposed", () => {
  assert.equal(readChoice(RATE, proposedChoice(RATE, 0.03, false)).text, "0.001..3:8l");
  assert.equal(readChoice(LAYERS, proposedChoice(LAYERS, [4, 2], false)).text, "1|2|4|8");
  assert.equal(readChoice(ACTIVATION, proposedChoice(ACTIVATION, "tanh", false)).text, "relu|tanh|sigmoid|linear");
  assert.equal(readChoice(NOISE, proposedChoice(NOISE, 0, false)).text, "0|10|20|30|40|50");
  assert.equal(readChoice(BATCH, proposedChoice(BATCH, 10, false)).text, "1|3|10|30");
});

test("the present choice is among the proposed", () => {
  assert.equal(readChoice(ACTIVATION, proposedChoice(ACTIVATION, "gelu", false)).text, "relu|tanh|sigmoid|linear|gelu");
});

test("own data are proposed only if there are", () => {
  const proposed = (hasOwn) => readChoice(DATASET, proposedChoice(DATASET, "circle", hasOwn)).text;
  assert.deepEqual([proposed(false), proposed(true)], ["circle", "circle|own"]);
});

test("a range becomes a list of its values", () => {
  const small = field("epsilon", { offered: [1e-10, 1e-8, 0.01] });
  assert.deepEqual(asList(RATE, range("0.01", "1", "3", true)), list("0.01, 0.1, 1"));
  assert.deepEqual(proposedRange(NOISE), range("0", "50", "5"));
  assert.equal(/** @type {any} */ (proposedRange(small)).isLog, true);
  assert.equal(linkText(0.00001), "0.00001");
});
