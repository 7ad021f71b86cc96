import assert from "node:assert/strict";
import { test } from "node:test";

import { endText, goalText, readCondition } from "../../static/js/controls/conditions.js";
import { cardPosition, statusOf } from "../../static/js/controls/infoTexts.js";
import { announcementOf, hasValidation, isToAnnounce, learningRateText, readoutsOf } from "../../static/js/controls/readouts.js";
import { changesText, defaultLabel, idleText, optionLabel, resetOf, sharedLabel, standingOf } from "../../static/js/controls/settingTexts.js";
import { field } from "./fields.js";

/* ---- Advanced settings ---- */

const OPTIMIZER = field("optimizer", { label: "Optimizer", kind: "choice", default: "sgd", choices: [{ value: "sgd", label: "SGD" }, { value: "adam", label: "Adam" }] });
const BETA = field("beta2", { default: 0.999, needs: [{ field: "optimizer", values: ["adam"] }] });
const EPSILON = field("epsilon", { label: "Epsilon", default: 1e-8, presets: [{ field: "optimizer", value: "adam", preset: 1e-6 }] });
const schema = /** @type {any} */ ({ fields: [OPTIMIZER, BETA, EPSILON] });
const stateOf = (config = {}) => /** @type {any} */ ({ schema, data: null, config: { optimizer: "sgd", beta2: 0.999, epsilon: 1e-8, hidden_layer_sizes: [2], ...config } });

test("the default is marked while another is chosen", () => {
  assert.equal(optionLabel("Adam", true, false), "Adam (default)");
  assert.equal(optionLabel("Adam (default)", true, true), "Adam");
  assert.equal(optionLabel("Adam (default)", true, false), "Adam (default)");
  assert.equal(optionLabel("SGD", false, false), "SGD");
});

test("an idle setting says why", () => {
  assert.deepEqual(standingOf(BETA, schema, stateOf()), { isChanged: false, isIdle: true, note: "Only with Adam." });
  assert.deepEqual(standingOf(BETA, schema, stateOf({ optimizer: "adam", beta2: 0.9 })), { isChanged: true, isIdle: false, note: "" });
});

test("a choice says what comes with it", () => {
  const { note, isIdle } = standingOf(OPTIMIZER, schema, stateOf({ optimizer: "adam", epsilon: 1e-6 }));
  assert.match(note, /epsilon/);
  assert.equal(isIdle, false);
});

test("a reset changes only what differs", () => {
  assert.deepEqual(resetOf([OPTIMIZER, BETA], stateOf({ optimizer: "adam", epsilon: 1 }).config), { optimizer: "sgd" });
  assert.deepEqual(resetOf([OPTIMIZER], stateOf().config), {});
});

test("counts are put into words", () => {
  assert.deepEqual([changesText(1), changesText(2)], [" differs from the default", " differ from the default"]);
  assert.deepEqual([idleText(3, 0), idleText(3, 2)], ["Not used right now (3)", "Not used right now (3, 2 changed)"]);
});

test("defaults are named as their controls show them", () => {
  const options = [{ value: "sgd", text: "SGD (default)" }];
  assert.deepEqual([
    defaultLabel(OPTIMIZER, options), defaultLabel(field("shuffle", { default: true }), []), defaultLabel(field("shuffle", { default: false }), []),
    defaultLabel(field("seed", { default: "7" }), []), defaultLabel(field("names", { kind: "names", default: [] }), []), defaultLabel(field("numbers", { kind: "numbers", default: [] }), []),
  ], ["SGD", "on", "off", "7", "same as main setting", "same for all layers"]);
  assert.deepEqual([sharedLabel("Tanh", "names"), sharedLabel("off", "numbers")], ["Tanh (main setting)", "off (all layers)"]);
});

/* ---- Run until ---- */

test("stored conditions are read while they are valid", () => {
  const choices = ["epochs", "plateau", "goal"];
  assert.deepEqual(readCondition('{"until": "plateau", "epochs": 10, "patience": 5}', choices), { until: "plateau", epochs: 10, patience: 5 });
  assert.deepEqual(readCondition('{"until": "never", "epochs": 1.5, "patience": "5"}', choices), { until: "epochs" });
  for (const text of [null, "", "{", "null", "7", '"x"', "[]"]) assert.deepEqual(readCondition(text, choices), { until: "epochs" }, String(text));
});

test("the goal to run to is named", () => {
  const goal = (label, reached) => ({ label, reached });
  assert.deepEqual([goalText([]), goalText([goal("Bronze", 3), goal("Gold", null)]), goalText([goal("Bronze", 3)])],
    ["No goal is set", "Gold", "All goals have been reached"]);
});

test("the end of a run is announced", () => {
  assert.equal(endText({ epoch: 1200, reason: "the goal was reached" }), "Stopped at epoch 1,200: the goal was reached.");
});

/* ---- Readouts ---- */

const FRAME = /** @type {any} */ ({ epoch: 365, train_loss: 0.25, test_loss: 0.5, train_accuracy: 0.984, test_accuracy: null, epochs_per_second: 2140, learning_rate: 0.03 });

test("readouts are the frame's numbers", () => {
  const { epoch, rate, losses, accuracies } = readoutsOf(FRAME, true);
  assert.deepEqual([epoch, rate, losses.train, losses.test, losses.validation], ["000,365", "2,140/s", "0.250", "0.500", "–"]);
  assert.deepEqual([accuracies.train, accuracies.test, accuracies.validation], ["98.4% correct", "", ""]);
  assert.equal(readoutsOf(FRAME, false).rate, "", "a pause has no speed");
});

test("a run-until shows the time left", () => {
  assert.match(readoutsOf({ ...FRAME, progress: { share: 0.5, seconds_left: 12 } }, true).rate, /^12\ss left$/);
  assert.equal(readoutsOf({ ...FRAME, progress: { share: null, seconds_left: null } }, true).rate, "2,140/s");
});

test("the learning rate shows only with a schedule", () => {
  assert.equal(learningRateText(FRAME, "cosine"), "now 0.03");
  assert.equal(learningRateText(FRAME, "constant"), null);
  assert.equal(learningRateText(FRAME, undefined), null);
  assert.equal(learningRateText({}, "cosine"), null);
});

test("toggling is announced at once, epochs occasionally", () => {
  const when = (isPlaying, hasTurned, now, announced, frame = FRAME) => isToAnnounce(frame, { isPlaying, hasTurned, now }, announced);
  assert.ok(when(true, true, 10, { at: 0, epoch: 365 }));
  assert.ok(!when(true, false, 10, { at: 0, epoch: 0 }));
  assert.ok(when(true, false, 15_001, { at: 0, epoch: 0 }));
  assert.ok(when(false, false, 10, { at: 0, epoch: 364 }));
  assert.ok(!when(false, false, 99_999, { at: 0, epoch: 365 }));
  assert.ok(!when(false, true, 10, { at: 0, epoch: 0 }, { ...FRAME, past: true }), "the timeline speaks for itself");
});

test("an announcement has epoch and losses", () => {
  assert.equal(announcementOf(FRAME, true, true), "Playing. Epoch 365, training loss 0.250, test loss 0.500.");
  assert.equal(announcementOf({ ...FRAME, test_loss: null, validation_loss: 0.125 }, false, true), "Paused. Epoch 365, training loss 0.250, validation loss 0.125.");
  assert.match(announcementOf(FRAME, true, false), /^Epoch/);
  assert.deepEqual([hasValidation(FRAME), hasValidation({ validation_loss: null }), hasValidation({ validation_loss: 0 })], [false, false, true]);
});

/* ---- Help cards ---- */

test("a card says what is locked or idle", () => {
  assert.equal(statusOf("", null), "");
  assert.equal(statusOf("Locked", "Only with Adam."), "Locked. No effect right now: only with Adam.");
});

test("a card stays in the window", () => {
  const card = { width: 300, height: 200 };
  const at = (button, panel = /** @type {any} */ (null)) => cardPosition({ button, panel, card, width: 1000, height: 800 });
  assert.deepEqual(at({ left: 500, top: 100, bottom: 120 }), { left: 484, top: 128, maxHeight: 664 });
  assert.deepEqual(at({ left: 990, top: 700, bottom: 720 }), { left: 692, top: 492, maxHeight: 684 }, "above, where there is no room beneath");
  assert.deepEqual(at({ left: 0, top: 0, bottom: 20 }), { left: 8, top: 28, maxHeight: 764 });
  assert.deepEqual(at({ left: 100, top: 300, bottom: 320 }, { right: 400 }), { left: 408, top: 284, maxHeight: 784 }, "beside its panel");
  assert.deepEqual(at({ left: 100, top: 300, bottom: 320 }, { right: 900 }), { left: 84, top: 328, maxHeight: 464 }, "a wide panel leaves no room");
  assert.deepEqual(at({ left: 100, top: 150, bottom: 720 }), { left: 84, top: 8, maxHeight: 134 }, "it shrinks rather than cover its control");
});
