/** Variants: the settings that can be compared, what they are called, and which network is ahead. Pure. */

import { valuesOf, whyIdle } from "../core/applies.js";
import { readNumber, readWholes } from "../lib/numbers.js";
import { withPresets } from "../core/presets.js";

/**
 * @typedef {import("../core/types.js").Config} Config
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../core/types.js").Schema} Schema
 * @typedef {import("../core/types.js").Variant} Variant
 * @typedef {{test_loss: number | null, train_loss: number | null, diverged: unknown}} Result  of a network so far
 */

/** The largest number of variants. */
export const MOST_VARIANTS = 3;

/** Fields that are the same in all networks. */
const SHARED = new Set(["features", "weight_seed", "weight_offset"]);
/** Kinds of fields that can differ. */
const KINDS = new Set(["choice", "number", "integer", "flag", "integers"]);

/**
 * The settings in which a variant can differ, and that make a difference now.
 * @param {import("../core/applies.js").Situation} situation
 * @returns {Field[]}
 */
export function variableFields(situation) {
  return situation.schema.fields.filter((field) =>
    field.effect !== "data" && !SHARED.has(field.name) && KINDS.has(field.kind) && whyIdle(field, situation) === null);
}

/** A value as a reader sees it. @param {Field} field @param {unknown} value */
export function valueText(field, value) {
  if (Array.isArray(value)) return value.length > 0 ? value.join(", ") : "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  return field.choices?.find((choice) => choice.value === value)?.label ?? String(value);
}

/** What a variant changes: "Activation: ReLU". @param {Schema} schema @param {Variant} variant */
export function variantText(schema, variant) {
  return Object.entries(variant).map(([name, value]) => {
    const field = schema.fields.find((other) => other.name === name);
    return field ? `${field.label}: ${valueText(field, value)}` : name;
  }).join(", ");
}

/**
 * The values of a setting other than the present one.
 * @param {Field} field @param {Config} config
 * @returns {import("../core/types.js").FieldValue[] | null} null: any value that is typed
 */
export function otherValues(field, config) {
  const present = valuesOf(config)[field.name];
  const all = field.kind === "flag" ? [false, true] : field.choices?.map(({ value }) => value) ?? field.offered;
  return all?.filter((value) => value !== present) ?? null;
}

/** A typed number. @param {Field} field @param {string} text */
const readOf = ({ kind, low, high }, text) => readNumber(text, { low: low ?? -Infinity, high: high ?? Infinity, whole: kind === "integer" });

/**
 * A typed value as the server reads it: a number, or the units of each layer; null if it is neither.
 * @param {Field} field @param {string} text
 * @returns {number | number[] | null}
 */
export function parseValue(field, text) {
  if (field.kind === "integers") return readWholes(text);
  const reading = readOf(field, text);
  return reading.kind === "number" ? reading.value : null;
}

/**
 * Why a typed value is not one, in a sentence that names the setting; null if it is.
 * @param {Field} field @param {string} text
 */
export function whyNoValue(field, text) {
  if (parseValue(field, text) !== null) return null;
  if (field.kind === "integers") return `${field.label}: “${[...text.trim()].slice(0, 24).join("")}” is not a list of whole numbers. Expected one for each layer, such as 4, 2.`;
  const reading = readOf(field, text);
  return `${field.label}: ${reading.kind === "refused" ? reading.reason : "is empty. Enter a number."}`;
}

/**
 * Variants that are offered with one click, without those that change nothing at present.
 * @param {import("../core/applies.js").Situation} situation
 * @returns {{label: string, variant: Variant}[]}
 */
export function whatIfs({ schema, config }) {
  const sizes = config.hidden_layer_sizes;
  const rate = Number((config.learning_rate * 3).toPrecision(3));
  const activation = config.activation === "relu" ? "tanh" : "relu";
  const optimizer = config.optimizer === "adam" ? "sgd" : "adam";
  const labelOf = (/** @type {string} */ name, /** @type {string} */ value) =>
    schema.fields.find((field) => field.name === name)?.choices?.find((choice) => choice.value === value)?.label ?? value;
  return [
    ...(sizes.length > 0 ? [{ label: `${labelOf("activation", activation)}?`, variant: { activation } }] : []),
    { label: "Learning rate × 3?", variant: { learning_rate: rate } },
    { label: `${labelOf("optimizer", optimizer)}?`, variant: withPresets(schema, config, { optimizer }) },
    { label: "One more layer?", variant: { hidden_layer_sizes: [...sizes, sizes[sizes.length - 1] ?? 4] } },
  ];
}

/** The loss that is compared: the test loss, without test examples the training loss. @param {Result} result */
function comparedLoss({ test_loss: test, train_loss: train }) {
  return test ?? train;
}

/**
 * The network with the lowest loss.
 * @param {readonly (Result | null)[]} results  null: the network is not there yet
 * @returns {number | null} its index; null if there is nothing to compare or no difference
 */
export function leader(results) {
  const known = results.map((result) => (result && !result.diverged ? comparedLoss(result) : null));
  const losses = known.filter((loss) => loss !== null);
  if (losses.length < 2) return null;
  const lowest = Math.min(...losses);
  const leaders = known.flatMap((loss, index) => (loss === lowest ? [index] : []));
  return leaders.length === 1 ? leaders[0] : null;
}
