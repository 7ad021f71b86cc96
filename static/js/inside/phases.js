/** Backpropagation step by step: its phases, what is known in each, and the layout of the small network. Pure. */

import { formatLoss, formatValue } from "../lib/format.js";
import { parameterIndex } from "../net/protocol.js";
import { unitName } from "../network/names.js";

/** Room for the strokes of the outermost boxes, in pixels. */
const EDGE = 2;
/** A click this near a link is on it, in pixels. */
const REACH = 7;
/** Added to the height of a box that is clicked, in pixels. */
const MARGIN = 3;

/**
 * What is being done: values forward into a layer, the loss, deltas back to a layer, or the update of all weights.
 * @typedef {object} Phase
 * @property {"forward" | "loss" | "backward" | "update"} kind
 * @property {number} layer  from 1, the first hidden layer or the output; 0 for no layer
 * @property {string} label
 */

/**
 * The phases of a step, in their order.
 * @param {number} layers  number of hidden layers and the output
 * @returns {Phase[]}
 */
export function phasesOf(layers) {
  const nameOf = (/** @type {number} */ layer) => (layer === layers ? "output" : `layer ${layer}`);
  const forward = Array.from({ length: layers }, (_, index) => index + 1);
  return [
    ...forward.map((layer) => ({ kind: /** @type {const} */ ("forward"), layer, label: `Forward: ${nameOf(layer)}` })),
    { kind: "loss", layer: 0, label: "Loss" },
    ...forward.toReversed().map((layer) => ({ kind: /** @type {const} */ ("backward"), layer, label: `Backward: ${nameOf(layer)}` })),
    { kind: "update", layer: 0, label: "Update: all weights" },
  ];
}

/**
 * What is known of a layer in a phase.
 * @param {readonly Phase[]} phases @param {number} at  index of the present phase @param {number} layer  from 1
 * @returns {{isReached: boolean, hasDelta: boolean}}
 */
export function knownAt(phases, at, layer) {
  const { kind, layer: present } = phases[at];
  return {
    isReached: kind !== "forward" || layer <= present,
    hasDelta: kind === "update" || (kind === "backward" && layer >= present),
  };
}

/**
 * Whether a line of numbers belongs to the present phase or an earlier one.
 * @param {readonly Phase[]} phases @param {number} at  index of the present phase
 * @param {readonly [Phase["kind"], number]} of  the line's phase, and its layer from 1 (0: none)
 */
export function isRevealed(phases, at, [kind, layer]) {
  return phases.findIndex((phase) => phase.kind === kind && phase.layer === layer) <= at;
}

/* ---- Words ---- */

/** What the picture shows in each phase. @type {Record<Phase["kind"], (values: Record<string, any>) => string>} */
const CAPTIONS = {
  forward: () => "Boxes: the output of each neuron. Lines: weights.",
  loss: ({ loss }) => `The loss of this example is ${formatLoss(loss)}.`,
  backward: () => "Rounded boxes: deltas, colored relative to the largest. Lines: weights.",
  update: ({ note }) => `Lines: the change of each weight. ${note}`,
};

/**
 * The sentence beneath the small network.
 * @param {Phase} phase
 * @param {Record<string, any>} values  of a look inside
 * @param {ArrayLike<number>} leftOut  1 for each unit that dropout leaves out
 */
export function captionOf({ kind }, values, leftOut) {
  const isDropped = kind !== "loss" && Array.from(leftOut).includes(1);
  return CAPTIONS[kind](values) + (isDropped ? " Dashed: left out by dropout." : "");
}

/** What is said about lines of numbers that are not revealed yet. @param {readonly boolean[]} revealed  for each line */
export function laterText(revealed) {
  if (revealed.every(Boolean)) return "";
  return revealed.some(Boolean) ? "More numbers appear in later steps." : "These numbers appear in a later step.";
}

/** An example's inputs, and what it should be. @param {{x1: number, x2: number, target: number}} example @param {number} classes  0 in regression */
export function exampleTexts({ x1, x2, target }, classes) {
  return [`x₁ ${formatValue(x1, 2)}, x₂ ${formatValue(x2, 2)}`, classes > 2 ? `Class ${target}` : `Target ${formatValue(target, 2)}`];
}

/* ---- What is chosen ---- */

/** Units before a layer, features left out. @param {readonly number[]} layers @param {number} layer  from 1 */
const unitsBefore = (layers, layer) => layers.slice(1, layer).reduce((sum, count) => sum + count, 0);

/**
 * The unit that the numbers are about.
 * @param {readonly number[]} layers  units per layer: inputs, hidden layers, output
 * @param {number | null} selected  number of a feature or unit; null: the output
 * @param {number} features  number of all features, used or not
 * @returns {{layer: number, row: number}} layer: from 1; a unit that does not exist is the output
 */
export function chosenUnit(layers, selected, features) {
  let row = (selected ?? Infinity) - features;
  for (let layer = 1; layer < layers.length && row >= 0; layer++) {
    if (row < layers[layer]) return { layer, row };
    row -= layers[layer];
  }
  return { layer: layers.length - 1, row: 0 };
}

/**
 * The number of a unit of the small network, all features counted first; null for the only output.
 * @param {readonly number[]} layers @param {{layer: number, row: number}} unit @param {number} features
 */
export function selectionOf(layers, { layer, row }, features) {
  const isOnlyOutput = layer === layers.length - 1 && layers[layer] === 1;
  return isOnlyOutput ? null : features + unitsBefore(layers, layer) + row;
}

/**
 * What a normalized unit learns in addition to its weights. These parameters follow all weights and biases, scales before shifts.
 * @param {readonly number[]} layers @param {number} unit  among the hidden ones
 */
function normOptions(layers, unit) {
  const links = layers.slice(1).reduce((sum, count, index) => sum + count * (layers[index] + 1), 0);
  const hidden = layers.slice(1, -1).reduce((sum, count) => sum + count, 0);
  return [
    { value: String(links + unit), label: "of the scale γ" },
    { value: String(links + hidden + unit), label: "of the shift β" },
  ];
}

/**
 * What the numbers can be about: the chosen unit, or one of its parameters.
 * @param {Pick<import("../core/types.js").State, "layers" | "selected" | "config">} state
 * @param {Pick<import("../core/types.js").Schema, "features">} schema
 * @returns {{subject: string, options: {value: string, label: string}[]}} value: index of a parameter, "" for the unit
 */
export function subjectOf({ layers, selected, config }, { features }) {
  const { layer, row } = chosenUnit(layers, selected, features.length);
  const nameOf = (/** @type {number} */ inLayer, /** @type {number} */ inRow) => (inLayer === 0
    ? features.find(({ name }) => name === config.features[inRow])?.label ?? ""
    : unitName(features.length + unitsBefore(layers, inLayer) + inRow, { features, layers: config.hidden_layer_sizes }));
  const options = [
    { value: "", label: "of the neuron" },
    ...Array.from({ length: layers[layer - 1] }, (_, source) => ({
      value: String(parameterIndex(layers, layer, row, source)), label: `of the weight from ${nameOf(layer - 1, source)}`,
    })),
    { value: String(parameterIndex(layers, layer, row, null)), label: "of the bias" },
    ...(config.batch_norm && layer < layers.length - 1 ? normOptions(layers, unitsBefore(layers, layer) + row) : []),
  ];
  return { subject: `${nameOf(layer, row)}: the numbers`, options };
}

/**
 * The training example nearest to a point.
 * @param {Pick<import("../core/types.js").Data, "points" | "trainSize">} data @param {number} x1 @param {number} x2
 * @returns {number} its index; 0 if there is none
 */
export function nearestExample({ points, trainSize }, x1, x2) {
  let [best, least] = [0, Infinity];
  for (let index = 0; index < trainSize; index++) {
    const distance = Math.hypot(points[2 * index] - x1, points[2 * index + 1] - x2);
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

/* ---- The small network ---- */

/**
 * @typedef {{layer: number, row: number, x: number, y: number, width: number, height: number}} UnitBox  x and y: the middle
 * @typedef {{layer: number, source: UnitBox, target: UnitBox}} LinkLine  layer: of the target
 */

/**
 * Places the boxes and links of the small network.
 * @param {readonly number[]} layers  units per layer: inputs, hidden layers, output
 * @param {{width: number, height: number, type: number}} room  in pixels; type: the root's font size
 * @returns {{units: UnitBox[][], links: LinkLine[]}} units by layer; links by layer, target and source
 */
export function layoutStep(layers, { width, height, type }) {
  const most = Math.max(...layers);
  const boxHeight = Math.min(1.5 * type, (height / most) * 0.72);
  const boxWidth = Math.min(3.4 * type, (width / layers.length) * 0.72);
  const across = (width - boxWidth - 2 * EDGE) / Math.max(1, layers.length - 1);
  const pitch = Math.min(3.4 * type, (height - boxHeight - 2 * EDGE) / Math.max(1, most - 1));
  const units = layers.map((count, layer) => Array.from({ length: count }, (_, row) => ({
    layer, row, width: boxWidth, height: boxHeight,
    x: EDGE + boxWidth / 2 + layer * across,
    y: height / 2 + (row - (count - 1) / 2) * pitch,
  })));
  const links = units.slice(1).flatMap((targets, index) =>
    targets.flatMap((target) => units[index].map((source) => ({ layer: index + 1, source, target }))));
  return { units, links };
}

/**
 * The distance of a point from a link.
 * @param {LinkLine} link @param {number} x @param {number} y
 * @returns {number} in the units of x and y
 */
export function distanceTo({ source, target }, x, y) {
  const [x1, y1] = [source.x + source.width / 2, source.y];
  const [x2, y2] = [target.x - target.width / 2, target.y];
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const share = Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length));
  return Math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1));
}

/**
 * What a click on the small network is on.
 * @param {{units: UnitBox[][], links: LinkLine[]}} placed @param {number} x @param {number} y
 * @returns {{unit?: UnitBox, link?: LinkLine}} neither: it is on nothing
 */
export function clickedOn({ units, links }, x, y) {
  const unit = units.slice(1).flat().find((box) => Math.abs(x - box.x) <= box.width / 2 && Math.abs(y - box.y) <= box.height / 2 + MARGIN);
  if (unit) return { unit };
  const [near] = links.map((link) => ({ link, distance: distanceTo(link, x, y) })).sort((a, b) => a.distance - b.distance);
  return near && near.distance <= REACH ? { link: near.link } : {};
}

/**
 * @typedef {object} SceneLink
 * @property {LinkLine} link
 * @property {number} value  the weight, or in the last phase its change
 * @property {number} share  of the largest, 0 … 1
 * @property {boolean} isActive  it takes part in the present phase
 * @property {boolean} isChosen
 *
 * @typedef {object} SceneBox
 * @property {UnitBox} box
 * @property {number | null} value  null: not known yet
 * @property {number} shade  -1 … 1, of the color
 * @property {boolean} isOut  left out by dropout
 * @property {boolean} isDelta
 * @property {boolean} isChosen
 */

/**
 * What the network shows in a phase.
 * @param {object} parts
 * @param {{units: UnitBox[][], links: LinkLine[]}} parts.placed
 * @param {readonly number[]} parts.layers
 * @param {readonly Phase[]} parts.phases
 * @param {number} parts.at  index of the present phase
 * @param {import("./look.js").Look} parts.look
 * @param {{layer: number, row: number}} parts.chosen
 * @param {number | null} parts.parameter  index of the chosen one
 * @returns {{links: SceneLink[], boxes: SceneBox[]}} boxes: without those of the inputs
 */
export function sceneOf({ placed, layers, phases, at, look, chosen, parameter }) {
  const { activations, deltas, changes, left_out: leftOut } = look.arrays;
  const { kind, layer: present } = phases[at];
  const weights = kind === "update" ? changes : look.frame.arrays.params;
  const indexOf = (/** @type {LinkLine} */ { source, target }) => parameterIndex(layers, target.layer, target.row, source.row);
  const most = Math.max(1e-12, ...placed.links.map((link) => Math.abs(weights[indexOf(link)])));
  const largestDelta = Math.max(1e-300, ...Array.from(deltas, Math.abs));
  return {
    links: placed.links.map((link) => {
      const value = weights[indexOf(link)];
      const isActive = kind === "update" || (kind !== "loss" && link.layer === (kind === "forward" ? present : present + 1));
      return { link, value, share: Math.abs(value) / most, isActive, isChosen: indexOf(link) === parameter };
    }),
    boxes: placed.units.slice(1).flat().map((box, unit) => {
      const { isReached, hasDelta } = knownAt(phases, at, box.layer);
      const value = hasDelta ? deltas[unit] : activations[unit];
      return {
        box, value: isReached ? value : null, shade: hasDelta ? value / largestDelta : value, isDelta: hasDelta,
        isOut: isReached && leftOut[unit] === 1, isChosen: box.layer === chosen.layer && box.row === chosen.row,
      };
    }),
  };
}

/**
 * Whether a look is of the network that the page has now, rather than of the one before a change.
 * @param {import("./look.js").Look} look
 * @param {Pick<import("../core/types.js").State, "layers" | "config">} state
 */
export function isOfPresentNetwork({ arrays: { activations } }, { layers, config }) {
  return activations.length === unitsBefore(layers, layers.length) && layers[0] === config.features.length;
}
