/**
 * The lesson next to the playground: one step at a time, the experiments and panels that the steps open, and the ticks of
 * those whose outcome was seen. Without a lesson on the page it does nothing.
 */

import { all, byId, setText } from "../lib/dom.js";
import { createWatch, factsOf, openPanels } from "./outcome.js";
import { UNTOUCHED, choose, observe, restart, show } from "./prediction.js";
import { createProgress } from "./progress.js";
import { createStarts } from "./starts.js";
import { createStep } from "./step.js";

/**
 * @typedef {import("../core/actions.js").PageActions} PageActions
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("./prediction.js").StepRecord} StepRecord
 * @typedef {import("./step.js").LessonStep} LessonStep
 */

/** What a step says of itself that a teacher has not opened yet. */
const NOT_OPEN = "The teacher has not opened this step yet";
/** Where there is room for a panel next to the lesson, the page opens it; elsewhere the step has a button for it. */
const ROOM_FOR_PANEL = "(min-width: 900px)";
/** Of the plateau, which no lesson waits for. */
const PATIENCE = 100;

/** @param {object} parts @param {PageActions} parts.actions @param {import("../core/actions.js").PageStore} parts.store */
export function createLesson({ actions, store }) {
  const element = document.getElementById("lesson");
  return element ? openLesson(element, actions, store) : { name: "", link: () => "", place: () => null, draw() {}, pace() {}, go() {}, start() {} };
}

/** What is kept of each step, by its name. @param {string} lesson @param {readonly LessonStep[]} steps */
function createRecords(lesson, steps) {
  const progress = createProgress(() => localStorage);
  const kept = progress.of(lesson);
  /** @type {Map<string, StepRecord>} */
  const records = new Map(steps.map(({ name, lastAnswer }) => {
    const choice = new Map(Object.entries(kept?.choices ?? {})).get(name) ?? null;
    return [name, {
      choice: choice !== null && choice <= lastAnswer ? choice : null,
      isShown: kept?.shown.includes(name) ?? false, isSeen: kept?.seen.includes(name) ?? false,
    }];
  }));

  /** @param {(record: StepRecord) => boolean} has */
  const namesWith = (has) => [...records].filter(([, record]) => has(record)).map(([name]) => name);

  return {
    first: Math.min(kept?.step ?? 0, steps.length - 1),
    isDone: () => progress.of(lesson)?.done === true,
    /** @param {number} step @param {boolean} done */
    reached: (step, done) => progress.note(lesson, { step, done }),
    /** @param {string} name */
    of: (name) => records.get(name) ?? UNTOUCHED,
    /** @param {string} name @param {StepRecord} record */
    set(name, record) {
      records.set(name, record);
      progress.note(lesson, {
        seen: namesWith(({ isSeen }) => isSeen), shown: namesWith(({ isShown }) => isShown),
        choices: Object.fromEntries([...records].flatMap(([step, { choice }]) => (choice === null ? [] : [[step, choice]]))),
      });
    },
  };
}

/**
 * The numbers of all steps, with a tick on those whose outcome was seen.
 * @param {readonly LessonStep[]} steps @param {(step: number) => void} go
 */
function createStepList(steps, go) {
  const buttons = all(byId("lesson-list", HTMLElement), "[data-go]", HTMLElement);
  const labels = buttons.map((button) => button.getAttribute("aria-label") ?? "");
  for (const [index, button] of buttons.entries()) button.addEventListener("click", () => go(index));

  const titles = buttons.map(({ title }) => title);

  /** @param {number} current @param {(name: string) => StepRecord} recordOf @param {(step: number) => boolean} isOpen */
  return (current, recordOf, isOpen) => {
    for (const [index, button] of buttons.entries()) {
      const { isSeen } = recordOf(steps[index].name);
      const about = isOpen(index) ? (isSeen ? " (result seen)" : "") : `. ${NOT_OPEN}`;
      button.classList.toggle("seen", isSeen);
      button.classList.toggle("closed", !isOpen(index));
      button.setAttribute("aria-disabled", String(!isOpen(index)));
      button.title = isOpen(index) ? titles[index] : NOT_OPEN;
      button.setAttribute("aria-label", `${labels[index]}${about}`);
      if (index === current) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
  };
}

/**
 * What a lesson does in the playground.
 * @param {PageActions} actions @param {import("../core/actions.js").PageStore} store @param {ReturnType<typeof createWatch>} watch
 */
function createDeeds(actions, store, watch) {
  /** Whether the training that goes on was started by the step's button. */
  let isStarted = false;

  /** @param {string} link */
  function openExperiment(link) {
    const { session, revision } = store.get();
    watch.begin(`${session} ${revision}`);
    actions.openLesson(link);
  }

  /** @param {string} panel */
  function open(panel) {
    if (openPanels(store.get()).includes(panel)) return;
    if (panel === "runs" || panel === "compare") actions.openDock(panel);
    else actions.lookInside(/** @type {import("../core/types.js").PanelName} */ (panel));
  }

  /** Runs an experiment from the start, or stops it again. @param {import("./step.js").StepAction} action */
  function train({ kind, link, epochs }) {
    if (isStarted && store.get().status.playing) {
      actions.pause();
      return;
    }
    isStarted = true;
    openExperiment(link);
    if (kind === "run") actions.runUntil({ until: "epochs", epochs, patience: PATIENCE });
    else actions.resumeFromHere();
  }

  return {
    openExperiment, open,
    isStarted: () => isStarted,
    /** Another step begins. */
    begin: () => void (isStarted = false),
    /** @param {import("./step.js").StepAction} action */
    act: (action) => (action.kind === "look" ? open(action.panel) : train(action)),
  };
}

/** @param {HTMLElement} element @param {PageActions} actions @param {import("../core/actions.js").PageStore} store */
function openLesson(element, actions, store) {
  const watch = createWatch();
  const steps = all(element, "[data-step]", HTMLElement).map((section) => createStep(section, {
    onChoose: (choice) => change((record) => choose(record, choice)),
    onAct: () => act(),
    onShow: () => change(show),
  }));
  const records = createRecords(element.dataset.lesson ?? "", steps);
  const back = byId("lesson-back", HTMLButtonElement);
  const next = byId("lesson-next", HTMLButtonElement);
  const last = steps.length - 1;
  const drawList = createStepList(steps, go);
  const deeds = createDeeds(actions, store, watch);
  const starts = createStarts(element, { actions, store, openExperiment: deeds.openExperiment });
  let current = records.first;
  /** The steps that can be shown: all, unless a teacher opens them one after the other. */
  let open = { first: 0, last };
  const isOpen = (/** @type {number} */ step) => step >= open.first && step <= open.last;

  /** The experiment of a step: its own, or that of the last step before it which has one. @param {number} step */
  const linkOf = (step) => steps.slice(0, step + 1).map(({ link }) => link).findLast(Boolean) ?? "";

  function draw() {
    for (const [index, step] of steps.entries()) step.element.hidden = index !== current;
    steps[current].draw(records.of(steps[current].name));
    drawList(current, records.of, isOpen);
    back.disabled = !isOpen(current - 1);
    next.hidden = current === last;
    next.disabled = !isOpen(current + 1);
    setText(byId("lesson-count", HTMLElement), `${current + 1} of ${steps.length}${next.disabled && !next.hidden ? " · next step not open yet" : ""}`);
    byId("lesson-on", HTMLElement).hidden = current !== last;
    byId("lesson-done", HTMLElement).hidden = !records.isDone();
  }

  /** @param {(record: StepRecord) => StepRecord} by */
  function change(by) {
    const { name } = steps[current];
    const before = records.of(name);
    const after = by(before);
    if (after === before) return;
    records.set(name, after);
    draw();
  }

  /** @param {number} step */
  function go(step) {
    if (!isOpen(step)) return;
    const before = linkOf(current);
    current = step;
    deeds.begin();
    starts.begin();
    records.reached(current, current === last);
    draw();
    const heading = steps[step].element.querySelector("h3");
    if (heading instanceof HTMLElement) heading.focus();
    byId("lesson-steps", HTMLElement).scrollTop = 0;
    if (linkOf(step) === before) watch.begin();
    else deeds.openExperiment(linkOf(step));
    if (steps[step].panel && matchMedia(ROOM_FOR_PANEL).matches) deeds.open(steps[step].panel);
  }

  /** The button of the step's prediction. */
  function act() {
    const { action } = steps[current];
    if (action) deeds.act(action);
    if (action?.kind === "look") change((record) => observe(record, { isSeen: true, isFinished: true }));
  }

  listen(element, { go: (by) => go(current + by), ...deeds, restart: () => change(restart) });
  draw();

  return {
    name: element.dataset.lesson ?? "",
    /** The experiment to begin with, if the address names none. */
    link: () => linkOf(current),
    /** The step that is shown, from 0, and how many there are. */
    place: () => ({ step: current, steps: steps.length }),

    /** Only these steps can be shown from now on. @param {{first: number, last: number | null}} steps  null: up to the last one */
    pace(steps) {
      open = { first: Math.min(steps.first, last), last: Math.min(steps.last ?? last, last) };
      if (isOpen(current)) draw();
      else go(Math.max(open.first, Math.min(current, open.last)));
    },

    /** @param {number} step  to show, if it is open and not shown already */
    go: (step) => void (step !== current && go(step)),

    /** Begins with a step, whatever the page shows. @param {number} step */
    start(step) {
      if (step === current) deeds.openExperiment(linkOf(step));
      else go(step);
    },

    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, state) {
      const step = steps[current];
      starts.draw(state);
      step.drawButton(deeds.isStarted() && state.status.playing);
      const { condition } = step;
      if (condition) change((record) => observe(record, watch.take(condition, factsOf(frame, state), step.isAsked)));
    },
  };
}

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {(by: number) => void} parts.go
 * @param {(panel: string) => void} parts.open
 * @param {(link: string) => void} parts.openExperiment
 * @param {() => void} parts.restart  forgets the step's prediction
 */
function listen(element, { go, open, openExperiment, restart }) {
  byId("lesson-back", HTMLButtonElement).addEventListener("click", () => go(-1));
  byId("lesson-next", HTMLButtonElement).addEventListener("click", () => go(1));
  element.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("a[href^='#'], button[data-look]") : null;
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (target.dataset.look) return open(target.dataset.look);
    if (target.dataset.again !== undefined) restart();
    return openExperiment(target.getAttribute("href") ?? "");
  });
  // before the page takes the arrow for one epoch more
  element.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.stopPropagation();
    // among answers, arrows choose
    if (event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    go(by);
  });
}
