import assert from "node:assert/strict";
import { test } from "node:test";

import { createEffects, recordingOf } from "../../static/js/core/effects.js";
import { NEW_EXCHANGE } from "../../static/js/core/receive.js";

/** Effects whose every call is noted. */
function open({ isHidden = false, isWatching = false } = {}) {
  /** @type {string[]} */
  const calls = [];
  const note = (/** @type {string} */ name) => (/** @type {unknown[]} */ ...all) => void calls.push([name, ...all.filter((one) => typeof one !== "object")].join(" "));
  const spy = (/** @type {string[]} */ ...names) => /** @type {any} */ (Object.fromEntries(names.map((name) => [name, note(name)])));
  const react = createEffects({
    store: /** @type {any} */ ({ get: () => ({ status: { playing: true }, goals: [], data: null }) }),
    actions: { ...spy("setVisible", "forgetTravel", "settleTravel", "lookAgain", "readAgain", "estimateAgain", "settleEstimate", "forgetEstimate", "settleReading", "forgetReading", "readTest"), painting: spy("renew", "granted", "refused", "settle") },
    loop: spy("take"), session: { ...spy("welcomed"), isWatching: () => isWatching }, recorder: { take: note("record") },
    lookInside: note("lookInside"), isHidden: () => isHidden, showLink: note("showLink"), report: note("report"),
  });
  const on = (/** @type {any} */ message, exchange = NEW_EXCHANGE) => {
    calls.length = 0;
    react(message, exchange);
    return [...calls];
  };
  return on;
}

test("a welcome renews what a connection forgets", () => {
  assert.deepEqual(open()({ type: "welcome" }), ["welcomed", "renew", "forgetTravel", "forgetEstimate", "forgetReading"]);
  assert.deepEqual(open({ isHidden: true })({ type: "welcome" }), ["welcomed", "setVisible false", "renew", "forgetTravel", "forgetEstimate", "forgetReading"]);
});

test("the first config after welcome refreshes inside panels", () => {
  const on = open();
  const config = { type: "config", id: 3, revision: 5, link: "#a" };
  assert.deepEqual(on(config), ["granted 3 5", "showLink #a"]);
  on({ type: "welcome" });
  assert.deepEqual(on(config), ["granted 3 5", "showLink #a", "lookAgain", "readAgain", "estimateAgain"]);
  assert.deepEqual(on(config), ["granted 3 5", "showLink #a"]);
});

test("answers settle earlier requests", () => {
  const on = open();
  assert.deepEqual(on({ type: "status", id: 2 }), ["settleTravel 2", "settleReading 2"]);
  assert.deepEqual(on({ type: "reading", id: 2 }), ["settleReading 2"]);
  assert.deepEqual(on({ type: "error", code: "bad_value", id: 2 }), ["refused 2", "settleEstimate 2", "settleReading 2", "settleTravel 2"]);
});

test("costs are asked again when they change", () => {
  const config = { type: "config", id: 3, revision: 5, link: "#a" };
  assert.deepEqual(open()({ ...config, effect: "network" }).slice(2), ["estimateAgain"]);
  assert.deepEqual(open()({ ...config, effect: "live" }).slice(2), []);
  assert.deepEqual(open()({ type: "starts_cost", id: 4 }), ["settleEstimate 4"]);
});

test("refused progress is reported", () => {
  assert.deepEqual(open()({ type: "error", code: "bad_checkpoint" }), ["report damaged"]);
});

test("data of an old revision are ignored", () => {
  const exchange = /** @type {any} */ ({ ...NEW_EXCHANGE, config: { revision: 5 } });
  const data = { type: "data", revision: 5, arrays: { points: [], targets: [] } };
  assert.deepEqual(open()(data, exchange), ["settle 5", "readTest"]);
  assert.deepEqual(open()({ ...data, revision: 4 }, exchange), []);
  // what somebody else reads is for them to choose
  assert.deepEqual(open({ isWatching: true })(data, exchange), ["settle 5"]);
});

test("a frame is recorded, looked into and drawn", () => {
  const exchange = /** @type {any} */ ({ ...NEW_EXCHANGE, config: { revision: 5, link: "#a" } });
  assert.deepEqual(open()({ type: "frame", revision: 5 }, exchange), ["record", "lookInside", "take"]);
  assert.deepEqual(open()({ type: "frame", revision: 4 }, exchange), ["lookInside", "take"]);
});

test("frames without checkpoint keep the last one", () => {
  const on = open();
  const [first, second, third, fourth] = [{ checkpoint: {} }, {}, {}, {}].map((part, index) => ({ type: "frame", run: 1, revision: index < 3 ? 5 : 6, epoch: index, ...part }));
  for (const frame of [first, second, third, fourth]) on(frame);
  assert.deepEqual([first, second, third, fourth].map((frame) => /** @type {any} */ (frame).whole), [undefined, first, first, undefined]);
});

test("unknown messages do nothing", () => {
  assert.deepEqual(open()({ type: "constructor" }), []);
});

test("a past frame is recorded as past", () => {
  const state = /** @type {any} */ ({ status: { playing: false }, goals: [1], data: { examples: "code" } });
  const exchange = /** @type {any} */ ({ config: { revision: 5, link: "#a" } });
  const frame = /** @type {any} */ ({ revision: 5, epoch: 12, past: true });
  assert.deepEqual(recordingOf(frame, state, exchange), { frame, experiment: exchange.config, playing: false, past: 12, goals: [1], examples: "code" });
  assert.equal(recordingOf({ ...frame, past: false }, state, exchange)?.past, null);
});

test("a watched network is drawn and not recorded", () => {
  const on = open({ isWatching: true });
  const config = /** @type {any} */ ({ config: {}, link: "#a", revision: 5 });
  assert.deepEqual(on({ type: "frame", revision: 5, epoch: 1 }, { ...NEW_EXCHANGE, config }), ["lookInside", "take"]);
});

test("the address names no watched network", () => {
  assert.deepEqual(open({ isWatching: true })({ type: "config", id: 3, revision: 5, link: "#a" }), ["granted 3 5"]);
});
