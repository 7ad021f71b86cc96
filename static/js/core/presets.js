/**
 * Settings that come with a choice: AdaDelta wants another learning rate than all other optimizers. Pure: from the schema
 * and the config.
 *
 * @typedef {import("./types.js").Config} Config
 * @typedef {import("./types.js").Field} Field
 * @typedef {import("./types.js").FieldValue} FieldValue
 * @typedef {Pick<import("./types.js").Schema, "fields">} Fields
 */

/** The value of a field that the user has not changed. @param {Field} field @param {Record<string, unknown>} values */
function presetOf(field, values) {
  const preset = field.presets?.find(({ field: name, value }) => values[name] === value);
  return preset ? preset.preset : field.default;
}

/**
 * Changes, and with them the settings that come with them. A setting follows only while it is at what came with the choice
 * before; so values set by hand stay, and values that came with a choice leave with it.
 * @template {object} T
 * @param {Fields} schema
 * @param {Config} config  before the changes
 * @param {T} changes
 * @param {Iterable<string>} [held]  fields that are locked
 * @returns {T & Record<string, FieldValue>}
 */
export function withPresets({ fields }, config, changes, held = []) {
  const before = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (config));
  const after = { ...before, ...changes };
  const locked = new Set(held);
  const come = fields.filter((field) => field.presets?.length && !(field.name in changes) && !locked.has(field.name)
    && before[field.name] === presetOf(field, before) && presetOf(field, after) !== before[field.name]);
  return { ...changes, .../** @type {Record<string, FieldValue>} */ (Object.fromEntries(come.map((field) => [field.name, presetOf(field, after)]))) };
}

/**
 * What comes with the present value of a field, as a sentence; null if nothing does.
 * @param {Fields} schema @param {Config} config @param {Field} chosen
 * @returns {string | null}
 */
export function presetText({ fields }, config, chosen) {
  const values = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (config));
  const usual = fields.flatMap((field) => (field.presets ?? [])
    .filter(({ field: name, value }) => name === chosen.name && value === values[name])
    .map(({ preset }) => ({ field, preset })));
  if (usual.length === 0) return null;
  const label = chosen.choices?.find(({ value }) => value === values[chosen.name])?.label ?? String(values[chosen.name]);
  const list = usual.map(({ field, preset }) => `${field.label.toLowerCase()} ${preset}`).join(" and ");
  const isSo = usual.every(({ field, preset }) => values[field.name] === preset);
  return isSo ? `${label} has set ${list}.` : `The usual values for ${label} are ${list}; with others it may hardly learn.`;
}
