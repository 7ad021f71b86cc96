import assert from "node:assert/strict";
import { test } from "node:test";

import { initialState } from "../../static/js/core/initial.js";
import { NEW_EXCHANGE, errorsOf, isAboutSavedState, numbered, patchFor, received, statusOf } from "../../static/js/core/receive.js";

const SCHEMA = /** @type {any} */ ({ fields: [{ name: "noise", default: 0 }, { name: "seed", default: "" }], features: [], controls: [] });
const STATE = { ...initialState(SCHEMA, "light"), layers: [2, 1] };
const VIEW = { ...STATE.view, discretize: true };
const CONFIG = /** @type {any} */ ({ type: "config", revision: 4, layers: [2, 1], effect: "live", link: "#noise=5", config: { noise: 5, seed: "" }, view: VIEW });
const STATUS = /** @type {any} */ ({ type: "status", playing: true, speed: "fast", diverged: null });
const ERROR = /** @type {any} */ ({ type: "error", code: "bad_value", field: "noise", got: "7", expected: "0 to 50", message: "noise: got 7; expected 0 to 50", errors: [] });

/** The state after messages, one after the other. @param {typeof STATE} state @param {any} exchange @param {...any} messages */
function after(state, exchange, ...messages) {
  for (const message of messages) {
    exchange = received(exchange, message);
    state = { ...state, ...patchFor(state, message, exchange) };
  }
  return state;
}

test("every initial field has its default", () => {
  const state = initialState(SCHEMA, "dark");
  assert.deepEqual(state.config, { noise: 0, seed: "" });
  assert.deepEqual([state.theme, state.connection, state.revision], ["dark", "connecting", -1]);
});

test("answered messages are numbered, others are not", () => {
  const first = numbered(NEW_EXCHANGE, "configure");
  assert.deepEqual([first.id, first.exchange.awaitedConfig, first.exchange.awaitedStatus], [1, 1, 0]);
  const second = numbered(first.exchange, "play");
  assert.deepEqual([second.id, second.exchange.awaitedConfig, second.exchange.awaitedStatus], [2, 1, 2]);
  const third = numbered(second.exchange, "ack");
  assert.deepEqual([third.id, third.exchange], [0, second.exchange]);
});

test("a welcome forgets awaited answers", () => {
  const { exchange } = numbered(NEW_EXCHANGE, "configure");
  const now = received(exchange, /** @type {any} */ ({ type: "welcome", session: "s" }));
  assert.deepEqual([now.awaitedConfig, now.lastId], [0, 1]);
  assert.equal(after(STATE, exchange, { type: "welcome", session: "s" }).session, "s");
});

test("a config sets revision, link, config and view", () => {
  const { revision, link, config, view, effect } = after(STATE, NEW_EXCHANGE, CONFIG);
  assert.deepEqual([revision, link, config, view, effect], [4, "#noise=5", CONFIG.config, VIEW, "live"]);
});

test("an outdated config leaves the controls alone", () => {
  const { exchange } = numbered(numbered(NEW_EXCHANGE, "configure").exchange, "configure");
  const state = after(STATE, exchange, { ...CONFIG, id: 1 });
  assert.deepEqual([state.revision, state.config, state.view], [4, STATE.config, STATE.view]);
  assert.deepEqual(after(STATE, exchange, { ...CONFIG, id: 2 }).config, CONFIG.config);
});

test("changed layers clear the selected unit", () => {
  const selected = { ...STATE, selected: 1 };
  assert.equal(after(selected, NEW_EXCHANGE, CONFIG).selected, 1);
  assert.equal(after(selected, NEW_EXCHANGE, { ...CONFIG, layers: [2, 3, 1] }).selected, null);
});

test("an accepted change settles earlier errors", () => {
  const state = { ...STATE, errors: errorsOf(ERROR) };
  assert.equal(after(state, NEW_EXCHANGE, CONFIG).errors.length, 1);
  assert.deepEqual(after(state, NEW_EXCHANGE, { ...CONFIG, id: 1 }).errors, []);
});

test("missing fields of a status are filled in", () => {
  assert.deepEqual(statusOf(STATUS), {
    playing: true, speed: "fast", diverged: null, stopped: null, position: null, run_until: null, run_ended: null,
  });
});

test("an outdated status does not press Pause", () => {
  const { exchange } = numbered(numbered(NEW_EXCHANGE, "play").exchange, "pause");
  assert.equal(after(STATE, exchange, { ...STATUS, id: 1 }).status.playing, false);
  assert.equal(after(STATE, exchange, { ...STATUS, id: 2 }).status.playing, true);
});

test("a new stop is not yet dismissed", () => {
  const seen = { ...STATE, stopSeen: /** @type {any} */ ({ epoch: 3 }), endSeen: /** @type {any} */ ({ epoch: 3 }) };
  const open = after(seen, NEW_EXCHANGE, STATUS);
  assert.deepEqual([open.stopSeen, open.endSeen], [null, null]);
  const held = after(seen, NEW_EXCHANGE, { ...STATUS, stopped: { epoch: 3 }, run_ended: { epoch: 3 } });
  assert.deepEqual([held.stopSeen, held.endSeen], [{ epoch: 3 }, { epoch: 3 }]);
});

test("a refused change restores the config in force", () => {
  let exchange = received(NEW_EXCHANGE, CONFIG);
  let state = after(STATE, NEW_EXCHANGE, CONFIG);
  exchange = numbered(exchange, "configure").exchange;
  state = { ...state, config: { ...state.config, noise: 70 } };
  const back = after(state, exchange, { ...ERROR, id: 1 });
  assert.deepEqual([back.config, back.errors.length], [CONFIG.config, 1]);
  assert.notEqual(back.config, CONFIG.config, "a copy, so that controls are drawn again");
});

test("a refused command returns to the last status", () => {
  let exchange = received(NEW_EXCHANGE, STATUS);
  exchange = numbered(exchange, "pause").exchange;
  const paused = { ...STATE, status: { ...STATE.status, playing: false } };
  assert.equal(after(paused, exchange, { ...ERROR, id: 1 }).status.playing, true);
});

test("errors about older changes leave controls alone", () => {
  const first = numbered(received(NEW_EXCHANGE, CONFIG), "configure").exchange;
  const { exchange } = numbered(first, "configure");
  const state = { ...STATE, config: /** @type {any} */ ({ noise: 70 }) };
  assert.deepEqual(after(state, exchange, { ...ERROR, id: 1 }).config, { noise: 70 });
});

test("saved-state errors are not user errors", () => {
  for (const code of ["bad_checkpoint", "bad_examples"]) {
    assert.ok(isAboutSavedState({ code }));
    assert.deepEqual(after(STATE, NEW_EXCHANGE, { ...ERROR, code }).errors, []);
  }
  assert.ok(!isAboutSavedState(ERROR));
});

test("an error message lists faults or is one", () => {
  assert.deepEqual(errorsOf(ERROR).map(({ field }) => field), ["noise"]);
  assert.deepEqual(errorsOf({ ...ERROR, errors: [{ field: "a" }, { field: "b" }] }).map(({ field }) => field), ["a", "b"]);
  assert.match(errorsOf({ ...ERROR, code: "bad_checkpoint" })[0].message, /damaged/);
});

test("files and progress reach the state", () => {
  const state = after(STATE, NEW_EXCHANGE,
    { type: "export", format: "csv", text: "x1" }, { type: "export", format: "keras", text: "import" }, { type: "composed", link: "#a" },
    { type: "goals", goals: [1] }, { type: "warnings", warnings: [2] }, { type: "animating", share: 0.5 });
  assert.deepEqual([state.table?.text, state.exported?.text, state.composed, state.goals, state.warnings, state.animation], ["x1", "import", "#a", [1], [2], 0.5]);
  const done = after(state, NEW_EXCHANGE, { type: "animation", filename: "a.gif" });
  assert.deepEqual([done.animation, done.animationFile?.filename], [null, "a.gif"]);
  assert.equal(after(state, NEW_EXCHANGE, { type: "archive", filename: "a.zip" }).archive?.filename, "a.zip");
});

test("an unknown message changes nothing", () => {
  for (const type of ["pong", "toString", "frame"]) assert.deepEqual(patchFor(STATE, /** @type {any} */ ({ type }), NEW_EXCHANGE), {});
});
