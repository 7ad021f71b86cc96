import assert from "node:assert/strict";
import { test } from "node:test";

import { leader, otherValues, parseValue, variableFields, variantText, whatIfs } from "../../static/js/compare/variants.js";
import { field } from "./fields.js";

const ACTIVATION = field("activation", { label: "Activation", kind: "choice", effect: "network", choices: [{ value: "relu", label: "ReLU" }, { value: "tanh", label: "Tanh" }] });
const RATE = field("learning_rate", { label: "Learning rate", offered: [0.01, 0.03, 0.1] });
const SIZES = field("hidden_layer_sizes", { label: "Hidden layers", kind: "integers", effect: "network" });
const SHUFFLE = field("shuffle", { label: "New order", kind: "flag" });
const NOISE = field("noise", { effect: "data" });
const MOMENTUM = field("momentum", { needs: [{ field: "optimizer", values: ["momentum"] }] });
const schema = /** @type {any} */ ({ fields: [ACTIVATION, RATE, SIZES, SHUFFLE, NOISE, MOMENTUM, field("features", { kind: "choices" }), field("weight_seed", { kind: "text" })] });
const config = /** @type {any} */ ({ activation: "tanh", layer_activations: [], hidden_layer_sizes: [4, 2], learning_rate: 0.03, optimizer: "sgd", shuffle: false, batch_size: 10 });
const situation = { schema, config, data: null };

const result = (test_loss, rest = {}) => ({ test_loss, train_loss: 0.5, diverged: null, ...rest });

test("a variant is named after its changes", () => {
  assert.equal(variantText(schema, { activation: "relu" }), "Activation: ReLU");
  assert.equal(variantText(schema, { hidden_layer_sizes: [4, 2, 2], shuffle: true }), "Hidden layers: 4, 2, 2, New order: on");
  assert.equal(variantText(schema, { hidden_layer_sizes: [] }), "Hidden layers: none");
});

test("only settings that matter can be compared", () => {
  assert.deepEqual(variableFields(situation).map(({ name }) => name), ["activation", "learning_rate", "hidden_layer_sizes", "shuffle"]);
});

test("the present value is not offered", () => {
  assert.deepEqual(otherValues(ACTIVATION, config), ["relu"]);
  assert.deepEqual(otherValues(RATE, config), [0.01, 0.1]);
  assert.deepEqual(otherValues(SHUFFLE, config), [true]);
  assert.equal(otherValues(SIZES, config), null);
});

test("typed values are numbers or sizes of layers", () => {
  assert.deepEqual(parseValue(SIZES, "4, 2,2"), [4, 2, 2]);
  assert.deepEqual(parseValue(SIZES, " "), []);
  assert.equal(parseValue(SIZES, "4,,2"), null);
  assert.equal(parseValue(RATE, "0,5"), 0.5);
  assert.equal(parseValue(RATE, ""), null);
  assert.equal(parseValue(RATE, "fast"), null);
});

test("each offered variant changes something", () => {
  const asked = whatIfs(situation);
  assert.deepEqual(asked.map(({ label }) => label), ["ReLU?", "Learning rate × 3?", "adam?", "One more layer?"]);
  for (const { variant } of asked) for (const [name, value] of Object.entries(variant)) assert.notDeepEqual(value, config[name]);
  assert.deepEqual(asked[3].variant, { hidden_layer_sizes: [4, 2, 2] });
});

test("without hidden layers no activation is offered", () => {
  const asked = whatIfs({ ...situation, config: { ...config, hidden_layer_sizes: [] } });
  assert.deepEqual(asked.map(({ variant }) => Object.keys(variant)[0]), ["learning_rate", "optimizer", "hidden_layer_sizes"]);
});

test("the lowest test loss is ahead", () => {
  assert.equal(leader([result(0.3), result(0.2), result(0.25)]), 1);
});

test("without a difference no network is ahead", () => {
  assert.equal(leader([result(0.3)]), null);
  assert.equal(leader([result(0.3), null]), null);
  assert.equal(leader([result(0.3), result(0.3), result(0.4)]), null);
});

test("a diverged network is not ahead", () => {
  assert.equal(leader([result(0.3), result(0.1, { diverged: { epoch: 3 } }), result(0.4)]), 0);
});

test("without test examples the training loss counts", () => {
  assert.equal(leader([result(null, { train_loss: 0.2 }), result(null, { train_loss: 0.1 })]), 1);
});
