/** Many starts as the page keeps them: pure functions of the messages that bring them. */

import { isEqual } from "../core/store.js";

/**
 * @typedef {import("../core/types.js").Config} Config
 * @typedef {import("../core/types.js").StartsMessage} StartsMessage
 */
/** A start, with its picture.
 * @typedef {import("../core/types.js").StartResult & {surface: Uint8Array, classes: Uint8Array | null, curve: Float32Array | null}} Start */
/** Why no more starts come. @typedef {"done" | "canceled" | "changed" | "disconnected" | "failed"} Ending */
/**
 * @typedef {object} Starts
 * @property {number} id  differs from that of all others of this page
 * @property {number} total
 * @property {number} epochs  of each
 * @property {Vary} vary
 * @property {number} share  that has been trained, 0 … 1
 * @property {number | null} secondsLeft
 * @property {Ending | null} ended
 * @property {Config} config  of the experiment that they are starts of
 * @property {string | null} examples  the code of the user's own examples there
 * @property {Start[]} starts  that are finished, in the order in which they came
 */
/** @typedef {"weights" | "data" | "both"} Vary */

/** Points of a side of a start's picture. */
export const SIDE = 48;

/** Seeds, by what is varied: those that differ between starts. @type {Record<Vary, (keyof Config)[]>} */
const VARIED = { weights: ["weight_seed", "weight_offset"], data: ["seed"], both: ["seed", "weight_seed", "weight_offset"] };

/** The starts that a message brings. @param {StartsMessage} message @returns {Start[]} */
function startsIn({ starts, arrays: { surfaces, classes, curves } }) {
  const points = SIDE * SIDE;
  const length = curves ? curves.length / starts.length : 0;
  return starts.map((start, i) => ({
    ...start,
    surface: surfaces.subarray(i * points, (i + 1) * points),
    classes: classes?.subarray(i * points, (i + 1) * points) ?? null,
    curve: curves?.subarray(i * length, (i + 1) * length) ?? null,
  }));
}

/**
 * The starts after a message: those before with what it brings, or those that begin with it.
 * @param {Starts | null} before
 * @param {StartsMessage} message
 * @param {{config: Config, examples: string | null}} experiment  in force
 * @returns {Starts | null}
 */
export function startsAfter(before, message, { config, examples }) {
  const { id, total, epochs, vary, share, seconds_left: secondsLeft, ended } = message;
  if (id !== undefined && ended === null) return { id, total, epochs, vary, share, secondsLeft, ended, config, examples, starts: [] };
  // what comes late for starts that the page has given up
  if (before === null || before.ended !== null) return before;
  return { ...before, share, secondsLeft, ended, starts: [...before.starts, ...startsIn(message)] };
}

/** Starts of which no more will come. @template {Starts | null} T @param {T} starts @param {Ending} ended @returns {T} */
export function endedStarts(starts, ended) {
  return starts && starts.ended === null ? { ...starts, ended } : starts;
}

/**
 * Whether starts are of an experiment, which may have other seeds where they are varied.
 * @param {Starts} starts @param {{config: Config, examples: string | null}} experiment
 */
export function areOf({ vary, config: before, examples: old }, { config, examples }) {
  const weightSeed = (/** @type {Config} */ { weight_seed: own, seed }) => own || seed;
  // varied data leave the weights as they are, whichever seed names them
  const isVaried = (/** @type {string} */ name) => VARIED[vary].some((other) => other === name) || name === "weight_seed";
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
