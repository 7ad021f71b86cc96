import assert from "node:assert/strict";
import test from "node:test";

import { diagnose } from "../../static/js/net/diagnosis.js";

/** @param {number} status @param {string} text @param {string} type */
const answering = (status, text = "", type = "text/plain; charset=utf-8") => async () => new Response(text, { status, headers: { "Content-Type": type } });

test("the diagnosis repeats the connection's request over HTTP", async () => {
  const asked = [];
  await diagnose(async (...request) => asked.push(request) && new Response("", { status: 426 }), "/ws");
  assert.deepEqual(asked, [["/ws", { method: "POST", cache: "no-store" }]]);
});

test("an acceptable request means a proxy blocks sockets", async () => {
  assert.deepEqual(await diagnose(answering(426, "this address is for WebSockets"), "/ws"), { kind: "blocked" });
});

test("a foreign answer means the connection is blocked", async () => {
  for (const answer of [answering(200, "<html>", "text/html"), answering(403, "<h1>Forbidden", "text/html"), answering(407, "", "text/html"), answering(404), answering(403, "x".repeat(5000))]) {
    assert.deepEqual(await diagnose(answer, "/ws"), { kind: "blocked" });
  }
});

test("a refusal keeps the server's own words", async () => {
  for (const status of [400, 403, 421, 431]) assert.deepEqual(await diagnose(answering(status, "use PLAYGROUND_ALLOWED_HOSTS\n"), "/ws"), { kind: "refused", text: "use PLAYGROUND_ALLOWED_HOSTS" });
});

test("no answer leaves the cause unknown", async () => {
  const failing = async () => {
    throw new TypeError("Failed to fetch");
  };
  for (const answer of [failing, answering(502, "Bad Gateway"), answering(503), answering(504)]) assert.equal(await diagnose(answer, "/ws"), null);
});
