import assert from "node:assert/strict";
import test from "node:test";

import { diagnose } from "../../static/js/net/diagnosis.js";

const OURS = { "Content-Type": "text/plain; charset=utf-8", "Content-Security-Policy": "default-src 'self'" };
const answer = (status, text = "", headers = OURS) => () => new Response(text, { status, headers });
const foreign = (status, text = "<html>", type = "text/html") => answer(status, text, { "Content-Type": type });
const failing = () => {
  throw new TypeError("Failed to fetch");
};
const READY = answer(200, JSON.stringify({ status: "ready", version: "1" }));
/** What is found if the address of the live connection and that of the health answer like this. */
const found = (socket, health) => diagnose(/** @type {any} */ (async (address) => (address === "/ws" ? socket() : health())), "/ws", "/healthz");

test("the connection's request is repeated over HTTP", async () => {
  const asked = [];
  await diagnose(/** @type {any} */ (async (...request) => asked.push(request) && new Response("", { status: 426 })), "/ws", "/healthz");
  const [[address, { method, cache, redirect }]] = asked;
  assert.deepEqual([asked.length, address, method, cache, redirect], [1, "/ws", "POST", "no-store", "manual"]);
});

test("a request that arrives finds the server", async () => {
  assert.deepEqual(await found(answer(426, "this address is for WebSockets"), failing), { kind: "answers", status: null });
});

test("a proxy's answer is noted beside the server's", async () => {
  for (const status of [400, 403, 404, 501, 502, 504]) assert.deepEqual(await found(foreign(status), READY), { kind: "answers", status });
  assert.deepEqual(await found(failing, READY), { kind: "answers", status: null });
});

test("a proxy's plain text is not the server's", async () => {
  assert.deepEqual(await found(foreign(404, "404 page not found", "text/plain"), READY), { kind: "answers", status: 404 });
});

test("a refusal keeps the server's own words", async () => {
  for (const status of [400, 403, 421, 431]) assert.deepEqual(await found(answer(status, "use PLAYGROUND_ALLOWED_HOSTS\n"), failing), { kind: "refused", text: "use PLAYGROUND_ALLOWED_HOSTS" });
  assert.deepEqual(await found(answer(403, "x".repeat(5000)), READY), { kind: "answers", status: 403 });
});

test("a sign-in page is not the server", async () => {
  for (const health of [foreign(200), foreign(403), foreign(302), answer(200, "[]"), answer(200, "{}")]) assert.deepEqual(await found(foreign(200), health), { kind: "foreign" });
});

test("a server that is down answers nothing", async () => {
  for (const health of [failing, foreign(502), foreign(503), answer(503, JSON.stringify({ status: "starting", version: "1" }))]) {
    for (const socket of [failing, foreign(502)]) assert.equal(await found(socket, health), null);
  }
});
