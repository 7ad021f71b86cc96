import assert from "node:assert/strict";
import test from "node:test";

import { drawTabs, listenToTabs } from "../../static/js/lib/tabs.js";
import { createTabs } from "../../static/js/page/tabs.js";
import { h } from "../../static/js/lib/dom.js";
import { openPage, setGlobals } from "./fakepage.js";

/** A row of three tabs. */
function row() {
  const page = openPage({ tabs: "div" });
  const tabs = ["network", "data", "settings"].map((name) => h("button", { role: "tab", "data-tab": name }));
  page.byId("tabs").append(...tabs);
  const chosen = [];
  listenToTabs(tabs, (index) => chosen.push(index));
  return { page, tabs, chosen };
}

test("keys go round the tabs", () => {
  const { page, tabs, chosen } = row();
  for (const [from, key] of /** @type {const} */ ([[2, "ArrowRight"], [0, "ArrowLeft"], [1, "Home"], [1, "End"], [1, "a"]])) page.fire(tabs[from], "keydown", { key });
  assert.deepEqual(chosen, [0, 2, 0, 2]);
});

test("keys leave out hidden tabs", () => {
  const { page, tabs, chosen } = row();
  tabs[1].hidden = true;
  page.fire(tabs[0], "keydown", { key: "ArrowRight" });
  assert.deepEqual([chosen, globalThis.document.activeElement], [[2], tabs[2]]);
});

test("only the chosen tab is a tab stop", () => {
  const { tabs } = row();
  drawTabs(tabs, 1);
  assert.deepEqual(tabs.map((tab) => [tab.getAttribute("aria-selected"), tab.tabIndex]), [["false", -1], ["true", 0], ["false", -1]]);
});

test("each tab keeps its scroll position", () => {
  const page = openPage({ tabs: "div" });
  const tabs = ["network", "data"].map((name) => h("button", { role: "tab", "data-tab": name }));
  page.byId("tabs").append(...tabs);
  Object.assign(page.byId("tabs"), { offsetParent: globalThis.document.body });
  const places = [];
  setGlobals({ scrollY: 0, scrollTo: ({ top }) => places.push(top) });
  const asked = [];
  const view = createTabs(page.byId("tabs"), { actions: /** @type {any} */ ({ showTab: (tab) => asked.push(tab) }) });
  const draw = (tab) => view.draw(null, /** @type {any} */ ({ tab }));
  draw("network");
  globalThis.scrollY = 300;
  draw("data");
  globalThis.scrollY = 50;
  draw("network");
  assert.deepEqual([places, globalThis.document.body.dataset.tab], [[0, 300], "network"]);
  tabs[1].click();
  assert.deepEqual(asked, ["data"]);
});
