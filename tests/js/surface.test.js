import assert from "node:assert/strict";
import test from "node:test";

import { h } from "../../static/js/lib/dom.js";
import { createSurface } from "../../static/js/map/surface.js";
import { openPage } from "./fakepage.js";
import { featuresOf } from "./fields.js";

const features = featuresOf({ x: "x₁", y: "x₂" });

/** @returns {any} */
const stateOf = (parts = {}) => ({
  isSurfaceOpen: true, hovered: null, selected: null, layers: [2, 2, 1], view: { show_test_data: false, discretize: false, hidden: [] },
  config: { features: ["x", "y"], hidden_layer_sizes: [2], problem: "classification", loss: "squared" },
  data: { dimensions: 2, classes: 2, trainSize: 1, validationSize: 0, points: Float32Array.of(1, 1), targets: Float32Array.of(1), own: null }, ...parts,
});

/** @returns {any} */
const frameOf = () => ({
  selected: 4, thumbnailSize: 2, shapes: { thumbnails: [3, 2, 2], surface: [2, 2] },
  arrays: { surface: Uint8Array.of(255, 255, 255, 255), thumbnails: new Uint8Array(12).fill(128), params: new Float64Array(9) },
});

/**
 * A map with its surface, and a library that notes what it is to draw. Time passes in `settle`.
 * @param {import("node:test").TestContext} t
 */
function open(t, { isLoaded = true, isMovable = false, hasWebGL = true } = {}) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const page = openPage({ heatmap: "div", paint: "div" });
  globalThis.matchMedia = /** @type {any} */ ((query) => ({ matches: query.includes("reduce") && !isMovable }));
  const make = globalThis.document.createElement;
  const webgl = hasWebGL ? { getExtension: () => ({ loseContext() {} }) } : null;
  globalThis.document.createElement = /** @type {any} */ ((tag) => Object.assign(make(tag), tag === "canvas" && { getContext: () => webgl }));
  const [map, pencil] = [h("div", { class: "map", tabindex: "0" }), h("button", { "data-tool": "point" })];
  page.byId("heatmap").append(h("div", { class: "map-plot" }, map), h("div", { class: "map-foot" }));
  page.byId("paint").append(pencil);
  const [drawn, cameras, users] = [[], [], []];
  const calls = { purged: 0, started: 0 };
  let lose = () => {};
  const library = {
    async react(element, traces, layout) {
      drawn.push({ traces, layout });
      element.on = (_, run) => (lose = run);
    },
    relayout: async (_, changes) => cameras.push(changes["scene.camera"]),
    purge: () => (calls.purged += 1),
  };
  const loading = { isLoaded };
  const plotly = { start: () => (calls.started += 1), isBegun: () => true, loaded: () => (loading.isLoaded ? library : null), listen: (user) => users.push(user) };
  let state = stateOf();
  const actions = { showSurface: (isSurfaceOpen) => draw({ isSurfaceOpen }) };
  const view = createSurface(/** @type {any} */ (page.byId("heatmap")), /** @type {any} */ ({ actions, schema: { features }, map, plotly }));
  /** @param {object} [patch] */
  function draw(patch = {}, frame = frameOf()) {
    state = { ...state, ...patch };
    view.draw(frame, state);
  }
  async function settle() {
    for (let round = 0; round < 12; round++) {
      now += 400;
      t.mock.timers.tick(400);
      for (const run of page.frames.splice(0)) /** @type {(time: number) => void} */ (run)(now);
      for (let turn = 0; turn < 8; turn++) await null;
    }
  }
  const find = (selector) => page.body.querySelector(selector);
  const press = (key) => page.fire(find(".surface-room"), "keydown", { key });
  return { page, map, pencil, drawn, cameras, calls, users, loading, draw, settle, find, press, lose: () => lose(), button: page.byId("surface-button"), note: () => find(".surface-note").textContent };
}

test("the surface replaces the map when drawn", async (t) => {
  const { draw, settle, find, drawn, map, button, note, page } = open(t);
  draw();
  assert.deepEqual([note(), map.hasAttribute("inert"), find("#heatmap").classList.contains("in-3d")], ["Loading the 3-D view…", true, false]);
  await settle();
  assert.deepEqual([note(), find("#heatmap").classList.contains("in-3d"), button.getAttribute("aria-pressed")], ["", true, "true"]);
  assert.equal(find(".surface-head").textContent, "↑ outputDrag or use the arrow keys to turn it");
  assert.deepEqual(drawn.at(-1).traces.map(({ type }) => type), ["surface", "scatter3d", "scatter3d"]);
  assert.equal(page.body.querySelector(".surface-room"), globalThis.document.activeElement);
});

test("only news are drawn again", async (t) => {
  const { draw, settle, drawn } = open(t);
  const frame = frameOf();
  draw({}, frame);
  await settle();
  const count = drawn.length;
  draw({}, frame);
  await settle();
  assert.equal(drawn.length, count);
  draw({ view: { show_test_data: true, discretize: false, hidden: [] } }, frame);
  await settle();
  assert.equal(drawn.length, count + 1);
});

test("keys turn the surface", async (t) => {
  const { draw, settle, press, cameras } = open(t);
  draw();
  await settle();
  assert.equal(press("ArrowLeft").defaultPrevented, true);
  await settle();
  press("+");
  await settle();
  assert.equal(cameras.length, 2);
  assert.equal(press("a").defaultPrevented, false);
});

test("new frames keep the camera", async (t) => {
  const { draw, settle, press, cameras, drawn } = open(t);
  draw();
  await settle();
  press("ArrowLeft");
  await settle();
  const count = drawn.length;
  draw();
  await settle();
  assert.equal(drawn.length, count + 1);
  assert.deepEqual(drawn.at(-1).layout.scene.camera, cameras.at(-1));
});

test("dragging turns the surface", async (t) => {
  const { page, draw, settle, find, cameras } = open(t);
  draw();
  await settle();
  const room = find(".surface-room");
  page.fire(room, "pointerdown", { pointerId: 1, clientX: 10, clientY: 10 });
  page.fire(room, "pointermove", { pointerId: 1, clientX: 40, clientY: 10 });
  page.fire(room, "pointerup", { pointerId: 1 });
  page.fire(room, "pointermove", { pointerId: 1, clientX: 90, clientY: 10 });
  await settle();
  assert.equal(cameras.length, 1);
});

test("the map tilts unless motion is unwanted", async (t) => {
  const moving = open(t, { isMovable: true });
  moving.draw();
  await moving.settle();
  assert.ok(moving.cameras.length > 0);
  t.mock.timers.reset();
  const still = open(t);
  still.draw();
  await still.settle();
  assert.equal(still.cameras.length, 0);
});

test("Escape returns to the flat map", async (t) => {
  const { draw, settle, press, find, map, button, calls } = open(t);
  draw();
  await settle();
  press("Escape");
  assert.deepEqual([find(".surface-room").hidden, map.hasAttribute("inert"), button.getAttribute("aria-pressed"), calls.purged], [true, false, "false", 1]);
  assert.equal(globalThis.document.activeElement, button);
});

test("a pencil returns to the flat map", async (t) => {
  const { draw, settle, pencil, find } = open(t);
  draw();
  await settle();
  pencil.click();
  assert.equal(find(".surface-room").hidden, true);
});

test("one input has no surface", async (t) => {
  const { draw, settle, button, drawn } = open(t);
  draw({ data: { dimensions: 1 } });
  await settle();
  assert.deepEqual([button.disabled, drawn.length], [true, 0]);
  assert.match(button.title, /^With one input/);
  draw(stateOf());
  assert.deepEqual([button.disabled, button.title], [false, ""]);
});

test("a hidden control has no surface", async (t) => {
  const { draw, settle, drawn } = open(t);
  draw({ view: { show_test_data: false, discretize: false, hidden: ["surface"] } });
  await settle();
  assert.equal(drawn.length, 0);
});

test("without WebGL the flat map stays", (t) => {
  const { page, draw, find, note } = open(t, { hasWebGL: false });
  draw();
  assert.equal(find(".surface-room").hidden, true);
  assert.match(note(), /WebGL/);
  page.fire(find(".map"), "pointerdown");
  assert.equal(note(), "");
});

test("a lost context returns to the flat map", async (t) => {
  const { draw, settle, find, note, lose } = open(t);
  draw();
  await settle();
  lose();
  assert.deepEqual([find(".surface-room").hidden, find(".surface-plot")], [true, null]);
  assert.match(note(), /^The browser stopped drawing in 3-D/);
});

test("the library may come late", async (t) => {
  const { draw, settle, users, note, loading, drawn, calls } = open(t, { isLoaded: false });
  draw();
  await settle();
  assert.deepEqual([drawn.length, calls.started], [0, 1]);
  for (const { onFailed } of users) onFailed();
  assert.match(note(), /Trying again…$/);
  loading.isLoaded = true;
  for (const { onReady } of users) onReady();
  await settle();
  assert.ok(drawn.length > 0);
  assert.equal(note(), "");
});
