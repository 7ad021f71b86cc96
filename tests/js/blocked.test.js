import assert from "node:assert/strict";
import { test } from "node:test";

import { createBlocked } from "../../static/js/blocked/panel.js";
import { blockedBy, blockedTexts, letter, wishes } from "../../static/js/blocked/texts.js";
import { openPage, setGlobals } from "./fakepage.js";

const SOCKET = "wss://school.example/tools/playground/ws";
const BLOCKED = /** @type {any} */ ({ kind: "blocked", how: "refused", status: null, isSure: true });

test("only what is certain is called blocked", () => {
  assert.equal(blockedBy(BLOCKED), BLOCKED);
  for (const cause of [null, { ...BLOCKED, isSure: false }, { kind: "foreign" }, { kind: "refused", text: "no" }]) assert.equal(blockedBy(/** @type {any} */ (cause)), null);
});

test("each way of blocking has its own words", () => {
  const texts = ["refused", "hung", "silent", "cut"].map((how) => blockedTexts({ ...BLOCKED, how }).text);
  assert.equal(new Set(texts).size, 4);
  for (const text of texts) assert.match(text, /The server answers plain requests, but something in between – .*\.$/);
});

test("a proxy's answer is quoted by name", () => {
  assert.match(blockedTexts({ ...BLOCKED, status: 502 }).text, /It answers with 502 \(Bad Gateway\)\.$/);
  assert.match(blockedTexts({ ...BLOCKED, status: 418 }).text, /It answers with 418\.$/);
});

test("the letter says all that a proxy needs", () => {
  const text = letter({ ...BLOCKED, how: "silent", status: 404 }, SOCKET);
  for (const part of [/^NumPy Playground at https:\/\/school\.example\/tools\/playground\/ needs/, /no message ever arrives/, /gets the answer 404 \(Not Found\)/, /proxy_set_header Upgrade \$http_upgrade;/, /docs\/deploy\.md/]) assert.match(text, part);
  for (const wish of wishes(SOCKET)) assert.ok(text.includes(wish));
});

/* ---- The panel ---- */

function open() {
  const page = openPage({
    blocked: "section", "blocked-heading": "h2", "blocked-text": "p", "blocked-wishes": "ul", "blocked-again": "span",
    "blocked-letter": "textarea", "blocked-try": "button", "blocked-back": "button",
  });
  setGlobals({ requestAnimationFrame: () => 0 });
  const done = [];
  const panel = createBlocked({ address: SOCKET, retry: () => done.push("retry"), schedule: () => done.push("schedule") });
  const draw = (connection, cause = null) => panel.draw(null, /** @type {any} */ ({ connection, cause }));
  return { page, done, panel, draw, isShown: () => !page.byId("blocked").hidden };
}

test("the panel stands in for an empty picture", () => {
  const { page, draw, isShown } = open();
  draw("connecting");
  assert.equal(isShown(), false);
  draw("waiting", { ...BLOCKED, isSure: false });
  assert.equal(isShown(), false);
  draw("waiting", BLOCKED);
  assert.deepEqual([isShown(), page.byId("blocked-back").hidden, page.byId("blocked-wishes").children.length], [true, true, 3]);
  assert.match(page.byId("blocked-again").textContent, /keeps trying by itself\.$/);
  draw("open");
  assert.equal(isShown(), false);
});

test("a picture is covered only when asked", () => {
  const { page, panel, draw, isShown } = open();
  draw("open");
  draw("waiting", BLOCKED);
  assert.equal(isShown(), false);
  panel.open();
  draw("waiting", BLOCKED);
  assert.deepEqual([isShown(), page.byId("blocked-back").hidden], [true, false]);
  page.byId("blocked-back").click();
  draw("waiting", BLOCKED);
  assert.equal(isShown(), false);
});

test("the panel asked for goes with its cause", () => {
  const { panel, draw, isShown } = open();
  draw("open");
  panel.open();
  draw("open", { ...BLOCKED, how: "cut" });
  assert.equal(isShown(), true);
  draw("open");
  draw("waiting", BLOCKED);
  assert.equal(isShown(), false);
});

test("try now connects at once", () => {
  const { page, done } = open();
  page.byId("blocked-try").click();
  assert.deepEqual(done, ["retry"]);
});
