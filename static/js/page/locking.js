/**
 * Locked controls stay visible but cannot be used: their buttons, lists and fields are disabled, with a small lock and the
 * reason. The schema says what a control covers; data attributes say which elements belong to it.
 */

import { all } from "../lib/dom.js";
import { isActionLocked, locksOf } from "../core/locks.js";

/** @typedef {import("../core/actions.js").PageState} PageState */
/** @typedef {import("../core/locks.js").Locks} Locks */
/** @typedef {HTMLButtonElement | HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Part */

const MARKED = "[data-control], [data-field], [data-setting], [data-view], [data-action]";
const PARTS = "button:not(.has-card), input, select, textarea";
/** Events by which a control is used, in case its own view has enabled it since the last draw. */
const USES = ["click", "input", "change"];

/**
 * @param {Document} root
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 */
export function createLocks(root, { actions, schema }) {
  /** The state of each locked part before it was locked. @type {Map<Part, {disabled: boolean, title: string}>} */
  const held = new Map();
  /** @type {readonly string[]} */
  let drawn = [];
  let known = 0;
  let reason = "";

  for (const type of USES) {
    root.addEventListener(type, (event) => {
      const part = event.target instanceof Element ? event.target.closest(PARTS) : null;
      if (!part?.closest("[data-locked]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, { capture: true });
  }

  /** @param {HTMLElement} element @param {Locks} locks */
  function isLocked({ dataset }, locks) {
    const action = actions.list.find(({ name }) => name === dataset.action);
    return locks.controls.has(dataset.control ?? "") || locks.fields.has(dataset.field ?? "") || locks.fields.has(dataset.setting ?? "")
      || locks.view.has(dataset.view ?? "") || (action !== undefined && isActionLocked(action, locks));
  }

  /** @param {readonly string[]} locked */
  function apply(locked) {
    const locks = locksOf(schema.controls, locked);
    for (const element of all(root, MARKED, HTMLElement)) element.toggleAttribute("data-locked", isLocked(element, locks));
    for (const kind of [HTMLButtonElement, HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement]) {
      for (const part of all(root, PARTS, /** @type {new () => Part} */ (kind))) hold(part, part.closest("[data-locked]") !== null);
    }
  }

  /** @param {Part} part @param {boolean} isHeld */
  function hold(part, isHeld) {
    const before = held.get(part);
    if (isHeld === Boolean(before)) return;
    if (before) {
      held.delete(part);
      Object.assign(part, before);
      part.removeAttribute("aria-description");
    } else {
      held.set(part, { disabled: part.disabled, title: part.title });
      Object.assign(part, { disabled: true, title: reason });
      part.setAttribute("aria-description", reason);
    }
  }

  /** Views drawn earlier may have enabled locked parts. */
  function disableAgain() {
    for (const [part, before] of held) {
      if (part.disabled) continue;
      before.disabled = false;
      part.disabled = true;
    }
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { view: { locked }, lockReason }) {
      if (locked.length === 0 && drawn.length === 0) return;
      if (lockReason !== reason) {
        for (const part of held.keys()) hold(part, false);
        drawn = [];
        reason = lockReason;
      }
      disableAgain();
      // views add controls over time
      const there = root.querySelectorAll(MARKED).length;
      if (locked === drawn && there === known) return;
      drawn = locked;
      known = there;
      apply(locked);
    },
  };
}
