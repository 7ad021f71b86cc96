import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { createSeries } from "../../static/js/chart/series.js";
import { createActions } from "../../static/js/core/actions.js";
import { initialState } from "../../static/js/core/initial.js";
import { createStore } from "../../static/js/core/store.js";
import { h } from "../../static/js/lib/dom.js";
import { createMemory } from "../../static/js/lib/storage.js";
import { createViews } from "../../static/js/page/views.js";
import { PLANE } from "../../static/js/plane/plane.js";
import { openPage, setGlobals } from "./fakepage.js";
import { featuresOf, field } from "./fields.js";

const TEMPLATES = new URL("../../templates/", import.meta.url);
const DEFAULTS = { seed: "1", weight_seed: "", weight_offset: 0, learning_rate: 0.03, hidden_layer_sizes: [2], features: ["x", "y"], dataset: "circle", problem: "classification", loss: "cross_entropy", batch_size: 10, noise: 0 };
const SCHEMA = {
  groups: [],
  fields: Object.entries(DEFAULTS).map(([name, value]) => field(name, { kind: "text", default: value, offered: [value] })),
  controls: [{ name: "pictureExport", fields: [], view: [], commands: [] }],
  features: featuresOf({ x: "x", y: "y" }), paired: [], switching: [], limits: { page_layers: 6, page_units: 8 }, speeds: [],
};

/** The text of a template and of those it is made of, for ids in the templates of other pages must not count. @param {string} name @returns {string} */
function textOf(name) {
  const text = readFileSync(new URL(name, TEMPLATES), "utf8");
  const parts = [...text.matchAll(/{%-? (?:extends|include|from) "([\w-]+\.html)"/g)];
  return [text, ...parts.map(([, part]) => textOf(part))].join("\n");
}

/** Tags of the elements that the page's templates give an id, also through their macros. */
function elementsInTemplates() {
  const text = textOf("playground.html");
  const written = [...text.matchAll(/<([a-z0-9]+)\b[^>]*?\sid="([\w-]+)"/g)].map(([, tag, id]) => [id, tag]);
  const seeds = [...text.matchAll(/\bseed\("([\w-]+)"/g)].map(([, id]) => [id, "input"]);
  const lists = [...text.matchAll(/\bselect\([^,]+, "([\w-]+)"/g)].map(([, id]) => [id, "select"]);
  const choices = [...text.matchAll(/\bstart_choices\("(\w+)"/g)].flatMap(([, prefix]) => [[`${prefix}-goal`, "label"], [`${prefix}-epochs`, "input"]]);
  return Object.fromEntries([...written, ...seeds, ...lists, ...choices]);
}

/**
 * All views on a page whose elements are those of the templates. Timers stand still.
 * @param {import("node:test").TestContext} t
 */
function open(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const page = openPage(elementsInTemplates());
  setGlobals({ localStorage: createMemory()(), location: { href: "https://here/", host: "here", search: "", hash: "" } });
  page.byId("help-texts").text = "{}";
  page.byId("picture-card").append(h("button", { "data-picture": "gif", "data-control": "pictureExport" }));
  const store = createStore(initialState(/** @type {any} */ (SCHEMA), "light"));
  store.set(/** @type {any} */ ({ layers: [2, 2, 1] }));
  const sent = [];
  const actions = createActions(/** @type {any} */ ({ store, send: (message) => sent.push(message), openExperiment() {}, panels: PLANE.panels }));
  const series = createSeries();
  const views = createViews(PLANE, /** @type {any} */ ({ store, actions, runActions: {}, runStore: { runs: [] }, series, presentRun: () => "a", retry() {}, takeOver() {} }));
  return {
    page, store, series,
    draw(patch = {}, frame = null, passed = []) {
      store.set(patch);
      views.draw(frame, store.get(), passed);
    },
  };
}

/** @param {number} epoch @param {number} loss @returns {any} */
const frameOf = (epoch, loss) => ({
  epoch, step: epoch, layers: [2, 2, 1], train_loss: loss, test_loss: loss, validation_loss: null, revision: -1, thumbnailSize: 2, selected: null,
  shapes: { thumbnails: [3, 2, 2], surface: [3, 3] },
  arrays: {
    thumbnails: new Uint8Array(12), surface: new Uint8Array(9), params: new Float64Array(9),
    history_epochs: Float64Array.of(epoch), history_train: Float64Array.of(loss), history_test: Float64Array.of(loss),
  },
});

test("views find their elements in the templates", (t) => {
  const { draw, page } = open(t);
  draw({ theme: "dark", sheet: "help" });
  assert.deepEqual([page.byId("theme-button").getAttribute("aria-pressed"), page.byId("help").open], ["true", true]);
});

test("skipped frames count only for losses", (t) => {
  const { draw, series } = open(t);
  draw({}, frameOf(3, 0.25), [frameOf(1, 0.75), frameOf(2, 0.5)]);
  assert.deepEqual([[...series.epochs], [...series.train]], [[1, 2, 3], [0.75, 0.5, 0.25]]);
});

test("locks outlast what views enable", (t) => {
  const { draw, page, store } = open(t);
  const button = page.body.querySelector("[data-picture=gif]");
  draw();
  assert.equal(button.disabled, false);
  draw({ animation: 0.5 });
  draw({ animation: null, view: { ...store.get().view, locked: ["pictureExport"] } });
  assert.equal(button.disabled, true);
  draw({}, frameOf(1, 0.5));
  assert.equal(button.disabled, true, "also while training");
});
