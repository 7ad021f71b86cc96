import assert from "node:assert/strict";
import { test } from "node:test";

import { createRunRecorder } from "../../static/js/runs/recorder.js";
import { COLUMNS, formatDuration, deletedText, orderAfter, restoredText, rowTexts, sorted } from "../../static/js/runs/columns.js";
import { PLANE_PORTRAITS } from "../../static/js/portraits/plane.js";
import { runPicture } from "../../static/js/portraits/planePictures.js";
import { bytesOf, changesBetween, nameOf } from "../../static/js/runs/run.js";
import { toCsv, toMarkdown } from "../../static/js/runs/tableFiles.js";
import { isRun, readRun } from "../../static/js/runs/validate.js";
import { createRunActions, fileError, tidyName, toggledOverlay } from "../../static/js/runs/actions.js";
import { experimentIn } from "../../static/js/runs/fileButtons.js";
import { createStore } from "../../static/js/core/store.js";
import { createSeries } from "../../static/js/chart/series.js";
import { createRunStore, runsToDrop, runsToLighten } from "../../static/js/runs/store.js";

const SCHEMA = {
  fields: [
    { name: "dataset", label: "Data set", kind: "choice", default: "circle", choices: [{ value: "xor", label: "Exclusive or" }], needs: [] },
    { name: "learning_rate", label: "Learning rate", kind: "number", default: 0.03, choices: null, needs: [] },
    { name: "hidden_layer_sizes", label: "Hidden units", kind: "integers", default: [4, 2], choices: null, needs: [] },
    { name: "momentum", label: "Momentum", kind: "number", default: 0.9, choices: null, needs: [{ field: "optimizer", values: ["momentum"] }] },
    { name: "optimizer", label: "Optimizer", kind: "choice", default: "sgd", choices: [{ value: "adam", label: "Adam" }], needs: [] },
    { name: "seed", label: "Data seed", kind: "text", default: "0.5", choices: null, needs: [] },
  ],
  features: [],
};
const CONFIG = { dataset: "circle", learning_rate: 0.03, hidden_layer_sizes: [4, 2], momentum: 0.9, optimizer: "sgd", seed: "0.5", weight_seed: "", weight_offset: 0 };

/** A whole run. @param {Record<string, unknown>} [changes] */
const runOf = (changes = {}) => ({
  id: "a", number: 1, name: "", starred: false, started: 1000, origin: null, changes: [], config: CONFIG, link: "#seed=0.5", epoch: 10,
  trainLoss: 0.25, testLoss: 0.5, trainAccuracy: 0.9, testAccuracy: null, goals: [], duration: 1.5, picture: null,
  losses: { epochs: [0, 10], train: [0.5, 0.25], test: [null, 0.5] }, checkpoint: null, examples: null, ...changes,
});

/** A browser's storage with so much room, in characters. */
function storageOf(room = Infinity) {
  const items = new Map();
  return {
    items,
    get length() {
      return items.size;
    },
    key: (place) => [...items.keys()][place] ?? null,
    getItem: (name) => items.get(name) ?? null,
    setItem(name, text) {
      const others = [...items].filter(([other]) => other !== name).reduce((sum, [, kept]) => sum + kept.length, 0);
      if (others + text.length > room) throw new Error("QuotaExceededError");
      items.set(name, text);
    },
    removeItem: (name) => items.delete(name),
  };
}

test("differences are described with labels", () => {
  const now = { ...CONFIG, dataset: "xor", hidden_layer_sizes: [], learning_rate: 0.1, seed: "0.7" };
  assert.deepEqual(changesBetween(SCHEMA, CONFIG, now), ["Data set Exclusive or", "Learning rate 0.1", "Hidden units none"]);
});

test("only settings that matter are compared", () => {
  assert.deepEqual(changesBetween(SCHEMA, null, { ...CONFIG, momentum: 0.5 }), []);
  assert.deepEqual(changesBetween(SCHEMA, null, { ...CONFIG, optimizer: "adam" }), ["Optimizer Adam"]);
});

test("starred runs come first, missing values last", () => {
  const runs = [runOf({ id: "a", testLoss: 0.2 }), runOf({ id: "b", testLoss: null }), runOf({ id: "c", testLoss: 0.1 }), runOf({ id: "d", testLoss: 0.9, starred: true })];
  const ids = (isDown) => sorted(runs, { column: "test", isDown }).map(({ id }) => id).join("");
  assert.deepEqual([ids(false), ids(true)], ["dcab", "dacb"]);
});

test("every column sorts", () => {
  const runs = [runOf({ id: "a" }), runOf({ id: "b", number: 2, goals: [{ label: "Gold", medal: "gold", reached: 3 }] })];
  for (const { name } of COLUMNS) assert.equal(sorted(runs, { column: name, isDown: true }).length, 2);
});

test("the table names the best goal reached", () => {
  const goals = [["Test loss ≤ 0.35", "bronze", 13], ["Test loss ≤ 0.177", "gold", 1072]].map(([label, medal, reached]) => ({ label, medal, reached }));
  const run = runOf({ goals: /** @type {any} */ (goals) });
  const column = COLUMNS.find(({ name }) => name === "goal");
  assert.equal(column?.text(run), "Gold at epoch 1,072");
  assert.equal(column?.text(runOf()), "");
  assert.match(toCsv([run]), /Test loss ≤ 0.35 at epoch 13; Test loss ≤ 0.177 at epoch 1072/);
});

test("a CSV file holds no formula", () => {
  const csv = toCsv([runOf({ name: "=cmd()", testLoss: 0.1 + 0.2 }), runOf({ name: 'a,"b"' })]);
  const [head, first, second] = csv.split("\r\n");
  assert.match(head, /^Run,Changed,Seeds,Epochs,Test loss/);
  assert.match(first, /^"'=cmd\(\)",.*,0\.30000000000000004,/);
  assert.match(second, /^"a,""b""",/);
  for (const sign of "=+-@\uff1d\uff0b\uff0d\uff20") assert.match(toCsv([runOf({ name: `${sign}1+1` })]), new RegExp(`\n"'[${sign}]1\\+1",`));
});

test("a name cannot break the Markdown table", () => {
  const lines = toMarkdown([runOf({ name: "a|b\n<i>*x*" })]).trim().split("\n");
  assert.equal(lines.length, 3);
  assert.match(lines[2], /^\| a\\\|b \\<i\\>\\\*x\\\* \|/);
});

test("a run's picture is its output", () => {
  const frame = {
    selected: 8, thumbnailSize: 2, shapes: { surface: [100, 100], thumbnails: [3, 2, 2] },
    arrays: { surface: new Uint8Array(10000).fill(9), thumbnails: Uint8Array.from({ length: 12 }, (_, place) => place) },
  };
  assert.ok(bytesOf(runPicture(frame, 1, 6).bytes).every((byte) => byte === 9));
  assert.deepEqual([...bytesOf(runPicture({ ...frame, selected: 3 }, 1, 6).bytes)], [8, 9, 10, 11]);
  const classes = runPicture({ ...frame, selected: 3 }, 3, 6);
  assert.deepEqual([[...bytesOf(classes.classes)], classes.count], [[2, 2, 2, 2], 3]);
});

test("the oldest unstarred runs go first", () => {
  const entries = [["a", 3, false], ["b", 1, false], ["c", 0, true], ["d", 2, false]].map(([id, started, starred]) => ({ id, started, starred, size: 10 }));
  assert.deepEqual(runsToDrop(entries, { bytes: 25, count: 9 }), ["b", "d"]);
  assert.deepEqual(runsToDrop(entries, { bytes: 99, count: 0 }), ["b", "d", "a"]);
});

test("the oldest long runs lose their weights", () => {
  const entries = [["a", 3, false, {}], ["b", 1, false, {}], ["c", 0, true, {}], ["d", 2, false, null], ["e", 4, false, {}]]
    .map(([id, started, starred, checkpoint]) => /** @type {any} */ ({ id, started, starred, checkpoint, size: id === "e" ? 10 : 300_000 }));
  assert.deepEqual(runsToLighten(entries, 1_000_000), ["b"]);
  assert.deepEqual(runsToLighten(entries, 100_000), ["b", "a"]);
  assert.deepEqual(runsToLighten(entries, 2_000_000), []);
});

test("runs of digits stay without their weights", () => {
  const storage = storageOf();
  const runStore = createRunStore(() => storage, { bytes: 700_000, count: 9 });
  const checkpoint = /** @type {any} */ ({ epoch: 3, arrays: { params: "x".repeat(300_000) } });
  const dropped = ["a", "b", "c"].flatMap((id, place) => runStore.put(runOf({ id, started: place, checkpoint })).dropped);
  assert.deepEqual([dropped, runStore.runs.map((run) => run.checkpoint !== null)], [[], [false, true, true]]);
  const again = createRunStore(() => storage);
  again.load();
  assert.deepEqual(again.runs.map((run) => run.checkpoint !== null), [false, true, true]);
});

test("stored runs of all tabs are restored", () => {
  const storage = storageOf();
  const [one, other] = [createRunStore(() => storage), createRunStore(() => storage)];
  one.put(runOf());
  other.put(runOf({ id: "b", started: 2000, name: "mine" }));
  const third = createRunStore(() => storage);
  assert.equal(third.load(), null);
  assert.deepEqual(third.runs.map(nameOf), ["Run 1", "mine"]);
});

test("changes of another tab are seen", () => {
  const storage = storageOf();
  const [one, other] = [createRunStore(() => storage), createRunStore(() => storage)];
  one.put(runOf());
  const [key] = storage.items.keys();
  assert.equal(other.reread(key), true);
  assert.equal(other.runs.length, 1);
  one.remove("a");
  other.reread(key);
  assert.deepEqual([other.runs.length, other.reread("something else")], [0, false]);
});

test("a damaged run is removed and reported", () => {
  const storage = storageOf();
  const runStore = createRunStore(() => storage);
  runStore.put(runOf());
  runStore.put(runOf({ id: "b" }));
  const [key, whole] = [...storage.items][0];
  for (let length = 0; length < whole.length; length += 7) {
    storage.items.set(key, whole.slice(0, length));
    const again = createRunStore(() => storage);
    assert.deepEqual([again.load(), again.runs.map(({ id }) => id), storage.items.has(key)], ["runs_damaged", ["b"], false]);
  }
});

test("runs with a checksum are read", () => {
  const storage = storageOf();
  createRunStore(() => storage).put(runOf());
  const [[key, whole]] = storage.items;
  storage.items.set(key, `0badcafe${whole}`);
  const runStore = createRunStore(() => storage);
  assert.deepEqual([runStore.load(), runStore.runs.map(({ id }) => id)], [null, ["a"]]);
});

test("full storage drops old runs and weights", () => {
  const storage = storageOf(3984);
  const runStore = createRunStore(() => storage);
  runStore.put(runOf({ starred: true }));
  runStore.put(runOf({ id: "b", started: 2000, name: "x".repeat(1200) }));
  const checkpoint = { params: "x".repeat(3000) };
  const { dropped, error } = runStore.put(runOf({ id: "c", started: 3000, checkpoint }));
  assert.deepEqual([dropped.map(({ id }) => id), error], [["b"], null]);
  assert.deepEqual(runStore.runs.map(({ id, checkpoint: kept }) => [id, kept]), [["a", null], ["c", null]]);
});

test("without storage runs last until page reload", () => {
  const runStore = createRunStore(() => {
    throw new Error("SecurityError");
  });
  assert.equal(runStore.load(), "blocked");
  runStore.put(runOf());
  assert.equal(runStore.put(runOf({ id: "b" })).error, "blocked");
  assert.equal(runStore.runs.length, 2);
});

test("a run must have every part", () => {
  const run = runOf();
  assert.ok(isRun(run));
  for (const name of Object.keys(run)) assert.equal(isRun({ ...run, [name]: { a: [] } }) && !["checkpoint"].includes(name), false, name);
  assert.equal(isRun({ ...run, losses: { epochs: [1, 0], train: [1, 1], test: [1, 1] } }), false);
});

test("a damaged picture is left out", () => {
  const bytes = (length) => Buffer.alloc(length).toString("base64");
  const good = { size: 2, bytes: bytes(4), classes: null, count: 0 };
  const ofClasses = { ...good, classes: bytes(4), count: 3 };
  for (const picture of [null, good, ofClasses]) assert.deepEqual(readRun(runOf({ picture })), runOf({ picture }));
  const bad = [
    { size: 0 }, { size: -1 }, { size: 1.5 }, { size: 3 }, { size: 1e9 }, { size: 2 ** 53 }, { size: "2" }, { size: null }, { bytes: "" }, { bytes: bytes(5) },
    { bytes: "????????" }, { bytes: "AAAA" }, { bytes: null }, { bytes: "AA=A=A==" }, { classes: bytes(3) }, { classes: "x" }, { classes: Buffer.from([0, 1, 2, 3]).toString("base64") },
    { count: -1 }, { count: "3" },
  ];
  for (const part of bad) {
    const picture = { ...ofClasses, ...part };
    assert.deepEqual(readRun(runOf({ picture })), runOf({ picture: null }), JSON.stringify(part));
  }
  for (const picture of [7, "x", [], { size: 100 }]) assert.deepEqual(readRun(runOf({ picture })), runOf({ picture: null }));
});

test("a run that cannot be drawn is damaged", () => {
  const { config } = runOf();
  for (const part of [
    { started: 1e300 }, { started: -9e15 }, { duration: -1 }, { duration: null }, { config: { ...config, weight_seed: {} } }, { config: { ...config, weight_offset: "x" } },
    { config: { ...config, seed: 1 } }, { origin: { number: "1", epoch: 2 } }, { goals: [{ label: "x", medal: "gold", reached: -1 }] }, { changes: [1] },
  ]) {
    assert.equal(readRun(runOf(part)), null, JSON.stringify(part));
  }
});

/* ---- Recording ---- */

/** A page's recorder, and what it has written. */
function record() {
  const runStore = createRunStore(() => storageOf());
  const series = createSeries();
  let [clock, ids] = [0, 0];
  const recorder = createRunRecorder({ runStore, schema: SCHEMA, series, pictureOf: PLANE_PORTRAITS.runPicture, now: () => clock, date: () => 1000 + ids, newId: () => `id ${++ids}`, onWritten: () => {} });
  const arrays = { surface: new Uint8Array(10000), thumbnails: new Uint8Array(4), params: new Float64Array(2) };
  const take = (run, epoch, more = {}) => {
    const { config = CONFIG, past = null, playing = true } = more;
    recorder.take({
      frame: { run, epoch, train_loss: 1 / (epoch + 1), test_loss: null, train_accuracy: 0.5, test_accuracy: null, selected: 0, thumbnailSize: 2,
        shapes: { surface: [100, 100], thumbnails: [1, 2, 2] }, arrays, checkpoint: { epoch, step: 0, batch: 0, carried: 0, arrays: ["params"] } },
      experiment: { config, link: "#x", layers: [2, 1], revision: 1 }, playing, past, goals: [], examples: null,
    });
    series.add([epoch], [1 / (epoch + 1)], null);
    clock += 500;
  };
  return { runStore, recorder, take, written: () => runStore.runs.map(({ number, epoch }) => [number, epoch]) };
}

test("a run is written when the next begins", () => {
  const { take, written } = record();
  [[1, 0], [1, 5], [2, 0], [3, 0], [3, 7], [4, 0]].forEach(([run, epoch]) => take(run, epoch));
  assert.deepEqual(written(), [[1, 5], [2, 7]]);
});

test("a run is written once, with its duration", () => {
  const { recorder, take, runStore } = record();
  take(1, 0);
  take(1, 3);
  take(1, 4, { playing: false });
  take(1, 4, { playing: false });
  recorder.write();
  recorder.write();
  assert.deepEqual(runStore.runs.map(({ epoch, duration }) => [epoch, duration]), [[4, 1]]);
});

test("a run lists differences from the previous one", () => {
  const { recorder, take, runStore } = record();
  take(1, 1, { config: { ...CONFIG, learning_rate: 0.3 } });
  take(2, 1, { config: { ...CONFIG, learning_rate: 0.3, dataset: "xor" } });
  recorder.write();
  assert.deepEqual(runStore.runs.map(({ changes }) => changes), [["Learning rate 0.3"], ["Data set Exclusive or"]]);
});

test("training from the past starts another run", () => {
  const { recorder, take, runStore } = record();
  take(1, 9);
  take(1, 4, { past: 4 });
  recorder.write();
  take(2, 4);
  take(2, 6);
  recorder.write();
  assert.deepEqual(runStore.runs.map(({ epoch, origin }) => [epoch, origin]), [[9, null], [6, { number: 1, epoch: 4 }]]);
});

test("after a reload the same run continues", () => {
  const { recorder, take, written } = record();
  take(3, 2);
  recorder.write();
  const { id } = recorder;
  recorder.begin();
  recorder.goOn(id);
  take(1, 8);
  recorder.write();
  assert.deepEqual(written(), [[1, 8]]);
});

test("a deleted run is not written again", () => {
  const { recorder, take, runStore, written } = record();
  take(1, 2);
  recorder.write();
  recorder.forget(recorder.id);
  runStore.remove(recorder.id);
  take(1, 3);
  recorder.write();
  assert.deepEqual(written(), []);
  recorder.remember(recorder.id);
  recorder.write();
  assert.deepEqual(written(), [[1, 3]]);
});

test("a run's new name survives writing", () => {
  const { recorder, take, runStore } = record();
  take(1, 2);
  recorder.write();
  runStore.put({ ...runStore.runs[0], name: "best", starred: true });
  take(1, 3);
  recorder.write();
  assert.deepEqual(runStore.runs.map(({ name, starred, epoch }) => [name, starred, epoch]), [["best", true, 3]]);
});

/* ---- What rows say ---- */

test("a run says what it changes and continues", () => {
  const changes = (part) => COLUMNS.find(({ name }) => name === "changes")?.text(runOf(part));
  assert.equal(changes({}), "baseline");
  assert.equal(changes({ number: 2 }), "same settings");
  assert.equal(changes({ origin: { number: 1, epoch: 1200 }, changes: ["Noise 5"] }), "branched from run 1 at epoch 1,200, Noise 5");
});

test("seeds that differ are both named", () => {
  const seeds = (config) => COLUMNS.find(({ name }) => name === "seeds")?.text(runOf({ config: { ...CONFIG, ...config } }));
  assert.deepEqual([seeds({}), seeds({ weight_seed: "7" }), seeds({ weight_offset: 2 })], ["0.5", "data 0.5, weights 7", "data 0.5, weights 0.5 + 2"]);
});

test("durations have at most two units", () => {
  assert.deepEqual([1.26, 42.4, 63.9, 7384].map(formatDuration), ["1.3\u202fs", "42\u202fs", "1\u202fmin 3\u202fs", "2\u202fh 3\u202fmin"]);
});

test("a second click reverses the order", () => {
  const order = { column: "name", isDown: true };
  assert.deepEqual(orderAfter(order, COLUMNS[0]), { column: "name", isDown: false });
  const after = (column) => orderAfter(order, /** @type {any} */ (COLUMNS.find(({ name }) => name === column))).isDown;
  assert.deepEqual(["epochs", "accuracy", "test", "changes"].map(after), [true, true, false, false]);
});

test("a row's controls are labeled with its name", () => {
  const texts = rowTexts(runOf({ name: "mine", number: 3, goals: [{ label: "Loss", medal: "gold", reached: 7 }] }));
  assert.deepEqual([texts.called, texts.star, texts.curve, texts.name, texts.placeholder],
    ["mine", "Star mine to keep it", "Curves of mine in the chart", "Name of run 3", "Run 3"]);
  assert.equal(texts.cells.length, COLUMNS.length - 1);
  const goal = texts.cells[COLUMNS.findIndex(({ name }) => name === "goal") - 1];
  assert.deepEqual(goal, { text: "Gold at epoch 7", title: "Loss at epoch 7" });
  assert.match(texts.restore, /no room for the weights/);
  assert.doesNotMatch(rowTexts(runOf({ checkpoint: {} })).restore, /no room/);
});

test("restoring and deleting are announced", () => {
  assert.equal(restoredText(runOf({ checkpoint: { epoch: 8 } })), "Run 1 was restored at epoch 8.");
  assert.equal(restoredText(runOf()), "Run 1 was restored: its settings and seeds.");
  assert.deepEqual([deletedText([runOf()]), deletedText([runOf(), runOf()])], ["Run 1 was deleted.", "2 runs were deleted."]);
});

/* ---- Actions ---- */

/** Actions on a store with two runs. */
function act() {
  const runStore = createRunStore(() => storageOf());
  runStore.put(runOf());
  runStore.put(runOf({ id: "b", number: 2, started: 2000, checkpoint: { epoch: 10 } }));
  const store = createStore(/** @type {any} */ ({ runsSeen: 0, overlays: [], removedRuns: [], errors: [] }));
  const calls = [];
  const recorder = { id: "b", forget: (id) => calls.push(`forget ${id}`), remember: (id) => calls.push(`remember ${id}`) };
  const opened = [];
  const actions = createRunActions({ store, runStore, recorder, openExperiment: (opening) => opened.push(opening) });
  return { actions, store, runStore, calls, opened };
}

test("renaming a run renames it in the chart", () => {
  const { actions, store, runStore } = act();
  actions.overlay("a");
  actions.rename("a", "  my \n run ");
  assert.deepEqual([runStore.get("a")?.name, store.get().overlays[0].name, store.get().runsSeen], ["my run", "my run", 1]);
  actions.star("a", true);
  assert.equal(runStore.get("a")?.starred, true);
  actions.rename("missing", "x");
  assert.equal(store.get().runsSeen, 2);
});

test("deleted runs can be restored", () => {
  const { actions, store, runStore, calls } = act();
  actions.removeAll();
  assert.deepEqual([runStore.runs.length, store.get().removedRuns.length, calls], [0, 2, ["forget a", "forget b"]]);
  actions.removeAll();
  assert.equal(store.get().removedRuns.length, 2, "there was nothing more to delete");
  actions.undoRemoval();
  assert.deepEqual([runStore.runs.map(({ id }) => id), store.get().removedRuns, calls.slice(2)], [["a", "b"], [], ["remember a", "remember b"]]);
});

test("restoring opens the run's end", () => {
  const { actions, opened } = act();
  for (const id of ["a", "b", "missing"]) actions.restore(id);
  assert.deepEqual(opened.map(({ link, origin }) => [link, origin]), [["#seed=0.5", undefined], ["#seed=0.5", { number: 2, epoch: 10 }]]);
});

test("runs deleted in another tab stay deleted", () => {
  const { actions, runStore, calls } = act();
  actions.reread("unrelated");
  actions.reread("run-1 b");
  assert.deepEqual([runStore.get("b"), calls], [undefined, ["forget b"]]);
});

test("faulty files are refused in a sentence", () => {
  const { actions, store, opened } = act();
  actions.openFile('{"format": 7}', "a.json");
  actions.openFile("{", "b.json");
  assert.deepEqual(opened, []);
  assert.match(store.get().errors[0].message, /^b\.json was not opened: it is \{; expected the JSON that the playground saves\.$/);
  assert.equal(fileError({ field: "format", got: "7", expected: "x" }, "a.json").message, "a.json is not a NumPy Playground experiment.");
});

test("each overlay has its own color", () => {
  let overlays = /** @type {import("../../static/js/runs/actions.js").Overlay[]} */ ([]);
  for (const id of "abcdefg") overlays = toggledOverlay(overlays, id, runOf({ id }));
  assert.deepEqual(overlays.map(({ color }) => color), [0, 1, 2, 3, 4, 5], "there is no seventh");
  overlays = toggledOverlay(overlays, "b", runOf({ id: "b" }));
  assert.deepEqual(toggledOverlay(overlays, "z", runOf({ id: "z" })).at(-1)?.color, 1);
  assert.equal(toggledOverlay(overlays, "y", undefined).length, 5);
});

test("names are tidied", () => {
  assert.equal(tidyName(" a\t b \n"), "a b");
  assert.equal(tidyName("x".repeat(99)).length, 60);
});

test("a dropped experiment is found among files", () => {
  const files = [{ name: "a.csv", type: "text/csv" }, { name: "b.json", type: "" }, { name: "c", type: "application/json" }];
  assert.equal(experimentIn(files).name, "b.json");
  assert.equal(experimentIn(files.slice(0, 1)), undefined);
});
