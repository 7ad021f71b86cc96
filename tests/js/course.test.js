import assert from "node:assert/strict";
import test from "node:test";

import { createCourse } from "../../static/js/course/course.js";
import { createProgress } from "../../static/js/course/progress.js";
import { h } from "../../static/js/lib/dom.js";
import { createMemory } from "../../static/js/lib/storage.js";
import { openPage } from "./fakepage.js";

const LESSONS = { neuron: 4, depth: 6, batch: 5 };

/** The list of lessons in a browser that has this in its storage. */
function open(kept) {
  const storage = createMemory();
  if (kept !== undefined) storage().setItem("lessons", typeof kept === "string" ? kept : JSON.stringify(kept));
  const page = openPage({ course: "ol", "course-progress": "p" });
  for (const [name, steps] of Object.entries(LESSONS)) {
    page.byId("course").append(h("li", { "data-lesson": name, "data-steps": String(steps), "data-to-see": "one two three" }, h("a", {}, name), h("span", { "data-state": "" })));
  }
  const progress = createProgress(/** @type {any} */ (storage));
  createCourse(/** @type {any} */ (page.byId("course")), { progress });
  const item = (name) => page.body.querySelector(`[data-lesson=${name}]`);
  return {
    progress,
    comeBack: () => page.fireOnWindow("pageshow"),
    state: (name) => item(name).querySelector("[data-state]").textContent,
    isDone: (name) => item(name).classList.contains("done"),
    total: () => page.byId("course-progress").textContent,
  };
}

test("a new reader sees no marks", () => {
  const course = open();
  assert.deepEqual(Object.keys(LESSONS).map((name) => [course.state(name), course.isDone(name)]), Array(3).fill(["", false]));
  assert.equal(course.total(), "");
});

test("a started lesson shows its step", () => {
  const course = open({ depth: { step: 2, done: false } });
  assert.deepEqual([course.state("depth"), course.isDone("depth"), course.total()], [" · at step 3 of 6", false, ""]);
});

test("a lesson merely opened has no mark", () => {
  assert.equal(open({ depth: { step: 0, done: false } }).state("depth"), "");
});

test("done lessons are marked and counted", () => {
  const course = open({ neuron: { step: 3, done: true }, depth: { step: 1, done: true }, batch: { step: 1, done: false } });
  assert.deepEqual([course.state("neuron"), course.state("depth"), course.state("batch")], [" · done", " · done", " · at step 2 of 5"]);
  assert.deepEqual([course.isDone("depth"), course.isDone("batch"), course.total()], [true, false, "You have done 2 of 3."]);
});

test("outcomes that were seen are counted", () => {
  const course = open({ depth: { step: 2, done: false, seen: ["one", "three", "gone"] }, neuron: { step: 3, done: true, seen: ["one"] } });
  assert.equal(course.state("depth"), " · at step 3 of 6 · 2 of 3 results seen");
  assert.equal(course.state("neuron"), " · done · 1 of 3 results seen");
});

test("lessons that no longer exist do not count", () => {
  assert.equal(open({ perceptron: { step: 3, done: true } }).total(), "");
});

test("damaged progress counts as none", () => {
  for (const kept of ["{", "null", "[1]", { depth: { step: -1, done: true } }, { depth: 3 }]) assert.equal(open(kept).total(), "", JSON.stringify(kept));
});

test("a restored page shows new progress", () => {
  const course = open({ depth: { step: 2, done: false } });
  course.progress.note("depth", { step: 5, done: true });
  assert.equal(course.isDone("depth"), false);
  course.comeBack();
  assert.deepEqual([course.state("depth"), course.isDone("depth"), course.total()], [" · done", true, "You have done 1 of 3."]);
});
