/**
 * Which links of a network are shown, and how strong they are. Pure.
 *
 * A unit is named by its layer, counted from 0 over the hidden layers, after which come the outputs, and by its place in it.
 * @typedef {{layer: number, unit: number}} Unit
 * @typedef {{from: Unit, to: Unit, value: number}} Link
 */
/**
 * A network that reads pictures, as a frame shows it.
 * @typedef {object} Reader
 * @property {readonly number[]} sizes  units of each hidden layer, and of the outputs
 * @property {Float32Array} links  weights and biases after the first of these layers
 * @property {ArrayLike<number> | null} activations  of all units, for the picture that is read
 */

import { parameterIndex } from "../net/protocol.js";

/** Links into or out of a neuron that are shown, at most: more are a gray cloth. */
const MOST = 12;

/** The number of a unit among all. @param {readonly number[]} sizes @param {Unit} unit */
export const indexOf = (sizes, { layer, unit }) => sizes.slice(0, layer).reduce((sum, size) => sum + size, 0) + unit;

/** The weight of a link. @param {Reader} reader @param {Unit} to @param {number | null} source  null: the bias */
export const weightOf = ({ sizes, links }, { layer, unit }, source) => links[parameterIndex(sizes, layer, unit, source)] ?? 0;

/** @param {readonly Link[]} links */
const strongest = (links) => [...links].sort((one, other) => Math.abs(other.value) - Math.abs(one.value)).slice(0, MOST);

/** The links into a unit from the layer before it; from the pixels there are none. @param {Reader} reader @param {Unit} to @returns {Link[]} */
export function linksInto(reader, to) {
  if (to.layer === 0) return [];
  const layer = to.layer - 1;
  return Array.from({ length: reader.sizes[layer] }, (_, unit) => ({ from: { layer, unit }, to, value: weightOf(reader, to, unit) }));
}

/** The links out of a unit to the layer after it. @param {Reader} reader @param {Unit} from @returns {Link[]} */
export function linksFrom(reader, from) {
  const layer = from.layer + 1;
  if (layer >= reader.sizes.length) return [];
  return Array.from({ length: reader.sizes[layer] }, (_, unit) => ({ from, to: { layer, unit }, value: weightOf(reader, { layer, unit }, from.unit) }));
}

/**
 * What each neuron of the last hidden layer adds to an output for the picture that is read: its activation times the weight.
 * @param {Reader} reader @param {number} output
 * @returns {Link[]}
 */
export function contributions(reader, output) {
  const { sizes, activations } = reader;
  if (!activations) return [];
  return linksInto(reader, { layer: sizes.length - 1, unit: output })
    .map((link) => ({ ...link, value: link.value * activations[indexOf(sizes, link.from)] }));
}

/**
 * The links to show.
 * @param {Reader} reader @param {Unit | null} focus  null: what speaks for the answer, and against it
 * @param {number | null} answer
 * @returns {Link[]}
 */
export function shownLinks(reader, focus, answer) {
  if (focus) return [...strongest(linksInto(reader, focus)), ...strongest(linksFrom(reader, focus))];
  return answer === null ? [] : strongest(contributions(reader, answer));
}

/** The largest number of an array; of equal ones the first. @param {ArrayLike<number>} values @returns {number} its index, -1 without any */
export function largest(values) {
  let best = -1;
  for (let index = 0; index < values.length; index++) if (best < 0 || values[index] > values[best]) best = index;
  return best;
}

/**
 * The activations of the outputs.
 * @param {readonly number[]} sizes @param {ArrayLike<number>} activations
 * @returns {number[]}
 */
export function outputsOf(sizes, activations) {
  const last = sizes.length - 1;
  return Array.from({ length: sizes[last] }, (_, unit) => activations[indexOf(sizes, { layer: last, unit })]);
}

/**
 * How far the bar of an activation reaches: -1 … 1 of its room. Those of a layer share a scale, which is 1 unless one is larger.
 * @param {ArrayLike<number>} activations @param {number} start @param {number} count  of the units of the layer
 * @returns {number[]}
 */
export function levelsOf(activations, start, count) {
  const values = Array.from({ length: count }, (_, unit) => activations[start + unit]);
  const scale = Math.max(1, ...values.map(Math.abs));
  return values.map((value) => value / scale);
}
