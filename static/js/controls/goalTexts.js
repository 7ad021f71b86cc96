/** What the page says about goals: pure. Which are reached is the server's word. */

import { formatCount, formatLoss, formatPercent } from "../lib/format.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").Goal} Goal
 * @typedef {import("../core/types.js").GoalCondition} Condition
 */

/** @type {Record<Goal["medal"], {name: string, letter: string}>} */
export const MEDALS = {
  bronze: { name: "Bronze", letter: "B" },
  silver: { name: "Silver", letter: "S" },
  gold: { name: "Gold", letter: "G" },
  own: { name: "Goal", letter: "★" },
};

/** The present value of each measure that changes while training; the others change with the settings alone.
 * @type {Record<string, {now: (frame: Frame) => number | null, format: (value: number | null) => string}>} */
const MEASURES = {
  train_loss: { now: (frame) => frame.train_loss, format: formatLoss },
  test_loss: { now: (frame) => frame.test_loss, format: formatLoss },
  gap: { now: (frame) => (frame.test_loss === null || frame.train_loss === null ? null : frame.test_loss - frame.train_loss), format: formatLoss },
  // goals count in percent
  accuracy: { now: (frame) => (frame.test_accuracy === null ? null : 100 * frame.test_accuracy), format: (value) => formatPercent(value === null ? null : value / 100) },
};

/** @param {Condition} condition @param {Frame} frame */
function holds({ measure, bound, value }, frame) {
  const now = MEASURES[measure].now(frame);
  return now !== null && (bound === "at_most" ? now <= value : now >= value);
}

/** The first condition that does not hold yet. @param {Goal} goal @param {Frame | null} frame */
function openCondition({ conditions }, frame) {
  const measured = conditions.filter(({ measure }) => Object.hasOwn(MEASURES, measure));
  return (frame && measured.find((condition) => !holds(condition, frame))) ?? measured[0];
}

/** Why a goal can no longer be reached, or not with these settings; empty if it can. @param {Goal | undefined} goal */
export function verdictOf(goal) {
  if (!goal || goal.reached !== null) return "";
  const { missed, late, obstacle, conditions } = goal;
  if (obstacle) return `not possible: ${obstacle}`;
  if (!missed) return "";
  const limit = formatCount(conditions.find(({ measure }) => measure === "epochs")?.value ?? 0);
  return late === null ? `missed: not reached within ${limit} epochs` : `missed: reached in epoch ${formatCount(late)}, the limit was ${limit}`;
}

/** The state of a goal: "now 0.312", "reached in epoch 72". @param {Goal} goal @param {Frame | null} frame */
export function progressOf(goal, frame) {
  if (goal.reached !== null) return `reached in epoch ${formatCount(goal.reached)}`;
  const verdict = verdictOf(goal);
  if (verdict) return verdict;
  const open = openCondition(goal, frame);
  if (!frame || !open) return "not yet";
  const { now, format } = MEASURES[open.measure];
  return `now ${format(now(frame))}`;
}

/** @param {string} label */
const lower = (label) => label.charAt(0).toLowerCase() + label.slice(1);

/** The line over the losses: what the next goal still needs, or what was reached last. @param {readonly Goal[]} goals @param {Frame | null} frame */
export function summaryOf(goals, frame) {
  if (goals.length === 0) return "Set a goal";
  const next = goals.find((goal) => goal.reached === null);
  const goal = next ?? goals[goals.length - 1];
  const { name } = MEDALS[goal.medal];
  if (!next) return `${name} ${progressOf(goal, frame)}`;
  const verdict = verdictOf(next);
  if (verdict) return `${name} ${verdict}`;
  return `${name}: ${openCondition(next, frame)?.words ?? lower(next.label)} · ${progressOf(next, frame)}`;
}

/** Whether the next goal, or the first one, can no longer be reached. @param {readonly Goal[]} goals */
export const isDecided = (goals) => verdictOf(goals.find(({ reached }) => reached === null) ?? goals[0]) !== "";

/** Whether a goal has just been reached: it was there, and was not reached. @param {Goal} goal @param {readonly Goal[] | null} before */
export function isNewlyReached(goal, before) {
  const old = before?.find(({ name }) => name === goal.name);
  return goal.reached !== null && old !== undefined && old.reached === null;
}

/** What is announced when goals change; empty: nothing. @param {readonly Goal[]} goals @param {readonly Goal[] | null} before */
export function announcementOf(goals, before) {
  const reached = goals.filter((goal) => isNewlyReached(goal, before));
  const missed = goals.filter((goal) => goal.missed && before?.find(({ name }) => name === goal.name)?.missed === false);
  return [
    ...reached.map((goal) => `${MEDALS[goal.medal].name} reached in epoch ${goal.reached}: ${goal.label}.`),
    ...missed.map((goal) => `${MEDALS[goal.medal].name} missed: ${goal.label}.`),
  ].join(" ");
}

/** What a medal says to a screen reader. @param {Pick<Goal, "medal" | "reached" | "missed">} goal */
export function medalLabel({ medal, reached, missed }) {
  return `${MEDALS[medal].name}, ${reached !== null ? `reached in epoch ${reached}` : missed ? "missed" : "not reached yet"}`;
}

/** What is wrong with the parts of one's own goal; empty: nothing. @param {boolean} hasTarget @param {boolean} hasConstraint */
export function ownGoalNote(hasTarget, hasConstraint) {
  return !hasTarget && hasConstraint ? "Set at least one target: loss, accuracy or generalization gap." : "";
}
