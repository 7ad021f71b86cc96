/**
 * The lesson next to the playground: one step at a time, and the experiments that the steps open. Without a lesson on the
 * page it does nothing.
 */

import { all, byId, setText } from "../lib/dom.js";
import { createProgress } from "./progress.js";

/** @typedef {import("../core/actions.js").PageActions} PageActions */

/** @param {object} parts @param {PageActions} parts.actions */
export function createLesson({ actions }) {
  const element = document.getElementById("lesson");
  return element ? openLesson(element, actions) : { link: () => "" };
}

/** @param {HTMLElement} element @param {PageActions} actions */
function openLesson(element, actions) {
  const name = element.dataset.lesson ?? "";
  const progress = createProgress(() => localStorage);
  const steps = all(element, "[data-step]", HTMLElement);
  const back = byId("lesson-back", HTMLButtonElement);
  const next = byId("lesson-next", HTMLButtonElement);
  const on = byId("lesson-on", HTMLAnchorElement);
  const fold = byId("lesson-fold", HTMLButtonElement);
  const last = steps.length - 1;
  let current = Math.min(progress.of(name)?.step ?? 0, last);

  /** The experiment of a step: its own, or that of the last step before it which has one. @param {number} step */
  const linkOf = (step) => steps.slice(0, step + 1).map(({ dataset }) => dataset.link).findLast(Boolean) ?? "";

  function show() {
    for (const [index, step] of steps.entries()) step.hidden = index !== current;
    setText(byId("lesson-count", HTMLElement), `${current + 1} of ${steps.length}`);
    back.disabled = current === 0;
    next.hidden = current === last;
    on.hidden = current !== last;
    progress.note(name, { step: current, done: current === last });
    byId("lesson-done", HTMLElement).hidden = progress.of(name)?.done !== true;
  }

  /** @param {number} step */
  function go(step) {
    if (step < 0 || step > last) return;
    const before = linkOf(current);
    current = step;
    show();
    const heading = steps[step].querySelector("h3");
    if (heading instanceof HTMLElement) heading.focus();
    byId("lesson-steps", HTMLElement).scrollTop = 0;
    if (linkOf(step) !== before) actions.openLesson(linkOf(step));
  }

  /** @param {boolean} isOpen */
  function setOpen(isOpen) {
    element.classList.toggle("folded", !isOpen);
    fold.setAttribute("aria-expanded", String(isOpen));
  }

  back.addEventListener("click", () => go(current - 1));
  next.addEventListener("click", () => go(current + 1));
  fold.addEventListener("click", () => setOpen(element.classList.contains("folded")));
  element.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("a[href^='#'], button[data-look]") : null;
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (target.dataset.look) actions.lookInside(/** @type {import("../core/types.js").PanelName} */ (target.dataset.look));
    else actions.openLesson(target.getAttribute("href") ?? "");
  });
  // before the page takes the arrow for one epoch more
  element.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    go(current + by);
  });
  show();

  return {
    /** The experiment to begin with, if the address names none. */
    link: () => linkOf(current),
  };
}
