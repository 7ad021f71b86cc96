/**
 * What the map shows of a frame: the picture or curve of which unit, with which colors. Pure.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("../lib/palette.js").Palette} Palette
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("../core/types.js").Schema["features"]} Features
 */

import { parameterIndex } from "../net/protocol.js";
import { unitName } from "../network/names.js";
import { labelsOf } from "./classes.js";
import { likeliest, middleLine, summandsOf } from "./picture.js";

/**
 * What the map shows: a picture of values or probabilities, or a curve.
 * @typedef {object} Look
 * @property {string} name  of the unit
 * @property {"feature" | "neuron" | "output" | "none"} role  of the unit; "none": there is no frame yet
 * @property {Picture | null} picture
 * @property {ArrayLike<number> | null} curve
 * @property {"value" | "probability" | "classes"} kind
 * @property {number | null} number  of the class whose probability it is; null: of the likeliest, or of the second of two
 * @property {number} count  classes in the picture's colors; 0: those of values
 */

/** Before the first frame. @type {Look} */
export const NOTHING_YET = { name: "", role: "none", picture: null, curve: null, kind: "value", number: null, count: 0 };

/**
 * The number of output units: one, or with more than two classes one per class.
 * @param {Pick<State, "layers">} state
 * @returns {number}
 */
export const outputsOf = ({ layers }) => layers[layers.length - 1] ?? 1;

/**
 * What the map shows: the unit under the pointer, else the pinned one, else the output. A unit is shown from its small
 * picture until the full one arrives. With more than two classes the whole output is the likeliest class of each pixel,
 * and an output unit the probability of its class; with one input it is a curve.
 * @param {Frame} frame
 * @param {Pick<State, "hovered" | "selected" | "config" | "data" | "layers">} state
 * @param {Features} features
 * @returns {Look}
 */
export function lookAt(frame, state, features) {
  const { hovered, selected, config, data } = state;
  const units = features.length + frame.shapes.thumbnails[0];
  const outputs = outputsOf(state);
  const firstOutput = units - outputs;
  const wanted = hovered ?? selected;
  const unit = wanted !== null && wanted < units ? wanted : null;
  const shown = unit ?? firstOutput;
  const named = { name: unitName(shown, { features, layers: config.hidden_layer_sizes }), role: roleOf(shown, features.length, firstOutput) };
  const plain = { ...NOTHING_YET, ...named };
  if (data?.dimensions === 1) return { ...plain, curve: curveOf(frame, shown, features) };
  if (outputs === 1) {
    const isProbability = shown === firstOutput && config.problem === "classification" && config.loss === "cross_entropy";
    return { ...plain, picture: pictureOf(frame, shown, features), kind: isProbability ? "probability" : "value" };
  }
  if (unit === null) return { ...plain, name: "Output", picture: likeliestOf(frame, outputs), kind: "classes", count: outputs };
  if (unit < firstOutput) return { ...plain, picture: pictureOf(frame, unit, features) };
  const number = unit - firstOutput;
  return { ...plain, name: labelsOf(state)[number] || `Class ${number}`, picture: pictureOf(frame, unit, features), kind: "probability", number, count: outputs };
}

/** @param {number} unit @param {number} features  how many there are @param {number} firstOutput @returns {Look["role"]} */
function roleOf(unit, features, firstOutput) {
  if (unit < features) return "feature";
  return unit < firstOutput ? "neuron" : "output";
}

/** The picture of a feature or unit: in full if the frame has it. @param {Frame} frame @param {number} unit @param {Features} features @returns {Picture} */
function pictureOf({ selected, arrays, shapes, thumbnailSize }, unit, features) {
  if (unit === selected && !arrays.classes) return { picture: arrays.surface, size: shapes.surface[1], classes: null };
  if (unit < features.length) return features[unit].picture;
  const length = thumbnailSize * thumbnailSize;
  const start = (unit - features.length) * length;
  return { picture: arrays.thumbnails.subarray(start, start + length), size: thumbnailSize, classes: null };
}

/** The curve of a feature or unit: in full if the frame has it. @param {Frame} frame @param {number} unit @param {Features} features */
function curveOf(frame, unit, features) {
  if (unit === frame.selected && frame.arrays.curve) return frame.arrays.curve;
  const { picture, size } = pictureOf(frame, unit, features);
  return middleLine(picture, size);
}

/** The likeliest class of each pixel: in full if the frame has it. @param {Frame} frame @param {number} count @returns {Picture} */
function likeliestOf({ arrays: { surface, classes, thumbnails }, shapes, thumbnailSize }, count) {
  if (classes) return { picture: surface, classes, size: shapes.surface[1] };
  return likeliest(thumbnails, shapes.thumbnails[0] - count, count, thumbnailSize);
}

/**
 * What each hidden neuron adds to the output, where the frame has it: with one input and one hidden layer.
 * @param {Pick<Frame, "arrays" | "shapes">} frame
 * @param {readonly number[]} layers  units per layer
 * @returns {import("./paint.js").Summands | null}  with the weight of each neuron in the output
 */
export function summandsIn({ arrays, shapes }, layers) {
  const curves = summandsOf(arrays.summands, shapes.summands);
  return curves.length === 0 ? null : { curves, weights: curves.map((_, unit) => arrays.params[parameterIndex(layers, 2, 0, unit)]) };
}

/**
 * The color ramps of a picture: one for each class, or a single one.
 * @param {Pick<Look, "kind" | "number" | "count">} look
 * @param {boolean} isDiscrete  whether outputs are shown as one color or the other
 * @param {Pick<Palette, "mapRamp" | "discreteMapRamp" | "forClasses">} palette
 * @returns {Uint32Array[]}
 */
export function rampsFor({ kind, number, count }, isDiscrete, palette) {
  if (count === 0) return [isDiscrete ? palette.discreteMapRamp : palette.mapRamp];
  const ramps = palette.forClasses(count);
  if (kind === "classes") return isDiscrete ? ramps.fullRamps : ramps.bestRamps;
  return [(isDiscrete ? ramps.discreteMapRamps : ramps.mapRamps)[number ?? 0]];
}
