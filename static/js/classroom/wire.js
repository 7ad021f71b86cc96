/** Checks of what a class's connection brings: a damaged message is dropped before it reaches the page. Pure. */

import { isFlag, isObject, isText } from "../net/protocol.js";

/** The fields that the page needs in a message, by type, each with its check.
 * @type {Record<string, Record<string, (value: any) => boolean>>} */
// generated: class-needed
const NEEDED = {
  door: { names: isText, choices: Array.isArray, waiting_room: isFlag },
  joined: { role: isText, code: isText, name: isText, waiting: isFlag, hand: isFlag, trying: isFlag },
  class: { code: isText, mode: isText, present: Number.isInteger, seats: Number.isInteger, names: Array.isArray, teacher: isFlag, snapshots: Array.isArray, side_by_side: Array.isArray, may_take: isFlag, experiment: isFlag, screen: isText, hands: Number.isInteger, waiting: Number.isInteger, screens: Number.isInteger },
  done: { id: Number.isInteger },
  keep: { state: isObject },
  ended: { why: isText },
};
// end generated

/** Pixels of a side of a small picture. */
const SIDE = 48;

/** @typedef {Record<string, any>} Container  the header's fields, `arrays` and `shapes` */

/** What must hold of a container, by type. @type {Record<string, (container: Container) => boolean>} */
const WHOLE = {
  wall: (wall) => Array.isArray(wall.tiles) && wall.tiles.every(isTile) && Array.isArray(wall.gone) && isFlag(wall.whole) && hasRows(wall, wall.pictures),
  snapshot: ({ snapshot, shapes, arrays }) => Number.isInteger(snapshot?.number) && String(shapes.surface) === `${SIDE},${SIDE}`
    && isPainted(arrays.surface, arrays.classes) && isDrawn(arrays.curve),
  examples: ({ question, classes, dimensions, arrays: { points, targets } }) => [question, classes, dimensions].every(Number.isInteger)
    && points?.length === 2 * targets?.length && isDrawn(points) && isDrawn(targets),
  drawings: ({ question, arrays }) => Number.isInteger(question) && arrays.owners?.length === arrays.lines?.length && hasLines(arrays) && isDrawn(arrays.points),
  digits: ({ question, side, drawn, whole, pictures, arrays }) => Number.isInteger(question) && isFlag(whole) && Array.isArray(drawn) && drawn.every(isDigit)
    && Array.isArray(pictures) && pictures.every(Number.isInteger) && arrays.drawings?.length === pictures.length * side * side,
  experiment: (experiment) => Number.isInteger(experiment.number) && Number.isInteger(experiment.task) && Number.isInteger(experiment.total) && isObject(experiment.grid) && isFlag(experiment.whole)
    && Array.isArray(experiment.cells) && experiment.cells.every(isCell) && hasRows(experiment, experiment.pictures),
  results: ({ results, arrays }) => Array.isArray(results) && arrays.lines?.length === results.length && hasLines(arrays),
};

/** @param {any} tile */
const isTile = (tile) => Number.isInteger(tile?.seat) && isText(tile.name) && isText(tile.state) && isObject(tile.reached) && Array.isArray(tile.differs) && isObject(tile.chosen);

/** @param {any} drawn */
const isDigit = (drawn) => Number.isInteger(drawn?.number) && isText(drawn.name) && Number.isInteger(drawn.digit) && (drawn.read === null || Number.isInteger(drawn.read));

/** @param {any} cell */
const isCell = (cell) => Number.isInteger(cell?.index) && isObject(cell.values) && Number.isFinite(cell.share);

/** Whether there is a row of every array for each picture. @param {Container} container @param {unknown} pictures */
function hasRows({ arrays, shapes }, pictures) {
  if (!Array.isArray(pictures) || !pictures.every(Number.isInteger)) return false;
  const isWhole = Object.values(shapes).every(([count]) => count === pictures.length);
  const hasSurfaces = pictures.length === 0 || String(shapes.surfaces) === `${pictures.length},${SIDE},${SIDE}`;
  return isWhole && hasSurfaces && isPainted(arrays.surfaces, arrays.classes) && isDrawn(arrays.curves);
}

/** @param {Uint8Array | undefined} surfaces @param {Uint8Array | undefined} classes */
const isPainted = (surfaces, classes) => classes === undefined || classes.length === surfaces?.length;

/** @param {Float32Array | undefined} curve */
const isDrawn = (curve) => curve === undefined || curve.every(Number.isFinite);

/** Whether the lines have as many points as they say. @param {Container["arrays"]} arrays */
function hasLines({ points, lines }) {
  if (!points || !lines) return false;
  return 2 * lines.reduce((/** @type {number} */ sum, /** @type {number} */ count) => sum + count, 0) === points.length;
}

/**
 * Throws if a message of the class is damaged; messages of the session have been checked already.
 * @param {{type: string}} message
 */
export function checkClassMessage(message) {
  const { type } = message;
  const fields = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (message));
  for (const [name, fits] of Object.entries(Object.hasOwn(NEEDED, type) ? NEEDED[type] : {})) {
    if (!fits(fields[name])) throw new Error(`${type} has no valid ${name}`);
  }
  if (type === "class" && !isObject(fields.settings)) throw new Error("class has no valid settings");
  if (Object.hasOwn(WHOLE, type) && !(isObject(fields.arrays) && WHOLE[type](fields))) throw new Error(`the ${type} is damaged`);
}

/** The messages that are the class's, and none of the session's. @param {string} type */
export const isOfClass = (type) => type === "pointed" || Object.hasOwn(NEEDED, type) || Object.hasOwn(WHOLE, type);
