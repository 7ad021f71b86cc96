import assert from "node:assert/strict";
import test from "node:test";

import { createChart } from "../../static/js/chart/chart.js";
import { createSeries } from "../../static/js/chart/series.js";
import { createTimeline } from "../../static/js/chart/timeline.js";
import { createPlotly } from "../../static/js/lib/plotly.js";
import { openPage } from "./fakepage.js";

/** @returns {any} */
const stateOf = (parts = {}) => ({ status: { stopped: null, position: null }, overlays: [], logScale: false, ...parts });
/** @returns {any} */
const frameOf = (epochs = [0, 1, 2], parts = {}) => ({
  epoch: epochs.at(-1), validation_loss: null, arrays: { history_epochs: epochs, history_train: epochs.map((epoch) => 1 / (epoch + 1)), history_test: epochs.map((epoch) => 2 / (epoch + 1)) }, ...parts,
});
const overlay = { id: "a", name: "Run 1", color: 1, losses: { epochs: [0, 40], train: [1, 0.5], test: [1, 0.25] } };

/** A chart of 314 × 100 pixels, whose library never comes. @param {import("node:test").TestContext} t */
function open(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const page = openPage({ timeline: "div", "timeline-epoch": "input", "timeline-tag": "output" });
  const done = [];
  const actions = /** @type {any} */ ({
    setLogScale: (isLog) => done.push(["log", isLog]), travel: (where) => done.push(["travel", where({ position: null })]), resumeFromHere: () => done.push(["resume"]),
  });
  const series = createSeries();
  /** Right ends that the axis has moved to. @type {number[]} */
  const ends = [];
  const chart = createChart(/** @type {any} */ (page.body), { actions, plotly: createPlotly("/x/d/plotly.js"), series, onAxisEnd: () => ends.push(chart.axisEnd()) });
  const find = (selector) => page.body.querySelector(selector);
  Object.assign(find(".plot").box, { width: 314, height: 100 });
  Object.assign(find(".chart-room").box, { width: 314, height: 100 });
  const settle = () => t.mock.timers.tick(1000);
  return { page, chart, series, ends, find, done, settle, actions, point: (x) => page.fire(find(".chart-room"), "pointermove", { clientX: x, target: find(".plot") }) };
}

test("each frame adds its losses once", (t) => {
  const { chart, series } = open(t);
  const frame = frameOf();
  chart.draw(frame, stateOf());
  chart.draw(frame, stateOf());
  assert.deepEqual(series.epochs, [0, 1, 2]);
});

test("a draft is drawn without the library", (t) => {
  const { chart, find, settle } = open(t);
  chart.draw(frameOf(), stateOf());
  settle();
  assert.ok(find(".draft").calls.includes("stroke"));
  assert.equal(chart.axisEnd(), 10);
});

test("a slow chart is drawn less often", (t) => {
  const { chart, find } = open(t);
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const draft = find(".draft");
  const drawn = () => draft.calls.filter((name) => name === "setTransform").length;
  const { getContext } = draft;
  draft.getContext = () => {
    now += 40;
    return getContext.call(draft);
  };
  chart.draw(frameOf(), stateOf());
  t.mock.timers.tick(1);
  chart.draw(frameOf([3]), stateOf());
  t.mock.timers.tick(350);
  assert.equal(drawn(), 1);
  t.mock.timers.tick(20);
  assert.equal(drawn(), 2);
});

test("the axis grows with the run", (t) => {
  const { chart, settle } = open(t);
  chart.draw(frameOf([0, 50, 120]), stateOf());
  settle();
  assert.equal(chart.axisEnd(), 150);
});

test("the axis reports when it moves", (t) => {
  const { chart, ends, settle } = open(t);
  for (const epochs of [[0, 5], [8], [50, 120], [121]]) {
    chart.draw(frameOf(epochs), stateOf());
    settle();
  }
  assert.deepEqual(ends, [150]);
});

test("the scale can be switched", (t) => {
  const { chart, find, done } = open(t);
  const [linear, log] = find(".scales").querySelectorAll("button");
  log.click();
  chart.draw(null, stateOf({ logScale: true }));
  assert.deepEqual([done, linear.getAttribute("aria-pressed"), log.getAttribute("aria-pressed")], [[["log", true]], "false", "true"]);
});

test("other runs are named", (t) => {
  const { chart, find, settle } = open(t);
  chart.draw(frameOf(), stateOf({ overlays: [overlay] }));
  settle();
  assert.deepEqual([find(".chart-overlays").textContent, find(".chart-overlays").hidden, chart.axisEnd()], ["Run 1", false, 40]);
  chart.draw(frameOf(), stateOf());
  assert.equal(find(".chart-overlays").hidden, true);
});

test("the pointer reads losses", (t) => {
  const { chart, find, settle, point } = open(t);
  chart.draw(frameOf(), stateOf());
  settle();
  point(90);
  assert.equal(find(".chart-reading").textContent, "Epoch 20.6670.333");
  point(2);
  assert.equal(find(".chart-reading").hidden, true);
});

test("moving the mouse away ends the reading", (t) => {
  const { chart, page, find, settle, point } = open(t);
  chart.draw(frameOf(), stateOf());
  settle();
  point(90);
  page.fire(find(".chart-room"), "pointerleave", { pointerType: "touch" });
  assert.equal(find(".chart-reading").hidden, false);
  page.fire(find(".chart-room"), "pointerleave", { pointerType: "mouse" });
  assert.equal(find(".chart-reading").hidden, true);
});

/** @param {import("node:test").TestContext} t */
function openTimeline(t) {
  const { page, actions, done, find } = open(t);
  let end = 100;
  const timeline = createTimeline(/** @type {any} */ (page.body), { actions, axisEnd: () => end });
  const slider = page.byId("timeline-epoch");
  const moveAxis = (/** @type {number} */ to) => {
    end = to;
    timeline.align();
  };
  return { page, done, find, slider, moveAxis, tag: page.byId("timeline-tag"), draw: (frame, position = null) => timeline.draw(frame, stateOf({ status: { position } })) };
}

test("the slider follows the run", (t) => {
  const { draw, slider, page } = openTimeline(t);
  draw(null);
  assert.equal(slider.disabled, true);
  draw(frameOf([0, 40]));
  assert.deepEqual([slider.disabled, slider.value, slider.getAttribute("max") ?? slider.max, slider.getAttribute("aria-valuetext")], [false, "40", "100", "Latest epoch, 40"]);
  assert.equal(page.byId("timeline").style["--now"], "0.4");
});

test("the slider follows the axis unless held", (t) => {
  const { draw, moveAxis, slider, page } = openTimeline(t);
  draw(frameOf([0, 140]));
  assert.equal(slider.max, "100");
  moveAxis(150);
  assert.deepEqual([slider.max, slider.value], ["150", "140"]);
  page.fire(slider, "pointerdown");
  moveAxis(200);
  assert.equal(slider.max, "150");
  page.fire(slider, "pointerup");
  assert.equal(slider.max, "200");
});

test("viewing an earlier epoch veils later ones", (t) => {
  const { draw, find, slider, tag } = openTimeline(t);
  draw(frameOf([0, 40]));
  draw(null, { epoch: 10, latest: 40, previous: 9, next: 11 });
  assert.deepEqual([find(".past-veil").hidden, tag.hidden, tag.textContent, slider.getAttribute("aria-valuetext")], [false, false, "10", "Epoch 10 of 40"]);
  assert.equal(document.documentElement.hasAttribute("data-past"), true);
  draw(frameOf([41]));
  assert.equal(find(".past-veil").hidden, true);
});

test("keys and pointer travel through time", (t) => {
  const { draw, slider, page, done } = openTimeline(t);
  draw(frameOf([0, 40]));
  page.fire(slider, "keydown", { key: "ArrowLeft" });
  page.fire(slider, "keydown", { key: "Enter" });
  slider.value = "7";
  page.fire(slider, "input");
  slider.value = "70";
  page.fire(slider, "input");
  assert.deepEqual(done, [["travel", 39], ["travel", 7], ["travel", null]]);
});

test("a held thumb stays with the pointer", (t) => {
  const { draw, slider, page } = openTimeline(t);
  draw(frameOf([0, 40]));
  page.fire(slider, "pointerdown");
  slider.value = "7";
  page.fire(slider, "input");
  draw(frameOf([41]));
  assert.equal(slider.value, "7");
  page.fire(slider, "pointerup");
  assert.equal(slider.value, "41");
});

test("buttons lead out of the past", (t) => {
  const { draw, find, done, slider } = openTimeline(t);
  draw(null, { epoch: 10, latest: 40, previous: 9, next: 11 });
  const [resume, back] = find(".past-ways").querySelectorAll("button");
  resume.click();
  back.click();
  assert.deepEqual([resume.textContent, back.textContent, done], ["Resume from here", "Back to latest", [["resume"], ["travel", null]]]);
  assert.equal(document.activeElement, slider);
});
