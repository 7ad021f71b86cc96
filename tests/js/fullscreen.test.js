import assert from "node:assert/strict";
import test from "node:test";

import { createPageActions } from "../../static/js/core/pageActions.js";
import { createStore } from "../../static/js/core/store.js";
import { createFullscreen } from "../../static/js/page/fullscreen.js";
import { openPage } from "./fakepage.js";

const settled = () => new Promise((done) => setTimeout(done));

/** A page, and a screen that it fills as a browser does. @param {"permits" | "refuses" | "unknown"} browser */
function open(browser = "permits") {
  openPage({});
  const { document } = /** @type {any} */ (globalThis);
  const root = document.documentElement;
  const change = (/** @type {unknown} */ element) => {
    document.fullscreenElement = element;
    document.dispatchEvent(new Event("fullscreenchange"));
  };
  document.fullscreenElement = null;
  document.exitFullscreen = async () => change(null);
  if (browser !== "unknown") {
    root.requestFullscreen = async () => {
      await null;
      if (browser === "refuses") throw new TypeError("Permissions check failed");
      change(root);
    };
  }
  const store = createStore(/** @type {any} */ ({ presentation: false }));
  const actions = createPageActions(/** @type {any} */ ({ store }));
  const fullscreen = createFullscreen({ actions });
  store.subscribe(() => fullscreen.draw(null, store.get()));
  return {
    change, root,
    present: actions.togglePresentation,
    shown: () => [store.get().presentation, document.fullscreenElement === root],
  };
}

test("presentation mode fills and frees the screen", async () => {
  const { present, shown } = open();
  present();
  await settled();
  assert.deepEqual(shown(), [true, true]);
  present();
  await settled();
  assert.deepEqual(shown(), [false, false]);
});

test("leaving full screen ends presentation mode", async () => {
  const { present, shown, change } = open();
  present();
  await settled();
  change(null);
  assert.deepEqual(shown(), [false, false]);
  present();
  await settled();
  assert.deepEqual(shown(), [true, true], "and it can be switched on again");
});

test("presentation mode works without full screen", async () => {
  for (const browser of /** @type {const} */ (["refuses", "unknown"])) {
    const { present, shown } = open(browser);
    present();
    await settled();
    assert.deepEqual(shown(), [true, false], browser);
    present();
    await settled();
    assert.deepEqual(shown(), [false, false], browser);
  }
});

test("presentation switched off at once frees the screen", async () => {
  const { present, shown } = open();
  present();
  present();
  await settled();
  assert.deepEqual(shown(), [false, false]);
});

test("full screen of something else is left alone", async () => {
  const { present, shown, change } = open("refuses");
  present();
  await settled();
  change({});
  change(null);
  assert.deepEqual(shown(), [true, false]);
});
