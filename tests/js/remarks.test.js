import assert from "node:assert/strict";
import { test } from "node:test";

import { createActions } from "../../static/js/core/actions.js";
import { initialState } from "../../static/js/core/initial.js";
import { NEW_EXCHANGE, patchFor } from "../../static/js/core/receive.js";
import { createStore } from "../../static/js/core/store.js";
import { decodeMessage } from "../../static/js/net/protocol.js";
import { createRemarks } from "../../static/js/remarks/remarks.js";
import { createSound } from "../../static/js/remarks/sound.js";
import { toneOf, tonesOf } from "../../static/js/remarks/tones.js";
import { openPage, setGlobals } from "./fakepage.js";

const SCHEMA = /** @type {any} */ ({ fields: [{ name: "learning_rate", default: 0.3 }], features: [], controls: [], limits: {} });
const REMEDY = { label: "Lower the learning rate to 0.1", action: "configure", changes: { learning_rate: 0.1 }, epoch: null };
const REMARK = { name: "oscillating", sentence: "The loss jumps by 9%.", reason: "Steps are long.", remedy: REMEDY };
const PARTS = { "remark-quiet": "p", "remark-sentence": "p", "remark-reason": "p", "remark-remedy": "button", "remark-dismiss": "button", remarks: "section" };

/** A page with the strip, and all that is sent. */
function open() {
  const page = openPage(PARTS);
  const initial = initialState(SCHEMA, "light");
  const store = createStore(/** @type {any} */ ({ ...initial, view: { ...initial.view, words: true }, remark: REMARK }));
  /** @type {any[]} */
  const sent = [];
  const actions = createActions({ store, send: (message) => sent.push(message) });
  const view = createRemarks(/** @type {any} */ (page.byId("remarks")), { actions, sound: { play: () => {} } });
  const draw = () => view.draw(null, store.get());
  draw();
  return { page, store, sent, draw };
}

test("a remark shows sentence, reason and remedy", () => {
  const { page } = open();
  assert.deepEqual(["remark-sentence", "remark-reason", "remark-remedy"].map((id) => page.byId(id).textContent), [REMARK.sentence, REMARK.reason, REMEDY.label]);
  assert.deepEqual(["remarks", "remark-remedy", "remark-dismiss", "remark-quiet"].map((id) => page.byId(id).hidden), [false, false, false, true]);
});

test("the strip is there without a remark", () => {
  const { page, store, draw } = open();
  store.set({ remark: null });
  draw();
  assert.deepEqual(["remarks", "remark-remedy", "remark-dismiss", "remark-quiet"].map((id) => page.byId(id).hidden), [false, true, true, false]);
  assert.equal(page.byId("remark-sentence").textContent, "");
});

test("the strip goes with its switch", () => {
  const { page, store, draw } = open();
  store.set({ view: { ...store.get().view, words: false } });
  draw();
  assert.equal(page.byId("remarks").hidden, true);
});

test("its button tries the remedy", () => {
  const { page, store, sent } = open();
  page.fire(page.byId("remark-remedy"), "click");
  assert.deepEqual(sent, [{ type: "configure", changes: REMEDY.changes }]);
  assert.equal(store.get().config.learning_rate, 0.1);
});

test("a remedy continues training that was going on", () => {
  const { page, store, sent } = open();
  store.set({ status: { ...store.get().status, playing: true } });
  page.fire(page.byId("remark-remedy"), "click");
  assert.deepEqual(sent.map(({ type }) => type), ["configure", "play"]);
});

test("remedies go back and retry, too", () => {
  const { page, store, sent, draw } = open();
  store.set({ remark: /** @type {any} */ ({ ...REMARK, remedy: { ...REMEDY, action: "seek", changes: {}, epoch: 12 } }) });
  draw();
  page.fire(page.byId("remark-remedy"), "click");
  assert.deepEqual(sent, [{ type: "seek", epoch: 12 }]);
  store.set({ remark: /** @type {any} */ ({ ...REMARK, remedy: { ...REMEDY, action: "retry", epoch: 3 } }) });
  draw();
  page.fire(page.byId("remark-remedy"), "click");
  assert.deepEqual(sent.slice(1).map(({ type }) => type), ["configure", "play"]);
});

test("a dismissed remark leaves", () => {
  const { page, store } = open();
  page.fire(page.byId("remark-dismiss"), "click");
  assert.equal(store.get().remark, null);
});

test("remarks are received and taken back", () => {
  const state = initialState(SCHEMA, "light");
  for (const remark of [REMARK, null]) {
    const message = decodeMessage(JSON.stringify({ type: "remark", remark }));
    assert.deepEqual(patchFor(state, message, NEW_EXCHANGE), { remark });
  }
});

test("a damaged remark is refused", () => {
  for (const remark of [undefined, 3, { ...REMARK, reason: 1 }, { ...REMARK, remedy: { label: "Try" } }]) {
    assert.throws(() => decodeMessage(JSON.stringify({ type: "remark", remark })), /damaged/);
  }
});

// sound

test("ten times less is an octave lower", () => {
  assert.equal(toneOf(1), 880);
  assert.equal(Math.round(toneOf(0.1) ?? 0), 440);
  assert.equal(Math.round(toneOf(0.01) ?? 0), 220);
  assert.deepEqual([toneOf(0), toneOf(1e-12), toneOf(1e30), toneOf(null)], [110, 110, 1760, null]);
});

const FRAME = { train_loss: 1, test_loss: 0.1, past: false };
const PLAYING = { view: { sound: true }, status: { playing: true }, connection: "open" };

test("tones sound only while training runs", () => {
  assert.deepEqual(Object.keys(tonesOf(FRAME, PLAYING) ?? {}), ["train", "test"]);
  assert.equal(tonesOf({ ...FRAME, test_loss: null }, PLAYING)?.test, null);
  for (const changes of [{ view: { sound: false } }, { status: { playing: false } }, { connection: "waiting" }]) assert.equal(tonesOf(FRAME, { ...PLAYING, ...changes }), null);
  assert.equal(tonesOf({ ...FRAME, past: true }, PLAYING), null);
  assert.equal(tonesOf(null, PLAYING), null);
});

/** A page that can sound, and what its nodes are set to. */
function openSound() {
  const page = openPage();
  setGlobals({ document: Object.assign(document, { hidden: false }) });
  const param = () => ({ target: 0, setTargetAtTime(/** @type {number} */ value) { this.target = value; } });
  /** @type {any[]} */
  const nodes = [];
  const kind = (/** @type {string} */ name) => function Node(/** @type {unknown} */ _context, /** @type {any} */ options) {
    const node = { name, options, frequency: param(), gain: param(), connect: (/** @type {unknown} */ next) => next, start() {} };
    nodes.push(node);
    return node;
  };
  setGlobals({ OscillatorNode: kind("oscillator"), GainNode: kind("gain"), StereoPannerNode: kind("panner") });
  const context = { state: "running", currentTime: 0, destination: {}, suspend() { this.state = "suspended"; }, resume() { this.state = "running"; } };
  /** @type {unknown[]} */
  const contexts = [];
  const sound = createSound({ createContext: () => (contexts.push(context), /** @type {any} */ (context)) });
  const of = (/** @type {string} */ name) => nodes.filter((node) => node.name === name);
  return { page, sound, context, contexts, volumes: () => of("gain").map(({ gain }) => gain.target), tones: () => of("oscillator").map(({ frequency }) => frequency.target), sides: () => of("panner").map(({ options }) => Math.sign(options.pan)) };
}

test("nothing sounds before the first gesture", () => {
  const { page, sound, contexts } = openSound();
  sound.play({ train: 440, test: 220 });
  assert.equal(contexts.length, 0);
  page.fire(/** @type {any} */ (document), "pointerdown");
  sound.play({ train: 440, test: 220 });
  assert.equal(contexts.length, 1);
});

test("training sounds left and test right", () => {
  const { page, sound, tones, sides, volumes } = openSound();
  page.fire(/** @type {any} */ (document), "keydown");
  sound.play({ train: 440, test: 220 });
  assert.deepEqual([tones(), sides()], [[440, 220], [-1, 1]]);
  assert.ok(volumes().every((volume) => volume > 0 && volume < 0.1));
  sound.play({ train: 400, test: null });
  assert.deepEqual([tones()[0], volumes()[1]], [400, 0]);
  sound.play(null);
  assert.deepEqual(volumes(), [0, 0]);
});

test("a hidden page is silent", () => {
  const { page, sound, context, volumes } = openSound();
  page.fire(/** @type {any} */ (document), "keydown");
  sound.play({ train: 440, test: 220 });
  Object.assign(document, { hidden: true });
  page.fire(/** @type {any} */ (document), "visibilitychange");
  assert.deepEqual([volumes(), context.state], [[0, 0], "suspended"]);
  Object.assign(document, { hidden: false });
  page.fire(/** @type {any} */ (document), "visibilitychange");
  assert.equal(context.state, "running");
});
