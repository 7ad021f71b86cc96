/**
 * Pure: when the outcome of a lesson's step has been seen, from a frame and the state.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/actions.js").PageState} PageState
 */

import { openPanelOf } from "../core/dock.js";

/**
 * When to tick a step, as app/course/lesson.py describes it.
 * @typedef {object} Condition
 * @property {"run" | "look" | "goal"} kind
 * @property {string} link  whose experiment is to run, or whose goals are to be reached
 * @property {number} epochs
 * @property {string} measure  "" if it is enough that the run has ended
 * @property {number} limit
 * @property {boolean} isFloor  whether the measure is to be at least, and not at most, the limit
 * @property {boolean} isExpected  whether that is to be so, or not to be so
 * @property {boolean} once  whether any epoch up to the last one will do
 * @property {string} panel
 */

/**
 * What the conditions are about.
 * @typedef {object} Facts
 * @property {string} version  of the experiment: another one after every change
 * @property {string} experiment  see `experimentOf`
 * @property {number} epoch
 * @property {boolean} hasEnded  whether training can go no further, or has been stopped early
 * @property {Record<string, number | null>} values  by measure
 * @property {string[]} panels  that are open
 * @property {string} goals  see `goalsOf`
 * @property {boolean} areGoalsReached
 */

const GOAL = /^goal[a-z]+$/i;
/** The keys of a link that change neither data nor network nor training, and the seeds: another run of the same experiment. */
const BESIDES = /^(?:seed|encodedSeed|weightSeed|weightOffset|showTestData|discretize|hideText|showBiasUnits|collectStats|tutorial|compare|words|sound|sweep|goal[a-z]*|\w+_(?:hide|lock))$/i;

/** The pairs of a link whose keys pass, in a fixed order. @param {string} link  canonical @param {(key: string) => boolean} isWanted */
const pairsOf = (link, isWanted) => link.replace(/^#/, "").split("&").filter((pair) => isWanted(pair.split("=", 1)[0])).sort().join("&");

/** What two links have in common that open the same experiment, but for its seeds and the page around it. @param {string} link  canonical */
export const experimentOf = (link) => pairsOf(link, (key) => !BESIDES.test(key));

/** The goals of a link. @param {string} link  canonical */
export const goalsOf = (link) => pairsOf(link, (key) => GOAL.test(key));

/** What is open of all that a step can open. @param {PageState} state @returns {string[]} */
export function openPanels(state) {
  const panel = state.inside.panel ?? openPanelOf(state);
  return panel === null ? [] : [panel];
}

/**
 * @param {Frame | null} frame @param {PageState} state
 * @returns {Facts | null} null: the frame shows an earlier epoch, or another experiment than the state
 */
export function factsOf(frame, state) {
  if (!frame || frame.past || frame.revision !== state.revision) return null;
  const { train_loss, test_loss, train_accuracy, test_accuracy, epoch, revision } = frame;
  const { status: { diverged, stopped }, goals } = state;
  return {
    version: `${state.session} ${revision}`, experiment: experimentOf(state.link), epoch,
    hasEnded: diverged !== null || stopped !== null,
    values: {
      train_loss, test_loss, train_accuracy, test_accuracy, diverged: diverged === null ? 0 : 1,
      gap: train_loss === null || test_loss === null ? null : test_loss - train_loss,
    },
    panels: openPanels(state),
    goals: goalsOf(state.link),
    areGoalsReached: goals.length > 0 && goals.every(({ reached }) => reached !== null),
  };
}

/** Whether the run that a step asks for has ended, whatever came out. @param {Condition} condition @param {Facts} facts */
function isFinished({ kind, link, epochs }, facts) {
  return kind === "run" && facts.experiment === experimentOf(link) && (facts.epoch >= epochs || facts.hasEnded);
}

/** Whether the outcome of a step can be seen now. @param {Condition} condition @param {Facts} facts */
function isVisible(condition, facts) {
  const { kind, link, epochs, measure, limit, isFloor, isExpected, once, panel } = condition;
  if (kind === "look") return facts.panels.includes(panel);
  if (kind === "goal") return facts.areGoalsReached && facts.goals === goalsOf(link);
  if (facts.experiment !== experimentOf(link)) return false;
  if (measure === "") return isFinished(condition, facts);
  const value = facts.values[measure] ?? null;
  if (value === null) return false;
  const isReached = isFloor ? value >= limit : value <= limit;
  if (once && isExpected) return isReached && facts.epoch <= epochs;
  return isFinished(condition, facts) && isReached === isExpected;
}

/**
 * Watches one step at a time. What was there when the step began does not count, nor does anything until an experiment
 * that was asked for has come.
 */
export function createWatch() {
  /** What was there when the step began; null before anything was. @type {string | null} */
  let first = null;
  /** The version that is being replaced. @type {string | null} */
  let old = null;

  /** @param {Facts} facts */
  const markOf = ({ version, epoch, panels, hasEnded }) => [version, epoch, hasEnded, ...panels].join(" ");

  return {
    /** A step begins, or its run. @param {string | null} [replaced]  the version of the experiment that is about to be replaced */
    begin(replaced = null) {
      first = null;
      old = replaced;
    },

    /**
     * @param {Condition} condition @param {Facts | null} facts
     * @param {boolean} isAsked  whether the reader is to predict the outcome first
     * @returns {{isSeen: boolean, isFinished: boolean}}
     */
    take(condition, facts, isAsked) {
      if (facts === null || facts.version === old) return { isSeen: false, isFinished: false };
      if (old !== null) first = "";
      old = null;
      first ??= markOf(facts);
      if (isAsked && markOf(facts) === first) return { isSeen: false, isFinished: false };
      return { isSeen: isVisible(condition, facts), isFinished: isFinished(condition, facts) };
    },
  };
}
