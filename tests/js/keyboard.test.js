import assert from "node:assert/strict";
import { test } from "node:test";

import { listenToKeys } from "../../static/js/core/keyboard.js";
import { openPage } from "./fakepage.js";

/** A page with actions on space, m and the right arrow, and some elements that need keys themselves. */
function open({ isEnabled = () => true, isLocked = () => false } = {}) {
  const page = openPage({ field: "input", tick: "input", slider: "input", press: "button", list: "select", plain: "div" });
  page.byId("field").type = "text";
  page.byId("tick").type = "checkbox";
  page.byId("slider").type = "range";
  globalThis.KeyboardEvent = /** @type {any} */ (globalThis.Event);
  const runs = [];
  const action = (name, key) => ({ name, key, label: name, control: null, run: () => runs.push(name) });
  listenToKeys(globalThis.document, { actions: [action("play", " "), action("step", "m"), action("epoch", "ArrowRight"), action("none", null)], isEnabled, isLocked });
  return {
    runs, page,
    press(key, id = "plain", props = {}) {
      return page.fire(page.byId(id), "keydown", { key, code: "", isComposing: false, getModifierState: () => false, ...props });
    },
    point: (id) => page.fire(page.byId(id), "pointerdown"),
  };
}

test("a key runs its action, not the browser's", () => {
  const { runs, press } = open();
  assert.equal(press("M").defaultPrevented, true);
  assert.equal(press("q").defaultPrevented, false);
  assert.deepEqual(runs, ["step"]);
});

test("keys with modifiers belong to the browser", () => {
  const { runs, press } = open();
  for (const modifier of ["ctrlKey", "metaKey", "altKey", "isComposing"]) assert.equal(press("m", "plain", { [modifier]: true }).defaultPrevented, false, modifier);
  press("m", "plain", { getModifierState: (name) => name === "AltGraph" });
  assert.deepEqual(runs, []);
});

test("text fields keep every key", () => {
  const { runs, press, point } = open();
  press("m", "field");
  point("field");
  press(" ", "field");
  assert.deepEqual(runs, []);
});

test("a focused button keeps space unless clicked", () => {
  const { runs, press, point } = open();
  press(" ", "press");
  press(" ", "tick");
  assert.deepEqual(runs, []);
  point("press");
  press(" ", "press");
  assert.deepEqual(runs, ["play"]);
  press("Tab", "press");
  press(" ", "press");
  assert.deepEqual(runs, ["play"]);
});

test("sliders keep arrows and leave letters", () => {
  const { runs, press } = open();
  press("ArrowRight", "slider");
  press("m", "slider");
  assert.deepEqual(runs, ["step"]);
});

test("a clicked list keeps only what it needs", () => {
  const { runs, press, point } = open();
  press("m", "list");
  point("list");
  press("m", "list");
  press("ArrowRight", "list");
  assert.deepEqual(runs, ["step"]);
});

test("space leaves the focused button before it acts", () => {
  const { page, press, point } = open();
  page.byId("press").focus();
  point("press");
  press(" ", "press");
  assert.equal(globalThis.document.activeElement, null);
});

test("a locked action takes its key without running", () => {
  const { runs, press } = open({ isLocked: ({ name }) => name === "step" });
  assert.equal(press("m").defaultPrevented, true);
  assert.deepEqual(runs, []);
});

test("a disabled action leaves its key alone", () => {
  const { runs, press } = open({ isEnabled: ({ name }) => name !== "step" });
  assert.equal(press("m").defaultPrevented, false);
  press(" ");
  assert.deepEqual(runs, ["play"]);
});

test("two actions on one key are an error", () => {
  openPage();
  const action = (name) => ({ name, key: "m", label: "", control: null, run() {} });
  assert.throws(() => listenToKeys(globalThis.document, { actions: [action("a"), action("b")], isEnabled: () => true, isLocked: () => false }), /a and b are both on the key m/);
});
