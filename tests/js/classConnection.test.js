import assert from "node:assert/strict";
import test from "node:test";
import { deflateSync } from "node:zlib";

import { unpack } from "../../static/js/net/compressed.js";
import { advance, isSendable, keptWith, meaningOf, UNCONNECTED } from "../../static/js/net/connection.js";
import { VERSION } from "../../static/js/net/protocol.js";
import { createSequence } from "../../static/js/net/sequence.js";
import { createSocket } from "../../static/js/net/socket.js";

const CLASS = { random: 0.5, now: 100, way: { joins: true, greets: true } };
const SCREEN = { ...CLASS, way: { joins: true, greets: false } };
const message = (fields) => ({ type: "received", isBinary: false, message: fields });
const refusal = (code) => message({ type: "error", code, message: "No.", errors: [], fatal: false });
const types = ([, effects]) => effects.map(({ type }) => type);
/** The state after several events. */
const after = (context, ...events) => events.reduce((now, event) => advance(now, event, context)[0], UNCONNECTED);
const AT_DOOR = Object.freeze(after(CLASS, { type: "opened" }));

/* ---- The state machine ---- */

test("a class is joined before the greeting", () => {
  const opened = advance(UNCONNECTED, { type: "opened" }, CLASS);
  assert.deepEqual([opened[0].status, types(opened)], ["joining", ["wait", "wait", "report", "join"]]);
  const joined = advance(opened[0], message({ type: "joined" }), CLASS);
  assert.deepEqual([joined[0].isJoined, types(joined)], [true, ["wait", "deliver", "greet"]]);
  assert.equal(advance(joined[0], message({ type: "welcome" }), CLASS)[0].status, "open");
});

test("later news of the seat greet no more", () => {
  const open = after(CLASS, { type: "opened" }, message({ type: "joined" }), message({ type: "welcome" }));
  assert.deepEqual(types(advance(open, message({ type: "joined" }), CLASS)), ["wait", "deliver"]);
  assert.deepEqual(types(advance(open, message({ type: "welcome" }), CLASS)), ["wait", "deliver"]);
});

test("a screen is open once it has joined", () => {
  const [state, effects] = advance(after(SCREEN, { type: "opened" }), message({ type: "joined" }), SCREEN);
  assert.deepEqual([state.status, effects.map(({ type }) => type)], ["open", ["wait", "report", "send", "deliver"]]);
});

test("a class that is gone is sought elsewhere", () => {
  const [state, effects] = advance(AT_DOOR, refusal("no_such_class"), CLASS);
  assert.deepEqual(effects.slice(1).map(({ type }) => type), ["deliver", "wait"]);
  assert.deepEqual([effects[2].delay, effects[2].then], [1000, { type: "connect" }]);
  const again = advance(advance(state, { type: "connect" }, CLASS)[0], { type: "opened" }, CLASS)[0];
  assert.equal(advance(again, refusal("no_such_class"), CLASS)[1][2].delay, 3000, "later it takes its time");
  assert.equal(advance(again, message({ type: "joined" }), CLASS)[0].refusals, 0);
});

test("a class that is full is asked again", () => {
  const [state, effects] = advance(AT_DOOR, refusal("class_full"), CLASS);
  assert.deepEqual([effects[2].delay, effects[2].then], [1000, { type: "rejoin" }]);
  const again = advance(state, { type: "rejoin" }, CLASS);
  assert.deepEqual([again[0].isRefused, types(again)], [false, ["join"]]);
});

test("other refusals wait for the page", () => {
  for (const code of ["wrong_secret", "too_long", "name_taken"]) assert.deepEqual(types(advance(AT_DOOR, refusal(code), CLASS)), ["wait", "deliver"]);
  assert.equal(advance(AT_DOOR, refusal("protocol_version"), CLASS)[0].status, "outdated");
});

test("a refused connection comes back calmly", () => {
  const refused = after(CLASS, { type: "opened" }, refusal("class_full"));
  const closed = { type: "closed", code: 1006 };
  const delayOf = (state) => advance(state, closed, CLASS)[1].find(({ type }) => type === "wait").delay;
  assert.deepEqual([delayOf(refused), delayOf(AT_DOOR)], [3000, 500]);
});

test("joining is tried only at the door", () => {
  const open = after(CLASS, { type: "opened" }, message({ type: "joined" }), message({ type: "welcome" }));
  for (const state of [UNCONNECTED, open, after(CLASS, { type: "opened" }, message({ type: "joined" }))]) assert.deepEqual(types(advance(state, { type: "rejoin" }, CLASS)), []);
});

test("a class that has ended is not retried", () => {
  assert.equal(meaningOf(4410), "ended");
  const [state, effects] = advance({ ...AT_DOOR, status: "open" }, { type: "closed", code: 4410 }, CLASS);
  assert.deepEqual([state.status, effects.map(({ type }) => type)], ["ended", ["drop", "report"]]);
  assert.deepEqual(types(advance(state, { type: "retry", isOpen: false }, CLASS)), []);
});

test("in a class, refused greetings are repeated bare", () => {
  const joined = after(CLASS, { type: "opened" }, message({ type: "joined" }));
  const [state, effects] = advance(joined, refusal("bad_checkpoint"), CLASS);
  assert.deepEqual([state.isBare, effects.at(-1).type], [true, "greet"]);
});

test("joining is sent at once and never waits", () => {
  assert.ok(isSendable("joining", { type: "join" }));
  assert.equal(isSendable("joining", { type: "answer" }), false);
  assert.deepEqual([keptWith([], { type: "join" }), keptWith([], { type: "watch_wall" }), keptWith([], { type: "answer" })], [[], [], [{ type: "answer" }]]);
});

/* ---- The order of what arrives ---- */

test("what waits keeps its place", async () => {
  const seen = [];
  const { add } = createSequence((item) => seen.push(item));
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  add(1);
  add(promise);
  add(3);
  assert.deepEqual(seen, [1]);
  resolve(2);
  await promise;
  add(Promise.resolve(4));
  add(5);
  await new Promise(setImmediate);
  assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  add(6);
  assert.deepEqual(seen.at(-1), 6, "nothing waits any more");
});

/* ---- The socket ---- */

/** The bytes of a container without arrays, compressed. */
function compressed(type, version = VERSION) {
  const header = new TextEncoder().encode(JSON.stringify({ message: { type }, arrays: [] }));
  const container = new Uint8Array(8 + header.length);
  container.set(new TextEncoder().encode(`NPG${version}`));
  new DataView(container.buffer).setUint32(4, header.length, true);
  container.set(header, 8);
  const stream = deflateSync(container);
  return Uint8Array.of(...new TextEncoder().encode(`NPZ${version}`), ...stream).buffer;
}

/** Waits until this many things have happened: streams work in threads of their own, on a busy machine slowly. */
async function until(log, count) {
  const end = Date.now() + 10_000;
  while (log.length < count && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** A socket of which the test is the other end. */
function bench({ first = () => ({ role: "student" }), check = () => {} } = {}) {
  const log = [];
  const other = {};
  let address = "ws://here/ws/ABC234";
  class Socket {
    readyState = 1;
    sent = [];
    constructor(url) {
      Object.assign(other, { url, socket: this });
    }
    send(text) {
      this.sent.push(JSON.parse(text).type);
    }
    close() {}
  }
  const socket = createSocket(() => address, {
    hello: () => ({}), onMessage: ({ type }) => log.push(type), onStatus: (status) => log.push(`is ${status}`),
    first, unpack, check, WebSocket: /** @type {any} */ (Socket), setTimeout: () => 0, clearTimeout() {}, random: () => 0.5, now: () => 0,
  });
  socket.connect();
  return { log, other, socket, moveTo: (url) => (address = url), receive: (data) => other.socket.onmessage({ data: data instanceof ArrayBuffer ? data : JSON.stringify(data) }) };
}

test("the socket joins, greets, and then is open", () => {
  const { log, other, receive } = bench();
  other.socket.onopen();
  receive({ type: "joined" });
  receive({ type: "welcome", version: VERSION, session: "s", limits: {} });
  assert.deepEqual(other.socket.sent, ["join", "hello"]);
  assert.deepEqual(log, ["is connecting", "is joining", "joined", "is open", "welcome"]);
});

test("a page without a name joins later", () => {
  let name = null;
  const { other, socket } = bench({ first: () => name && { name } });
  other.socket.onopen();
  assert.deepEqual(other.socket.sent, []);
  name = "Ada";
  socket.join();
  assert.deepEqual(other.socket.sent, ["join"]);
});

test("the address is asked for at each attempt", () => {
  const { other, socket, moveTo } = bench();
  moveTo("ws://here/ws/XYZ789");
  socket.reconnect();
  assert.equal(other.url, "ws://here/ws/XYZ789");
});

test("compressed messages keep their place", async () => {
  const { log, other, receive } = bench();
  other.socket.onopen();
  receive(compressed("wall"));
  receive({ type: "pong" });
  other.socket.onclose({ code: 4410 });
  assert.deepEqual(log, ["is connecting", "is joining"]);
  await until(log, 5);
  assert.deepEqual(log.slice(2), ["wall", "pong", "is ended"]);
});

test("damaged compression is a damaged message", async () => {
  const { log, other, receive } = bench();
  other.socket.onopen();
  receive(compressed("wall").slice(0, 12));
  receive({ type: "pong" });
  await until(log, 3);
  assert.deepEqual(log.slice(2), ["pong"]);
});

test("messages that fail the check are dropped", () => {
  const { log, other, receive } = bench({ check: ({ type }) => {
    if (type === "class") throw new Error("damaged");
  } });
  other.socket.onopen();
  receive({ type: "class" });
  assert.deepEqual(log.slice(2), ["is waiting"], "text that is damaged breaks the connection");
});

test("what is not compressed is left alone", () => {
  assert.deepEqual([unpack("NPZ4"), unpack(new TextEncoder().encode("NPG4....").buffer), unpack(new ArrayBuffer(1))], [null, null, null]);
});
