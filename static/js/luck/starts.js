/** Many starts as the page keeps them: pure functions of the messages that bring them. */

import { isEqual } from "../core/store.js";

/**
 * @typedef {import("../core/types.js").Config} Config
 * @typedef {import("../core/types.js").Goal} Goal
 * @typedef {import("../core/types.js").Axis} Axis
 * @typedef {import("../core/types.js").StartsMessage} StartsMessage
 */
/** A start, with its picture. @typedef {import("../core/types.js").StartResult & Drawn} Start */
/**
 * @typedef {object} Drawn
 * @property {Uint8Array} surface  empty where the examples are pictures
 * @property {Uint8Array | null} classes
 * @property {Float32Array | null} curve
 * @property {Uint8Array | null} [answers]  where the examples are pictures: the digit that is read in each of those for testing
 * @property {Uint8Array | null} [labels]  the digit that each of them is
 * @property {Float32Array | null} [losses]  at the epochs of `epochOf`; NaN after the start has ended
 */
/** Why no more starts come. @typedef {"done" | "canceled" | "changed" | "disconnected" | "failed"} Ending */
/**
 * @typedef {object} Starts
 * @property {number} id  differs from that of all others of this page
 * @property {number} total  of all cells
 * @property {number} count  of each cell
 * @property {Axis[]} axes  of a sweep; empty: one cell with the settings of `config`
 * @property {number} every  epochs between two points of the losses
 * @property {boolean} untilGoal  whether a start ends when it reaches the goal
 * @property {number} epochs  of each, at most
 * @property {Vary} vary
 * @property {number} share  that has been trained, 0 … 1
 * @property {number | null} secondsLeft
 * @property {Ending | null} ended
 * @property {Config} config  of the experiment that they are starts of
 * @property {string | null} examples  the code of the user's own examples there
 * @property {readonly Goal[]} goals  that were set there
 * @property {string | null} notice  what there is to know about how they are trained
 * @property {Start[]} starts  that are finished, in the order in which they came
 */
/** @typedef {"weights" | "data" | "both"} Vary */

/** Points of a side of a start's picture. */
export const SIDE = 48;

/** Seeds, by what is varied: those that differ between starts. @type {Record<Vary, (keyof Config)[]>} */
const VARIED = { weights: ["weight_seed", "weight_offset"], data: ["seed"], both: ["seed", "weight_seed", "weight_offset"] };

const NO_SURFACE = new Uint8Array(0);

/** The starts that a message brings. @param {StartsMessage} message @returns {Start[]} */
function startsIn({ starts, arrays: { surfaces, classes, curves, losses, answers, labels } }) {
  /** What the array has of a start. @template {Uint8Array | Float32Array} T @param {T | undefined} array @param {number} i @returns {T | null} */
  function part(array, i) {
    const length = array ? array.length / starts.length : 0;
    return /** @type {T | undefined} */ (array?.subarray(i * length, (i + 1) * length)) ?? null;
  }
  return starts.map((start, i) => ({
    ...start,
    surface: part(surfaces, i) ?? NO_SURFACE, classes: part(classes, i), curve: part(curves, i), losses: part(losses, i),
    ...(answers && { answers: part(answers, i), labels: part(labels, i) }),
  }));
}

/**
 * The starts after a message: those before with what it brings, or those that begin with it.
 * @param {Starts | null} before
 * @param {StartsMessage} message
 * @param {{config: Config, examples: string | null, goals: readonly Goal[]}} experiment  in force
 * @returns {Starts | null}
 */
export function startsAfter(before, message, { config, examples, goals }) {
  const { id, total, count = total, axes = [], every = 1, until_goal: untilGoal = false, epochs, vary, share, seconds_left: secondsLeft, ended, notice = null } = message;
  if (id !== undefined && ended === null) {
    return { id, total, count, axes, every, untilGoal, epochs, vary, share, secondsLeft, ended, notice, config, examples, goals, starts: [] };
  }
  // what comes late for starts that the page has given up
  if (before === null || before.ended !== null) return before;
  return { ...before, share, secondsLeft, ended, notice: notice ?? before.notice, starts: [...before.starts, ...startsIn(message)] };
}

/**
 * The epoch of a point of the losses: 0, every, 2 · every, … and the last.
 * @param {Pick<Starts, "every" | "epochs">} starts @param {number} point  from 0
 */
export const epochOf = ({ every, epochs }, point) => Math.min(point * every, epochs);

/**
 * The values of a cell, one of each axis: the last axis changes fastest.
 * @param {readonly Axis[]} axes @param {number} cell  from 0
 * @returns {number[]} the place of each value in its axis
 */
export function placesOf(axes, cell) {
  let rest = cell;
  return axes.toReversed().map(({ values: { length } }) => {
    const place = rest % length;
    rest = (rest - place) / length;
    return place;
  }).reverse();
}

/** What a cell changes in the config of its sweep. @param {readonly Axis[]} axes @param {number} cell @returns {Partial<Config>} */
export function changesOf(axes, cell) {
  const places = placesOf(axes, cell);
  return Object.fromEntries(axes.map(({ field, values }, i) => [field, values[places[i]]]));
}

/** Those that were asked for last, so that what is drawn of them is not drawn again. @type {WeakMap<Start, Start>} */
const inCell = new WeakMap();

/** The same start with its number in its cell. @param {Start} start @param {number} index */
function numbered(start, index) {
  const copy = inCell.get(start) ?? { ...start, index };
  inCell.set(start, copy);
  return copy;
}

/**
 * The starts of one cell, as if they had been asked for without a sweep: start k is start k of every other cell.
 * @param {Starts} sweep @param {number} cell
 * @returns {Starts}
 */
export function startsOfCell(sweep, cell) {
  const { count, axes, config, starts } = sweep;
  const first = cell * count;
  return {
    ...sweep, total: count, axes: [], config: { ...config, ...changesOf(axes, cell) },
    starts: starts.filter(({ index }) => index >= first && index < first + count).map((start) => numbered(start, start.index - first)),
  };
}

/** Starts of which no more will come. @template {Starts | null} T @param {T} starts @param {Ending} ended @returns {T} */
export function endedStarts(starts, ended) {
  return starts && starts.ended === null ? { ...starts, ended } : starts;
}

/**
 * Whether starts are of an experiment, which may have other seeds where they are varied, and other values where they are swept.
 * @param {Starts} starts @param {{config: Config, examples: string | null}} experiment
 */
export function areOf({ vary, axes, config: before, examples: old }, { config, examples }) {
  const weightSeed = (/** @type {Config} */ { weight_seed: own, seed }) => own || seed;
  // varied data leave the weights as they are, whichever seed names them
  const isVaried = (/** @type {string} */ name) => VARIED[vary].some((other) => other === name) || name === "weight_seed" || axes.some(({ field }) => field === name);
  return old === examples && Object.entries(config).every(([name, value]) => isVaried(name) || isEqual(value, /** @type {any} */ (before)[name]))
    && (vary !== "data" || weightSeed(before) === weightSeed(config));
}

/**
 * Whether an experiment is the one that the starts were asked for in, with all of its seeds.
 * @param {Starts} starts @param {{config: Config, examples: string | null}} experiment
 */
export function isSame({ config: before, examples: old }, { config, examples }) {
  return old === examples && isEqual(before, config);
}

/** Fields of the config that make an experiment the one of a start. @param {Start} start */
export const seedsOf = ({ seed, weight_seed, weight_offset }) => ({ seed, weight_seed, weight_offset });
