import assert from "node:assert/strict";
import { test } from "node:test";

import { nextLarger } from "../../static/js/compare/chooser.js";
import { cardsOf, headingsOf, noteOf, variantResult } from "../../static/js/compare/results.js";
import { PLANE_PORTRAITS } from "../../static/js/portraits/plane.js";
import { outputPicture } from "../../static/js/portraits/planePictures.js";

const RELU = { activation: "relu" };
const ADAM = { optimizer: "adam" };
const SCHEMA = /** @type {any} */ ({ fields: [
  { name: "activation", label: "Activation", choices: [{ value: "relu", label: "ReLU" }, { value: "tanh", label: "Tanh" }] },
  { name: "optimizer", label: "Optimizer", choices: [{ value: "sgd", label: "SGD" }, { value: "adam", label: "Adam" }] },
] });
const SERIES = { epochs: [0, 9], train: [0.5, 0.25], test: [0.5, 0.375] };

/** A frame of a network with 2 features and 1 output, beside a variant. @param {object} [changes] */
const frameOf = (changes = {}) => /** @type {any} */ ({
  epoch: 9, train_loss: 0.25, test_loss: 0.375, train_accuracy: 0.9, test_accuracy: 0.8, selected: 2, thumbnailSize: 1,
  variants: [{ variant: RELU, epoch: 9, train_loss: 0.2, test_loss: 0.3, train_accuracy: 1, test_accuracy: 0.95, diverged: null }],
  arrays: {
    surface: Uint8Array.of(1, 2, 3, 4), thumbnails: Uint8Array.of(9),
    variant_0_surface: Uint8Array.of(5), variant_0_history_epochs: Uint32Array.of(0, 9),
    variant_0_history_train: Float32Array.of(0.5, 0.25), variant_0_history_test: Float32Array.of(0.5, 2),
  },
  shapes: { surface: [2, 2], thumbnails: [1, 1, 1], variant_0_surface: [1, 1] }, ...changes,
});
const stateOf = (/** @type {object[]} */ ...compare) => /** @type {any} */ ({
  view: { compare }, layers: [2, 1], schema: { features: [{}, {}] }, status: { diverged: null }, config: { activation: "tanh", optimizer: "sgd" },
});

test("the picture is the output, whatever is selected", () => {
  assert.deepEqual([...outputPicture(frameOf(), 1, 2).surface], [1, 2, 3, 4]);
  const other = outputPicture(frameOf({ selected: 0 }), 1, 2);
  assert.deepEqual([[...other.surface], other.size, other.classes, other.curve], [[9], 1, null, null]);
});

test("with several classes the likeliest is shown", () => {
  for (const selected of [0, 2]) {
    const frame = frameOf({ selected, shapes: { surface: [2, 2], thumbnails: [3, 1, 1] } });
    frame.arrays.thumbnails = Uint8Array.of(10, 30, 20);
    const { surface, classes } = outputPicture(frame, 3, 2);
    assert.deepEqual([[...surface], [...classes ?? []]], [[30], [1]]);
  }
});

test("a variant's result is found by its change", () => {
  const result = variantResult(frameOf(), { ...RELU }, PLANE_PORTRAITS);
  assert.deepEqual([result?.test_loss, result?.losses.epochs, [...result?.picture.surface ?? []]], [0.3, [0, 9], [5]]);
  assert.equal(variantResult(frameOf(), ADAM, PLANE_PORTRAITS), null);
  assert.equal(variantResult(frameOf({ variants: undefined }), RELU, PLANE_PORTRAITS), null);
  assert.equal(variantResult(frameOf({ variants: [{ variant: RELU, epoch: null }] }), RELU, PLANE_PORTRAITS), null);
});

test("notes say why networks are not comparable", () => {
  assert.equal(noteOf(null, 9), "Starting…");
  assert.equal(noteOf({ epoch: 8, diverged: null }, 9), "");
  assert.equal(noteOf({ epoch: 1200, diverged: null }, 2000), "Catching up: epoch 1,200 of 2,000");
  assert.equal(noteOf({ epoch: 3, diverged: /** @type {any} */ ({ epoch: 3, reason: "the loss became infinite" }) }, 9), "Diverged at epoch 3: the loss became infinite.");
});

test("the best card says so", () => {
  const [main, variant] = cardsOf(frameOf(), stateOf(RELU), SERIES, PLANE_PORTRAITS);
  assert.deepEqual([main.best, variant.best], ["", "★ Lowest test loss"]);
  assert.deepEqual([main.test, main.train, main.accuracy], ["0.375", "0.250", "80.0%"]);
  assert.equal(variant.accuracy, "95.0%");
});

test("without test examples training decides", () => {
  const frame = frameOf({ test_loss: null, test_accuracy: null });
  Object.assign(frame.variants[0], { test_loss: null, test_accuracy: null });
  const [main, variant] = cardsOf(frame, stateOf(RELU), SERIES, PLANE_PORTRAITS);
  assert.deepEqual([main.test, main.accuracy, variant.best], ["–", "90.0%", "★ Lowest training loss"]);
});

test("all charts have the same range", () => {
  const cards = cardsOf(frameOf(), stateOf(RELU), SERIES, PLANE_PORTRAITS);
  assert.deepEqual(cards.map(({ last }) => last), [9, 9]);
  assert.equal(cards[0].range, cards[1].range);
  assert.ok(cards[0].range[1] >= 2);
});

test("before the first frame cards are empty", () => {
  const cards = cardsOf(null, stateOf(RELU), SERIES, PLANE_PORTRAITS);
  assert.deepEqual(cards.map(({ test: loss, note, picture }) => [loss, note, picture]), [["–", "Starting…", null], ["–", "Starting…", null]]);
});

test("headings say what differs", () => {
  assert.deepEqual(headingsOf(SCHEMA, stateOf()), [{ title: "This network", detail: "current settings", variant: null }]);
  assert.deepEqual(headingsOf(SCHEMA, stateOf(RELU, ADAM)), [
    { title: "This network", detail: "Activation: Tanh, Optimizer: SGD", variant: null },
    { title: "Activation: ReLU", detail: "", variant: RELU },
    { title: "Optimizer: Adam", detail: "", variant: ADAM },
  ]);
});

test("the next larger value is proposed", () => {
  assert.deepEqual([nextLarger([0.01, 0.1, 1], 0.03), nextLarger([0.01], 3), nextLarger(["relu"], "tanh"), nextLarger([], 1)], [1, 0, 0, 0]);
});
