import assert from "node:assert/strict";
import test from "node:test";

import { createReadingActions } from "../../static/js/data/reading.js";
import { NEW_EXCHANGE, numbered, patchFor } from "../../static/js/core/receive.js";
import { createStore } from "../../static/js/core/store.js";

function open() {
  /** @type {any[]} */
  const sent = [];
  const store = createStore(/** @type {any} */ ({ config: { dataset: "mnist", seed: "1" }, reading: null }));
  const actions = createReadingActions({ store, send: (message) => sent.push(message) });
  return { sent, store, actions };
}

const READING = { type: "reading", id: 1, answer: 7, activations: [[0.5], [0.1, 0.9]], example: 3, label: 7 };

test("pictures are read one at a time", () => {
  const { sent, actions } = open();
  actions.read({ example: 3 });
  actions.read({ pixels: Uint8Array.of(0, 255, 16, 0) });
  actions.read({ pixels: Uint8Array.of(0, 255, 17, 0) });
  assert.deepEqual(sent, [{ type: "read", example: 3 }]);
  actions.settleReading(1);
  assert.deepEqual(sent[1], { type: "read", pixels: "AP8RAA==" });
});

test("reading nothing ends what is followed", () => {
  const { sent, store, actions } = open();
  actions.read(null);
  assert.deepEqual(sent, []);
  actions.read({ example: 3 });
  actions.read(null);
  store.set(patchFor(store.get(), /** @type {any} */ (READING), NEW_EXCHANGE));
  actions.settleReading(1);
  assert.deepEqual([sent[1], store.get().reading], [{ type: "read" }, null]);
});

test("a new connection reads the picture again", () => {
  const { sent, store, actions } = open();
  actions.readAgain();
  actions.read({ example: 3 });
  actions.forgetReading();
  actions.readAgain();
  assert.deepEqual(sent, [{ type: "read", example: 3 }, { type: "read", example: 3 }]);
  actions.forgetReading();
  store.set(/** @type {any} */ ({ config: { dataset: "uci", seed: "1" } }));
  actions.readAgain();
  assert.equal(sent.length, 2);
});

test("new data end a reading", () => {
  assert.equal(numbered(NEW_EXCHANGE, "read").id, 1);
  const state = /** @type {any} */ ({ layers: [], view: {}, reading: null });
  assert.deepEqual(patchFor(state, /** @type {any} */ (READING), NEW_EXCHANGE), { reading: { answer: 7, activations: [[0.5], [0.1, 0.9]], example: 3, label: 7, after: 0 } });
  const config = (effect) => /** @type {any} */ ({ type: "config", revision: 1, layers: [], effect, link: "#", config: {}, view: {} });
  assert.equal(patchFor(state, config("data"), NEW_EXCHANGE).reading, null);
  assert.equal("reading" in patchFor(state, config("network"), NEW_EXCHANGE), false);
});

test("the same data opened again are read again", () => {
  const { sent, store, actions } = open();
  store.set(/** @type {any} */ ({ data: { side: 8, trainSize: 2, validationSize: 1, testSize: 4 } }));
  actions.readTest();
  actions.settleReading(1);
  store.set(patchFor(store.get(), /** @type {any} */ (READING), NEW_EXCHANGE));
  actions.readTest();
  assert.deepEqual(sent, [{ type: "read", example: 3 }]);
  // the config that opens an experiment with the same data ends the reading
  store.set({ reading: null });
  actions.readTest();
  assert.deepEqual(sent.slice(1), [{ type: "read", example: 3 }]);
});
