import assert from "node:assert/strict";
import test from "node:test";

import { advance, backOff, isSendable, keptWith, meaningOf, readMessage, UNCONNECTED } from "../../static/js/net/connection.js";

const CONTEXT = { random: 0.5, now: 100 };
const OPEN = Object.freeze({ ...UNCONNECTED, status: "open", wasOpen: true, isOpened: true, isHeard: true });
const WAITING = Object.freeze({ ...UNCONNECTED, status: "waiting", failures: 2, retryAt: 900 });
const message = (fields) => ({ type: "received", isBinary: false, message: fields });
const types = (effects) => effects.map(({ type }) => type);
/** The state after several events. */
const after = (state, ...events) => events.reduce((now, event) => advance(now, event, CONTEXT)[0], state);

test("back-off grows to a bound with random spread", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 40].map((attempt) => backOff(attempt, 0.5)), [500, 500, 1000, 2000, 2000, 2000]);
  assert.equal(backOff(0, 0), 0);
  assert.equal(backOff(0, 1), 1000);
  assert.equal(backOff(9, 0), 1000);
  assert.equal(backOff(9, 1), 3000);
});

test("close codes have four meanings besides broken", () => {
  assert.deepEqual([0, 1000, 1006, 1011, 1013, 4409, 4410].map(meaningOf), ["hung", "broken", "broken", "broken", "full", "moved", "ended"]);
});

test("before the welcome only greetings are sendable", () => {
  const sendable = (status) => ["hello", "ping", "play"].filter((type) => isSendable(status, { type }));
  assert.deepEqual(sendable("connecting"), ["hello", "ping"]);
  assert.deepEqual(sendable("open"), ["hello", "ping", "play"]);
});

test("the newest 64 lasting messages are kept", () => {
  const numbers = Array.from({ length: 70 }, (_, index) => ({ type: "set_parameter", index }));
  const kept = numbers.reduce(keptWith, []);
  assert.deepEqual([kept.length, kept[0].index, kept.at(-1).index], [64, 6, 69]);
  assert.equal(keptWith(kept, { type: "ack", seq: 1 }), kept);
});

test("undecodable text breaks, undecodable bytes are damaged", () => {
  assert.deepEqual(readMessage("{"), { type: "closed", code: 0 });
  assert.deepEqual(readMessage(new ArrayBuffer(2)), { type: "damaged" });
  assert.equal(readMessage('{"type": "pong"}').type, "received");
});

test("connecting drops, reports, opens, and sets a limit", () => {
  const [state, effects] = advance({ ...WAITING, reason: "full", isBare: true }, { type: "connect" }, CONTEXT);
  assert.deepEqual(types(effects), ["drop", "report", "open", "wait", "wait"]);
  assert.deepEqual([state.status, state.reason, state.isBare, state.retryAt], ["connecting", "", false, null]);
  assert.deepEqual(effects[3], { type: "wait", timer: "step", delay: 10000, then: { type: "closed", code: 0 } });
  assert.deepEqual(effects[4], { type: "wait", timer: "heartbeat", delay: 5000, then: { type: "slow" } });
});

test("a broken connection waits for its back-off", () => {
  const [state, effects] = advance(OPEN, { type: "closed", code: 1006 }, CONTEXT);
  assert.deepEqual(effects, [
    { type: "drop" },
    { type: "wait", timer: "step", delay: 500, then: { type: "connect" } },
    { type: "report", status: "waiting", detail: { retryAt: 600, reason: "", cause: null } },
  ]);
  assert.deepEqual([state.attempt, state.failures], [1, 0]);
});

test("only unanswered attempts count as failures", () => {
  const failures = (state, code) => after(state, { type: "closed", code }).failures;
  assert.deepEqual([failures(UNCONNECTED, 1006), failures(UNCONNECTED, 0), failures(OPEN, 1006)], [1, 2, 0]);
  assert.equal(failures({ ...UNCONNECTED, failures: 1, reason: "full" }, 1013), 0);
});

test("a welcome sends queued messages before being delivered", () => {
  const waiting = [{ type: "play" }];
  const [state, effects] = advance({ ...UNCONNECTED, waiting, failures: 3 }, message({ type: "welcome" }), CONTEXT);
  assert.deepEqual(types(effects), ["wait", "report", "send", "deliver"]);
  assert.equal(effects[2].messages, waiting);
  assert.deepEqual([state.status, state.waiting, state.failures, state.wasOpen], ["open", [], 0, true]);
});

test("only whole frames heal a damaged connection", () => {
  const damaged = after(OPEN, { type: "damaged" });
  assert.deepEqual(advance(damaged, { type: "damaged" }, CONTEXT)[1], []);
  const pong = message({ type: "pong" });
  assert.deepEqual(types(advance(damaged, pong, CONTEXT)[1]), ["deliver"]);
  assert.deepEqual(types(advance(damaged, { ...pong, isBinary: true }, CONTEXT)[1]), ["wait", "deliver"]);
});

test("a refusal before the welcome greets bare once", () => {
  const refusal = message({ type: "error", code: "bad_type", fatal: false, message: "no" });
  const [state, effects] = advance(UNCONNECTED, refusal, CONTEXT);
  assert.deepEqual(effects.at(-1), { type: "greet", isBare: true, refusal: refusal.message });
  assert.deepEqual(types(advance(state, refusal, CONTEXT)[1]), ["wait", "deliver"]);
  assert.deepEqual(types(advance(OPEN, refusal, CONTEXT)[1]), ["wait", "deliver"]);
});

test("a finding counts only while there is trouble", () => {
  const diagnosed = { type: "diagnosed", finding: { kind: "foreign" } };
  const [state, [report]] = advance(WAITING, diagnosed, CONTEXT);
  assert.deepEqual([state.cause, report.status, report.detail.retryAt], [{ kind: "foreign" }, "waiting", 900]);
  for (const calm of [OPEN, { ...WAITING, isHeard: true }, { ...WAITING, status: "moved" }]) {
    assert.deepEqual(advance(calm, diagnosed, CONTEXT), [calm, []]);
  }
});

/* ---- Blocked connections ---- */

const ANSWERS = { type: "diagnosed", finding: { kind: "answers", status: null } };
const CONNECT = { type: "connect" };
const OPENED = { type: "opened" };
const PONG = message({ type: "pong" });
const closed = (code) => ({ type: "closed", code });
/** What `count` attempts make of a connection, each followed by the server's answer to a plain request. */
const attempts = (count, ...events) => after(UNCONNECTED, ...Array.from({ length: count }, () => [CONNECT, ...events, ANSWERS]).flat());

test("each way of failing is recognized", () => {
  const how = (...events) => attempts(2, ...events).cause?.how;
  assert.deepEqual([how(closed(1006)), how({ type: "slow" }, closed(0)), how(OPENED, closed(0)), how(OPENED, closed(1006))], ["refused", "hung", "silent", "cut"]);
});

test("one failed attempt is not certain, two are", () => {
  assert.deepEqual([attempts(1, closed(1006)).cause?.isSure, attempts(2, closed(1006)).cause?.isSure], [false, true]);
});

test("one long attempt between two answers is certain", () => {
  for (const waited of [[{ type: "slow" }], [OPENED, { type: "quiet" }]]) {
    const { cause } = attempts(1, ...waited, ANSWERS, closed(0));
    assert.equal(cause?.isSure, true);
  }
});

test("a server that was silent before is starting", () => {
  const silent = { type: "diagnosed", finding: null };
  const { cause } = after(UNCONNECTED, CONNECT, closed(1006), ANSWERS, CONNECT, closed(1006), silent, CONNECT, closed(1006), ANSWERS);
  assert.equal(cause?.isSure, false);
});

test("the first message ends the blockage", () => {
  for (const status of ["connecting", "joining"]) {
    const [state, effects] = advance({ ...attempts(2, closed(1006)), status, isOpened: true }, PONG, CONTEXT);
    assert.deepEqual([state.cause, state.failures, effects.find(({ type }) => type === "report")?.detail.cause], [null, 0, null]);
  }
});

test("a class that holds messages back is diagnosed", () => {
  const way = { joins: true, greets: true };
  const joining = advance(after(UNCONNECTED, CONNECT), OPENED, { ...CONTEXT, way })[0];
  const [state, effects] = advance(joining, closed(0), CONTEXT);
  assert.deepEqual([joining.status, state.failures, types(effects).includes("diagnose")], ["joining", 2, true]);
});

const CUT = [CONNECT, OPENED, message({ type: "welcome" }), closed(1006)];

test("three short connections are cut off", () => {
  assert.equal(after(UNCONNECTED, ...CUT, ...CUT, ANSWERS).cause, null);
  const { cause } = after(UNCONNECTED, ...CUT, ...CUT, ...CUT, ANSWERS);
  assert.deepEqual(cause, { kind: "blocked", how: "cut", status: null, isSure: true });
});

test("a cut-off connection stays suspect until it lasts", () => {
  const open = after(UNCONNECTED, ...CUT, ...CUT, ...CUT, ANSWERS, ...CUT.slice(0, 3));
  const [, [lasting]] = advance(open, { type: "healthy" }, CONTEXT);
  assert.deepEqual([open.status, open.cause?.how, lasting.then], ["open", "cut", { type: "lasting" }]);
  const [calm, [report]] = advance(open, { type: "lasting" }, CONTEXT);
  assert.deepEqual([calm.cuts, report.detail.cause], [0, null]);
});

test("restarts of the server are no cuts", () => {
  const restarts = {
    "an attempt fails between": [CONNECT, closed(1006)], "the server does not answer": [{ type: "diagnosed", finding: null }],
    "it says goodbye": [...CUT.slice(0, 3), closed(1012)], "it gives a reason": [...CUT.slice(0, 3), message({ type: "error", fatal: true, code: "full", message: "restarting" }), closed(1006)],
  };
  for (const [name, between] of Object.entries(restarts)) {
    const { cause } = after(UNCONNECTED, ...CUT, ...CUT, ...(name === "the server does not answer" ? CUT : []), ...between, ...CUT, ANSWERS);
    assert.equal(cause, null, name);
  }
});

test("a long life is no cut", () => {
  const alive = after(UNCONNECTED, ...CUT, ...CUT, ...CUT.slice(0, 3));
  assert.equal(advance(alive, closed(1006), { ...CONTEXT, now: 200_000 })[0].cuts, 0);
});

test("retrying depends on the status of the connection", () => {
  const retry = (status, isOpen = false) => types(advance({ ...UNCONNECTED, status }, { type: "retry", isOpen }, CONTEXT)[1]);
  for (const status of ["moved", "outdated"]) assert.deepEqual(retry(status), []);
  for (const status of ["waiting", "full", "closed"]) assert.deepEqual(retry(status), ["drop", "report", "open", "wait", "wait"]);
  assert.deepEqual([retry("connecting"), retry("connecting", true), retry("open", true)], [["wait"], ["wait", "send"], ["wait", "send"]]);
});

test("reconnecting drops queued messages, connecting keeps them", () => {
  const state = { ...OPEN, waiting: [{ type: "play" }] };
  assert.deepEqual([after(state, { type: "reconnect" }).waiting, after(state, { type: "connect" }).waiting], [[], state.waiting]);
});
