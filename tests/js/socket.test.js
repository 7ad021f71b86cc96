import assert from "node:assert/strict";
import test from "node:test";
import { deflateSync } from "node:zlib";

import { VERSION } from "../../static/js/net/protocol.js";
import { createSocket } from "../../static/js/net/socket.js";

/** A socket of which the test is the other end, and a clock which the test turns. */
function bench({ random = 0.5, hello = () => ({ version: 1, link: "#seed=1" }), diagnose = undefined } = {}) {
  const sockets = [];
  const timers = new Map();
  const statuses = [];
  const reasons = [];
  const causes = [];
  const received = [];
  let clock = 0;
  let lastTimer = 0;
  class Socket {
    readyState = 0;
    sent = [];
    isClosed = false;
    constructor(url) {
      this.url = url;
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.isClosed = true;
    }
    connect() {
      this.readyState = 1;
      this.onopen();
    }
    open() {
      this.connect();
      this.receive({ type: "welcome", version: VERSION, session: "s", limits: {} });
    }
    get types() {
      return this.sent.map(({ type }) => type);
    }
    receive(message) {
      const whole = message.type === "error" ? { errors: [], fatal: false, ...message } : message;
      this.onmessage({ data: typeof whole === "string" ? whole : JSON.stringify(whole) });
    }
    fail(code = 1006) {
      this.readyState = 3;
      this.onclose({ code });
    }
  }
  const socket = createSocket(() => "ws://here/ws", {
    hello,
    onMessage: (message) => received.push(message),
    diagnose,
    onStatus: (status, { retryAt, reason, cause }) => {
      causes.push(cause);
      statuses.push([status, retryAt]);
      reasons.push(reason);
    },
    WebSocket: Socket,
    setTimeout: (run, delay) => {
      timers.set(++lastTimer, { run, at: clock + delay });
      return lastTimer;
    },
    clearTimeout: (timer) => timers.delete(timer),
    random: () => random,
    now: () => clock,
  });
  socket.connect();
  return {
    socket, sockets, statuses, reasons, causes, received,
    get last() {
      return sockets.at(-1);
    },
    get status() {
      return statuses.at(-1)[0];
    },
    pass(time) {
      clock += time;
      for (const [timer, { run, at }] of [...timers]) {
        if (at <= clock && timers.delete(timer)) run();
      }
    },
  };
}

/** A container without arrays. */
function binary(magic) {
  const header = '{"message": {"type": "data"}, "arrays": []}'.padEnd(48);
  const bytes = new Uint8Array(8 + header.length);
  bytes.set([...magic + "\x30\0\0\0" + header].map((letter) => letter.charCodeAt(0)));
  return bytes.buffer;
}

test("the first thing sent is hello", () => {
  const { last, statuses } = bench();
  last.open();
  assert.equal(last.url, "ws://here/ws");
  assert.equal(last.binaryType, "arraybuffer");
  assert.deepEqual(last.sent, [{ type: "hello", version: 1, link: "#seed=1" }]);
  assert.deepEqual(statuses, [["connecting", null], ["open", null]]);
});

test("messages are passed on in order", () => {
  const { last, received } = bench();
  last.open();
  last.receive({ type: "status", playing: true, speed: "epoch" });
  last.receive({ type: "warnings", warnings: [] });
  assert.deepEqual(received.map(({ type }) => type), ["welcome", "status", "warnings"]);
});

test("a broken connection retries at the announced time", () => {
  const b = bench();
  b.last.open();
  b.last.fail();
  assert.deepEqual(b.statuses.at(-1), ["waiting", 500]);
  b.pass(499);
  assert.equal(b.sockets.length, 1);
  b.pass(1);
  assert.equal(b.sockets.length, 2);
  b.last.open();
  assert.equal(b.last.sent[0].type, "hello");
});

test("failed attempts get farther and farther apart", () => {
  const b = bench();
  const waits = [];
  for (let i = 0; i < 5; i++) {
    b.last.fail();
    const [, retryAt] = b.statuses.at(-1);
    const before = b.statuses.filter(([status]) => status === "waiting").at(-2)?.[1] ?? 0;
    waits.push(retryAt - before);
    b.pass(retryAt - before);
  }
  assert.deepEqual(waits, [500, 500, 1000, 2000, 2000]);
});

test("only ten healthy seconds reset the back-off", () => {
  const b = bench();
  for (let i = 0; i < 4; i++) {
    b.last.fail();
    b.pass(2000);
  }
  b.last.open();
  b.pass(9999);
  b.last.fail();
  assert.equal(b.statuses.at(-1)[1], 8000 + 9999 + 2000);
  b.pass(2000);
  b.last.open();
  b.pass(10000);
  b.last.fail();
  assert.equal(b.statuses.at(-1)[1], 8000 + 9999 + 2000 + 10000 + 500);
});

test("a connection that never opens is given up", () => {
  const b = bench();
  b.pass(10000);
  assert.ok(b.sockets[0].isClosed);
  assert.equal(b.status, "waiting");
});

test("a moved session is not taken back automatically", () => {
  for (const leave of [(b) => b.last.fail(4409), (b) => b.last.receive({ type: "moved" })]) {
    const b = bench();
    b.last.open();
    leave(b);
    b.pass(60000);
    b.socket.retryNow();
    assert.equal(b.status, "moved");
    assert.equal(b.sockets.length, 1);
    b.socket.takeOver();
    assert.equal(b.sockets.length, 2);
  }
});

test("a full server's reason shows until retry", () => {
  const b = bench();
  b.last.connect();
  b.last.receive({ type: "error", code: "full", message: "512 sessions are open", fatal: true });
  b.last.fail(1013);
  assert.deepEqual(b.statuses, [["connecting", null], ["full", 10000]]);
  assert.equal(b.reasons.at(-1), "512 sessions are open");
  assert.equal(b.received.length, 0);
  b.pass(10000);
  assert.equal(b.sockets.length, 2);
  assert.equal(b.reasons.at(-1), "");
});

test("invalid text causes a reconnection", () => {
  for (const text of ["{", "null", "[]", "7", '{"type": 5}', '{"type": "config"}', '{"type": "status", "playing": 1, "speed": "epoch"}']) {
    const b = bench();
    b.last.open();
    b.last.receive(text);
    assert.ok(b.last.isClosed, text);
    assert.equal(b.status, "waiting");
    b.pass(1000);
    assert.equal(b.sockets.length, 2);
  }
});

test("a whole frame compensates for a damaged one", () => {
  const b = bench();
  b.last.open();
  for (const data of [new ArrayBuffer(2), new ArrayBuffer(64)]) b.last.onmessage({ data });
  b.pass(1999);
  b.last.onmessage({ data: binary("NPG4") });
  b.pass(4999);
  assert.equal(b.sockets.length, 1);
  assert.equal(b.received.at(-1).type, "data");
});

test("what comes compressed arrives in its order", async () => {
  const b = bench();
  b.last.open();
  const packed = Buffer.concat([Buffer.from(`NPZ${VERSION}`), deflateSync(Buffer.from(binary(`NPG${VERSION}`)))]);
  b.last.onmessage({ data: packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.byteLength) });
  b.last.receive({ type: "moved?" });
  assert.equal(b.received.length, 1);
  while (b.received.length < 3) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(b.received.map(({ type }) => type), ["welcome", "data", "moved?"]);
});

test("a damaged frame without a whole one reconnects", () => {
  const b = bench();
  b.last.open();
  b.last.onmessage({ data: new ArrayBuffer(2) });
  b.pass(1000);
  b.last.onmessage({ data: new ArrayBuffer(2) });
  b.last.receive({ type: "moved?" });
  b.pass(1000);
  assert.equal(b.status, "waiting");
});

test("silence triggers a ping with an answer deadline", () => {
  const b = bench();
  b.last.open();
  b.pass(4999);
  b.last.receive({ type: "pong" });
  b.pass(4999);
  assert.deepEqual(b.last.types, ["hello"]);
  b.pass(1);
  assert.deepEqual(b.last.types, ["hello", "ping"]);
  b.pass(9999);
  b.last.receive({ type: "pong" });
  b.pass(5000);
  assert.deepEqual(b.last.types, ["hello", "ping", "ping"]);
  assert.equal(b.status, "open");
  b.pass(10000);
  assert.equal(b.status, "waiting");
  assert.ok(b.sockets[0].isClosed);
});

test("a server that never welcomes is dropped", () => {
  const b = bench();
  b.last.connect();
  b.pass(5000);
  b.pass(10000);
  assert.equal(b.status, "waiting");
});

test("after a sleep an answer must come soon", () => {
  for (const open of [(b) => b.last.open(), (b) => b.last.connect(), () => {}]) {
    const b = bench();
    open(b);
    b.socket.retryNow();
    assert.equal(b.sockets.length, 1, "the connection may still be good");
    b.pass(1500);
    assert.equal(b.status, "waiting");
    b.pass(500);
    assert.equal(b.sockets.length, 2);
  }
});

test("after a sleep a connection that answers stays", () => {
  const b = bench();
  b.last.open();
  b.socket.retryNow();
  b.pass(1499);
  b.last.receive({ type: "pong" });
  b.pass(4999);
  assert.deepEqual([b.sockets.length, b.status], [1, "open"]);
});

test("a refused greeting is repeated bare, once only", () => {
  const b = bench({ hello: (isBare) => (isBare ? { link: "#" } : { link: "#", session: 7 }) });
  b.last.connect();
  const refusal = { type: "error", code: "bad_type", message: "session: got 7" };
  b.last.receive(refusal);
  assert.deepEqual(b.last.sent, [{ type: "hello", link: "#", session: 7 }, { type: "hello", link: "#" }]);
  assert.equal(b.received.length, 0);
  b.last.receive(refusal);
  assert.equal(b.last.sent.length, 2);
  assert.equal(b.received.length, 1);
});

test("server faults keep the greeting and become reason", () => {
  for (const code of ["internal", "unavailable", "full"]) {
    const b = bench({ hello: (isBare) => ({ link: "#", ...(!isBare && { session: 7, checkpoint: {} }) }) });
    b.last.connect();
    b.last.receive({ type: "error", code, message: "it is the server's fault", fatal: true });
    b.last.fail(1011);
    assert.deepEqual([b.status, b.reasons.at(-1), b.received.length], ["waiting", "it is the server's fault", 0]);
    b.pass(10000);
    b.last.connect();
    assert.deepEqual(b.sockets.map(({ sent }) => sent), [0, 1].map(() => [{ type: "hello", link: "#", session: 7, checkpoint: {} }]));
  }
});

test("nonfatal server faults before welcome are passed on", () => {
  const b = bench({ hello: () => ({ link: "#", checkpoint: {} }) });
  b.last.connect();
  b.last.receive({ type: "error", code: "internal", message: "it was paused", fatal: false });
  assert.deepEqual([b.last.sent.length, b.received.length, b.status], [1, 1, "connecting"]);
});

test("a fatal error becomes the waiting reason only", () => {
  const b = bench();
  b.last.open();
  b.last.receive({ type: "error", code: "internal", message: "it keeps crashing", fatal: true });
  b.last.fail(1011);
  assert.deepEqual([b.status, b.reasons.at(-1), b.received.length], ["waiting", "it keeps crashing", 1]);
});

test("a server of another version ends the connection", () => {
  for (const say of [
    (b) => b.last.receive({ type: "error", code: "protocol_version", message: "reload", fatal: true }),
    (b) => b.last.onmessage({ data: binary("NPG1") }),
  ]) {
    const b = bench();
    b.last.connect();
    say(b);
    b.last.fail(1008);
    b.pass(60000);
    b.socket.retryNow();
    assert.equal(b.status, "outdated");
    assert.equal(b.sockets.length, 1);
  }
});

test("other errors are passed on", () => {
  const { last, received, socket } = bench();
  last.open();
  last.receive({ type: "error", code: "out_of_range", message: "no" });
  assert.equal(received.at(-1).code, "out_of_range");
  assert.equal(socket.send({ type: "play" }), true);
});

test("a requested retry connects at once", () => {
  const b = bench();
  b.last.open();
  b.last.fail();
  b.socket.retryNow();
  assert.equal(b.sockets.length, 2);
  b.pass(60);
  b.socket.retryNow();
  assert.equal(b.sockets.length, 2, "one attempt at a time");
});

test("a closed page reconnects only on request", () => {
  const b = bench();
  b.last.open();
  b.socket.close();
  assert.ok(b.last.isClosed);
  b.last.fail();
  b.pass(60000);
  assert.equal(b.sockets.length, 1);
  b.socket.retryNow();
  assert.equal(b.sockets.length, 2);
});

test("messages sent offline follow the next welcome", () => {
  const b = bench();
  assert.equal(b.socket.send({ type: "configure", changes: { noise: 5 } }), false);
  b.last.connect();
  assert.equal(b.socket.send({ type: "play" }), false);
  assert.deepEqual(b.last.types, ["hello"]);
  b.last.receive({ type: "welcome", version: VERSION, session: "s", limits: {} });
  assert.deepEqual(b.last.types, ["hello", "configure", "play"]);
});

test("momentary messages are not sent later", () => {
  const b = bench();
  for (const type of ["ack", "visible", "select", "ping"]) b.socket.send({ type });
  b.last.open();
  assert.deepEqual(b.last.sent.map(({ type }) => type), ["hello"]);
});

test("the queue is bounded and keeps the newest", () => {
  const b = bench();
  for (let i = 0; i < 500; i++) b.socket.send({ type: "set_parameter", index: i });
  b.last.open();
  assert.equal(b.last.sent.length, 65);
  assert.equal(b.last.sent.at(-1).index, 499);
});

test("an old connection is ignored", () => {
  const b = bench();
  b.last.open();
  const old = b.last;
  old.fail();
  b.socket.retryNow();
  b.last.open();
  old.receive({ type: "pong" });
  old.fail(4409);
  assert.deepEqual(b.received.map(({ type }) => type), ["welcome", "welcome"]);
  assert.equal(b.status, "open");
});

test("reconnecting greets again and clears the queue", () => {
  const { socket, sockets } = bench();
  socket.send({ type: "play" });
  socket.reconnect();
  sockets[1].open();
  assert.deepEqual([sockets[0].isClosed, sockets[1].types], [true, ["hello"]]);
});

test("the second greeting receives the first refusal", () => {
  const refusals = [];
  const { last } = bench({ hello: (_, refusal) => refusals.push(refusal?.code) && {} });
  last.connect();
  last.receive({ type: "error", code: "too_large", message: "it is too large" });
  assert.deepEqual(refusals, [undefined, "too_large"]);
});

/** A page that asks why, of which the test gives the answers. */
function wondering() {
  const asked = [];
  const b = bench({ diagnose: () => new Promise((resolve) => asked.push(resolve)) });
  return { b, asked, answer: async (cause) => { asked.shift()(cause); await null; } };
}
const ANSWERS = { kind: "answers", status: null };
const BLOCKED = { kind: "blocked", how: "refused", status: null, isSure: true };

test("the cause is known after two failed attempts", async () => {
  const { b, asked, answer } = wondering();
  b.last.fail();
  assert.equal(asked.length, 1);
  await answer(ANSWERS);
  assert.deepEqual(b.causes.at(-1), { ...BLOCKED, isSure: false });
  b.pass(1000);
  b.last.fail();
  assert.equal(asked.length, 1);
  await answer(ANSWERS);
  assert.deepEqual([b.statuses.at(-1), b.causes.at(-1)], [["waiting", 1500], BLOCKED]);
  b.pass(500);
  assert.deepEqual([b.status, b.causes.at(-1)], ["connecting", BLOCKED]);
  b.last.open();
  assert.deepEqual([b.status, b.causes.at(-1)], ["open", null]);
});

test("a hanging attempt triggers diagnosis at once", async () => {
  for (const begin of [() => {}, (b) => b.last.connect()]) {
    const { b, asked } = wondering();
    begin(b);
    b.pass(10_000);
    b.pass(10_000);
    assert.ok(asked.length > 0);
  }
});

test("one question is asked at a time", async () => {
  const { b, asked, answer } = wondering();
  b.last.fail();
  b.pass(1000);
  b.last.fail();
  assert.equal(asked.length, 1);
  await answer(null);
  b.pass(1000);
  b.last.fail();
  assert.equal(asked.length, 1);
});

test("an answer after reconnecting is ignored", async () => {
  const { b, answer } = wondering();
  b.pass(10_000);
  b.pass(1000);
  b.last.open();
  await answer(ANSWERS);
  assert.deepEqual([b.status, b.causes.at(-1)], ["open", null]);
});

test("an answering but full server triggers no diagnosis", () => {
  const { b, asked } = wondering();
  for (let i = 0; i < 4; i++) {
    b.last.connect();
    b.last.receive({ type: "error", code: "full", message: "it is full", fatal: true });
    b.last.fail(1013);
    b.pass(10_000);
  }
  b.last.open();
  for (let i = 0; i < 2; i++) {
    b.last.fail();
    b.pass(2000);
    b.last.open();
  }
  assert.equal(asked.length, 0);
});

test("after a good connection diagnosis waits longer", () => {
  const { b, asked } = wondering();
  b.last.open();
  for (let i = 0; i < 10; i++) {
    b.last.fail();
    assert.equal(asked.length, 0);
    b.pass(3000);
  }
  b.last.fail();
  assert.equal(asked.length, 1);
});
