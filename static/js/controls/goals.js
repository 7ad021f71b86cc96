/** Goals: the next one over the losses, with a medal for each; a card lists all of them and sets one's own. */

import { all, byId, h, setText, svg } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { createPopover } from "../lib/popover.js";
import { MEDALS, announcementOf, isDecided, isNewlyReached, medalLabel, ownGoalNote, progressOf, summaryOf } from "./goalTexts.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").Goal} Goal
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** Fields of the card that are targets; those after them are constraints. */
const TARGETS = 3;

/** A medal, which is known by its letter, and filled when it is reached. @param {Goal} goal @param {boolean} isNew */
function createMedal(goal, isNew) {
  return svg("svg", {
    class: `medal ${goal.medal}${goal.reached === null ? "" : " reached"}${isNew ? " fresh" : ""}`,
    viewBox: "0 0 24 24", role: "img", "aria-label": medalLabel(goal),
  },
  svg("path", { class: "ribbon", d: "M7.5 14.5 6 22l6-3 6 3-1.5-7.5" }),
  svg("circle", { cx: 12, cy: 9.5, r: 7.5 }),
  svg("text", { x: 12, y: 13.2, "text-anchor": "middle" }, MEDALS[goal.medal].letter));
}

/**
 * The fields of one's own goal.
 * @param {HTMLElement} card
 * @param {import("../core/actions.js").PageActions} actions
 * @param {() => boolean} isOpen  whether the card is open
 */
function createOwnGoal(card, actions, isOpen) {
  const note = byId("goals-note", HTMLElement);
  const clear = byId("goals-clear", HTMLButtonElement);
  const inputs = all(card, "[data-goal]", HTMLInputElement);
  /** @type {PageState["view"] | null} */
  let drawn = null;
  const nameOf = (/** @type {HTMLInputElement} */ input) => input.dataset.goal ?? "";
  const fields = inputs.map((input) => createNumberField(input, {
    beneath: input.closest(".goal-part") ?? input,
    onNumber(value) {
      drawn = null;
      actions.setView({ [nameOf(input)]: value });
    },
  }));
  card.addEventListener("toggle", () => {
    const refused = isOpen() ? [] : fields.flatMap((field) => field.take() ?? []);
    if (refused.length === 0) return;
    actions.refuse(`${refused.join(" ")} The goal is unchanged.`);
    drawn = null;
  });
  clear.addEventListener("click", () => {
    for (const field of fields) field.clear();
    actions.setView(Object.fromEntries(inputs.map((input) => [nameOf(input), null])));
    inputs[0].focus();
  });

  return {
    /** @param {PageState["view"]} view */
    draw(view) {
      if (view === drawn) return;
      drawn = view;
      for (const [index, input] of inputs.entries()) {
        const value = view[/** @type {"goal_gap"} */ (nameOf(input))] ?? null;
        if (document.activeElement !== input || value !== null) fields[index].show(value);
      }
      const [hasTarget, hasConstraint] = [inputs.slice(0, TARGETS), inputs.slice(TARGETS)].map((some) => some.some((input) => input.value !== ""));
      setText(note, ownGoalNote(hasTarget, hasConstraint));
      clear.disabled = !hasTarget && !hasConstraint;
    },
  };
}

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createGoals({ actions }) {
  const button = byId("goals-button", HTMLButtonElement);
  const [medals, text, live, list] = ["goals-medals", "goals-text", "goals-live", "goals-list"].map((id) => byId(id, HTMLElement));
  const card = byId("goals-card", HTMLElement);
  const popover = createPopover(button, card);
  const ownGoal = createOwnGoal(card, actions, popover.isOpen);
  /** @type {readonly Goal[] | null} */
  let drawn = null;
  /** The state of each goal, in the card. @type {HTMLElement[]} */
  let progress = [];

  /** @param {readonly Goal[]} goals */
  function drawGoals(goals) {
    const before = drawn;
    drawn = goals;
    button.classList.toggle("set", goals.length > 0);
    button.parentElement?.classList.toggle("with-goal", goals.length > 0);
    button.classList.toggle("decided", isDecided(goals));
    medals.replaceChildren(...goals.map((goal) => createMedal(goal, isNewlyReached(goal, before))));
    progress = goals.map(() => h("span", { class: "state" }));
    list.hidden = goals.length === 0;
    list.replaceChildren(...goals.map((goal, index) => h("li", {},
      createMedal(goal, false),
      h("div", {}, h("strong", {}, MEDALS[goal.medal].name), " ", goal.label, progress[index]))));
    const announcement = announcementOf(goals, before);
    if (announcement) setText(live, announcement);
  }

  return {
    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, { goals, view }) {
      if (goals !== drawn) drawGoals(goals);
      ownGoal.draw(view);
      const line = summaryOf(goals, frame);
      if (text.textContent !== line) button.title = goals.length > 0 ? line : "";
      setText(text, line);
      goals.forEach((goal, index) => setText(progress[index], progressOf(goal, frame)));
    },
  };
}
