import assert from "node:assert/strict";
import { test } from "node:test";

import { createSeries } from "../../static/js/chart/series.js";
import { initialState } from "../../static/js/core/initial.js";
import { createStore } from "../../static/js/core/store.js";
import { createSession } from "../../static/js/net/session.js";

const SCHEMA = /** @type {any} */ ({ version: 1, fields: [], features: [], controls: [{ name: "noise", fields: ["noise"], view: [], commands: [] }] });
const CHECKPOINT = { link: "#old", epoch: 7, step: 1, batch: 0, carried: 0, arrays: {} };
const LOSSES = { epochs: [0, 7], train: [0.5, 0.25], test: [0.5, 0.25] };
const FRAME = { epoch: 9, checkpoint: { epoch: 9, step: 1, batch: 0, carried: 0, arrays: [] }, arrays: {}, shapes: {} };

/** A page's session, with all that it does. @param {object} [parts] */
function open({ saved = {}, shown = null, loadError = null, saveError = null, locked = /** @type {string[]} */ ([]), runs = {}, known = 0 } = {}) {
  const state = initialState(SCHEMA, "light");
  const store = createStore({ ...state, config: /** @type {any} */ ({ noise: 0, features: [], hidden_layer_sizes: [] }), view: { ...state.view, locked } });
  const seen = { reconnects: 0, reported: /** @type {any[]} */ ([]), recorded: /** @type {any[]} */ ([]), saved: /** @type {any[]} */ ([]), timers: /** @type {any[]} */ ([]) };
  const loop = { shown, forgetShown: () => (loop.shown = null), forgetArrived() {}, clear: () => (loop.shown = null) };
  const series = createSeries();
  const session = createSession({
    store, series, pictures: { content: known }, pageId: "page", link: () => "#seed=1",
    loop: /** @type {any} */ (loop),
    recorder: /** @type {any} */ ({
      id: "run", begin: (...all) => seen.recorded.push(["begin", ...all]), goOn: (id) => seen.recorded.push(["goOn", id]), write: () => seen.recorded.push(["write"]),
    }),
    runStore: /** @type {any} */ ({ get: (id) => runs[id] }),
    persistence: { load: () => ({ state: saved, error: loadError }), save: (part) => (seen.saved.push(part), saveError) },
    errors: { report: (error) => error && seen.reported.push(error), reportLoss: (error) => error && seen.reported.push(`loss ${error}`) },
    reconnect: () => (seen.reconnects += 1),
    setTimeout: (run) => seen.timers.push(run),
  });
  return { session, store, seen, loop, series };
}

test("a new tab greets with its link", () => {
  assert.deepEqual(open().session.hello(false, null), { version: 1, page: "page", link: "#seed=1" });
});

test("a greeting says which pictures are known", () => {
  assert.deepEqual(open({ known: 5 }).session.hello(false, null), { version: 1, has: 5, page: "page", link: "#seed=1" });
});

test("a reload continues from what was saved", () => {
  const { session, series } = open({ saved: { session: "s", checkpoint: CHECKPOINT, playing: true, speed: "fast", losses: LOSSES, panel: "weights", examples: "code" } });
  assert.deepEqual(session.hello(false, null), { version: 1, page: "page", link: "#seed=1", examples: "code", session: "s", checkpoint: CHECKPOINT, playing: true, speed: "fast" });
  assert.deepEqual([series.epochs, session.panel], [[0, 7], "weights"]);
});

test("a reconnect continues from the screen", () => {
  const { session, store } = open({ saved: { session: "old", checkpoint: CHECKPOINT }, shown: { frame: FRAME, link: "#shown" } });
  store.set({ session: "s", status: { ...store.get().status, playing: true } });
  const { session: id, checkpoint, playing, speed } = /** @type {any} */ (session.hello(false, null));
  assert.deepEqual([id, checkpoint.epoch, checkpoint.link, playing, speed], ["s", 9, "#shown", true, "epoch"]);
});

test("a run-until is not continued", () => {
  const { session, store } = open({ shown: { frame: FRAME, link: "#shown" } });
  store.set({ status: { ...store.get().status, playing: true, run_until: /** @type {any} */ ({}) } });
  assert.equal(session.hello(false, null).playing, false);
});

test("refused progress is forgotten and reported", () => {
  const { session, store, seen } = open({ saved: { session: "s", checkpoint: CHECKPOINT } });
  store.set({ session: "s" });
  assert.deepEqual(session.hello(true, null), { version: 1, page: "page", link: "#seed=1" });
  assert.deepEqual([store.get().session, seen.reported], [null, ["damaged"]]);
});

test("taking over leaves the page's name out once", () => {
  const { session } = open();
  session.takeOver();
  assert.equal(session.hello(false, null).page, undefined);
  session.welcomed(/** @type {any} */ ({ resumed: "session" }));
  assert.equal(session.hello(false, null).page, "page");
});

test("another experiment is greeted with its parts", () => {
  const { session, seen } = open();
  session.open({ link: "#other", checkpoint: CHECKPOINT, examples: "code" });
  assert.equal(seen.reconnects, 1);
  assert.deepEqual(session.hello(false, null), { version: 1, page: "page", link: "#other", examples: "code", checkpoint: CHECKPOINT, playing: false, speed: "epoch" });
});

test("an accepted experiment replaces the present one", () => {
  const { session, store, seen, loop, series } = open({ saved: { losses: LOSSES }, shown: { frame: FRAME, link: "#shown" } });
  store.set({ selected: 3, errors: [/** @type {any} */ ({})] });
  const origin = { number: 2, epoch: 7 };
  session.open({ link: "#other", checkpoint: CHECKPOINT, losses: { epochs: [1], train: [0.1], test: [0.1] }, origin, name: "Mine" });
  session.hello(false, null);
  assert.deepEqual(session.take(/** @type {any} */ ({ type: "welcome", resumed: "checkpoint" })), []);
  const messages = session.take(/** @type {any} */ ({ type: "config", config: { features: [], hidden_layer_sizes: [] }, view: { locked: [], hidden: [] } }));
  assert.deepEqual(messages.map(({ type }) => type), ["welcome", "config"]);
  assert.deepEqual([seen.recorded, loop.shown, series.epochs, store.get().selected, store.get().errors], [[["begin", origin, "Mine"]], null, [1], null, []]);
  session.welcomed(/** @type {any} */ ({ resumed: null }));
  assert.equal(seen.recorded.length, 1, "its run has begun already");
});

test("a refused experiment is reported, keeping the page", () => {
  const { session, store, seen } = open();
  session.open({ link: "#other" });
  session.hello(false, null);
  const { link } = /** @type {any} */ (session.hello(true, /** @type {any} */ ({ code: "bad_link", message: "No", errors: [] })));
  assert.deepEqual([link, store.get().errors.map(({ message }) => message), seen.reported], ["#seed=1", ["No"], []]);
});

test("a locked page takes no other experiment", () => {
  const there = /** @type {any} */ ({ type: "config", config: { noise: 5, features: [], hidden_layer_sizes: [] }, view: { locked: [], hidden: [] } });
  for (const isLesson of [false, true]) {
    const { session, store } = open({ locked: ["noise"] });
    session.open({ link: "#other", isLesson });
    session.hello(false, null);
    session.take(there);
    assert.deepEqual(store.get().errors.map(({ code }) => code), isLesson ? [] : ["locked"]);
  }
});

test("runs begin, continue, or branch from a copy", () => {
  const cases = /** @type {[string | null, any][]} */ ([
    [null, ["begin"]], ["session", ["goOn", "old"]], ["checkpoint", ["goOn", "old"]], ["copy", ["begin", { number: 3, epoch: 7 }]],
  ]);
  for (const [resumed, recorded] of cases) {
    const { session, seen } = open({ saved: { run: "old", checkpoint: CHECKPOINT }, runs: { old: { number: 3 } } });
    session.hello(false, null);
    session.welcomed(/** @type {any} */ ({ resumed }));
    assert.deepEqual(seen.recorded, [recorded]);
  }
});

test("the shown state is saved at intervals", () => {
  const { session, store, seen } = open({ shown: { frame: FRAME, link: "#shown" } });
  store.set({ session: "s" });
  session.saveSoon();
  session.saveSoon();
  assert.equal(seen.timers.length, 1);
  seen.timers[0]();
  assert.deepEqual(seen.saved.map(({ session: id, checkpoint, run, panel }) => [id, checkpoint.epoch, run, panel]), [["s", 9, "run", null]]);
  session.saveSoon();
  assert.equal(seen.timers.length, 2);
});

test("nothing is saved before the first frame", () => {
  const { session, seen } = open();
  session.save();
  assert.deepEqual([seen.saved, seen.recorded], [[], [["write"]]]);
});

test("storage errors appear once something can be lost", () => {
  const trained = open({ shown: { frame: FRAME, link: "#a" }, saveError: "full" });
  trained.session.save();
  assert.deepEqual(trained.seen.reported, ["full"]);
  const untrained = open({ shown: { frame: { ...FRAME, epoch: 0 }, link: "#a" }, saveError: "full", loadError: "damaged" });
  untrained.session.save();
  assert.deepEqual(untrained.seen.reported, ["loss damaged"]);
});

/** A page that trains, and is then shown another network. */
function follow() {
  const page = open({ shown: { frame: FRAME, link: "#own" } });
  page.session.hello(false, null);
  page.store.set({ session: "own", status: { ...page.store.get().status, playing: true } });
  page.session.welcomed(/** @type {any} */ ({ resumed: null }));
  page.series.add([0, 9], [0.5, 0.25], [0.5, 0.25]);
  page.seen.recorded.length = 0;
  welcome(page, { session: "theirs", resumed: null, watching: { seat: null, name: null } });
  return page;
}

/** The server shows something else. */
function welcome({ session, store }, message) {
  session.take({ type: "welcome", ...message });
  store.set({ session: message.session });
  session.welcomed(message);
}

test("another network is shown without losses and selection", () => {
  const { session, store, loop, series, seen } = follow();
  assert.deepEqual([session.isWatching(), loop.shown, series.epochs, store.get().selected], [true, null, [], null]);
  assert.deepEqual(seen.recorded, [["write"]]);
});

test("a watched network is not saved", () => {
  const { session, loop, seen } = follow();
  assert.deepEqual(seen.saved.map(({ session: id }) => id), ["own"], "its own, when it left it");
  Object.assign(loop, { shown: { frame: { ...FRAME, epoch: 50 }, link: "#theirs" } });
  session.save();
  assert.equal(seen.saved.length, 1);
});

test("a watching page greets with its own session", () => {
  const { session, loop } = follow();
  Object.assign(loop, { shown: { frame: { ...FRAME, epoch: 50 }, link: "#theirs" } });
  const { session: id, link, checkpoint, playing } = /** @type {any} */ (session.hello(false, null));
  assert.deepEqual([id, link, checkpoint.epoch, playing], ["own", "#own", 9, true]);
});

test("a page that watches opens no experiment", () => {
  const { session, seen } = follow();
  session.open({ link: "#other" });
  assert.equal(seen.reconnects, 0);
});

test("losses and run return with the own session", () => {
  const page = follow();
  page.series.add([50], [0.1], [0.1]);
  welcome(page, { session: "own", resumed: "session" });
  assert.deepEqual([page.session.isWatching(), page.series.epochs, page.series.train], [false, [0, 9], [0.5, 0.25]]);
  assert.deepEqual(page.seen.recorded.at(-1), ["goOn", "run"]);
});

test("losses return also when the connection broke meanwhile", () => {
  const page = follow();
  page.session.hello(false, null);
  welcome(page, { session: "own", resumed: "checkpoint" });
  assert.deepEqual([page.series.epochs, page.seen.recorded.at(-1)], [[0, 9], ["goOn", "run"]]);
});

test("what the tab had saved outlasts watching", () => {
  const page = open({ saved: { session: "own", checkpoint: CHECKPOINT, losses: LOSSES, run: "old" }, runs: { old: { number: 3 } } });
  page.session.hello(false, null);
  welcome(page, { session: "theirs", resumed: null, watching: { seat: 3, name: null } });
  const { session: id, checkpoint } = /** @type {any} */ (page.session.hello(false, null));
  assert.deepEqual([id, checkpoint], ["own", CHECKPOINT]);
  welcome(page, { session: "own", resumed: "session" });
  assert.deepEqual([page.series.epochs, page.seen.recorded.at(-1)], [[0, 7], ["goOn", "old"]]);
});

test("another network in the session begins a run", () => {
  for (const resumed of [null, "copy"]) {
    const page = follow();
    welcome(page, { session: "own", resumed });
    assert.deepEqual([page.series.epochs, page.seen.recorded.at(-1), page.loop.shown], [[], ["begin"], null]);
    assert.equal(/** @type {any} */ (page.session.hello(false, null)).checkpoint, undefined, "the one before is in the table");
  }
});

test("an experiment goes on at its own page", () => {
  const origin = { number: 3, epoch: 7 };
  const { session, seen } = open();
  session.open({ link: "#dataset=uci", checkpoint: CHECKPOINT, losses: LOSSES, origin, name: "deep" });
  session.hello(false, null);
  session.take(/** @type {any} */ ({ type: "welcome", resumed: "checkpoint" }));
  session.take(/** @type {any} */ ({ type: "config", config: { noise: 0, features: [], hidden_layer_sizes: [] }, view: { locked: [] } }));
  const [saved] = seen.saved;
  assert.deepEqual([saved.session, saved.checkpoint, saved.losses.epochs, saved.opened], [null, CHECKPOINT, [0, 7], { origin, name: "deep" }]);

  const there = open({ saved });
  assert.deepEqual(/** @type {any} */ (there.session.hello(false, null)).checkpoint, CHECKPOINT);
  there.session.welcomed(/** @type {any} */ ({ resumed: "checkpoint" }));
  assert.deepEqual(there.seen.recorded, [["begin", origin, "deep"]]);
});
