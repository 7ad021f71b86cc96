/**
 * What the panel "Follow" shows in each phase: values in boxes, the strongest links, pictures of one neuron, and lines of numbers.
 * Pure.
 *
 * @typedef {import("../inside/phases.js").Phase} Phase
 * @typedef {import("./followLayout.js").UnitBox} UnitBox
 */
/**
 * One picture in the network.
 * @typedef {object} Passage
 * @property {readonly number[]} sizes  units of each hidden layer, and of the outputs
 * @property {ArrayLike<number>} z  of all units, layer by layer
 * @property {ArrayLike<number>} a
 * @property {ArrayLike<number> | null} delta  null: it is not known which digit the picture is
 * @property {ArrayLike<number> | null} target  of the outputs
 * @property {number | null} loss
 * @property {Uint8Array} pixels  of the picture, 255 is ink
 * @property {{layer: number, row: number}} unit  the one that `weights` belong to
 * @property {ArrayLike<number>} weights  of all its inputs
 * @property {Float32Array} links  weights and biases after the first layer
 */
/** @typedef {{from: UnitBox, to: UnitBox, value: number}} FollowLink */

import { formatLoss, formatShort, formatValue } from "../lib/format.js";
import { knownAt, phasesOf } from "../inside/phases.js";
import { parameterIndex } from "../net/protocol.js";

/** Links that are drawn, if no neuron of the layer is chosen: more would be a gray cloth. */
const MOST_LINKS = 36;
const FULL_INK = 255;
const ZERO = 128;

/** The number of a unit among all. @param {readonly number[]} sizes @param {number} layer  from 1 @param {number} row */
export const indexOf = (sizes, layer, row) => sizes.slice(0, layer - 1).reduce((sum, size) => sum + size, row);

/**
 * The phases of a picture: without its digit there is no way back.
 * @param {readonly number[]} sizes @param {boolean} hasDigit
 */
export function phasesFor(sizes, hasDigit) {
  const phases = phasesOf(sizes.length);
  return hasDigit ? phases : phases.filter(({ kind }) => kind === "forward");
}

/**
 * The strongest links of a phase.
 * @param {Passage} passage @param {Phase} phase @param {readonly UnitBox[][]} units @param {UnitBox | null} chosen  of its layer, only the links of this one
 * @returns {FollowLink[]}
 */
export function linksOf(passage, { kind, layer }, units, chosen) {
  const { sizes, links, a, delta } = passage;
  // forward, a layer's links come from the one before it; backward, from the one after it
  const target = kind === "forward" ? layer : layer + 1;
  if ((kind !== "forward" && kind !== "backward") || target < 2 || target > sizes.length) return [];
  const all = units[target - 1].flatMap((to) => units[target - 2].map((from) => {
    const weight = links[parameterIndex(sizes, target - 1, to.row, from.row)] ?? 0;
    const carried = kind === "forward" ? a[indexOf(sizes, from.layer, from.row)] : delta?.[indexOf(sizes, to.layer, to.row)] ?? 0;
    return { from, to, value: weight * carried };
  }));
  const own = chosen?.layer === layer ? all.filter(({ from, to }) => [from, to].some(({ row, layer: at }) => at === layer && row === chosen.row)) : all;
  return own.sort((one, other) => Math.abs(other.value) - Math.abs(one.value)).slice(0, MOST_LINKS);
}

/**
 * A box as it is painted.
 * @typedef {object} SceneBox
 * @property {UnitBox} box
 * @property {number | null} value  null: not known yet
 * @property {number} shade  -1 … 1, of the color
 * @property {boolean} isDelta
 */

/**
 * The values that are known in a phase.
 * @param {Passage} passage @param {readonly Phase[]} phases @param {number} at  index of the phase @param {readonly UnitBox[][]} units
 * @returns {SceneBox[]}
 */
export function boxesAt({ sizes, a, delta }, phases, at, units) {
  const largest = Math.max(1e-300, ...Array.from(delta ?? [], Math.abs));
  return units.flatMap((boxes, index) => {
    const { isReached, hasDelta } = knownAt(phases, at, index + 1);
    const isDelta = hasDelta && delta !== null;
    const start = indexOf(sizes, index + 1, 0);
    const scale = Math.max(1, ...boxes.map(({ row }) => Math.abs(a[start + row])));
    return boxes.map((box) => {
      const value = isDelta ? delta[start + box.row] : a[start + box.row];
      return { box, value: isReached ? value : null, shade: isDelta ? value / largest : value / scale, isDelta };
    });
  });
}

/** A value in a box: deltas in any size, activations with two decimals. @param {SceneBox} box */
export function valueText({ value, isDelta }) {
  if (value === null) return "";
  return isDelta ? formatShort(value) : formatValue(Math.round(100 * value) / 100, 2);
}

/* ---- One neuron ---- */

/** Bytes of values with a sign: 128 is 0, the largest of them 255 or 1. @param {readonly number[]} values */
function signedBytes(values) {
  const largest = Math.max(1e-300, ...values.map(Math.abs));
  return Uint8Array.from(values, (value) => Math.round(ZERO + (value / largest) * (FULL_INK - ZERO)));
}

/** A picture of numbers with a sign. @typedef {{name: string, bytes: Uint8Array, largest: number}} SignedPicture */

/**
 * The pictures of the passage's neuron that are known in a phase, if it is one of the first layer.
 * @param {Passage} passage
 * @param {{isForward: boolean, isBack: boolean}} known  whether its sum, and its delta, are known
 * @returns {SignedPicture[]}
 */
export function picturesOf({ pixels, unit: { layer, row }, weights: own, delta }, { isForward, isBack }) {
  if (layer > 1) return [];
  const inputs = Array.from(pixels, (ink) => ink / FULL_INK);
  const weights = Array.from(own);
  const make = (/** @type {string} */ name, /** @type {number[]} */ values) =>
    ({ name, bytes: signedBytes(values), largest: Math.max(...values.map(Math.abs)) });
  const slope = delta?.[row] ?? 0;
  return [
    ...(isForward ? [make("Weights w", weights), make("w · x", weights.map((weight, pixel) => weight * inputs[pixel]))] : []),
    ...(isBack ? [make("Gradient δ · x", inputs.map((input) => slope * input))] : []),
  ];
}

/**
 * The lines of numbers about a neuron, each with the phase from which on it is known.
 * @param {Passage} passage @param {{layer: number, row: number}} unit
 * @param {{loss: string, learningRate: number, isPlain: boolean}} training  isPlain: the step is the learning rate times the gradient
 * @returns {{stage: [Phase["kind"], number], text: string}[]}
 */
export function linesOf({ sizes, z, a, delta, target, loss }, { layer, row }, training) {
  const index = indexOf(sizes, layer, row);
  const isOutput = layer === sizes.length;
  const inputs = layer === 1 ? "x" : "a";
  const isSoftmax = isOutput && training.loss !== "squared_error";
  const forward = /** @type {[Phase["kind"], number]} */ (["forward", layer]);
  const lines = [
    { stage: forward, text: `z = Σ w · ${inputs} + b = ${formatShort(z[index])}` },
    { stage: forward, text: `${isSoftmax ? "a = exp(z) / Σ exp(z)" : "a = f(z)"} = ${formatShort(a[index])}` },
  ];
  if (!delta || !target) return lines;
  const deltaText = isOutput ? `${isSoftmax ? "a − y" : "(a − y) · f′(z)"}` : "f′(z) · Σ w · δ of the next layer";
  const change = `${formatShort(training.learningRate)} · ${formatShort(delta[index])} · ${inputs}`;
  return [
    ...lines,
    ...(isOutput ? [{ stage: /** @type {[Phase["kind"], number]} */ (["loss", 0]), text: `wanted: y = ${target[row]}; loss of all outputs ${formatLoss(loss)}` }] : []),
    { stage: ["backward", layer], text: `δ = ${deltaText} = ${formatShort(delta[index])}` },
    { stage: ["update", 0], text: training.isPlain ? `Δw = −η · δ · ${inputs} = −${change}` : `gradient of w = δ · ${inputs}` },
  ];
}
