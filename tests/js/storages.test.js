import assert from "node:assert/strict";
import test from "node:test";

import { createMemory } from "../../static/js/lib/storage.js";
import { STATE_VERSION, createSessionPersistence } from "../../static/js/net/resume.js";
import { createStorages } from "../../static/js/net/storages.js";
import { createRunStore } from "../../static/js/runs/store.js";
import { openPage } from "./fakepage.js";

const ROOT = "https://here/tools/";
const STATE = { session: "secret", playing: true, speed: "epoch", checkpoint: null, losses: { epochs: [], train: [], test: [] } };
const fail = () => { throw new Error("QuotaExceededError"); };
const FULL = { ...createMemory()(), setItem: fail };

/**
 * The storages of a page.
 * @param {object} [around]
 * @param {string | null} [around.top]  the address of the page around it, null if it is in no frame
 * @param {boolean} [around.isBlocked]  whether the browser blocks storage
 */
function open({ top = null, isBlocked = false, local = createMemory()(), session = createMemory()() } = {}) {
  openPage();
  Object.assign(globalThis.document, { baseURI: `${ROOT}lessons/xor` });
  globalThis.document.documentElement.dataset.root = "../";
  const page = {};
  // a browser lets no page read the address of a page of another site
  const outer = { location: { get href() { return top?.startsWith("https://here/") ? top : fail(); } } };
  const own = (storage) => ({ configurable: true, get: () => (isBlocked ? fail() : storage) });
  Object.defineProperties(globalThis, {
    window: { configurable: true, writable: true, value: Object.assign(page, { top: top === null ? page : outer }) },
    localStorage: own(local), sessionStorage: own(session),
  });
  const storages = createStorages();
  const persistence = () => createSessionPersistence(storages.tab, `${STATE_VERSION} `);
  return { storages, local, session, persistence, loadRuns: () => createRunStore(storages.runs).load() };
}

test("a page uses the browser's storages", () => {
  const { storages, local, session } = open();
  assert.equal(storages.tab(), session);
  assert.equal(storages.runs(), local);
});

test("a page reports blocked storage", () => {
  const { persistence, loadRuns } = open({ isBlocked: true });
  assert.deepEqual([persistence().load().error, persistence().save(STATE), loadRuns()], ["blocked", "blocked", "blocked"]);
});

test("a page reports full storage", () => {
  const { persistence, loadRuns } = open({ local: FULL, session: FULL });
  assert.deepEqual([persistence().load().error, persistence().save(STATE), loadRuns()], [null, "full", null]);
});

test("a frame leaves the tab's experiment alone", () => {
  for (const top of [ROOT, "https://elsewhere"]) {
    const { persistence, session } = open({ top });
    session.setItem("experiment", "the page around it");
    assert.deepEqual(persistence().load(), { state: {}, error: null }, top);
    assert.equal(persistence().save(STATE), null);
    assert.equal(session.getItem("experiment"), "the page around it");
    assert.deepEqual(persistence().load().state, STATE, "it lasts as long as the frame");
  }
});

test("a preview neither shows nor saves runs", () => {
  const { storages, local, loadRuns } = open({ top: `${ROOT}teach` });
  local.setItem("run-1 a", "damaged, if it were read");
  assert.equal(loadRuns(), null);
  storages.runs().setItem("run-1 b", "b");
  assert.deepEqual([storages.runs().length, local.length, local.getItem("run-1 b")], [1, 1, null]);
});

test("a frame elsewhere keeps its own runs", () => {
  const { storages, local } = open({ top: "https://elsewhere" });
  assert.equal(storages.runs(), local);
  assert.equal(open({ top: "https://here/lab/tree", local }).storages.runs(), local, "another page of the same host is no page of ours");
  const full = open({ top: "https://elsewhere", local: FULL });
  assert.equal(full.storages.runs(), FULL, "a full storage still holds earlier runs");
});

test("a frame without storage reports no error", () => {
  const { storages, loadRuns, persistence } = open({ top: "https://elsewhere", isBlocked: true });
  assert.deepEqual([loadRuns(), persistence().load().error, persistence().save(STATE)], [null, null, null]);
  storages.runs().setItem("run-1 a", "a");
  assert.equal(storages.runs().getItem("run-1 a"), "a");
});
