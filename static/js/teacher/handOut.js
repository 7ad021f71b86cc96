/** Handing out a task: this experiment, a lesson or a pasted link; and the pace of a lesson that has been handed out. */

import { all, byId, h, setText } from "../lib/dom.js";
import { pathHere, urlOf } from "../net/root.js";
import { readTask, stepsOf } from "./tasks.js";
import { taskText } from "./texts.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("./tasks.js").LessonChoice} LessonChoice
 */

/** In place of a step: the last one, whatever it is. */
const ALL = "all";

/**
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 * @param {() => string} parts.presentLink  of the experiment on the page
 * @param {() => void} parts.edit  opens the link builder; what it makes comes by `take`
 * @param {() => void} parts.close
 */
export function createHandOut({ actions, presentLink, edit, close }) {
  const form = byId("hand-out-form", HTMLFormElement);
  const sources = all(form, "[name=source]", HTMLInputElement);
  const lesson = byId("hand-out-lesson", HTMLSelectElement);
  const first = byId("hand-out-first", HTMLSelectElement);
  const last = byId("hand-out-last", HTMLSelectElement);
  const pasted = byId("hand-out-link", HTMLInputElement);
  const text = byId("hand-out-text", HTMLTextAreaElement);
  const fault = byId("hand-out-fault", HTMLElement);
  const hint = byId("hand-out-hint", HTMLElement);
  const what = byId("hand-out-what", HTMLElement);
  const plain = byId("hand-out-plain", HTMLButtonElement);
  const pace = createPace({ actions });
  /** @type {LessonChoice[]} */
  const lessons = all(lesson, "option", HTMLOptionElement).map((option) => ({ name: option.value, steps: JSON.parse(option.dataset.titles ?? "[]") }));
  /** The experiment as the link builder has made it. @type {string | null} */
  let edited = null;

  const source = () => /** @type {"experiment" | "lesson" | "link"} */ (sources.find(({ checked }) => checked)?.value ?? "experiment");
  const stepsNow = () => lessons.find(({ name }) => name === lesson.value)?.steps ?? [];

  function showSource() {
    for (const part of all(form, "[data-for]", HTMLElement)) part.hidden = part.dataset.for !== source();
    setText(fault, "");
  }

  function showEdited() {
    setText(what, edited === null ? "as it is on this page now" : "with your locks and goals");
    plain.hidden = edited === null;
  }

  function fillSteps() {
    fill(first, stepsNow());
    fill(last, stepsNow(), true);
  }

  form.addEventListener("change", ({ target }) => {
    if (target === lesson) fillSteps();
    showSource();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { task, fault: reason } = readTask({
      source: source(), text: text.value, experiment: edited ?? presentLink(), pasted: pasted.value, lesson: lesson.value,
      first: Number(first.value), last: last.value === ALL ? null : Number(last.value),
    }, lessons);
    setText(fault, reason ?? "");
    if (!task) return;
    actions.handOut(task);
    text.value = "";
    pasted.value = "";
    close();
  });
  byId("hand-out-edit", HTMLButtonElement).addEventListener("click", edit);
  plain.addEventListener("click", () => {
    edited = null;
    showEdited();
  });
  fillSteps();

  return {
    /** @param {string} link  made by the link builder */
    take(link) {
      edited = link;
      sources[0].checked = true;
      showSource();
      showEdited();
    },
    /** @param {ClassState} state */
    draw({ room }) {
      setText(hint, room?.task ? "It replaces the present task. What students have trained stays in their run tables." : "");
      pace.draw(room?.task ?? null, lessons);
    },
  };
}

/** @param {{actions: import("../classroom/actions.js").ClassActions}} parts */
function createPace({ actions }) {
  const element = byId("pace", HTMLElement);
  const heading = byId("pace-heading", HTMLElement);
  const first = byId("pace-first", HTMLSelectElement);
  const last = byId("pace-last", HTMLSelectElement);
  const go = byId("pace-go", HTMLSelectElement);
  const own = byId("pace-own", HTMLElement);
  const ownLink = byId("pace-lesson", HTMLAnchorElement);
  /** @type {import("../classroom/types.js").Task | null} */
  let drawn = null;
  /** @type {LessonChoice | undefined} */
  let lesson;

  byId("pace-open", HTMLButtonElement).addEventListener("click", () => {
    actions.pace({ ...stepsOf(Number(first.value), last.value === ALL ? null : Number(last.value), lesson), go: null });
  });
  byId("pace-bring", HTMLButtonElement).addEventListener("click", () => {
    if (!drawn) return;
    const step = Number(go.value);
    // a step that everyone is brought to is open
    const end = drawn.last === null ? null : Math.max(drawn.last, step);
    actions.pace({ first: Math.min(drawn.first, step), last: end, go: step });
  });

  return {
    /** @param {import("../classroom/types.js").Task | null} task @param {readonly LessonChoice[]} lessons */
    draw(task, lessons) {
      if (task === drawn) return;
      const isOther = task?.number !== drawn?.number;
      drawn = task;
      lesson = lessons.find(({ name }) => name === task?.lesson);
      element.hidden = !lesson;
      if (!task || !lesson) return;
      setText(heading, taskText(task));
      const path = `teach/lessons/${lesson.name}`;
      ownLink.href = urlOf(path);
      own.hidden = path === pathHere();
      if (isOther) {
        fill(first, lesson.steps);
        fill(last, lesson.steps, true);
        fill(go, lesson.steps);
      }
      first.value = String(task.first);
      last.value = task.last === null ? ALL : String(task.last);
      if (task.go !== null) go.value = String(task.go);
    },
  };
}

/** @param {HTMLSelectElement} select @param {readonly string[]} steps  their titles @param {boolean} [hasEnd]  whether "the end" is offered, and chosen */
function fill(select, steps, hasEnd = false) {
  select.replaceChildren(
    ...steps.map((title, index) => h("option", { value: index }, `${index + 1}. ${title}`)),
    ...(hasEnd ? [h("option", { value: ALL }, "the end")] : []),
  );
  if (hasEnd) select.value = ALL;
}
