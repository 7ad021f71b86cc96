import assert from "node:assert/strict";
import test from "node:test";

import { createCode } from "../../static/js/inside/code.js";
import { createConfusion } from "../../static/js/inside/confusion.js";
import { createInside } from "../../static/js/inside/inside.js";
import { PANELS } from "../../static/js/inside/panels.js";
import { inkOn } from "../../static/js/lib/color.js";
import { h } from "../../static/js/lib/dom.js";
import { currentPalette } from "../../static/js/lib/palette.js";
import { amountColor } from "../../static/js/lib/sequential.js";
import { openPage } from "./fakepage.js";

/* ---- The tabs ---- */

/** Look inside on a page, with all panels that it asks for. */
function open() {
  const page = openPage({ inside: "section", "inside-button": "button", "inside-tabs": "div" });
  const asked = [];
  const actions = { lookInside: (panel) => asked.push(panel), exportCode() {}, setLookOptions() {} };
  const view = createInside(page.byId("inside"), /** @type {any} */ ({ actions, panels: PANELS }));
  const draw = (panel, changes = {}) => view.draw(null, /** @type {any} */ ({ inside: { panel, format: "numpy", options: {} }, exported: null, revision: 1, config: { problem: "classification" }, data: { trainSize: 5 }, ...changes }));
  const tab = (name) => page.byId(`inside-tab-${name}`);
  const room = (name) => page.byId(`inside-${name}`);
  const empty = (name) => room(name).querySelector(".inside-empty");
  return { page, view, asked, draw, tab, room, empty };
}

test("Look inside shows the chosen panel", () => {
  const { draw, tab, room } = open();
  draw("code");
  const visible = () => PANELS.filter(({ name }) => !room(name).hidden).map(({ name }) => name);
  assert.deepEqual([visible(), tab("code").getAttribute("aria-selected"), tab("code").tabIndex, tab("weights").tabIndex], [["code"], "true", 0, -1]);
  draw("confusion");
  assert.deepEqual([visible(), tab("code").getAttribute("aria-selected")], [["confusion"], "false"]);
});

test("opening it from its button focuses the tab", () => {
  const { page, draw, tab } = open();
  page.byId("inside-button").focus();
  draw("code");
  assert.equal(globalThis.document.activeElement, tab("code"));
});

test("arrow keys cycle through the tabs", () => {
  const { page, asked, tab } = open();
  const [first, last] = [PANELS[0].name, PANELS.at(-1).name];
  for (const [from, key] of [[first, "ArrowLeft"], [last, "ArrowRight"], [first, "End"], [last, "Home"]]) assert.equal(page.fire(tab(from), "keydown", { key }).isStopped, true);
  assert.deepEqual(asked, [last, first, last, first]);
  assert.equal(globalThis.document.activeElement, tab(first));
});

test("a tab asks for its panel", () => {
  const { asked, tab } = open();
  tab("weights").click();
  assert.deepEqual(asked, ["weights"]);
});

test("an empty panel says why", () => {
  const { draw, empty } = open();
  draw("confusion");
  assert.deepEqual([empty("confusion").hidden, empty("confusion").textContent], [false, "Loading…"]);
  draw("confusion", { config: { problem: "regression" } });
  assert.equal(empty("confusion").textContent, "The confusion matrix needs a classification problem.");
  draw("confusion", { data: { trainSize: 0 } });
  assert.equal(empty("confusion").textContent, "There are no training examples to look at.");
});

test("exporting needs no examples", () => {
  const { draw, empty } = open();
  draw("code", { data: { trainSize: 0 } });
  assert.equal(empty("code").hidden, true);
});

const SCORES = { accuracy: 0.75, precision: 0.5, recall: 1, f1: 0.667 };
const VALUES = { classes: ["blue", "orange"], train: SCORES, test: null, loss: 0.25, penalty: 0, loss_with_penalty: 0.25, entropy: null, area: 0.9 };
const frameOf = (revision, panel = "confusion") => /** @type {any} */ ({
  revision, epoch: 3, step: 3, shapes: { thumbnails: [3, 2, 2], params: [9], inside_matrix_train: [4] }, arrays: { inside_matrix_train: Float64Array.of(3, 1, 0, 0) }, inside: { panel, values: VALUES },
});

test("a look fills the open panel", () => {
  const { view, draw, empty, room } = open();
  const state = /** @type {any} */ ({ revision: 1, inside: { panel: "confusion" } });
  draw("confusion");
  for (const frame of [frameOf(0), frameOf(1, "weights")]) view.take(frame, state);
  draw("confusion");
  assert.equal(empty("confusion").hidden, false, "looks of another config or panel are ignored");
  view.take(frameOf(1), state);
  draw("confusion");
  assert.deepEqual([empty("confusion").hidden, room("confusion").querySelectorAll("caption").map(({ textContent }) => textContent)], [true, ["Training examples"]]);
});

test("a look may precede its panel", () => {
  const { view, draw, empty } = open();
  draw("weights");
  view.take(frameOf(1), /** @type {any} */ ({ revision: 1, inside: { panel: "confusion" } }));
  draw("confusion");
  assert.equal(empty("confusion").hidden, true);
  draw(null);
  draw("confusion");
  assert.equal(empty("confusion").textContent, "Loading…", "what was seen before it was closed is old");
});

/* ---- Confusion matrix ---- */

function openConfusion() {
  const page = openPage();
  const element = h("div");
  const asked = [];
  const panel = createConfusion(element, /** @type {any} */ ({ actions: { setLookOptions: (...option) => asked.push(option) } }));
  const draw = (values = VALUES, counts = [3, 1, 0, 0]) => panel.draw(/** @type {any} */ ({ values, arrays: { matrix_train: Float64Array.from(counts), matrix_test: Float64Array.from(counts) } }), /** @type {any} */ ({}));
  return { page, element, asked, draw };
}

test("a matrix is refilled without being rebuilt", () => {
  const { element, draw } = openConfusion();
  draw();
  const cells = element.querySelector(".matrix").querySelectorAll("td").slice(1);
  assert.deepEqual(cells.map(({ textContent }) => textContent), ["3", "1", "0", "0"]);
  assert.deepEqual(cells.map((cell) => cell.classList.contains("right")), [true, false, false, true]);
  draw(VALUES, [4, 0, 1, 2]);
  assert.deepEqual(cells.map(({ textContent }) => textContent), ["4", "0", "1", "2"]);
  const { amounts } = currentPalette();
  assert.deepEqual(cells.map(({ style }) => style.background), [amounts[255], "", amountColor(amounts, 1 / 3), amountColor(amounts, 2 / 3)]);
  assert.deepEqual([cells[0].style.color, cells[1].style.color], [inkOn(amounts[255]), ""]);
});

test("test examples get a matrix of their own", () => {
  const { element, draw } = openConfusion();
  draw();
  draw(/** @type {any} */ ({ ...VALUES, test: SCORES }));
  assert.deepEqual(element.querySelectorAll("caption").map(({ textContent }) => textContent), ["Training examples", "Test examples"]);
});

test("only two classes have a threshold", () => {
  const { element, draw } = openConfusion();
  const chooser = () => element.querySelector(".slider");
  draw();
  assert.deepEqual([chooser().hidden, element.classList.contains("many"), element.querySelector("output").textContent], [false, false, "0.50"]);
  draw({ ...VALUES, classes: ["a", "b", "c"] }, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  assert.deepEqual([chooser().hidden, element.classList.contains("many")], [true, true]);
});

test("the slider asks for its threshold", () => {
  const { page, element, asked } = openConfusion();
  const slider = element.querySelector("input");
  slider.value = "0.7";
  page.fire(slider, "input");
  assert.deepEqual(asked, [["confusion", { threshold: 0.7 }]]);
});

/* ---- Export code ---- */

function openCode() {
  const page = openPage();
  const element = h("div");
  const asked = [];
  const actions = { exportCode: (format) => asked.push(format), exportArchive: (format) => asked.push(`archive of ${format}`) };
  const panel = createCode(element, /** @type {any} */ ({ actions }));
  const draw = (format, exported = null, archive = null) => panel.draw(null, /** @type {any} */ ({ exported, archive, inside: { format } }));
  const button = (label) => element.querySelectorAll("button").find(({ textContent }) => textContent === label);
  return { page, element, asked, draw, button };
}

test("code is requested for the chosen library", () => {
  const { asked, draw, button } = openCode();
  button("Keras").click();
  draw("pytorch");
  button("Refresh weights").click();
  assert.deepEqual(asked, ["keras", "pytorch"]);
  assert.deepEqual(["NumPy", "PyTorch", "Keras"].map((label) => button(label).getAttribute("aria-pressed")), ["false", "true", "false"]);
});

/** Saved files, of which a page makes a link each. */
function watchFiles() {
  const saved = [];
  const { createElement } = document;
  document.createElement = (tag) => {
    const element = createElement(tag);
    if (tag === "a") saved.push(element);
    return element;
  };
  return () => saved.map((link) => link.getAttribute("download"));
}

test("a program alone is downloaded at once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, draw, button } = openCode();
  const saved = watchFiles();
  draw("numpy", { filename: "net.py", text: "import numpy" });
  button("Download").click();
  assert.deepEqual([saved(), asked], [["net.py"], []]);
});

test("a program with data is downloaded as archive", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { element, asked, draw, button } = openCode();
  const saved = watchFiles();
  const exported = { filename: "net.py", text: "import keras", archive: "digits.zip" };
  const note = element.querySelector(".inside-note");
  draw("keras");
  assert.equal(note.hidden, true);
  draw("keras", exported);
  assert.deepEqual([note.hidden, element.querySelector(".code-file").textContent], [false, "digits.zip"]);
  button("Download").click();
  assert.deepEqual([saved(), asked], [[], ["archive of keras"]]);
  const archive = { filename: "digits.zip", mime: "application/zip", arrays: { file: Uint8Array.of(80, 75) } };
  draw("keras", exported, archive);
  draw("keras", exported, archive);
  assert.deepEqual(saved(), ["digits.zip"]);
});

test("exported code can be copied once it arrives", () => {
  const { element, draw, button } = openCode();
  draw("numpy");
  assert.deepEqual([button("Copy").disabled, button("Download").disabled], [true, true]);
  draw("numpy", /** @type {any} */ ({ filename: "net.py", text: "import numpy" }));
  assert.deepEqual([button("Copy").disabled, element.querySelector("pre").textContent, element.querySelector(".code-file").textContent], [false, "import numpy", "net.py"]);
});
