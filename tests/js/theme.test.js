import assert from "node:assert/strict";
import test from "node:test";

import { createPageActions } from "../../static/js/core/pageActions.js";
import { createStore } from "../../static/js/core/store.js";
import { createMemory } from "../../static/js/lib/storage.js";
import { createTheme, initialTheme } from "../../static/js/page/theme.js";
import { createWaiting } from "../../static/js/page/waiting.js";
import { openPage, setGlobals } from "./fakepage.js";

const fail = () => { throw new Error("SecurityError"); };
/** Storages that cannot be used at all, or not be written. */
const BAD = [{ getItem: fail, setItem: fail, removeItem: fail }, { getItem: () => null, setItem: fail, removeItem() {} }];
let loads = 0;

/** Loads a page as a browser does: first the script that runs before the first paint, then the modules. */
async function load({ isDark = false, storage = createMemory()(), isForced = false, hash = "" } = {}) {
  const page = openPage({ "theme-button": "button", "presentation-button": "button" });
  setGlobals({ localStorage: storage, location: { search: "", hash }, self: { origin: "https://here" } });
  const { matchMedia } = globalThis;
  if (isForced) setGlobals({ matchMedia: (query) => (query.includes("forced") ? { matches: true } : matchMedia(query)) });
  page.setDark(isDark);
  await import(`../../static/js/theme-init.js?${loads++}`);
  const store = createStore(/** @type {any} */ ({ theme: initialTheme(), presentation: false }));
  const theme = createTheme({ store });
  const draw = () => theme.draw(null, store.get());
  store.subscribe(draw);
  draw();
  return { page, store, storage, root: page.body.parentNode, toggle: createPageActions(/** @type {any} */ ({ store })).toggleTheme, isPressed: (id) => page.byId(id).getAttribute("aria-pressed") };
}

test("the page starts in the system's theme", async () => {
  const light = await load();
  assert.deepEqual([light.store.get().theme, light.isPressed("theme-button")], ["light", "false"]);
  const dark = await load({ isDark: true });
  assert.deepEqual([dark.store.get().theme, dark.isPressed("theme-button")], ["dark", "true"]);
  assert.equal(dark.root.dataset.theme, undefined, "the style sheet follows the system by itself");
});

test("a chosen theme outlasts a reload", async () => {
  const { toggle, root, storage } = await load();
  toggle();
  assert.equal(root.dataset.theme, "dark");
  const again = await load({ storage });
  assert.deepEqual([again.root.dataset.theme, again.store.get().theme, again.isPressed("theme-button")], ["dark", "dark", "true"]);
});

test("choosing the system's theme forgets the choice", async () => {
  const { toggle, root, storage, page, store } = await load();
  toggle();
  toggle();
  assert.deepEqual([root.dataset.theme, storage.getItem("theme")], [undefined, null]);
  page.setDark(true);
  assert.equal(store.get().theme, "dark", "the page follows the system again");
});

test("the page follows the system while open", async () => {
  const { page, store, root, isPressed, storage } = await load();
  page.setDark(true);
  assert.deepEqual([store.get().theme, isPressed("theme-button"), root.dataset.theme, storage.getItem("theme")], ["dark", "true", undefined, null]);
  page.setDark(false);
  assert.deepEqual([store.get().theme, isPressed("theme-button")], ["light", "false"]);
});

test("a chosen theme ignores the system", async () => {
  const { page, toggle, store, root } = await load({ isDark: true });
  toggle();
  page.setDark(false);
  page.setDark(true);
  assert.deepEqual([store.get().theme, root.dataset.theme], ["light", "light"]);
});

test("an invalid stored theme counts as none", async () => {
  for (const wrong of ["", "Dark", "blue", "null"]) {
    const storage = createMemory()();
    storage.setItem("theme", wrong);
    const { store, root } = await load({ isDark: true, storage });
    assert.deepEqual([store.get().theme, root.dataset.theme, storage.getItem("theme")], ["dark", undefined, null], wrong);
  }
});

test("themes work without storage", async () => {
  for (const storage of BAD) {
    const { toggle, root, isPressed } = await load({ storage: /** @type {any} */ (storage) });
    toggle();
    assert.deepEqual([root.dataset.theme, isPressed("theme-button")], ["dark", "true"]);
    toggle();
    assert.deepEqual([root.dataset.theme, isPressed("theme-button")], [undefined, "false"]);
  }
});

test("forced colors go with the system's theme", async (t) => {
  const storage = createMemory()();
  storage.setItem("theme", "dark");
  const { matchMedia } = globalThis;
  t.after(() => setGlobals({ matchMedia }));
  const { root, storage: after } = await load({ storage, isForced: true });
  assert.deepEqual([root.dataset.theme, after.getItem("theme")], [undefined, "dark"], "what was chosen is kept for other days");
});

test("presentation mode marks the page and button", async () => {
  const { store, root, isPressed } = await load();
  const shown = () => [root.hasAttribute("data-presentation"), isPressed("presentation-button")];
  assert.deepEqual(shown(), [false, "false"]);
  store.set({ presentation: true });
  assert.deepEqual(shown(), [true, "true"]);
  store.set({ presentation: false });
  assert.deepEqual(shown(), [false, "false"]);
});

test("links wait for their experiment", async () => {
  const without = await load();
  assert.equal(without.root.dataset.waiting, undefined);
  const { root } = await load({ hash: "#seed=0.5" });
  const waiting = createWaiting();
  const draw = (connection) => waiting.draw(null, /** @type {any} */ ({ connection }));
  draw("connecting");
  assert.equal(root.dataset.waiting, "");
  draw("open");
  assert.equal(root.dataset.waiting, undefined);
});

test("without a server the page appears", async () => {
  const { root } = await load({ hash: "#seed=0.5" });
  createWaiting().draw(null, /** @type {any} */ ({ connection: "waiting" }));
  assert.equal(root.dataset.waiting, undefined);
});
