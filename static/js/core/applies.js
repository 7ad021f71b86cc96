/** When a setting makes a difference, and the sentence that says why it does not. Pure: from the schema and the state. */

/**
 * @typedef {import("./types.js").Config} Config
 * @typedef {import("./types.js").Field} Field
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {{schema: Schema, config: Config, data: import("./types.js").Data | null}} Situation
 */

/** The value of every field by its name. @param {Config} config @returns {Record<string, import("./types.js").FieldValue>} */
export function valuesOf(config) {
  return /** @type {any} */ (config);
}

/** The activations of the hidden layers. @param {Config} config @returns {string[]} */
export function hiddenActivations({ hidden_layer_sizes: sizes, activation, layer_activations: own }) {
  return sizes.map((_, layer) => own[layer] || activation);
}

/**
 * Whether a bias of a layer is the negative threshold at which its units switch; of the output, at which the class changes.
 * @param {Config} config @param {number} layer  counted from 1; after the hidden ones comes the output @param {number} classes
 * @param {readonly string[]} switching  activations whose units switch where their weighted sum is 0
 */
export function hasThreshold(config, layer, classes, switching) {
  const activation = hiddenActivations(config)[layer - 1];
  if (activation === undefined) return config.problem === "classification" && classes <= 2;
  return !config.batch_norm && switching.includes(activation);
}

/** What a need is compared with: one of these values must be among those that are needed.
 * @param {string} name  of a field @param {Config} config */
function presentValues(name, config) {
  return name === "activation" ? hiddenActivations(config) : [String(valuesOf(config)[name])];
}

/** Words as "a, b or c". @param {string[]} words */
function either(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;
}

const OWN_DROPOUTS = "Every layer has its own dropout.";
const NO_LAYER = "There is no hidden layer.";
const MANY_CLASSES = "With more than two classes, the loss is always softmax with cross-entropy.";

/** Reasons that lie in the sizes of things. @type {{names: string[], isIdle: (situation: Situation) => boolean, why: string}[]} */
const REASONS = [
  { names: ["activation", "layer_activations", "batch_norm", "dropout", "layer_dropout"], why: NO_LAYER,
    isIdle: ({ config }) => config.hidden_layer_sizes.length === 0 },
  { names: ["dropout"], why: OWN_DROPOUTS,
    isIdle: ({ config }) => config.hidden_layer_sizes.every((_, layer) => typeof config.layer_dropout[layer] === "number") },
  { names: ["standardize"], why: "No features are selected.", isIdle: ({ config }) => config.features.length === 0 },
  { names: ["noise", "outliers", "example_count", "class_share"], why: "Your own data are used unchanged.",
    isIdle: ({ data }) => Boolean(data?.order) },
  { names: ["loss"], why: MANY_CLASSES, isIdle: ({ data }) => data !== null && data.classes > 2 && !data.side },
  { names: ["class_share"], why: "Only with two classes.", isIdle: ({ data }) => data !== null && data.classes > 2 },
  { names: ["validation_percent"], why: "All examples are training data.", isIdle: ({ config }) => config.train_percent >= 100 },
  { names: ["rest"], why: "Every epoch is a whole number of batches.",
    isIdle: ({ config, data }) => data !== null && data.trainSize % Math.min(config.batch_size, data.order ? data.trainSize : Infinity) === 0 },
];

/**
 * Why a field changes nothing at present, as a sentence; null if it does.
 * @param {Field} field
 * @param {Situation} situation
 * @returns {string | null}
 */
export function whyIdle(field, situation) {
  const { schema, config } = situation;
  if (field.data && schema.data && field.data !== schema.data) return field.data === "points" ? "Only with points of the plane." : "Only with pictures.";
  for (const { field: name, values } of field.needs) {
    if (presentValues(name, config).some((value) => values.includes(value))) continue;
    const choices = schema.fields.find((other) => other.name === name)?.choices ?? [];
    return `Only with ${either(values.map((value) => choices.find((choice) => choice.value === value)?.label ?? value))}.`;
  }
  return REASONS.find(({ names, isIdle }) => names.includes(field.name) && isIdle(situation))?.why ?? null;
}

/** Warnings about numbers of examples from which little can be learned. @param {Pick<Situation, "config" | "data">} situation */
export function hintsOnExamples({ config, data }) {
  const hints = [];
  if (data && !data.order && config.batch_size > data.trainSize && config.rest !== "applied") {
    hints.push(`The batch is larger than the ${data.trainSize.toLocaleString("en-US")} training example${data.trainSize === 1 ? "" : "s"}, so the weights never change.`);
  }
  if (config.batch_norm && config.batch_size === 1) {
    hints.push("Batch normalization compares the examples of a batch, so nothing is learned from batches of one.");
  }
  // the parts of own examples are their owner's choice, and come and go while they are drawn
  if (data && !data.order && data.targets.length > 0 && config.train_percent < 100 && data.trainSize + data.validationSize === data.targets.length) {
    hints.push("No examples are left for testing.");
  }
  return hints;
}
