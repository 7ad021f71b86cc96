import assert from "node:assert/strict";
import test from "node:test";

import { diagnose } from "../../static/js/net/diagnosis.js";

/** @param {number} status @param {string} text @param {string} type */
const answering = (status, text = "", type = "text/plain; charset=utf-8") => async () => new Response(text, { status, headers: { "Content-Type": type } });

test("the same request that a connection is made with is made without one", async () => {
  const asked = [];
  await diagnose(async (...request) => asked.push(request) && new Response("", { status: 426 }), "/ws");
  assert.deepEqual(asked, [["/ws", { method: "POST", cache: "no-store" }]]);
});

test("a server that would have opened the connection shows that something between blocks it", async () => {
  assert.deepEqual(await diagnose(answering(426, "this address is for WebSockets"), "/ws"), { kind: "blocked" });
});

test("what answers in our server's place blocks it, too", async () => {
  for (const answer of [answering(200, "<html>", "text/html"), answering(403, "<h1>Forbidden", "text/html"), answering(407, "", "text/html"), answering(404), answering(403, "x".repeat(5000))]) {
    assert.deepEqual(await diagnose(answer, "/ws"), { kind: "blocked" });
  }
});

test("a refusal is handed on in the server's own words", async () => {
  for (const status of [400, 403, 421, 431]) assert.deepEqual(await diagnose(answering(status, "use PLAYGROUND_ALLOWED_HOSTS\n"), "/ws"), { kind: "refused", text: "use PLAYGROUND_ALLOWED_HOSTS" });
});

test("where nobody answers, or only that nobody is there, nothing is known", async () => {
  const failing = async () => {
    throw new TypeError("Failed to fetch");
  };
  for (const answer of [failing, answering(502, "Bad Gateway"), answering(503), answering(504)]) assert.equal(await diagnose(answer, "/ws"), null);
});
