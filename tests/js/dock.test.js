import assert from "node:assert/strict";
import test from "node:test";

import { createActions } from "../../static/js/core/actions.js";
import { DOCK_PANELS, openPanelOf } from "../../static/js/core/dock.js";
import { createStore } from "../../static/js/core/store.js";
import { createDock } from "../../static/js/dock/dock.js";
import { SHARE, shareAfter, shareAt, storedShare } from "../../static/js/dock/height.js";
import { openPage } from "./fakepage.js";

const NAMES = DOCK_PANELS.map(({ name }) => name);
const STATE = { dock: null, view: { compare: [], hidden: [], locked: [] }, inside: { panel: null, last: "weights", options: {}, format: "numpy" }, selected: null, exported: null };

/** A storage that is empty at first. */
function createMemory() {
  const entries = new Map();
  return { getItem: (key) => entries.get(key) ?? null, setItem: (key, value) => entries.set(key, value) };
}

/** The dock on a page, and what is sent. */
function open(changes = {}, storage = createMemory()) {
  const panels = Object.fromEntries(NAMES.flatMap((name) => [[name, "section"], [`${name}-button`, "button"]]));
  const page = openPage({ dock: "section", "dock-edge": "div", "dock-close": "button", ...panels });
  page.byId("dock").append(...Object.keys(panels).map(page.byId), page.byId("dock-edge"), page.byId("dock-close"));
  const store = createStore(/** @type {any} */ ({ ...STATE, ...changes }));
  const sent = [];
  const actions = createActions({ store, send: (message) => sent.push(message), panels: [{ name: "weights" }, { name: "space" }] });
  const dock = createDock(page.byId("dock"), { actions, storage: () => /** @type {any} */ (storage) });
  const draw = () => dock.draw(null, store.get());
  store.subscribe(draw);
  draw();
  const shown = () => NAMES.filter((name) => !page.byId(name).hidden);
  const root = globalThis.document.documentElement;
  return { page, store, actions, sent, shown, draw, storage, root, edge: page.byId("dock-edge") };
}

/* ---- Which panel is open ---- */

test("the user's choice decides which panel opens", () => {
  for (const dock of NAMES) assert.equal(openPanelOf(/** @type {any} */ ({ ...STATE, dock })), dock);
  assert.equal(openPanelOf(/** @type {any} */ (STATE)), null);
});

test("networks to compare open their panel", () => {
  const view = { compare: [{}], hidden: [] };
  assert.equal(openPanelOf(/** @type {any} */ ({ dock: null, view })), "compare");
  assert.equal(openPanelOf(/** @type {any} */ ({ dock: "none", view })), null);
});

test("a hidden control keeps its panel closed", () => {
  for (const { name, control } of DOCK_PANELS) {
    assert.equal(openPanelOf(/** @type {any} */ ({ dock: name, view: { compare: [{}], hidden: [control] } })), null);
  }
});

/* ---- The dock ---- */

test("one panel is open at a time", () => {
  const { page, actions, shown, root } = open();
  assert.deepEqual([shown(), page.byId("dock-edge").hidden], [[], true]);
  for (const name of NAMES) {
    actions.run(`toggle_${name}`);
    assert.deepEqual([shown(), root.dataset.dock], [[name], name]);
    assert.deepEqual(NAMES.filter((other) => page.byId(`${other}-button`).getAttribute("aria-expanded") === "true"), [name]);
  }
  actions.run(`toggle_${NAMES.at(-1)}`);
  assert.deepEqual([shown(), root.dataset.dock, page.byId("dock-close").hidden], [[], undefined, true]);
});

test("another panel ends looking inside", () => {
  const { actions, sent, store } = open();
  actions.run("toggle_inside");
  assert.deepEqual(sent.map(({ panel }) => panel), ["weights"]);
  actions.run("toggle_runs");
  assert.deepEqual([sent.map(({ panel }) => panel), store.get().inside.panel, store.get().dock], [["weights", null], null, "runs"]);
});

test("a panel of Look inside opens the dock", () => {
  const { actions, shown } = open({ dock: "runs" });
  actions.lookInside("space");
  assert.deepEqual(shown(), ["inside"]);
  actions.lookInside(null);
  assert.deepEqual(shown(), []);
});

test("closing a panel focuses its button", () => {
  const { page, actions } = open({ dock: "runs" });
  page.byId("dock-close").focus();
  page.byId("dock-close").click();
  assert.equal(globalThis.document.activeElement, page.byId("runs-button"));
  actions.run("toggle_runs");
  assert.equal(globalThis.document.activeElement, page.byId("runs-button"));
});

/* ---- Its height ---- */

test("the edge follows the pointer within bounds", () => {
  assert.equal(shareAt(600, 1000, 1000), 0.4);
  assert.equal(shareAt(-50, 1000, 1000), SHARE.most);
  assert.equal(shareAt(990, 1000, 1000), SHARE.least);
});

test("keys move the edge within bounds", () => {
  assert.ok(Number(shareAfter(0.4, "ArrowUp")) > 0.4 && Number(shareAfter(0.4, "ArrowDown")) < 0.4);
  assert.deepEqual([shareAfter(0.4, "Home"), shareAfter(0.4, "End"), shareAfter(0.4, "a")], [SHARE.most, SHARE.least, null]);
  assert.equal(shareAfter(SHARE.most, "ArrowUp"), SHARE.most);
});

test("a damaged stored height becomes the usual one", () => {
  for (const text of [null, "", "tall", "NaN", "Infinity"]) assert.equal(storedShare(text), SHARE.usual);
  assert.deepEqual([storedShare("0.5"), storedShare("7"), storedShare("-1")], [0.5, SHARE.most, SHARE.least]);
});

test("the height is remembered", () => {
  const storage = createMemory();
  const { page, edge } = open({ dock: "runs" }, storage);
  page.fire(edge, "keydown", { key: "ArrowUp" });
  const stored = Number(storage.getItem("dock-height"));
  assert.ok(stored > SHARE.usual);
  assert.equal(open({ dock: "runs" }, storage).edge.getAttribute("aria-valuenow"), String(Math.round(stored * 100)));
});

test("without storage the height still changes", () => {
  const { page, edge } = open({ dock: "runs" }, /** @type {any} */ ({ getItem() { throw new Error("blocked"); }, setItem() { throw new Error("blocked"); } }));
  page.fire(edge, "keydown", { key: "Home" });
  assert.equal(edge.getAttribute("aria-valuenow"), String(SHARE.most * 100));
});
