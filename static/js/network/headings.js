/** The headings above the columns of the network: counts, and which buttons next to them can be used. Pure. */

import { layerChanges } from "../core/locks.js";

/**
 * What the headings depend on.
 * @typedef {object} Headed
 * @property {readonly number[]} layers  units of each hidden layer
 * @property {ReadonlySet<string>} hidden  names of hidden controls
 * @property {import("../core/locks.js").Locks} locks
 * @property {string} lockReason  what locked buttons say of themselves
 * @property {boolean} canEdit  whether weights can be edited
 */

/**
 * A count with a button to lower and one to raise it.
 * @typedef {object} Heading
 * @property {string} count
 * @property {string} noun
 * @property {boolean} isLocked
 * @property {boolean} areButtonsHidden
 * @property {{isEnabled: boolean, isLocked: boolean}} remove
 * @property {{isEnabled: boolean, isLocked: boolean}} add
 */

/**
 * The name of a column, for screen readers.
 * @param {number} layer  0 holds the features
 * @param {number} last  the output's
 * @returns {string}
 */
export function columnName(layer, last) {
  if (layer === 0) return "Features";
  return layer === last ? "Output" : `Hidden layer ${layer}`;
}

/**
 * The heading of the hidden layers.
 * @param {Headed} shown
 * @param {number} most  layers that the page offers
 * @returns {Heading}
 */
export function layersHeading({ layers, hidden, locks }, most) {
  const { canAdd, canRemove } = layerChanges(layers.length, locks);
  return {
    count: layers.length === 0 ? "No" : String(layers.length),
    noun: layers.length === 1 ? "hidden layer" : "hidden layers",
    isLocked: !canAdd && !canRemove,
    areButtonsHidden: hidden.has("numHiddenLayers"),
    remove: { isEnabled: layers.length > 0, isLocked: !canRemove },
    add: { isEnabled: layers.length < most, isLocked: !canAdd },
  };
}

/**
 * The heading of one hidden layer.
 * @param {Headed} shown
 * @param {number} layer  from 0
 * @param {number} most  units that the page offers
 * @returns {Heading}
 */
export function layerHeading({ layers, hidden, locks }, layer, most) {
  const control = `numNodes${layer + 1}`;
  const isLocked = locks.controls.has(control);
  return {
    count: String(layers[layer]),
    noun: layers[layer] === 1 ? "neuron" : "neurons",
    isLocked,
    areButtonsHidden: hidden.has(control),
    remove: { isEnabled: layers[layer] > 1, isLocked },
    add: { isEnabled: layers[layer] < most, isLocked },
  };
}

/**
 * The call-outs for newcomers next to a neuron and a link.
 * @param {boolean} canEdit  whether weights can be edited
 * @returns {{unit: string, link: string}}
 */
export function calloutTexts(canEdit) {
  return {
    unit: "This is the output of one neuron. Hover (tap) to see it larger.",
    link: `Thicker lines mean larger weights.${canEdit ? " Click a line to edit its weight." : ""}`,
  };
}
