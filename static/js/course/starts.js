/**
 * The buttons beside stated shares: each trains the experiment of its outcome from many starts, in the panel "Is it luck?",
 * and then says how many of them reached it.
 */

import { LOCKED } from "../core/locks.js";
import { all, byId, setText } from "../lib/dom.js";
import { formatPercent } from "../lib/format.js";
import { experimentOf, goalsOf } from "./outcome.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../luck/starts.js").Starts} Starts
 */

/**
 * What a button runs, as app/course/starts.py describes it.
 * @typedef {object} OutcomeStarts
 * @property {string} link  of the experiment, with the outcome as its goal
 * @property {Partial<import("../core/types.js").View>} view  the goal
 * @property {number} epochs
 * @property {number} count
 * @property {import("../luck/starts.js").Vary} vary
 * @property {number} reached  in how many runs it was measured
 * @property {number} measured  of how many
 */

/** How many starts reached an outcome. @typedef {{reached: number, count: number, isRunning: boolean}} Tally */

const PANEL = "luck";

/** Whether two links open the same experiment, but for its seeds, with the same goals. @param {string} one @param {string} other */
const isSame = (one, other) => experimentOf(one) === experimentOf(other) && goalsOf(one) === goalsOf(other);

/** Whether the link of the page leaves everything open that starts need. @param {Pick<PageState, "view">} state */
const isFree = ({ view: { locked, hidden } }) => locked.length === 0 && !hidden.includes(PANEL);

/** Whether the page can have the experiment of an outcome by another goal: those of courses stay. @param {Pick<PageState, "link" | "view">} state @param {OutcomeStarts} outcome */
const lacksGoal = (state, outcome) => isFree(state) && !state.view.goals?.length && experimentOf(state.link) === experimentOf(outcome.link);

/**
 * How many of some starts reached an outcome; null if they are starts of something else.
 * @param {Pick<Starts, "starts" | "epochs" | "vary" | "ended"> & {axes?: readonly unknown[]}} starts
 * @param {string} link  of the page when they began
 * @param {OutcomeStarts} outcome
 * @returns {Tally | null}
 */
export function tallyOf({ starts, epochs, vary, ended, axes = [] }, link, outcome) {
  if (epochs !== outcome.epochs || vary !== outcome.vary || axes.length > 0 || !isSame(link, outcome.link)) return null;
  return { reached: starts.filter(({ reached }) => reached !== null).length, count: starts.length, isRunning: ended === null };
}

/** What the button says. @param {Tally | null} tally @param {string} label  before anything was run */
export function buttonText(tally, label) {
  if (tally === null || (tally.count === 0 && !tally.isRunning)) return label;
  if (tally.count === 0) return "Starting…";
  const { reached, count, isRunning } = tally;
  return isRunning ? `${reached} of ${count} so far` : `Here: ${reached} of ${count}`;
}

/** What was measured when the lesson was written. @param {OutcomeStarts} outcome */
export const measuredText = ({ reached, measured }) => `Measured for this lesson: ${reached} of ${measured} runs (${formatPercent(reached / measured, 0)}).`;

/**
 * @param {HTMLElement} element  the lesson
 * @param {object} parts
 * @param {Pick<import("../core/actions.js").PageActions, "openStarts" | "setView">} parts.actions
 * @param {import("../core/actions.js").PageStore} parts.store
 * @param {(link: string) => void} parts.openExperiment
 */
export function createStarts(element, { actions, store, openExperiment }) {
  /** @type {Map<string, OutcomeStarts>} */
  const outcomes = new Map(Object.entries(JSON.parse(byId("lesson-starts", HTMLElement).textContent ?? "{}")));
  const buttons = all(element, "[data-starts]", HTMLElement).map((button) => ({ button, name: button.dataset.starts ?? "", label: button.textContent ?? "" }));
  const note = byId("lesson-note", HTMLElement);
  const measured = byId("luck-measured", HTMLElement);
  /** What was asked for, while its experiment has not arrived; and the errors that the page had then.
   * @type {{outcome: OutcomeStarts, errors: PageState["errors"]} | null} */
  let wanted = null;
  /** The last starts, and the link of the page when they began. @type {{id: number | null, link: string}} */
  let begun = { id: null, link: "" };
  /** @type {Starts | null} */
  let drawn = null;
  /** The button that was pressed last, until all of its starts are there; and whether it has been brought into sight since. @type {{button: HTMLElement, isShown: boolean} | null} */
  let pressed = null;

  for (const { button, name } of buttons) button.addEventListener("click", () => press(button, name));

  /** @param {string} text */
  function say(text) {
    note.hidden = text === "";
    setText(note, text);
  }

  /** @param {HTMLElement} button @param {string} name  of an outcome */
  function press(button, name) {
    const outcome = outcomes.get(name);
    if (!outcome) return;
    const state = store.get();
    // a page that shows another network changes nothing there
    say(state.lockReason === LOCKED ? "" : `${state.lockReason}.`);
    if (state.lockReason !== LOCKED) return;
    wanted = { outcome, errors: state.errors };
    pressed = { button, isShown: false };
    if (!isReady(state, outcome)) prepare(state, outcome);
    start(store.get());
  }

  /** @param {PageState} state @param {OutcomeStarts} outcome */
  const isReady = (state, outcome) => isFree(state) && isSame(state.link, outcome.link);

  /** Asks for the experiment of an outcome; where only the goal is missing, the page's own run goes on. @param {PageState} state @param {OutcomeStarts} outcome */
  function prepare(state, outcome) {
    if (lacksGoal(state, outcome)) actions.setView(outcome.view);
    else openExperiment(outcome.link);
  }

  /** Trains the starts that were asked for, as soon as the page has their experiment. @param {PageState} state */
  function start(state) {
    if (wanted === null) return;
    const { outcome, errors } = wanted;
    if (isReady(state, outcome)) {
      wanted = null;
      actions.openStarts({ count: outcome.count, vary: outcome.vary, epochs: outcome.epochs });
    } else if (state.errors !== errors && state.errors.length > 0) {
      // the page says why it has another experiment
      wanted = null;
    }
  }

  /** Keeps the button in sight when the panel has opened, and when it says more; and then what the panel says. @param {boolean} isRunning */
  function show(isRunning) {
    if (pressed === null) return;
    const { button, isShown } = pressed;
    if (!isShown || !isRunning) button.scrollIntoView({ block: "nearest" });
    if (!isRunning) measured.scrollIntoView({ block: "nearest" });
    pressed = isRunning ? { button, isShown: true } : null;
  }

  /** @param {Starts | null} starts */
  function drawTallies(starts) {
    let text = "";
    for (const { button, name, label } of buttons) {
      const outcome = /** @type {OutcomeStarts} */ (outcomes.get(name));
      const tally = starts && tallyOf(starts, begun.link, outcome);
      if (tally === null) continue;
      text = measuredText(outcome);
      setText(button, buttonText(tally, label));
    }
    measured.hidden = text === "";
    setText(measured, text);
    if (starts && text !== "") show(starts.ended === null);
  }

  return {
    /** Another step begins, and what was asked for in the last one is forgotten. */
    begin() {
      wanted = null;
      pressed = null;
      say("");
    },

    /** @param {PageState} state */
    draw(state) {
      start(state);
      if (!note.hidden && state.lockReason === LOCKED) say("");
      const { starts, link } = state;
      if (starts === drawn) return;
      if (starts && starts.id !== begun.id) begun = { id: starts.id, link };
      drawn = starts;
      drawTallies(starts);
    },
  };
}
