import assert from "node:assert/strict";
import test from "node:test";

import { createLesson } from "../../static/js/course/lesson.js";
import { h } from "../../static/js/lib/dom.js";
import { createMemory } from "../../static/js/lib/storage.js";
import { openPage, setGlobals } from "./fakepage.js";

/** A lesson of steps with these links ("" for none), with all that it asks of the page. */
function open(links = ["#a", "", "#b"], storage = createMemory()()) {
  setGlobals({ localStorage: storage });
  const page = openPage({ lesson: "section", "lesson-back": "button", "lesson-next": "button", "lesson-on": "a", "lesson-fold": "button", "lesson-count": "p", "lesson-done": "p", "lesson-steps": "div" });
  const element = page.byId("lesson");
  element.dataset.lesson = "first";
  const steps = links.map((link) => h("section", { "data-step": true, "data-link": link || null }, h("h3", { tabindex: "-1" }, "A step")));
  element.append(...steps);
  const asked = [];
  const lesson = createLesson({ actions: /** @type {any} */ ({ openLesson: (link) => asked.push(link), lookInside: (panel) => asked.push(`look ${panel}`) }) });
  return { page, element, steps, asked, lesson, storage, press: (id) => page.byId(id).click() };
}

test("a page without a lesson has no link", () => {
  openPage();
  assert.equal(createLesson({ actions: /** @type {any} */ ({}) }).link(), "");
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

test("folding a lesson says so to screen readers", () => {
  const { page, element, press } = open();
  press("lesson-fold");
  assert.deepEqual([element.classList.contains("folded"), page.byId("lesson-fold").getAttribute("aria-expanded")], [true, "false"]);
  press("lesson-fold");
  assert.deepEqual([element.classList.contains("folded"), page.byId("lesson-fold").getAttribute("aria-expanded")], [false, "true"]);
});

test("a step's buttons open panels of Look inside", () => {
  const { asked, steps } = open();
  const button = h("button", { "data-look": "weights" }, "Look");
  steps[0].append(button);
  button.click();
  assert.deepEqual(asked, ["look weights"]);
});
