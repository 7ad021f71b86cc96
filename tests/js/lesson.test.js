import assert from "node:assert/strict";
import test from "node:test";

import { createLesson } from "../../static/js/course/lesson.js";
import { h } from "../../static/js/lib/dom.js";
import { createMemory } from "../../static/js/lib/storage.js";
import { openPage, setGlobals } from "./fakepage.js";

const RUN = { kind: "run", link: "#a", epochs: 60, measure: "", limit: 0, isFloor: true, isExpected: true, once: false, panel: "" };

/** The prediction of a step, whose second answer is right. */
const prediction = (action = "run") => [
  h("fieldset", { class: "prediction", "data-right": "1" }, ...["No", "Yes"].map((answer, index) => h("label", {}, h("input", { type: "radio", name: "p", value: String(index) }), answer))),
  h("button", { "data-act": action, "data-link": "#a", "data-epochs": "60", "data-panel": "weights" }, "Run 60 epochs"),
  h("button", { "data-show": true }, "Show the answer"),
  h("p", { "data-live": true }),
  h("div", { "data-reveal": true, hidden: true }, h("strong", { "data-verdict": true }), h("span", { "data-answer": true }, "Yes")),
];

/** A lesson of steps with these links ("" for none), with all that it asks of the page. */
function open(links = ["#a", "", "#b"], storage = createMemory()(), { asks = "", panel = "", isWide = true } = {}) {
  setGlobals({ localStorage: storage });
  const page = openPage({ lesson: "section", "lesson-list": "ol", "lesson-back": "button", "lesson-next": "button", "lesson-on": "a", "lesson-count": "p", "lesson-done": "p", "lesson-steps": "div", "lesson-starts": "script", "lesson-note": "p", "luck-measured": "p" });
  setGlobals({ matchMedia: () => ({ matches: isWide }) });
  page.byId("lesson-starts").textContent = "{}";
  const element = page.byId("lesson");
  element.dataset.lesson = "first";
  const steps = links.map((link, index) => h("section", { "data-step": `step-${index}`, "data-link": link || null, "data-panel": index === 1 ? panel : "", "data-seen": asks && index === 0 ? JSON.stringify({ ...RUN, kind: asks, panel: "weights" }) : null }, h("h3", { tabindex: "-1" }, "A step")));
  if (asks) steps[0].append(...prediction(asks));
  page.byId("lesson-steps").append(...steps);
  element.append(page.byId("lesson-steps"));
  page.byId("lesson-list").append(...links.map((_, index) => h("button", { "data-go": String(index), "aria-label": `Step ${index + 1}` })));
  const asked = [];
  const ask = (/** @type {string} */ name) => (/** @type {any} */ what) => void asked.push(what === undefined ? name : `${name} ${what.until ? what.epochs : what}`);
  const state = { session: "s", revision: 1, link: "#a", goals: [], inside: { panel: null }, dock: null, view: { compare: [], hidden: [] }, status: { playing: false, diverged: null, stopped: null } };
  const actions = { openLesson: (link) => asked.push(link), lookInside: ask("look"), runUntil: ask("run"), pause: ask("pause"), resumeFromHere: ask("play"), openDock: ask("dock") };
  const lesson = createLesson({ actions: /** @type {any} */ (actions), store: /** @type {any} */ ({ get: () => state }) });
  return {
    page, element, steps, asked, lesson, storage, state,
    press: (id) => page.byId(id).click(),
    click: (selector) => steps[0].querySelector(selector).click(),
    /** Chooses an answer. */
    predict(index) {
      const radio = steps[0].querySelectorAll("input")[index];
      radio.checked = true;
      page.fire(radio, "change");
    },
    /** A frame arrives, of a new revision if one is given. */
    train(epoch, revision = state.revision) {
      state.revision = revision;
      lesson.draw(/** @type {any} */ ({ revision, epoch, past: false, train_loss: 0, test_loss: 0 }), /** @type {any} */ (state));
    },
    reveal: () => steps[0].querySelector("[data-reveal]"),
    live: () => steps[0].querySelector("[data-live]").textContent,
    go: (index) => page.byId("lesson-list").querySelectorAll("button")[index],
  };
}

test("a page without a lesson has no link", () => {
  openPage();
  assert.equal(createLesson({ actions: /** @type {any} */ ({}), store: /** @type {any} */ ({}) }).link(), "");
});

test("a lesson shows one step at a time", () => {
  const { page, steps, press } = open();
  assert.deepEqual([steps.map(({ hidden }) => hidden), page.byId("lesson-count").textContent], [[false, true, true], "1 of 3"]);
  assert.equal(page.byId("lesson-back").disabled, true);
  press("lesson-next");
  assert.deepEqual([steps.map(({ hidden }) => hidden), page.byId("lesson-count").textContent], [[true, false, true], "2 of 3"]);
  assert.equal(page.byId("lesson-back").disabled, false);
});

test("a step without experiment keeps the one before", () => {
  const { asked, press, lesson } = open();
  press("lesson-next");
  assert.deepEqual([asked, lesson.link()], [[], "#a"]);
  press("lesson-next");
  press("lesson-back");
  assert.deepEqual(asked, ["#b", "#a"]);
});

test("the last step completes the lesson", () => {
  const { page, press } = open();
  assert.equal(page.byId("lesson-done").hidden, true);
  press("lesson-next");
  press("lesson-next");
  assert.deepEqual(["lesson-done", "lesson-next", "lesson-on"].map((id) => page.byId(id).hidden), [false, true, false]);
});

test("a lesson reopens at its saved step", () => {
  const { storage, press } = open();
  press("lesson-next");
  press("lesson-next");
  assert.equal(open(["#a", "", "#b"], storage).lesson.link(), "#b");
  assert.equal(open(["#a"], storage).page.byId("lesson-count").textContent, "1 of 1");
});

test("arrow keys turn steps without reaching the page", () => {
  const { page, element, steps, asked } = open();
  assert.deepEqual(page.fire(element, "keydown", { key: "ArrowRight" }).isStopped, true);
  page.fire(element, "keydown", { key: "ArrowRight", shiftKey: true });
  assert.deepEqual(steps.map(({ hidden }) => hidden), [true, false, true]);
  page.fire(element, "keydown", { key: "ArrowLeft" });
  page.fire(element, "keydown", { key: "ArrowLeft" });
  assert.deepEqual([steps[0].hidden, asked], [false, []]);
});

test("turning to a step focuses its heading", () => {
  const { steps, press } = open();
  press("lesson-next");
  assert.equal(globalThis.document.activeElement, steps[1].querySelector("h3"));
});

test("a step's buttons open panels of Look inside", () => {
  const { asked, steps } = open();
  const button = h("button", { "data-look": "weights" }, "Look");
  steps[0].append(button);
  button.click();
  assert.deepEqual(asked, ["look weights"]);
});

test("predict, run, reveal", () => {
  const { asked, predict, click, train, reveal, live, state, go, steps } = open(["#a", "", "#b"], undefined, { asks: "run" });
  train(0);
  predict(0);
  click("[data-act]");
  assert.deepEqual(asked, ["#a", "run 60"]);
  // frames of the experiment before do not count
  train(60);
  assert.equal(reveal().hidden, true);
  state.status.playing = true;
  train(30, 2);
  assert.deepEqual([reveal().hidden, steps[0].querySelector("[data-act]").textContent], [true, "Stop"]);
  state.status.playing = false;
  train(60, 2);
  assert.deepEqual([reveal().hidden, live(), go(0).getAttribute("aria-label")], [false, "Not quite. The answer: Yes.", "Step 1 (result seen)"]);
  assert.equal(steps[0].querySelector("[data-act]").textContent, "Run 60 epochs");
});

test("a running step stops at the same button", () => {
  const { asked, click, state } = open(["#a"], undefined, { asks: "run" });
  click("[data-act]");
  state.status.playing = true;
  click("[data-act]");
  assert.deepEqual(asked, ["#a", "run 60", "pause"]);
});

test("the answer can be asked for without running", () => {
  const { click, reveal, live, go } = open(["#a"], undefined, { asks: "run" });
  click("[data-show]");
  assert.deepEqual([reveal().hidden, live(), go(0).classList.contains("seen")], [false, "The answer: Yes.", false]);
});

test("a panel opened by its step answers", () => {
  const { asked, click, predict, live, go } = open(["#a"], undefined, { asks: "look" });
  predict(1);
  click("[data-act]");
  assert.deepEqual([asked, live(), go(0).classList.contains("seen")], [["look weights"], "You predicted it: Yes.", true]);
});

test("prediction, answer and tick survive a reload", () => {
  const first = open(["#a"], undefined, { asks: "run" });
  first.predict(1);
  first.train(0);
  first.train(60);
  const { steps, reveal, live, go } = open(["#a"], first.storage, { asks: "run" });
  assert.deepEqual([reveal().hidden, steps[0].querySelectorAll("input")[1].checked, go(0).classList.contains("seen"), live()], [false, true, true, ""]);
});

test("restarting a step keeps its tick", () => {
  const { steps, asked, predict, train, reveal, go } = open(["#a"], undefined, { asks: "run" });
  const again = h("a", { href: "#a", "data-again": true }, "Restart this step");
  steps[0].append(again);
  predict(1);
  train(0);
  train(60);
  again.click();
  assert.deepEqual([asked, reveal().hidden, steps[0].querySelectorAll("input")[1].checked, go(0).classList.contains("seen")], [["#a"], true, false, true]);
});

test("a step opens its panel on wide screens", () => {
  for (const [isWide, panel, asked] of [[true, "weights", ["look weights"]], [true, "runs", ["dock runs"]], [false, "weights", []]]) {
    const lesson = open(["#a", ""], undefined, { panel: String(panel), isWide: Boolean(isWide) });
    lesson.press("lesson-next");
    assert.deepEqual(lesson.asked, asked);
  }
});

test("a panel that is open is not toggled", () => {
  const { press, asked, state } = open(["#a", ""], undefined, { panel: "runs" });
  state.dock = "runs";
  press("lesson-next");
  assert.deepEqual(asked, []);
});

test("step numbers go to their steps", () => {
  const { go, steps, asked } = open();
  go(2).click();
  assert.deepEqual([steps.map(({ hidden }) => hidden), asked, go(2).getAttribute("aria-current")], [[true, true, false], ["#b"], "step"]);
});

test("arrows among answers do not turn steps", () => {
  const { page, steps } = open(["#a", ""], undefined, { asks: "run" });
  const event = page.fire(steps[0].querySelector("input"), "keydown", { key: "ArrowRight" });
  assert.deepEqual([steps[0].hidden, event.isStopped, event.defaultPrevented], [false, true, false]);
});

test("only steps that the teacher opened are shown", () => {
  const { page, lesson, press, go } = open(["#a", "#b", "#c"]);
  lesson.pace({ first: 0, last: 1 });
  press("lesson-next");
  assert.deepEqual([page.byId("lesson-count").textContent, page.byId("lesson-next").disabled], ["2 of 3 · next step not open yet", true]);
  go(2).click();
  assert.match(page.byId("lesson-count").textContent, /^2 of 3/);
  assert.deepEqual([go(1), go(2)].map((button) => [button.getAttribute("aria-disabled"), button.title]), [["false", ""], ["true", "The teacher has not opened this step yet"]]);
  lesson.pace({ first: 0, last: null });
  press("lesson-next");
  assert.equal(page.byId("lesson-count").textContent, "3 of 3");
});

test("steps that are closed again are left", () => {
  const { page, lesson, asked } = open(["#a", "#b", "#c"]);
  lesson.pace({ first: 1, last: 1 });
  assert.match(page.byId("lesson-count").textContent, /^2 of 3/);
  assert.equal(page.byId("lesson-back").disabled, true);
  assert.deepEqual(asked, ["#b"]);
});

test("a teacher brings everyone to a step", () => {
  const { page, lesson, asked } = open(["#a", "#b", "#c"]);
  lesson.go(2);
  lesson.go(2);
  assert.deepEqual([page.byId("lesson-count").textContent, asked], ["3 of 3", ["#c"]]);
  lesson.start(2);
  assert.deepEqual(asked, ["#c", "#c"], "whatever the page shows");
});
