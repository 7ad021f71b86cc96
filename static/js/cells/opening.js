/** Whether a sweep is of the present experiment, and what makes one of its starts the present run. Pure. */

import { areOf, changesOf, seedsOf } from "../luck/starts.js";

/**
 * @typedef {import("../core/types.js").Config} Config
 * @typedef {import("../luck/starts.js").Starts} Starts
 * @typedef {import("../luck/starts.js").Start} Start
 */

/** Some fields of a config. @param {Config} config @param {readonly string[]} names @returns {Partial<Config>} */
const partOf = (config, names) => Object.fromEntries(Object.entries(config).filter(([name]) => names.includes(name)));

/** Whether an experiment is the one that was swept, whatever values its swept settings have. @param {Starts} sweep @param {{config: Config, examples: string | null}} experiment */
export function isSweepOf(sweep, { config, examples }) {
  const swept = partOf(sweep.config, sweep.axes.map(({ field }) => field));
  return areOf(sweep, { config: { ...config, ...swept }, examples });
}

/**
 * The changes that make the present experiment that of a cell. Settings that would come along with others, as the learning
 * rate of an optimizer, stay what they are in the sweep.
 * @param {import("../core/types.js").Schema} schema @param {Starts} sweep @param {number} cell
 * @returns {Partial<Config>}
 */
export function settingsOf({ fields }, { axes, config }, cell) {
  const following = fields.filter(({ presets }) => presets && presets.length > 0).map(({ name }) => name);
  return { ...partOf(config, following), ...changesOf(axes, cell) };
}

/** The start of a cell that is the present run. @param {readonly Start[]} starts  of that cell @param {Config} config  of which the settings are the cell's @returns {Start | null} */
export function openedStart(starts, { seed, weight_seed: own, weight_offset: offset }) {
  return starts.find((start) => start.seed === seed && (start.weight_seed || start.seed) === (own || seed) && start.weight_offset === offset) ?? null;
}

/** The changes that make a start the present run. @param {import("../core/types.js").Schema} schema @param {Starts} sweep @param {number} cell @param {Start} start */
export const openingOf = (schema, sweep, cell, start) => ({ ...settingsOf(schema, sweep, cell), ...seedsOf(start) });
