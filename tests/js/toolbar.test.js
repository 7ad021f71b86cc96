import assert from "node:assert/strict";
import test from "node:test";

import { h } from "../../static/js/lib/dom.js";
import { createToolbar } from "../../static/js/lib/toolbar.js";
import { openPage } from "./fakepage.js";

/** A toolbar of four buttons, of which the third comes first. */
function open() {
  const page = openPage({ bar: "div" });
  const buttons = ["a", "b", "c", "d"].map((id) => h("button", { id }));
  page.byId("bar").append(...buttons);
  const toolbar = createToolbar(page.byId("bar"), { buttons: () => buttons, isFirst: ({ id }) => id === "c" });
  toolbar.update();
  const press = (key) => page.fire(globalThis.document.activeElement, "keydown", { key });
  const stops = () => buttons.filter(({ tabIndex }) => tabIndex === 0).map(({ id }) => id);
  return { page, buttons, toolbar, press, stops, focused: () => globalThis.document.activeElement.id };
}

test("a toolbar is one tab stop", () => {
  const { buttons, toolbar, stops } = open();
  assert.deepEqual(stops(), ["c"]);
  buttons[2].disabled = true;
  toolbar.update();
  assert.deepEqual(stops(), ["a"]);
  buttons[0].hidden = true;
  toolbar.update();
  assert.deepEqual(stops(), ["b"]);
});

test("arrow keys move around a toolbar", () => {
  const { buttons, press, focused, stops } = open();
  buttons[1].hidden = true;
  buttons[2].focus();
  const places = ["ArrowRight", "ArrowDown", "ArrowRight", "ArrowLeft", "Home", "ArrowUp", "Home", "End"].map((key) => (press(key), focused()));
  assert.deepEqual(places, ["d", "a", "c", "a", "a", "d", "a", "d"]);
  assert.deepEqual(stops(), ["d"]);
});

test("leaving a toolbar restores its first stop", async () => {
  const { page, buttons, press, stops } = open();
  buttons[2].focus();
  press("ArrowRight");
  buttons[3].blur();
  page.fire(buttons[3], "focusout");
  await null;
  assert.deepEqual(stops(), ["c"]);
});

test("after a click arrow keys keep their meaning", () => {
  const { buttons, press, focused } = open();
  buttons[2].focus();
  globalThis.document.isByKeys = false;
  const event = press("ArrowRight");
  assert.deepEqual([focused(), event.isStopped], ["c", false]);
});
