import assert from "node:assert/strict";
import test from "node:test";

import { locksOf } from "../../static/js/core/locks.js";
import { createMemory, createNames } from "../../static/js/lib/storage.js";
import { createColumns } from "../../static/js/network/columns.js";
import { layoutNetwork } from "../../static/js/network/layout.js";
import { openPage } from "./fakepage.js";

const features = [{ index: 0, used: true }, { index: 1, used: true }];

/** Columns for hidden layers, and what their buttons asked for. */
function open(layers, { hidden = [], locked = [], storage = createMemory() } = {}) {
  const page = openPage();
  const done = [];
  const actions = /** @type {any} */ (Object.fromEntries(["removeLayer", "addLayer", "removeUnit", "addUnit"].map((name) => [name, (layer) => done.push([name, layer])])));
  const schema = /** @type {any} */ ({ limits: { page_layers: 6, page_units: 8 } });
  const board = page.body;
  const dismissed = createNames(storage, "callouts");
  const columns = createColumns(/** @type {any} */ (board), { actions, schema, dismissed, onDismiss: () => done.push(["dismiss"]) });
  const controls = /** @type {any} */ ([{ name: "numNodes1", fields: [], view: [], commands: [] }]);
  const show = (sizes) => {
    columns.fit(sizes.length + 1);
    columns.arrange(layoutNetwork({ features, firstUnit: 2, layers: sizes, width: 900, height: 600 }),
      { layers: sizes, hidden: new Set(hidden), locks: locksOf(controls, locked), lockReason: "Watching", canEdit: true });
  };
  show(layers);
  const names = () => board.querySelectorAll(".layer").map((column) => column.getAttribute("aria-label"));
  return { board, columns, show, done, names };
}

test("every layer has a column", () => {
  assert.deepEqual(open([4, 2]).names(), ["Features", "Hidden layer 1", "Hidden layer 2", "Output"]);
});

test("the output's column stays when layers change", () => {
  const { columns, show, names } = open([4]);
  const output = columns.group(2);
  show([4, 2, 2]);
  assert.equal(columns.group(4), output);
  show([]);
  assert.deepEqual([names(), columns.group(1) === output], [["Features", "Output"], true]);
});

test("headings count layers and neurons", () => {
  const { board } = open([4, 1]);
  assert.equal(board.querySelector("h2").textContent, "2 hidden layers");
  assert.deepEqual(board.querySelectorAll(".count").map(({ textContent }) => textContent), ["4 neurons", "1 neuron"]);
});

test("buttons change their own layer", () => {
  const { board, done } = open([4, 2]);
  board.querySelectorAll(".layer-header").at(-1)?.querySelectorAll("button").forEach((button) => button.click());
  board.querySelector("#add-layers").click();
  assert.deepEqual(done.map(([name, layer]) => (name === "addLayer" ? name : [name, layer])), [["removeUnit", 1], ["addUnit", 1], "addLayer"]);
});

test("buttons at a limit do nothing", () => {
  const { board, done } = open([1, 8]);
  const buttons = board.querySelectorAll(".layer-header").flatMap((header) => header.querySelectorAll("button"));
  assert.deepEqual(buttons.map((button) => button.getAttribute("aria-disabled")), ["true", null, null, "true"]);
  buttons[0].click();
  buttons[3].click();
  assert.deepEqual(done, []);
});

test("locked layers say so", () => {
  const { board, done } = open([4], { locked: ["numNodes1"] });
  const header = board.querySelector(".layer-header");
  assert.equal(header.hasAttribute("data-locked"), true);
  const [remove] = header.querySelectorAll("button");
  assert.equal(remove.title, "Watching");
  remove.click();
  assert.deepEqual(done, []);
});

test("buttons of hidden controls are hidden", () => {
  const { board } = open([4, 2], { hidden: ["numNodes2", "numHiddenLayers"] });
  assert.deepEqual(board.querySelectorAll(".changer").map(({ hidden }) => hidden), [true, true, false, false, true, true]);
});

test("callouts are placed by the layout", () => {
  const { board } = open([4, 2]);
  const callouts = board.querySelectorAll(".callout");
  assert.deepEqual(callouts.map(({ hidden }) => hidden), [false, false]);
  assert.ok(callouts.every(({ style }) => style.left && style.top));
});

test("closed callouts stay away", () => {
  const storage = createMemory();
  const { board, show, done } = open([4, 2], { storage });
  const shown = (page) => page.querySelectorAll(".callout").map(({ hidden }) => !hidden);
  board.querySelector(".callout-close").click();
  show([4, 2]);
  assert.deepEqual([shown(board), done], [[false, true], [["dismiss"]]]);
  assert.deepEqual(shown(open([4, 2], { storage }).board), [false, true]);
});

test("crowded columns show their count only", () => {
  const { board } = open(Array(12).fill(16));
  const [count] = board.querySelectorAll(".count");
  assert.deepEqual([count.textContent, count.title], ["16", "16 neurons"]);
});
