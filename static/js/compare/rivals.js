/** Side by side, without the page: what rivals can do otherwise, how that is called, and who is ahead. */

import { valuesOf, whyIdle } from "../core/applies.js";
import { readNumber, readWholes } from "../lib/numbers.js";
import { withPresets } from "../core/presets.js";

/**
 * @typedef {import("../core/types.js").Config} Config
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../core/types.js").Schema} Schema
 * @typedef {import("../core/types.js").Variant} Variant
 * @typedef {{test_loss: number | null, train_loss: number | null, diverged: unknown}} Standing
 */

/** Rivals that there can be. */
export const MOST_RIVALS = 3;

const KEPT = new Set(["features", "weight_seed", "weight_offset"]);
const KINDS = new Set(["choice", "number", "integer", "flag", "integers"]);

/**
 * The settings that a rival may have otherwise and that make a difference now.
 * @param {import("../core/applies.js").Situation} situation
 * @returns {Field[]}
 */
export function variableFields(situation) {
  return situation.schema.fields.filter((field) =>
    field.effect !== "data" && !KEPT.has(field.name) && KINDS.has(field.kind) && whyIdle(field, situation) === null);
}

/** A value as a reader sees it. @param {Field} field @param {unknown} value */
export function valueText(field, value) {
  if (Array.isArray(value)) return value.length > 0 ? value.join(", ") : "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  return field.choices?.find((choice) => choice.value === value)?.label ?? String(value);
}

/** What a rival does otherwise: "Activation: ReLU". @param {Schema} schema @param {Variant} variant */
export function variantText(schema, variant) {
  return Object.entries(variant).map(([name, value]) => {
    const field = schema.fields.find((other) => other.name === name);
    return field ? `${field.label}: ${valueText(field, value)}` : name;
  }).join(", ");
}

/**
 * The values of a setting that a rival can have instead of the present one.
 * @param {Field} field @param {Config} config
 * @returns {import("../core/types.js").FieldValue[] | null} null: whatever is typed in
 */
export function otherValues(field, config) {
  const present = valuesOf(config)[field.name];
  const all = field.kind === "flag" ? [false, true] : field.choices?.map(({ value }) => value) ?? field.offered;
  return all?.filter((value) => value !== present) ?? null;
}

/** A typed number. @param {Field} field @param {string} text */
const readOf = ({ kind, low, high }, text) => readNumber(text, { low: low ?? -Infinity, high: high ?? Infinity, whole: kind === "integer" });

/**
 * A typed value as the server takes it: a number, or units layer by layer; null if it is neither.
 * @param {Field} field @param {string} text
 * @returns {number | number[] | null}
 */
export function parseValue(field, text) {
  if (field.kind === "integers") return readWholes(text);
  const reading = readOf(field, text);
  return reading.kind === "number" ? reading.value : null;
}

/**
 * Why a typed value is none, in a sentence that names the setting; null if it is one.
 * @param {Field} field @param {string} text
 */
export function whyNoValue(field, text) {
  if (parseValue(field, text) !== null) return null;
  if (field.kind === "integers") return `${field.label}: “${[...text.trim()].slice(0, 24).join("")}” is not a list of whole numbers. Expected one for each layer, such as 4, 2.`;
  const reading = readOf(field, text);
  return `${field.label}: ${reading.kind === "refused" ? reading.reason : "is empty. Enter a number."}`;
}

/**
 * Questions that are asked with one click, those left out that change nothing at present.
 * @param {import("../core/applies.js").Situation} situation
 * @returns {{label: string, variant: Variant}[]}
 */
export function whatIfs({ schema, config }) {
  const sizes = config.hidden_layer_sizes;
  const rate = Number((config.learning_rate * 3).toPrecision(3));
  const bend = config.activation === "relu" ? "tanh" : "relu";
  const rule = config.optimizer === "adam" ? "sgd" : "adam";
  const labelOf = (/** @type {string} */ name, /** @type {string} */ value) =>
    schema.fields.find((field) => field.name === name)?.choices?.find((choice) => choice.value === value)?.label ?? value;
  return [
    ...(sizes.length > 0 ? [{ label: `${labelOf("activation", bend)}?`, variant: { activation: bend } }] : []),
    { label: "Learning rate × 3?", variant: { learning_rate: rate } },
    { label: `${labelOf("optimizer", rule)}?`, variant: withPresets(schema, config, { optimizer: rule }) },
    { label: "One more layer?", variant: { hidden_layer_sizes: [...sizes, sizes[sizes.length - 1] ?? 4] } },
  ];
}

/** The loss that tells who is ahead. @param {Standing} standing */
export function tellingLoss({ test_loss: test, train_loss: train }) {
  return test ?? train;
}

/**
 * Who has the lowest loss; null before there is a difference, and among those who have lost themselves.
 * @param {readonly (Standing | null)[]} standings
 * @returns {number | null}
 */
export function leader(standings) {
  const known = standings.map((standing) => (standing && !standing.diverged ? tellingLoss(standing) : null));
  const losses = known.filter((loss) => loss !== null);
  if (losses.length < 2) return null;
  const lowest = Math.min(...losses);
  const places = known.flatMap((loss, place) => (loss === lowest ? [place] : []));
  return places.length === 1 ? places[0] : null;
}
