import assert from "node:assert/strict";
import test from "node:test";

import { h } from "../../static/js/lib/dom.js";
import { createLifecycle } from "../../static/js/page/lifecycle.js";
import { openPage, setGlobals } from "./fakepage.js";

/** A page that notes what its surroundings make it do. @param {import("node:test").TestContext} t */
function open(t) {
  const page = openPage({ main: "div" });
  const skip = h("a", { "data-skip": "main" }, "Skip to the playground");
  page.body.append(skip);
  const storage = {};
  setGlobals({ location: { hash: "#seed=1" }, scrollTo() {}, localStorage: storage, KeyboardEvent: globalThis.Event });
  t.mock.method(globalThis, "setInterval", () => 0);
  const log = [];
  const note = (name) => (...given) => void log.push([name, ...given].join(" "));
  let state = { link: "#seed=1", connection: "open", singleKeys: true, sheet: null, view: { hidden: [], locked: [] }, schema: { controls: [] } };
  const list = [{ name: "advance", key: "m", control: "stepButton", label: "", run: note("advance") }];
  createLifecycle(/** @type {any} */ ({
    store: { get: () => state }, actions: { list, openLink: note("open"), setVisible: note("visible"), showTab: note("tab") }, runActions: { reread: note("reread") },
    socket: { close: note("close"), retryNow: note("retry") }, schedule: note("draw"), save: note("save"),
  }));
  return {
    page, log, skip, storage,
    set: (changes) => (state = { ...state, ...changes }),
    press: () => page.fire(page.body, "keydown", { key: "m", code: "", isComposing: false, getModifierState: () => false }),
  };
}

test("a new address opens its experiment", (t) => {
  const { page, log } = open(t);
  page.fireOnWindow("hashchange");
  globalThis.location.hash = "#seed=2";
  page.fireOnWindow("hashchange");
  assert.deepEqual(log, ["open #seed=2"]);
});

test("leaving saves before it disconnects", (t) => {
  const { page, log } = open(t);
  page.fireOnWindow("pagehide");
  assert.deepEqual(log, ["save", "close"]);
});

test("only a page restored from memory reconnects", (t) => {
  const { page, log } = open(t);
  page.fireOnWindow("pageshow", { persisted: false });
  assert.deepEqual(log, []);
  page.fireOnWindow("pageshow", { persisted: true });
  page.fireOnWindow("online");
  assert.deepEqual(log, ["retry", "retry"]);
});

test("a visible page says so and reconnects", (t) => {
  const { page, log } = open(t);
  for (const hidden of [true, false]) {
    globalThis.document.hidden = hidden;
    page.fire(globalThis.document, "visibilitychange");
  }
  assert.deepEqual(log, ["visible false", "visible true", "retry"]);
});

test("runs from other tabs are reread", (t) => {
  const { page, log, storage } = open(t);
  page.fireOnWindow("storage", { key: "run1", storageArea: storage });
  page.fireOnWindow("storage", { key: "run2", storageArea: {} });
  assert.deepEqual(log, ["reread run1"]);
});

test("a skip link moves the focus", (t) => {
  const { page, skip, log } = open(t);
  skip.click();
  for (const draw of page.frames) draw();
  assert.deepEqual([globalThis.document.activeElement, log], [page.byId("main"), ["tab network"]]);
});

test("sheets and hidden controls disable keys", (t) => {
  const { log, set, press } = open(t);
  press();
  for (const changes of [{ sheet: "help" }, { sheet: null, singleKeys: false }, { singleKeys: true, view: { hidden: ["stepButton"], locked: [] } }]) {
    set(changes);
    press();
  }
  assert.deepEqual(log, ["advance"]);
});

test("the key of a locked control does nothing", (t) => {
  const { log, set, press } = open(t);
  set({ view: { hidden: [], locked: ["stepButton"] }, schema: { controls: [] } });
  assert.equal(press().defaultPrevented, true);
  assert.deepEqual(log, []);
});
