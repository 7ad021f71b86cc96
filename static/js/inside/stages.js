/** One step of the training in slow motion: its stages, and where everything of the small network stands. Pure. */

/** Room for the strokes of the outermost boxes. */
const EDGE = 2;

/**
 * What is being done: values forward into a layer, the loss, deltas back to a layer, or the change of all weights.
 * @typedef {object} Stage
 * @property {"forward" | "loss" | "backward" | "update"} kind
 * @property {number} layer  from 1, the first hidden layer or the output; 0 where it is no layer's
 * @property {string} label
 */

/**
 * @param {number} layers  hidden layers and the output
 * @returns {Stage[]} in their order
 */
export function stagesOf(layers) {
  const nameOf = (/** @type {number} */ layer) => (layer === layers ? "output" : `layer ${layer}`);
  const forward = Array.from({ length: layers }, (_, place) => place + 1);
  return [
    ...forward.map((layer) => ({ kind: /** @type {const} */ ("forward"), layer, label: `Forward: ${nameOf(layer)}` })),
    { kind: "loss", layer: 0, label: "The loss" },
    ...forward.toReversed().map((layer) => ({ kind: /** @type {const} */ ("backward"), layer, label: `Backward: ${nameOf(layer)}` })),
    { kind: "update", layer: 0, label: "Update: all weights" },
  ];
}

/**
 * What is known of a layer at a stage.
 * @param {readonly Stage[]} stages @param {number} at  place of the present stage @param {number} layer  from 1
 * @returns {{isReached: boolean, hasDelta: boolean}}
 */
export function knownAt(stages, at, layer) {
  const { kind, layer: present } = stages[at];
  return {
    isReached: kind !== "forward" || layer <= present,
    hasDelta: kind === "update" || (kind === "backward" && layer >= present),
  };
}

/**
 * Whether a line of numbers belongs to a stage that is over or present.
 * @param {readonly Stage[]} stages @param {number} at  place of the present stage
 * @param {readonly [Stage["kind"], number]} of  the line's stage, and its layer from 1 (0: no layer's)
 */
export function isTold(stages, at, [kind, layer]) {
  const place = stages.findIndex((stage) => stage.kind === kind && stage.layer === layer);
  return place <= at;
}

/**
 * @typedef {{layer: number, row: number, x: number, y: number, width: number, height: number}} UnitBox  x and y: the middle
 * @typedef {{layer: number, source: UnitBox, target: UnitBox}} LinkLine  layer: of the target
 */

/**
 * @param {readonly number[]} layers  units per layer: inputs, hidden layers, output
 * @param {{width: number, height: number, type: number}} room  type: the size of the root's type
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
  const links = units.slice(1).flatMap((targets, place) =>
    targets.flatMap((target) => units[place].map((source) => ({ layer: place + 1, source, target }))));
  return { units, links };
}

/**
 * How far a place is from a link.
 * @param {LinkLine} link @param {number} x @param {number} y
 */
export function distanceTo({ source, target }, x, y) {
  const [x1, y1] = [source.x + source.width / 2, source.y];
  const [x2, y2] = [target.x - target.width / 2, target.y];
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const share = Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length));
  return Math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1));
}
