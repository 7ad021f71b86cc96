/** What the page around a frame hears of the playground in it (docs/embedding.md). Pure. */

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").Goal} Goal
 * @typedef {{epoch: number, train_loss: number | null, test_loss: number | null, playing: boolean}} Progress
 * @typedef {{name: string, label: string, reached: number | null}} GoalState
 * @typedef {{event: "ready", link: string, goals: GoalState[]} & Progress
 *   | {event: "progress", link: string} & Progress
 *   | {event: "goal", link: string, goal: GoalState, reached: number, total: number}
 *   | {event: "all_goals", link: string, total: number}
 *   | {event: "error", message: string}} PlaygroundEvent
 */

/** The name that every message has, in both directions. */
export const NAME = "numpy-playground";
export const EVENTS_VERSION = 1;

/** Settings of a view that are goals by themselves; the others only bound how they may be reached. */
const TARGETS = /** @type {const} */ (["goal_test_loss", "goal_accuracy", "goal_gap"]);

/** Whether a link with this view has goals. @param {Partial<import("../core/types.js").View>} view */
export const hasGoals = (view) => (view.goals?.length ?? 0) > 0 || TARGETS.some((name) => typeof view[name] === "number");

/**
 * Whether a message asks for events, and if so, what is wrong with it.
 * @param {unknown} message
 * @returns {{isOurs: boolean, fault: string}}
 */
export function readSubscription(message) {
  if (typeof message !== "object" || message === null) return { isOurs: false, fault: "" };
  const { to, type, version } = /** @type {Record<string, unknown>} */ (message);
  if (to !== NAME) return { isOurs: false, fault: "" };
  if (type !== "subscribe") return { isOurs: true, fault: `type: got ${shown(type)}; expected "subscribe"` };
  if (version !== EVENTS_VERSION) return { isOurs: true, fault: `version: got ${shown(version)}; expected ${EVENTS_VERSION}` };
  return { isOurs: true, fault: "" };
}

/** @param {unknown} value */
const shown = (value) => (typeof value === "string" || typeof value === "number" ? JSON.stringify(value).slice(0, 64) : typeof value);

/** @param {readonly Goal[]} goals @returns {GoalState[]} */
export const goalStates = (goals) => goals.map(({ name, label, reached }) => ({ name, label, reached }));

/** @param {Frame} frame @param {boolean} playing @returns {Progress} */
export const progressIn = ({ epoch, train_loss, test_loss }, playing) => ({ epoch, train_loss, test_loss, playing });

/** @param {readonly GoalState[]} goals */
const countReached = (goals) => goals.filter(({ reached }) => reached !== null).length;

/**
 * What has happened to goals since they were last heard of.
 * @param {readonly GoalState[]} before @param {readonly GoalState[]} goals @param {string} link
 * @returns {PlaygroundEvent[]}
 */
export function goalEvents(before, goals, link) {
  const total = goals.length;
  const reached = countReached(goals);
  const known = new Set(before.filter((goal) => goal.reached !== null).map(({ name, label }) => `${name} ${label}`));
  const news = goals.filter((goal) => goal.reached !== null && !known.has(`${goal.name} ${goal.label}`));
  /** @type {PlaygroundEvent[]} */
  const events = news.map((goal) => ({ event: "goal", link, goal, reached, total }));
  return news.length > 0 && reached === total ? [...events, { event: "all_goals", link, total }] : events;
}
