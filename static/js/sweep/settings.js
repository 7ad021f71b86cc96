/** The settings that an axis of a sweep may vary. Pure. */

import { valuesOf, whyIdle } from "../core/applies.js";

/**
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../core/types.js").Schema} Schema
 * @typedef {import("../core/applies.js").Situation} Situation
 * @typedef {import("./values.js").Value} Value
 */

/** What is not a setting: each start has its own. */
const SEEDS = new Set(["seed", "weight_seed", "weight_offset", "own_examples"]);
const KINDS = new Set(["choice", "number", "integer", "flag", "integers", "names", "numbers"]);

/** @param {Schema} schema @returns {Field[]} those that make a difference on its page */
export const sweepFields = ({ fields, data: present }) => fields.filter(({ name, kind, key, data }) =>
  key !== null && KINDS.has(kind) && !SEEDS.has(name) && (!data || !present || data === present));

/**
 * The settings in the groups of the page.
 * @param {Schema} schema
 * @returns {{label: string, fields: Field[]}[]}
 */
export function groupedFields(schema) {
  const fields = sweepFields(schema);
  return schema.groups.map(({ value, label }) => ({ label, fields: fields.filter(({ group }) => group === value) })).filter((group) => group.fields.length > 0);
}

/**
 * Why an axis changes nothing, as a sentence; null if it does, at least with some value of another axis.
 * @param {Field} field @param {Situation} situation @param {readonly {field: Field, values: readonly Value[]}[]} others  the other axes
 */
export function whyAxisIdle(field, situation, others) {
  const reason = whyIdle(field, situation);
  if (reason === null) return null;
  const configs = others.flatMap(({ field: { name }, values }) => values.map((value) => ({ ...situation.config, [name]: value })));
  // what the data are like depends on their settings, so these say nothing about other values
  return configs.some((config) => whyIdle(field, { ...situation, config, data: null }) === null) ? null : `It makes no difference now: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
}

/** The setting that is proposed for the next axis. */
const FIRST = ["learning_rate", "activation", "hidden_layer_sizes", "batch_size", "optimizer", "regularization_rate", "noise"];

/**
 * The next axis that is proposed: a usual one that is not there yet and makes a difference.
 * @param {Situation} situation @param {readonly string[]} names  of the axes that are there
 */
export function nextSetting(situation, names) {
  const free = sweepFields(situation.schema).filter(({ name }) => !names.includes(name));
  const usual = FIRST.flatMap((name) => free.filter((field) => field.name === name));
  return [...usual, ...free].find((field) => whyIdle(field, situation) === null) ?? free[0];
}

/** The value of a setting in the experiment. @param {Field} field @param {Situation["config"]} config @returns {Value} */
export const presentValue = ({ name }, config) => /** @type {Value} */ (valuesOf(config)[name]);
