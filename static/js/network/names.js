/**
 * What the neurons, features and outputs of a network are called, on the screen and for screen readers.
 *
 * @typedef {import("./layout.js").UnitBox} UnitBox
 */

/**
 * What names depend on.
 * @typedef {object} Naming
 * @property {readonly {label: string}[]} features  all of them, used or not
 * @property {number} last  the output's layer
 * @property {number} outputs  output units: one, or with more than two classes one of each
 * @property {readonly string[]} labels  names of the classes, as far as they have any
 */

/**
 * A key for a unit that stays the same when layers are added or removed elsewhere.
 * @param {UnitBox} unit
 * @param {Naming} naming
 * @returns {string}
 */
export function unitKey({ index, layer, row }, { last, outputs }) {
  if (layer === 0) return `feature ${index}`;
  return layer === last ? `output ${row} of ${Math.min(outputs, 2)}` : `${layer} ${row}`;
}

/**
 * The name of a hidden unit: "Layer 1, neuron 2".
 * @param {number} layer  of the network: 1 is the first hidden layer
 * @param {number} row  of the unit in its layer, from 0
 */
const hiddenName = (layer, row) => `Layer ${layer}, neuron ${row + 1}`;

/**
 * The full name of a unit: "x₁", "Layer 1, neuron 2", "Output", and with several outputs "Output 2".
 * @param {number} unit  its number: features first, then the hidden layers, then the outputs
 * @param {{features: readonly {label: string}[], layers: readonly number[]}} network  `layers`: units of each hidden layer
 * @returns {string}
 */
export function unitName(unit, { features, layers }) {
  if (unit < features.length) return features[unit].label;
  let row = unit - features.length;
  for (const [layer, count] of layers.entries()) {
    if (row < count) return hiddenName(layer + 1, row);
    row -= count;
  }
  return row === 0 ? "Output" : `Output ${row + 1}`;
}

/**
 * The short name of a unit, for use next to its layer's name: "neuron 2", "output", and with several outputs that of the class.
 * @param {UnitBox | undefined} unit  undefined: it is not part of the network
 * @param {number} index  of the unit
 * @param {Naming} naming
 * @returns {string}
 */
export function shortUnitName(unit, index, { features, last, outputs, labels }) {
  if (!unit || unit.layer === 0) return features[index]?.label ?? "";
  if (unit.layer < last) return `neuron ${unit.row + 1}`;
  return outputs > 1 ? labels[unit.row] || `class ${unit.row}` : "output";
}

/**
 * The accessible name of a unit's button: what it is, and what the Enter key does.
 * @param {UnitBox} unit
 * @param {Naming} naming
 * @param {string} lock  why a feature is locked; "" if it is not
 * @returns {string}
 */
export function unitLabel({ index, layer, row, used }, { features, last, outputs, labels }, lock) {
  if (layer === 0) {
    const { label } = features[index];
    if (lock) return `${label}, ${used ? "in use" : "not in use"}: ${lock.toLowerCase()}`;
    return `${label}, ${used ? "in use: press Enter to remove it from" : "not in use: press Enter to add it to"} the network`;
  }
  if (outputs > 1 && layer === last) {
    return `Output, class ${labels[row] || row}: press Enter to pin its probability to the map, and again to show all classes`;
  }
  return `${layer === last ? "Output" : hiddenName(layer, row)}: press Enter to pin its picture to the map`;
}
