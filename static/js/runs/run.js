/**
 * A recorded run: one stretch of training whose losses belong together, from its start to where the next one began. Pure.
 *
 * @typedef {import("../core/types.js").Config} Config
 * @typedef {import("../core/types.js").Schema} Schema
 * @typedef {import("../core/types.js").Field} Field
 */

import { valuesOf, whyIdle } from "../core/applies.js";
import { isEqual } from "../core/store.js";

/**
 * @typedef {object} RecordedRun
 * @property {string} id
 * @property {number} number  of its name "Run 7"
 * @property {string} name  that the user has given it; empty: "Run 7"
 * @property {boolean} starred
 * @property {number} started  ms since 1970
 * @property {{number: number, epoch: number} | null} origin  the run that it continues, and where
 * @property {string[]} changes  what differs from the run before: "Learning rate 0.1"
 * @property {Config} config
 * @property {string} link
 * @property {number} epoch
 * @property {number | null} trainLoss
 * @property {number | null} testLoss
 * @property {number | null} trainAccuracy  0 … 1
 * @property {number | null} testAccuracy
 * @property {ReachedGoal[]} goals  that were reached
 * @property {number} duration  seconds of training
 * @property {Picture | null} picture
 * @property {import("../core/losses.js").Losses} losses  thinned
 * @property {import("../core/types.js").Checkpoint | null} checkpoint  null: there was no room for it
 * @property {string | null} examples  the code of own examples that the link does not carry
 */
/** @typedef {{label: string, medal: string, reached: number}} ReachedGoal */
/**
 * A small picture of the network: of its output, or of what its first neurons look for.
 * @typedef {object} Picture
 * @property {number} size  pixels of a side
 * @property {string} bytes  base64, as in a frame
 * @property {string | null} classes  base64: the likeliest class of each pixel, where there are more than two
 * @property {number} count  classes, 0 without
 */

/** Fields that have a column of their own. */
const SEEDS = new Set(["seed", "weight_seed", "weight_offset"]);

/**
 * A value as its control shows it.
 * @param {Field} field @param {unknown} value @param {Schema} schema
 * @returns {string}
 */
function valueLabel(field, value, schema) {
  if (typeof value === "boolean") return value ? "on" : "off";
  const labels = field.name === "features" ? schema.features.map(({ name, label }) => ({ value: name, label })) : field.choices ?? [];
  const one = (/** @type {unknown} */ item) => labels.find((choice) => choice.value === item)?.label ?? String(item);
  if (Array.isArray(value)) return value.length > 0 ? value.map(one).join(", ") : "none";
  return one(value) || "none";
}

/**
 * The settings in which a run differs from the one before, without those that make no difference in it.
 * @param {Schema} schema @param {Config | null} before  null: the defaults @param {Config} now
 * @returns {string[]} each as "Learning rate 0.1"
 */
export function changesBetween(schema, before, now) {
  const [old, present] = [before && valuesOf(before), valuesOf(now)];
  const situation = { schema, config: now, data: null };
  return schema.fields
    .filter((field) => !SEEDS.has(field.name) && field.name in present && whyIdle(field, situation) === null)
    .filter((field) => !isEqual(present[field.name], old ? old[field.name] : field.default))
    .map((field) => `${field.label} ${valueLabel(field, present[field.name], schema)}`);
}

/** Bytes as text. @param {Uint8Array} bytes */
export function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** @param {string} text  base64 @returns {Uint8Array} */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** The name of a run. @param {Pick<RecordedRun, "name" | "number">} run */
export const nameOf = ({ name, number }) => name || `Run ${number}`;
