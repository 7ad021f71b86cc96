import assert from "node:assert/strict";
import { test } from "node:test";

import { presetText, withPresets } from "../../static/js/core/presets.js";

const OPTIMIZER = { name: "optimizer", label: "Optimizer", default: "sgd", choices: [{ value: "adadelta", label: "AdaDelta" }] };
const with1 = (/** @type {unknown} */ preset) => [{ field: "optimizer", value: "adadelta", preset }];
const SCHEMA = /** @type {any} */ ({ fields: [
  OPTIMIZER,
  { name: "learning_rate", label: "Learning rate", default: 0.03, presets: with1(1) },
  { name: "epsilon", label: "Epsilon", default: 1e-8, presets: with1(1e-6) },
  { name: "noise", label: "Noise", default: 0, presets: [] },
] });
const CONFIG = /** @type {any} */ ({ optimizer: "sgd", learning_rate: 0.03, epsilon: 1e-8, noise: 5 });
const CHOSEN = { optimizer: "adadelta", learning_rate: 1, epsilon: 1e-6 };

test("an optimizer sets its defaults and removes them", () => {
  assert.deepEqual(withPresets(SCHEMA, CONFIG, { optimizer: "adadelta" }), CHOSEN);
  const there = { ...CONFIG, ...CHOSEN };
  assert.deepEqual(withPresets(SCHEMA, there, { optimizer: "adam" }), { optimizer: "adam", learning_rate: 0.03, epsilon: 1e-8 });
});

test("user settings survive switching optimizers", () => {
  assert.deepEqual(withPresets(SCHEMA, { ...CONFIG, learning_rate: 0.1 }, { optimizer: "adadelta" }), { optimizer: "adadelta", epsilon: 1e-6 });
  const there = { ...CONFIG, ...CHOSEN, learning_rate: 3 };
  assert.deepEqual(withPresets(SCHEMA, there, { optimizer: "sgd" }), { optimizer: "sgd", epsilon: 1e-8 });
});

test("requested or locked settings ignore presets", () => {
  assert.deepEqual(withPresets(SCHEMA, CONFIG, { optimizer: "adadelta", learning_rate: 0.3 }),
    { optimizer: "adadelta", learning_rate: 0.3, epsilon: 1e-6 });
  assert.deepEqual(withPresets(SCHEMA, CONFIG, { optimizer: "adadelta" }, ["learning_rate"]), { optimizer: "adadelta", epsilon: 1e-6 });
});

test("other choices set nothing else", () => {
  assert.deepEqual(withPresets(SCHEMA, CONFIG, { optimizer: "adam" }), { optimizer: "adam" });
  assert.deepEqual(withPresets(SCHEMA, CONFIG, /** @type {any} */ ({ noise: 10 })), { noise: 10 });
  assert.deepEqual(withPresets(SCHEMA, { ...CONFIG, ...CHOSEN }, /** @type {any} */ ({ noise: 10 })), { noise: 10 });
});

test("presets report what they set and recommend", () => {
  const say = (/** @type {object} */ changes) => presetText(SCHEMA, { ...CONFIG, ...changes }, /** @type {any} */ (OPTIMIZER));
  assert.equal(say({}), null);
  assert.equal(say(CHOSEN), "AdaDelta has set learning rate 1 and epsilon 0.000001.");
  assert.equal(say({ optimizer: "adadelta" }), "The usual values for AdaDelta are learning rate 1 and epsilon 0.000001; with others it may hardly learn.");
});
