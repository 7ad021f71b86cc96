import assert from "node:assert/strict";
import { test } from "node:test";

import { commandOf, csvOf, linkWith } from "../../static/js/sweep/csv.js";
import { outlineOf, outlineText, planOf, planOfWanted, sweepText } from "../../static/js/sweep/plan.js";
import { groupedFields, nextSetting, sweepFields, whyAxisIdle } from "../../static/js/sweep/settings.js";
import { field } from "./fields.js";

const RATE = field("learning_rate", { label: "Learning rate", key: "learningRate", low: 0, high: 100 });
const OPTIMIZER = field("optimizer", { label: "Optimizer", kind: "choice", choices: ["sgd", "momentum"].map((value) => ({ value, label: value })) });
const MOMENTUM = field("momentum", { label: "Momentum", low: 0, high: 0.999, needs: [{ field: "optimizer", values: ["momentum"] }] });
const NOISE = field("noise", { label: "Noise", group: "data", low: 0, high: 80 });
const SEED = field("seed", { kind: "text", group: "data" });
const FEATURES = field("features", { kind: "choices", key: null });
const SCHEMA = /** @type {any} */ ({ fields: [NOISE, SEED, FEATURES, RATE, OPTIMIZER, MOMENTUM], groups: [{ value: "data", label: "Data" }, { value: "model", label: "Model" }, { value: "training", label: "Training" }] });
const CONFIG = /** @type {any} */ ({ learning_rate: 0.03, optimizer: "sgd", momentum: 0.9, noise: 0, hidden_layer_sizes: [2], layer_activations: [], layer_dropout: [] });
const SITUATION = { schema: SCHEMA, config: CONFIG, data: null };
const COST = { epoch_seconds: 0.0001, start_seconds: 0.001 };

const draft = (one, text) => ({ field: one, choice: /** @type {const} */ ({ kind: "list", text }) });
const plan = (drafts, changes = {}) => /** @type {any} */ ({ drafts, starts: 10, vary: "weights", epochs: 200, ...changes });
const said = (one, cost = COST) => outlineText(one, outlineOf(one, cost), cost);

test("seeds and features are no axes", () => {
  assert.deepEqual(sweepFields(SCHEMA).map(({ name }) => name), ["noise", "learning_rate", "optimizer", "momentum"]);
  assert.deepEqual(groupedFields(SCHEMA).map(({ label, fields }) => [label, fields.length]), [["Data", 1], ["Training", 3]]);
});

test("axes are settings of the page's own data", () => {
  const schema = { ...SCHEMA, fields: [{ ...NOISE, data: "points" }, field("train_count", { data: "pictures", group: "data" }), RATE] };
  assert.deepEqual(["points", "pictures"].map((data) => sweepFields({ ...schema, data }).map(({ name }) => name)), [["noise", "learning_rate"], ["train_count", "learning_rate"]]);
});

test("an axis may make another one matter", () => {
  assert.equal(whyAxisIdle(MOMENTUM, SITUATION, []), "It makes no difference now: only with momentum.");
  assert.equal(whyAxisIdle(MOMENTUM, SITUATION, [{ field: OPTIMIZER, values: ["sgd", "momentum"] }]), null);
});

test("the next setting is another usual one", () => {
  assert.deepEqual([[], ["learning_rate"], ["learning_rate", "optimizer"]].map((names) => nextSetting(SITUATION, names).name), ["learning_rate", "optimizer", "noise"]);
});

test("a plan says its size and cost", () => {
  const two = plan([draft(RATE, "0.01 0.1 1"), draft(NOISE, "0, 25")]);
  assert.equal(said(two), "3 × 2 settings × 10 starts = 60 runs, about 1\u202fs");
  assert.equal(said(two, /** @type {any} */ (null)), "3 × 2 settings × 10 starts = 60 runs, measuring how long it takes…");
  assert.equal(outlineOf(two, COST).axesText, "learningRate:0.01|0.1|1;noise:0|25");
});

test("what cannot be run says why", () => {
  const rates = draft(RATE, "0.01 0.1");
  const many = draft(NOISE, Array.from({ length: 80 }, (_, i) => String(i)).join("; "));
  assert.equal(said(plan([])), "Choose a setting to vary.");
  assert.equal(said(plan([rates, draft(RATE, "1")])), "Learning rate is there twice: choose another setting.");
  assert.equal(outlineOf(plan([rates]), COST, new Set(["learning_rate"])).fault, "Learning rate is locked by the author of this link: choose another setting.");
  assert.equal(said(plan([rates, many], { starts: 20 })), "3,200 runs are too many: at most 2,000. Choose fewer values or fewer starts.");
  assert.equal(said(plan([draft(RATE, "1")], { starts: 1 })), "This is a single run: choose more values or more starts.");
  assert.match(said(plan([rates], { epochs: 10_000 }), { epoch_seconds: 0.01, start_seconds: 0 }), /^This would take about 33\u202fmin, and the limit is 10\u202fmin\./);
  assert.match(said(plan([draft(RATE, "much")])), /^Learning rate, values: “much” is not a number/);
});

test("a plan goes into links and back", () => {
  const data = plan([draft(RATE, "0.01, 0.1")], { vary: "data" });
  assert.equal(sweepText(data, outlineOf(data, null)), "learningRate:0.01|0.1;starts:10;vary:data;epochs:200");
  const back = planOf(SCHEMA, { axes: [{ key: "learningRate", field: "learning_rate", values: [0.01, 0.1], text: "0.01|0.1" }], starts: 10, vary: "data", epochs: null });
  assert.deepEqual(back, { drafts: [{ field: RATE, choice: { kind: "list", text: "0.01, 0.1" } }], starts: 10, vary: "data", epochs: null });
});

test("a sweep of elsewhere becomes a plan", () => {
  const wanted = planOfWanted(SCHEMA, { sweep: "learningRate:0.01..1:3l;noise:0|25", count: 20, vary: "weights", epochs: 100 });
  assert.deepEqual(wanted.drafts.map(({ field: { name }, choice: { kind } }) => [name, kind]), [["learning_rate", "range"], ["noise", "list"]]);
  assert.deepEqual([wanted.starts, wanted.epochs], [20, 100]);
});

const AXES = [{ key: "learningRate", field: "learning_rate", values: [0.01, 0.1], texts: ["0.01", "0.1"] }, { key: "networkShape", field: "hidden_layer_sizes", values: [[4, 2]], texts: ["4,2"] }];
const start = (index, changes = {}) => ({ index, seed: "0.5", weight_seed: String((index % 2) + 1), weight_offset: 0, epoch: 9, train_loss: 0.1, validation_loss: null, test_loss: 0.2, train_accuracy: 1, test_accuracy: 0.5, reached: null, diverged: null, stopped: null, ...changes });

test("the file has a line for each run", () => {
  const text = csvOf(/** @type {any} */ ({ axes: AXES, count: 2, starts: [start(2, { diverged: 7 }), start(0)] }));
  assert.deepEqual(text.split("\r\n"), [
    '"index","cell","start","learningRate","networkShape","seed","weight_seed","epoch","train_loss","test_loss","train_accuracy","test_accuracy","reached","diverged","stopped"',
    '0,0,0,0.01,"4,2","0.5","1",9,0.1,0.2,1,0.5,,,',
    '2,1,0,0.1,"4,2","0.5","1",9,0.1,0.2,1,0.5,,7,', "",
  ]);
});

test("a link has one sweep only", () => {
  const link = linkWith("#seed=1&sweep=noise:0%7C1&noise=0", "learningRate:1|2;starts:5");
  assert.equal(link, "#seed=1&noise=0&sweep=learningRate:1%7C2;starts:5");
  assert.equal(commandOf("#seed=it's", true), String.raw`playground sweep '#seed=it'\''s' --until-goal`);
});
