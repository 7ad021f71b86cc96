/**
 * What the network shows of a state: its shape, its names, and how each unit looks. Pure.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("../core/types.js").Schema} Schema
 * @typedef {import("../lib/palette.js").Palette} Palette
 * @typedef {import("./layout.js").UnitBox} UnitBox
 * @typedef {import("./names.js").Naming} Naming
 */

import { showsNetwork } from "../net/protocol.js";
import { labelsOf } from "../map/classes.js";
import { outputsOf } from "../map/look.js";

/** Heights of the board at scale 1: less is too little, and with more the network falls apart; and the room below it. */
const HEIGHT = { least: 420, most: 870, below: 14 };

/** The map is next to the board if it begins this near to its end, and has this much height in common with it. */
const BESIDE = { overlap: 2, gap: 160, common: 80 };

/**
 * What the shape of the network depends on, as text.
 * @param {Pick<State, "config" | "layers" | "data" | "view" | "lockReason" | "presentation">} state
 * @returns {string}
 */
export function structureOf({ config, layers, data, view, lockReason, presentation }) {
  const { hidden, locked, show_bias_units: hasBiasUnits } = view;
  return JSON.stringify([config.features, config.hidden_layer_sizes, outputsOf({ layers }), labelsOf({ data }), hidden, locked, lockReason, hasBiasUnits, presentation]);
}

/**
 * What the names of units depend on.
 * @param {Pick<State, "config" | "layers" | "data">} state
 * @param {Schema["features"]} features
 * @returns {Naming}
 */
export function namingOf({ config, layers, data }, features) {
  return { features, last: config.hidden_layer_sizes.length + 1, outputs: outputsOf({ layers }), labels: labelsOf({ data }) };
}

/**
 * The options of the layout, without room and scale. A feature that is hidden and not in use is left out.
 * @param {Pick<State, "config" | "view">} state
 * @param {Naming} naming
 * @param {Schema["features"]} features
 */
export function layoutOptions({ config, view }, { outputs, labels }, features) {
  return {
    features: features.map(({ name }, index) => ({ name, index, used: config.features.includes(name) }))
      .filter(({ name, used }) => used || !view.hidden.includes(name)),
    firstUnit: features.length, layers: config.hidden_layer_sizes, outputs, labels, biasUnits: view.show_bias_units,
  };
}

/**
 * The height of the board: that of its element, but not beyond the end of the first window if it begins there.
 * @param {object} room  CSS pixels
 * @param {number} room.element  height of the element
 * @param {number} room.top  of the element on the page
 * @param {number} room.view  height of the window
 * @param {number} scale
 * @returns {number}
 */
export function boardHeight({ element, top, view }, scale) {
  const inWindow = view - top - HEIGHT.below * scale;
  const most = inWindow > HEIGHT.least * scale ? inWindow : HEIGHT.most * scale;
  return Math.min(element, most, HEIGHT.most * scale);
}

/**
 * Where the map is next to the board, if it is to the right of it, so that the last links can end in it.
 * @param {Pick<DOMRect, "left" | "right" | "top" | "bottom" | "width">} board  the element of the network, in the window
 * @param {Pick<DOMRect, "left" | "top" | "bottom" | "width"> | null} map
 * @returns {{left: number, top: number, bottom: number} | null} from the upper left corner of the board
 */
export function mapBeside(board, map) {
  if (!map || map.width === 0) return null;
  const gap = map.left - board.right;
  const common = Math.min(board.bottom, map.bottom) - Math.max(board.top, map.top);
  if (gap < -BESIDE.overlap || gap > BESIDE.gap || common < BESIDE.common) return null;
  return { left: Math.round(map.left - board.left), top: Math.round(map.top - board.top), bottom: Math.round(map.bottom - board.top) };
}

/**
 * Whether a frame is of the network that is laid out.
 * @param {Pick<Frame, "layers" | "shapes" | "arrays">} frame
 * @param {{layout: {units: readonly UnitBox[]}, naming: Naming}} arranged
 * @param {readonly number[]} hidden  units of each hidden layer
 * @returns {boolean}
 */
export function isFrameOf(frame, { layout: { units }, naming: { outputs } }, hidden) {
  const inputs = units.filter(({ layer, used }) => layer === 0 && used).length;
  return showsNetwork(/** @type {Frame} */ (frame), [inputs, ...hidden, outputs]);
}

/**
 * Whether a feature is locked by the link.
 * @param {Pick<UnitBox, "index">} feature
 * @param {{view: Pick<State["view"], "locked">}} state
 * @param {Schema["features"]} features
 * @returns {boolean}
 */
export const isFeatureLocked = ({ index }, { view }, features) => view.locked.includes(features[index].name);

/**
 * The unit above or below another in its layer.
 * @param {readonly UnitBox[]} units
 * @param {Pick<UnitBox, "layer" | "row">} from
 * @param {1 | -1} step
 * @returns {UnitBox | undefined}
 */
export const neighborOf = (units, { layer, row }, step) => units.find((unit) => unit.layer === layer && unit.row === row + step);

/**
 * The unit to pin when one is clicked: none, if that means the whole output.
 * @param {Pick<UnitBox, "layer" | "index">} unit
 * @param {Naming} naming
 * @param {number | null} selected  the pinned unit
 * @returns {number | null}
 */
export function pinnedBy({ layer, index }, { last, outputs }, selected) {
  return layer === last && (outputs === 1 || selected === index) ? null : index;
}

/**
 * Which neurons dropout leaves out for the example of "Backprop step by step", while that panel is open.
 * @param {ArrayLike<number> | null} before  what was known
 * @param {Pick<Frame, "inside" | "arrays"> | null} frame
 * @param {Pick<State, "inside">} state
 * @returns {ArrayLike<number> | null} 1 for each hidden and output unit that is left out
 */
export function leftOutIn(before, frame, { inside }) {
  if (inside.panel !== "step") return null;
  return frame?.inside?.panel === "step" ? frame.arrays.inside_left_out ?? null : before;
}

/**
 * How a unit looks.
 * @typedef {object} UnitLook
 * @property {Uint32Array} ramp  colors of its picture
 * @property {string | null} color  of its class, if it is one of several outputs
 * @property {boolean} isPinned
 * @property {boolean} isHovered
 * @property {boolean} isLeftOut  by dropout
 */

/**
 * How the units look.
 * @param {Pick<State, "selected" | "hovered" | "view" | "status">} state
 * @param {object} network
 * @param {Naming} network.naming
 * @param {{units: readonly Pick<UnitBox, "index">[]}} network.layout  the last output is its last unit
 * @param {ArrayLike<number> | null} network.leftOut  of `leftOutIn`; not shown while training plays
 * @param {Pick<Palette, "ramp" | "discreteRamp" | "forClasses">} palette
 * @returns {(index: number) => UnitLook}
 */
export function unitLooks({ selected, hovered, view, status }, { naming: { outputs, features }, layout: { units }, leftOut }, palette) {
  const lastUnit = units[units.length - 1].index;
  const isDiscrete = view.discretize;
  const pinned = selected ?? (outputs === 1 ? lastUnit : null);
  const classes = outputs > 1 ? palette.forClasses(outputs) : null;
  const firstOutput = lastUnit - outputs + 1;
  return (index) => {
    const number = index - firstOutput;
    const ofClass = classes && number >= 0 ? classes : null;
    return {
      ramp: ofClass ? (isDiscrete ? ofClass.discreteRamps : ofClass.ramps)[number] : isDiscrete ? palette.discreteRamp : palette.ramp,
      color: ofClass && ofClass.colors[number],
      isPinned: index === pinned,
      isHovered: index === hovered,
      isLeftOut: !status.playing && leftOut?.[index - features.length] === 1,
    };
  };
}
