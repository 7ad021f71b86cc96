import assert from "node:assert/strict";
import { test } from "node:test";

import { createActions } from "../../static/js/core/actions.js";
import { createStore } from "../../static/js/core/store.js";

const SCHEMA = {
  fields: [{ name: "learning_rate", default: 0.03, offered: [0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10] }],
  features: ["x", "y", "xSquared"].map((name) => ({ name, label: name })),
  limits: { page_layers: 3, page_units: 4, message_bytes: 65536 },
};

const STATUS = { playing: false, speed: "epoch", diverged: null, stopped: null };

/** Actions on a small experiment, with all that they send. @param {Record<string, unknown>} [state] */
function open(state = {}) {
  const store = createStore(/** @type {any} */ ({
    schema: SCHEMA,
    config: { features: ["x", "y"], hidden_layer_sizes: [4, 1], learning_rate: 0.03 },
    view: { show_test_data: false, discretize: false, hide_text: false, hidden: [] },
    status: { playing: false, speed: "epoch", diverged: null },
    hovered: null, selected: null, warnings: [], errors: [],
    inside: { panel: null, last: "gradients", options: {}, format: "numpy" },
    ...state,
  }));
  /** @type {Record<string, unknown>[]} */
  const sent = [];
  return { store, sent, actions: createActions({ store, send: (message) => sent.push(message) }) };
}

test("a config change shows immediately and is sent", () => {
  const { store, sent, actions } = open();
  actions.configure({ learning_rate: 0.1 });
  assert.equal(store.get().config.learning_rate, 0.1);
  assert.deepEqual(sent, [{ type: "configure", changes: { learning_rate: 0.1 } }]);
});

test("setting the present value sends nothing", () => {
  const { sent, actions } = open();
  actions.configure({ learning_rate: 0.03 });
  actions.setView({ discretize: false });
  actions.setSpeed("epoch");
  actions.hover(null);
  actions.select(null);
  assert.deepEqual(sent, []);
});

test("features toggle in the order of the schema", () => {
  const { store, actions } = open({ config: { features: ["y"] } });
  actions.toggleFeature("x");
  assert.deepEqual(store.get().config.features, ["x", "y"]);
  actions.toggleFeature("y");
  assert.deepEqual(store.get().config.features, ["x"]);
});

test("layers and units stay within the page's limits", () => {
  const { store, actions } = open();
  const sizes = () => store.get().config.hidden_layer_sizes;
  actions.addUnit(0);
  actions.removeUnit(1);
  assert.deepEqual(sizes(), [4, 1]);
  actions.addLayer();
  actions.addLayer();
  assert.deepEqual(sizes(), [4, 1, 2]);
  for (let i = 0; i < 4; i++) actions.removeLayer();
  assert.deepEqual(sizes(), []);
});

test("removing a unit keeps those beyond the limit", () => {
  const { store, actions } = open({ config: { hidden_layer_sizes: [12] } });
  actions.addUnit(0);
  assert.deepEqual(store.get().config.hidden_layer_sizes, [12]);
});

test("hovering fetches a unit; leaving restores the pinned", () => {
  const { sent, actions } = open({ selected: 5 });
  actions.hover(7);
  actions.hover(null);
  assert.deepEqual(sent, [{ type: "select", unit: 7 }, { type: "select", unit: 5 }]);
});

test("changing the layers unpins the neuron", () => {
  const { store, actions } = open({ selected: 5 });
  actions.addLayer();
  assert.equal(store.get().selected, null);
});

test("play and pause alternate", () => {
  const { sent, actions } = open();
  actions.run("toggle_play");
  actions.run("toggle_play");
  assert.deepEqual(sent.map(({ type }) => type), ["play", "pause"]);
});

test("recovery after divergence lowers the learning rate", () => {
  const diverged = { epoch: 7, reason: "", hint: "", retry: { epoch: 5, learning_rate: 0.03 } };
  const { sent, actions } = open({ config: { learning_rate: 10 }, status: { ...STATUS, diverged } });
  actions.recover();
  assert.deepEqual(sent, [{ type: "configure", changes: { learning_rate: 0.03 } }, { type: "play" }]);
});

test("a divergence without a way back offers none", () => {
  const { sent, actions } = open({ status: { ...STATUS, diverged: { epoch: 1, reason: "", hint: "", retry: null } } });
  actions.recover();
  assert.deepEqual(sent, []);
});

test("action names and keys are unique", () => {
  const { list } = open().actions;
  const keys = list.map(({ key }) => key).filter((key) => key !== null);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(new Set(list.map(({ name }) => name)).size, list.length);
});

test("time travel drops superseded requests while one runs", () => {
  const { store, sent, actions } = open({ status: { playing: true, speed: "epoch", diverged: null } });
  for (const epoch of [40, 30, 20]) actions.travel(() => epoch);
  assert.equal(store.get().status.playing, false);
  assert.deepEqual(sent, [{ type: "seek", epoch: 40 }]);
  actions.settleTravel(1);
  assert.deepEqual(sent.slice(1), [{ type: "seek", epoch: 20 }]);
});

test("time travel continues from a pending answer", () => {
  const { store, sent, actions } = open({ status: { ...STATUS, position: { epoch: 12, latest: 40, previous: 11, next: 13 } } });
  const back = () => actions.travel(({ position }) => position?.previous ?? null);
  back();
  back();
  store.set({ status: { ...STATUS, position: { epoch: 11, latest: 40, previous: 8, next: 12 } } });
  actions.settleTravel(1);
  assert.deepEqual(sent.map(({ epoch }) => epoch), [11, 8]);
});

test("a run until a condition can be paused", () => {
  const { store, sent, actions } = open();
  actions.runUntil({ until: "epochs", epochs: 10, patience: 100 });
  assert.equal(store.get().status.playing, true);
  actions.pause();
  assert.deepEqual(sent, [{ type: "run_until", until: "epochs", epochs: 10, patience: 100 }, { type: "pause" }]);
});

test("links too long for a message use hello", () => {
  for (const [link, isLong] of /** @type {[string, boolean][]} */ ([["#seed=1", false], [`#name=${"x".repeat(65_000)}`, false], [`#name=${"x".repeat(66_000)}`, true], [`#name=${"数".repeat(30_000)}`, true]])) {
    /** @type {Record<string, unknown>[]} */
    const [sent, reopened] = [[], []];
    const { store } = open();
    createActions({ store, send: (message) => sent.push(message), openExperiment: (wanted) => void reopened.push(wanted) }).openLink(link);
    assert.deepEqual([sent, reopened], isLong ? [[], [{ link }]] : [[{ type: "open", link }], []]);
  }
});

test("toggles change only the page", () => {
  const { store, sent, actions } = open({ areSettingsOpen: false, dock: null, tab: "network", theme: "light", presentation: false, logScale: false, inside: { panel: null, last: "weights", options: {} }, view: { compare: [], hidden: [] } });
  for (const name of ["toggle_settings", "toggle_runs", "toggle_theme", "toggle_presentation", "toggle_log"]) actions.run(name);
  const { areSettingsOpen, dock, tab, theme, presentation, logScale } = store.get();
  assert.deepEqual([areSettingsOpen, dock, tab, theme, presentation, logScale], [true, "runs", "settings", "dark", true, true]);
  assert.deepEqual(sent, []);
});

test("dismissed messages stay dismissed", () => {
  const stopped = { epoch: 3, best_epoch: 2 };
  const { store, actions } = open({ errors: [1], storageError: "full", status: { ...STATUS, stopped, run_ended: { epoch: 5 } } });
  for (const dismiss of ["dismissErrors", "dismissStorageError", "dismissStop", "dismissEnd"]) actions[dismiss]();
  const { errors, storageError, stopSeen, endSeen } = store.get();
  assert.deepEqual([errors, storageError, stopSeen, endSeen], [[], null, stopped, { epoch: 5 }]);
});

test("a refused entry is a fieldless error", () => {
  const { store, actions } = open();
  actions.refuse("Noise: is empty. Enter a number.");
  assert.deepEqual(store.get().errors.map(({ field, message }) => [field, message]), [[null, "Noise: is empty. Enter a number."]]);
});

test("commands without a state are just sent", () => {
  const { sent, actions } = open({ theme: "dark" });
  for (const name of ["rewind", "reset", "reseed", "regenerate"]) actions.run(name);
  actions.swap(1);
  actions.setParameter(3, 0.5);
  actions.animate(true);
  actions.animate(false);
  actions.downloadData();
  assert.deepEqual(sent, [
    { type: "rewind" }, { type: "reset" }, { type: "reseed" }, { type: "regenerate" }, { type: "swap", variant: 1 }, { type: "set_parameter", index: 3, value: 0.5 },
    { type: "animate", on: true, theme: "dark" }, { type: "animate", on: false }, { type: "export", format: "csv" },
  ]);
});

test("a composed link is awaited", () => {
  const { store, sent, actions } = open({ composed: "#old" });
  actions.compose({ hidden: ["noise"] });
  assert.deepEqual([store.get().composed, sent], [null, [{ type: "compose", changes: { hidden: ["noise"] } }]]);
});

test("a lesson replaces the locks of the last", () => {
  for (const locked of [[], ["noise"]]) {
    const { store } = open({ view: { hidden: [], locked } });
    /** @type {any[]} */
    const [sent, opened] = [[], []];
    createActions({ store, send: (message) => sent.push(message), openExperiment: (opening) => void opened.push(opening) }).openLesson("#seed=2");
    assert.deepEqual([sent, opened], locked.length > 0 ? [[], [{ link: "#seed=2", isLesson: true }]] : [[{ type: "open", link: "#seed=2" }], []]);
  }
});

test("drawing shows the test data, too", () => {
  for (const [problem, field, value] of [["classification", "dataset", "own"], ["regression", "regression_dataset", "reg-own"]]) {
    const { store, actions } = open({ config: { problem, features: [], hidden_layer_sizes: [] } });
    actions.drawOwn();
    assert.deepEqual([store.get().config[field], store.get().view.show_test_data], [value, true]);
  }
});

test("an unknown action does nothing", () => {
  const { sent, actions } = open();
  actions.run("toString");
  assert.deepEqual(sent, []);
});
