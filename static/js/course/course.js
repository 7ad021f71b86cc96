/** The list of lessons: which are begun and which are done, and how many of their outcomes were seen. */

import { all, byId, setText } from "../lib/dom.js";

/**
 * @param {HTMLElement} element  holds an item `data-lesson` for each
 * @param {object} parts
 * @param {ReturnType<typeof import("./progress.js").createProgress>} parts.progress
 */
export function createCourse(element, { progress }) {
  const items = all(element, "[data-lesson]", HTMLElement);
  const total = byId("course-progress", HTMLElement);

  function draw() {
    for (const item of items) drawItem(item);
    const done = items.filter((item) => item.classList.contains("done")).length;
    setText(total, done > 0 ? `You have done ${done} of ${items.length}.` : "");
  }

  /** @param {HTMLElement} item */
  function drawItem(item) {
    const { lesson = "", steps = "", toSee = "" } = item.dataset;
    const kept = progress.of(lesson);
    const isBegun = kept !== null && !kept.done && kept.step > 0;
    item.classList.toggle("done", kept?.done === true);
    const names = toSee.split(" ").filter(Boolean);
    const seen = names.filter((name) => kept?.seen.includes(name)).length;
    const where = kept?.done ? " · done" : isBegun ? ` · at step ${kept.step + 1} of ${steps}` : "";
    const what = seen > 0 ? ` · ${seen} of ${names.length} results seen` : "";
    for (const state of all(item, "[data-state]", HTMLElement)) setText(state, where + what);
  }

  // a page that the browser brings back out of its memory may be out of date
  addEventListener("pageshow", draw);
  draw();
}
