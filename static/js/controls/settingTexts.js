/** What the advanced settings say: pure, from fields and the state. */

import { valuesOf, whyIdle } from "../core/applies.js";
import { presetText } from "../core/presets.js";
import { isEqual } from "../core/store.js";

/**
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../core/types.js").Schema} Schema
 * @typedef {import("../core/actions.js").PageState} PageState
 */
/**
 * The state of a setting.
 * @typedef {object} Standing
 * @property {boolean} isChanged  it differs from the default
 * @property {boolean} isIdle  it makes no difference now
 * @property {string} note  why it is idle, or what comes with its value; empty: nothing
 */

const DEFAULT = " (default)";

/**
 * The label of an option. The default is marked while another value is chosen.
 * @param {string} label  marked or not @param {boolean} isDefault @param {boolean} isChosen
 */
export function optionLabel(label, isDefault, isChosen) {
  const plain = label.endsWith(DEFAULT) ? label.slice(0, -DEFAULT.length) : label;
  return isDefault && !isChosen ? plain + DEFAULT : plain;
}

/**
 * @param {Field} field
 * @param {Schema} schema
 * @param {Pick<PageState, "schema" | "config" | "data">} state
 * @returns {Standing}
 */
export function standingOf(field, schema, state) {
  const reason = whyIdle(field, state);
  return {
    isChanged: !isEqual(valuesOf(state.config)[field.name], field.default),
    isIdle: reason !== null,
    note: reason ?? presetText(schema, state.config, field) ?? "",
  };
}

/** The changes that reset fields to their defaults. @param {readonly Field[]} fields @param {PageState["config"]} config */
export function resetOf(fields, config) {
  const values = valuesOf(config);
  return Object.fromEntries(fields.filter((field) => !isEqual(values[field.name], field.default)).map((field) => [field.name, field.default]));
}

/** What follows the number of changed settings. @param {number} changes */
export const changesText = (changes) => (changes === 1 ? " differs from the default" : " differ from the default");

/** The summary of the settings that are not used. @param {number} count @param {number} changed  of them */
export const idleText = (count, changed) => `Not used right now (${count}${changed > 0 ? `, ${changed} changed` : ""})`;

/**
 * A default value in the words of its control.
 * @param {Field} field
 * @param {readonly {value: string, text: string}[]} options  of the control
 */
export function defaultLabel(field, options) {
  if (typeof field.default === "boolean") return field.default ? "on" : "off";
  const option = options.find(({ value }) => value === String(field.default));
  if (option) return optionLabel(option.text, false, true);
  if (!Array.isArray(field.default)) return String(field.default);
  return field.kind === "names" ? "same as main setting" : "same for all layers";
}

/** The first option of a layer's list, which leaves the layer to what all share. @param {string} label  of the shared value @param {"names" | "numbers"} kind */
export const sharedLabel = (label, kind) => (kind === "names" ? `${label} (main setting)` : `${label} (all layers)`);
