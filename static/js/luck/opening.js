/** Which start is the present run, and what makes another one so. Pure. */

import { changesOf, seedsOf } from "./starts.js";

/**
 * @typedef {import("../core/types.js").Config} Config
 * @typedef {import("./starts.js").Starts} Starts
 * @typedef {import("./starts.js").Start} Start
 */

/** Some fields of a config. @param {Config} config @param {readonly string[]} names @returns {Partial<Config>} */
const partOf = (config, names) => Object.fromEntries(Object.entries(config).filter(([name]) => names.includes(name)));

/** What other data or another network would draw again. */
const SEEDS = ["seed", "weight_seed", "weight_offset"];

/**
 * The changes that make the present experiment that of a cell. Seeds stay what they are in the sweep, and so do settings that
 * would come along with others, as the learning rate of an optimizer.
 * @param {import("../core/types.js").Schema} schema @param {Starts} sweep @param {number} cell
 * @returns {Partial<Config>}
 */
export function settingsOf({ fields }, { axes, config }, cell) {
  const following = fields.filter(({ presets }) => presets && presets.length > 0).map(({ name }) => name);
  return { ...partOf(config, [...following, ...SEEDS]), ...changesOf(axes, cell) };
}

/** The start that is the present run. @param {readonly Start[]} starts  of the settings of the config, in a sweep of one cell @param {Config} config @returns {Start | null} */
export function openedStart(starts, { seed, weight_seed: own, weight_offset: offset }) {
  return starts.find((start) => start.seed === seed && (start.weight_seed || start.seed) === (own || seed) && start.weight_offset === offset) ?? null;
}

/**
 * The changes that make a start the present run.
 * @param {import("../core/types.js").Schema} schema @param {Starts} sweep @param {number | null} cell  null: of starts without a sweep
 * @param {Start} start
 */
export const openingOf = (schema, sweep, cell, start) => ({ ...(cell !== null && settingsOf(schema, sweep, cell)), ...seedsOf(start) });

/** How long a start has to be trained to be what it was. @param {Starts} starts @param {Start} start */
export const epochsOf = ({ untilGoal, epochs }, start) => (untilGoal && start.reached !== null ? start.epoch : epochs);
