/**
 * What the units of a network are called, for eyes and for ears.
 *
 * @typedef {import("./layout.js").UnitPlace} UnitPlace
 */

import { LOCKED } from "../core/locks.js";

/**
 * What names depend on.
 * @typedef {object} Naming
 * @property {readonly {label: string}[]} features  all of them, used or not
 * @property {number} last  the output's layer
 * @property {number} outputs  output units: one, or with more than two classes one of each
 * @property {readonly string[]} labels  names of the classes, as far as they have any
 */

/**
 * A name that stays the same when layers come and go.
 * @param {UnitPlace} place @param {Naming} naming
 */
export function unitKey({ index, layer, row }, { last, outputs }) {
  if (layer === 0) return `feature ${index}`;
  return layer === last ? `output ${row} of ${Math.min(outputs, 2)}` : `${layer} ${row}`;
}

/**
 * What a unit is called beside another.
 * @param {UnitPlace | undefined} place  undefined where it is not in the network @param {number} index @param {Naming} naming
 */
export function unitName(place, index, { features, last, outputs, labels }) {
  if (!place || place.layer === 0) return features[index]?.label ?? "";
  if (place.layer < last) return `unit ${place.row + 1}`;
  return outputs > 1 ? labels[place.row] || `class ${place.row}` : "output";
}

/**
 * What a unit is called by itself, and what the Enter key does there.
 * @param {UnitPlace} place @param {Naming} naming @param {boolean} isLocked  of a feature
 */
export function unitLabel({ index, layer, row, used }, { features, last, outputs, labels }, isLocked) {
  if (layer === 0) {
    const { label } = features[index];
    if (isLocked) return `${label}, ${used ? "in use" : "not in use"}: ${LOCKED.toLowerCase()}`;
    return `${label}, ${used ? "in use: Enter takes it out of" : "not in use: Enter puts it into"} the network`;
  }
  if (outputs > 1 && layer === last) {
    return `Output, class ${labels[row] || row}: Enter keeps its probability on the large map, once more shows all classes`;
  }
  return `${layer === last ? "Output" : `Layer ${layer}, unit ${row + 1}`}: Enter keeps its picture on the large map`;
}
