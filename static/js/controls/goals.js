/**
 * Goals: the next one stands over the losses, with a medal for each; a card tells all of them and sets one's own. Which
 * are reached is the server's word; the page only says so, once, where a voice hears it, too.
 */

import { all, byId, h, setText, svg } from "../lib/dom.js";
import { formatCount, formatLoss } from "../lib/format.js";
import { createNumberField } from "../lib/numberfield.js";
import { createPopover } from "../lib/popover.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").Goal} Goal
 * @typedef {import("../core/types.js").GoalCondition} Condition
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** @type {Record<Goal["medal"], {name: string, letter: string}>} */
const MEDALS = {
  bronze: { name: "Bronze", letter: "B" },
  silver: { name: "Silver", letter: "S" },
  gold: { name: "Gold", letter: "G" },
  own: { name: "Goal", letter: "★" },
};

/** @param {number | null} share */
const percent = (share) => (share === null ? null : 100 * share);
const asLoss = formatLoss;
/** @param {number | null} value */
const asPercent = (value) => (value === null ? "–" : `${value.toFixed(1)} %`);

/** What is shown of a measure now: one that is not here changes with the settings alone.
 * @type {Record<string, {now: (frame: Frame) => number | null, format: (value: number | null) => string}>} */
const MEASURES = {
  train_loss: { now: (frame) => frame.train_loss, format: asLoss },
  test_loss: { now: (frame) => frame.test_loss, format: asLoss },
  gap: { now: (frame) => (frame.test_loss === null || frame.train_loss === null ? null : frame.test_loss - frame.train_loss), format: asLoss },
  accuracy: { now: (frame) => percent(frame.test_accuracy), format: asPercent },
};

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createGoals({ actions }) {
  const button = byId("goals-button", HTMLButtonElement);
  const medals = byId("goals-medals", HTMLElement);
  const text = byId("goals-text", HTMLElement);
  const live = byId("goals-live", HTMLElement);
  const list = byId("goals-list", HTMLElement);
  const note = byId("goals-note", HTMLElement);
  const clear = byId("goals-clear", HTMLButtonElement);
  const card = byId("goals-card", HTMLElement);
  const inputs = all(card, "[data-goal]", HTMLInputElement);
  const popover = createPopover(button, card);
  /** @type {Goal[] | null} */
  let drawn = null;
  /** Rows of the card, in the order of the goals. @type {HTMLElement[]} */
  let states = [];
  /** @type {PageState["view"] | null} */
  let drawnView = null;

  const fields = inputs.map((input) => createNumberField(input, {
    beneath: input.closest(".goal-part") ?? input,
    onNumber(value) {
      drawnView = null;
      actions.setView({ [input.dataset.goal ?? ""]: value });
    },
  }));
  card.addEventListener("toggle", () => {
    const left = popover.isOpen() ? [] : fields.flatMap((field) => field.take() ?? []);
    if (left.length === 0) return;
    actions.refuse(`${left.join(" ")} The goal is unchanged.`);
    drawnView = null;
  });
  clear.addEventListener("click", () => {
    for (const field of fields) field.clear();
    actions.setView(Object.fromEntries(inputs.map((input) => [input.dataset.goal ?? "", null])));
    inputs[0].focus();
  });

  /** @param {Goal[]} goals */
  function drawGoals(goals) {
    const before = drawn;
    drawn = goals;
    button.classList.toggle("set", goals.length > 0);
    button.classList.toggle("decided", Boolean(verdictOf(goals.find(({ reached }) => reached === null) ?? goals[0])));
    medals.replaceChildren(...goals.map((goal) => medalOf(goal, isNew(goal, before))));
    states = goals.map(() => h("span", { class: "state" }));
    list.hidden = goals.length === 0;
    list.replaceChildren(...goals.map((goal, place) => h("li", {},
      medalOf(goal, false),
      h("div", {}, h("strong", {}, MEDALS[goal.medal].name), " ", goal.label, states[place]))));
    const reached = goals.filter((goal) => isNew(goal, before)).map((goal) => `${MEDALS[goal.medal].name} reached in epoch ${goal.reached}: ${goal.label}.`);
    const missed = goals.filter((goal) => isMissedNow(goal, before)).map((goal) => `${MEDALS[goal.medal].name} missed: ${goal.label}.`);
    if (reached.length + missed.length > 0) setText(live, [...reached, ...missed].join(" "));
  }

  /** @param {PageState["view"]} view */
  function drawOwn(view) {
    drawnView = view;
    for (const [place, input] of inputs.entries()) {
      const value = view[/** @type {"goal_gap"} */ (input.dataset.goal)] ?? null;
      if (document.activeElement !== input || value !== null) fields[place].show(value);
    }
    const [asks, withs] = [inputs.slice(0, 3), inputs.slice(3)].map((some) => some.some((input) => input.value !== ""));
    setText(note, !asks && withs ? "Say what is to be reached: a loss, an accuracy or a gap." : "");
    clear.disabled = !asks && !withs;
  }

  return {
    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, { goals, view }) {
      if (goals !== drawn) drawGoals(goals);
      if (view !== drawnView) drawOwn(view);
      const line = summary(goals, frame);
      if (text.textContent !== line) button.title = goals.length > 0 ? line : "";
      setText(text, line);
      for (const [place, goal] of goals.entries()) setText(states[place], stateOf(goal, frame));
    },
  };
}

/** Whether a goal has just been reached, and was not when the page heard of it first. @param {Goal} goal @param {Goal[] | null} before */
function isNew(goal, before) {
  const old = before?.find(({ name }) => name === goal.name);
  return goal.reached !== null && old !== undefined && old.reached === null;
}

/** The same of one that has just been missed. @param {Goal} goal @param {Goal[] | null} before */
function isMissedNow(goal, before) {
  return goal.missed && before?.find(({ name }) => name === goal.name)?.missed === false;
}

/** The line over the losses: of the next goal what is missing, or what was reached last. @param {Goal[]} goals @param {Frame | null} frame */
function summary(goals, frame) {
  if (goals.length === 0) return "Set a goal";
  const next = goals.find((goal) => goal.reached === null);
  const { medal, label } = next ?? goals[goals.length - 1];
  const name = MEDALS[medal].name;
  if (!next) return `${name} ${stateOf(goals[goals.length - 1], frame)}`;
  const verdict = verdictOf(next);
  if (verdict) return `${name} ${verdict}`;
  return `${name}: ${openCondition(next, frame)?.words ?? lower(label)} · ${stateOf(next, frame)}`;
}

/** Why a goal is not to be reached any more, or not like this; nothing if it may be. @param {Goal | undefined} goal */
export function verdictOf(goal) {
  if (!goal || goal.reached !== null) return "";
  const { missed, late, obstacle, conditions } = goal;
  if (obstacle) return `not possible: ${obstacle}`;
  if (!missed) return "";
  const limit = formatCount(conditions.find(({ measure }) => measure === "epochs")?.value ?? 0);
  return late === null ? `missed: not reached within ${limit} epochs` : `missed: reached in epoch ${formatCount(late)}, the limit was ${limit}`;
}

/** The first condition that does not hold yet. @param {Goal} goal @param {Frame | null} frame */
function openCondition({ conditions }, frame) {
  const measured = conditions.filter(({ measure }) => Object.hasOwn(MEASURES, measure));
  return (frame && measured.find((condition) => !holds(condition, frame))) ?? measured[0];
}

/** @param {Goal} goal @param {Frame | null} frame */
function stateOf(goal, frame) {
  if (goal.reached !== null) return `reached in epoch ${formatCount(goal.reached)}`;
  const verdict = verdictOf(goal);
  if (verdict) return verdict;
  const open = openCondition(goal, frame);
  if (!frame || !open) return "not yet";
  const { now, format } = MEASURES[open.measure];
  return `now ${format(now(frame))}`;
}

/** @param {Condition} condition @param {Frame} frame */
function holds({ measure, bound, value }, frame) {
  const now = MEASURES[measure].now(frame);
  return now !== null && (bound === "at_most" ? now <= value : now >= value);
}

/** @param {string} label */
function lower(label) {
  return label.charAt(0).toLowerCase() + label.slice(1);
}

/** A medal that tells by its letter which it is, and by being filled whether it is reached. @param {Goal} goal @param {boolean} isFresh */
function medalOf({ medal, reached, missed }, isFresh) {
  const { name, letter } = MEDALS[medal];
  const state = reached === null ? (missed ? "missed" : "not reached yet") : `reached in epoch ${reached}`;
  return svg("svg", {
    class: `medal ${medal}${reached === null ? "" : " reached"}${isFresh ? " fresh" : ""}`,
    viewBox: "0 0 24 24", role: "img", "aria-label": `${name}, ${state}`,
  },
  svg("path", { class: "ribbon", d: "M7.5 14.5 6 22l6-3 6 3-1.5-7.5" }),
  svg("circle", { cx: 12, cy: 9.5, r: 7.5 }),
  svg("text", { x: 12, y: 13.2, "text-anchor": "middle" }, letter));
}
