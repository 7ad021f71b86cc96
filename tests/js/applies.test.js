import assert from "node:assert/strict";
import { test } from "node:test";

import { hasThreshold, hiddenActivations, hintsOnExamples, whyIdle } from "../../static/js/core/applies.js";
import { field } from "./fields.js";

const schema = {
  fields: [
    field("optimizer", { kind: "choice", choices: [["sgd", "SGD"], ["adam", "Adam"], ["adamw", "AdamW"], ["rmsprop", "RMSProp"]].map(([value, label]) => ({ value, label })) }),
    field("activation", { kind: "choice", choices: [{ value: "elu", label: "ELU" }, { value: "tanh", label: "Tanh" }] }),
  ],
};
const config = {
  optimizer: "sgd", activation: "tanh", layer_activations: [], layer_dropout: [], hidden_layer_sizes: [4, 2], features: ["x"],
  train_percent: 50, batch_size: 10,
};
const data = { trainSize: 250, classes: 2 };
const why = (subject, changes = {}, news = {}) => whyIdle(subject, { schema, config: { ...config, ...changes }, data: { ...data, ...news } });

test("a setting without needs changes something", () => {
  assert.equal(why(field("optimizer")), null);
});

test("an inactive setting says what it needs", () => {
  const beta2 = field("beta2", { needs: [{ field: "optimizer", values: ["adam", "adamw", "rmsprop"] }] });
  assert.equal(why(beta2), "Only with Adam, AdamW or RMSProp.");
  assert.equal(why(beta2, { optimizer: "adamw" }), null);
});

test("one hidden layer's activation meets a need", () => {
  const alpha = field("elu_alpha", { needs: [{ field: "activation", values: ["elu"] }] });
  assert.equal(why(alpha), "Only with ELU.");
  assert.equal(why(alpha, { layer_activations: ["", "elu"] }), null);
  assert.equal(why(alpha, { activation: "elu", layer_activations: ["tanh", "tanh"] }), "Only with ELU.");
  assert.equal(why(alpha, { hidden_layer_sizes: [4], layer_activations: ["", "elu"] }), "Only with ELU.");
});

test("maxout pieces apply where a layer is maxout", () => {
  const pieces = field("maxout_pieces", { needs: [{ field: "activation", values: ["maxout"] }] });
  assert.match(why(pieces) ?? "", /^Only with maxout\.$/i);
  assert.equal(why(pieces, { activation: "maxout" }), null);
  assert.equal(why(pieces, { layer_activations: ["maxout"] }), null);
  assert.match(why(pieces, { activation: "maxout", hidden_layer_sizes: [] }) ?? "", /maxout/i);
});

test("layers use their own activation or the default", () => {
  assert.deepEqual(hiddenActivations({ ...config, layer_activations: ["", "elu", "relu"] }), ["tanh", "elu"]);
});

test("common dropout is unused when all layers override", () => {
  assert.match(why(field("dropout"), { layer_dropout: [0.2, 0] }), /its own dropout/);
  assert.equal(why(field("dropout"), { layer_dropout: [0.2] }), null);
  assert.equal(why(field("dropout"), { layer_dropout: [null, 0.2] }), null);
});

for (const name of ["dropout", "batch_norm", "layer_activations", "layer_dropout"]) {
  test(`${name} says that there is no hidden layer`, () => {
    assert.match(why(field(name), { hidden_layer_sizes: [] }), /no hidden layer/);
    assert.equal(why(field(name)), null);
  });
}

test("more than two classes fix the loss", () => {
  assert.equal(why(field("loss")), null);
  assert.match(why(field("loss"), {}, { classes: 3 }), /softmax/);
});

for (const name of ["noise", "outliers", "example_count", "class_share"]) {
  test(`${name} leaves own data alone`, () => {
    assert.equal(why(field(name)), null);
    assert.match(why(field(name), {}, { order: new Uint32Array([0]) }), /own data/);
  });
}

test("the incomplete last batch applies only when present", () => {
  assert.match(why(field("rest")), /whole number of batches/);
  assert.equal(why(field("rest"), { batch_size: 30 }), null);
  assert.equal(why(field("rest"), { batch_size: 300 }), null);
});

test("a validation set requires held-out examples", () => {
  assert.match(why(field("validation_percent"), { train_percent: 100 }), /training data/);
  assert.equal(why(field("validation_percent")), null);
});

test("the effects of too few examples are stated", () => {
  const data = (/** @type {number} */ trainSize, /** @type {number} */ all, validationSize = 0) => /** @type {any} */ ({ trainSize, validationSize, targets: { length: all }, order: null });
  const config = (/** @type {object} */ changes) => /** @type {any} */ ({ batch_size: 200, rest: "carried", batch_norm: false, train_percent: 50, ...changes });
  const never = "The batch is larger than the 131 training examples, so the weights never change.";
  assert.deepEqual(hintsOnExamples({ config: config({}), data: data(131, 263) }), [never]);
  assert.deepEqual(hintsOnExamples({ config: config({ rest: "dropped" }), data: data(131, 263) }), [never]);
  assert.deepEqual(hintsOnExamples({ config: config({ rest: "applied" }), data: data(131, 263) }), []);
  assert.deepEqual(hintsOnExamples({ config: config({ batch_size: 1 }), data: data(1, 1) }), ["No examples are left for testing."]);
  assert.deepEqual(hintsOnExamples({ config: config({ batch_size: 1 }), data: data(250, 500, 250) }), ["No examples are left for testing."]);
  assert.deepEqual(hintsOnExamples({ config: config({ batch_size: 1, train_percent: 100 }), data: data(500, 500) }), []);
  assert.match(hintsOnExamples({ config: config({ batch_size: 2 }), data: data(1, 2) })[0], /the 1 training example,/);
  assert.deepEqual(hintsOnExamples({ config: config({ batch_size: 1 }), data: { ...data(1, 1), order: new Uint32Array(1) } }), []);
  assert.deepEqual(hintsOnExamples({ config: config({}), data: null }), []);
});

test("biases act as thresholds for steps and classes", () => {
  const config = /** @type {any} */ ({ problem: "classification", hidden_layer_sizes: [3, 2], activation: "relu", layer_activations: ["", "sine"], batch_norm: false });
  assert.deepEqual([1, 2, 3].map((layer) => hasThreshold(config, layer, 2, ["relu"])), [true, false, true]);
  assert.equal(hasThreshold(config, 3, 4, ["relu"]), false);
  assert.equal(hasThreshold({ ...config, batch_norm: true }, 1, 2, ["relu"]), false);
  assert.equal(hasThreshold({ ...config, problem: "regression" }, 3, 0, ["relu"]), false);
  assert.equal(hasThreshold({ ...config, activation: "maxout" }, 1, 2, ["relu"]), false);
});
