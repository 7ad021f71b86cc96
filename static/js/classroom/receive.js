/**
 * What each message of a class changes in what the page knows of it: pure functions, state in, patch out.
 *
 * @typedef {import("./state.js").ClassState} ClassState
 * @typedef {import("./state.js").Picture} Picture
 */

import { NO_PICTURES } from "../net/protocol.js";

/** Points of a curve. */
const CURVE = 200;
/** Pixels of a small picture. */
const PIXELS = 48 * 48;

/**
 * @template T
 * @param {ReadonlyMap<number, T>} map @param {Iterable<[number, T]>} changes @param {Iterable<number>} [gone]
 * @returns {ReadonlyMap<number, T>}
 */
function changed(map, changes, gone = []) {
  const next = new Map([...map, ...changes]);
  for (const key of gone) next.delete(key);
  return next;
}

/**
 * The pictures of a container with a row for each.
 * @param {number[]} keys  of the rows
 * @param {Record<string, any>} arrays
 * @param {(key: number) => {classes: number, dimensions: number} | undefined} kindOf  what a row shows; undefined: see the arrays
 * @returns {[number, Picture][]}
 */
function picturesOf(keys, { surfaces, classes, curves }, kindOf) {
  return keys.map((key, row) => {
    const painted = classes?.subarray(row * PIXELS, (row + 1) * PIXELS) ?? null;
    const drawn = curves?.subarray(row * CURVE, (row + 1) * CURVE) ?? null;
    // a row that does not apply is zero
    const found = { classes: painted ? 1 + painted.reduce((/** @type {number} */ most, /** @type {number} */ one) => Math.max(most, one), 1) : 2, dimensions: drawn?.some(Boolean) ? 1 : 2 };
    const { classes: classCount, dimensions } = kindOf(key) ?? found;
    return [key, {
      surface: surfaces.subarray(row * PIXELS, (row + 1) * PIXELS), classes: classCount > 2 && dimensions > 0 ? painted : null, curve: dimensions === 1 ? drawn : null,
      classCount, dimensions,
    }];
  });
}

/**
 * Points cut into lines.
 * @param {Float32Array} points  two numbers each
 * @param {Uint32Array} lines  how many points each line has
 * @returns {Float32Array[]}
 */
function linesOf(points, lines) {
  let start = 0;
  return [...lines].map((count) => points.subarray(start, (start += 2 * count)));
}

/** @type {Record<string, (state: ClassState, message: any) => Partial<ClassState>>} */
const REDUCERS = {
  // a name that was about to be chosen stays
  door: ({ door: before }, door) => ({ door: before?.names === "given" && door.names === "given" ? { ...door, choices: before.choices } : door, refusal: null }),
  joined: (_state, joined) => ({ joined, code: joined.code, door: null, refusal: null, ended: null }),
  class: (_state, room) => ({
    room, code: room.code,
    ...(room.question?.draws !== "boundary" && { drawings: null }), ...(room.question?.draws !== "digit" && { digits: null }), ...(!room.experiment && { experiment: null }),
  }),
  pointed: (_state, pointed) => ({ pointed }),
  keep: (_state, { state }) => ({ keep: state }),
  ended: (_state, { why }) => ({ ended: why }),
  welcome: (_state, { watching }) => ({ watching: watching ? { seat: watching.seat ?? null, name: watching.name ?? null } : null, pointed: null }),

  wall({ tiles, pictures }, { whole, tiles: news, gone, pictures: keys, arrays }) {
    const known = changed(whole ? new Map() : tiles, news.map((/** @type {import("./types.js").Tile} */ tile) => [tile.seat, tile]), gone);
    const removed = whole ? [...pictures.keys()].filter((seat) => !known.has(seat)) : gone;
    return { tiles: known, pictures: changed(pictures, picturesOf(keys, arrays, (seat) => known.get(seat)), removed) };
  },

  snapshot: ({ snapshots }, { snapshot, arrays }) => ({
    snapshots: changed(snapshots, [[snapshot.number, {
      surface: arrays.surface, classes: arrays.classes ?? null, curve: arrays.curve ?? null, classCount: snapshot.classes, dimensions: snapshot.dimensions,
    }]]),
  }),

  examples: (_state, { question, classes, dimensions, arrays: { points, targets } }) => ({
    examples: { question, data: { ...NO_PICTURES, trainSize: targets.length, validationSize: 0, testSize: 0, classes, dimensions, points, targets, order: null, examples: null, own: null } },
  }),

  drawings: (_state, { question, arrays: { points, lines, owners } }) => ({
    drawings: { question, lines: linesOf(points, lines).map((line, index) => ({ owner: owners[index], points: line })) },
  }),

  digits({ digits }, { question, side, drawn, whole, pictures: numbers, epoch, test_accuracy: accuracy, arrays: { drawings } }) {
    /** @type {ReadonlyMap<number, Uint8Array>} */
    const known = !whole && digits && digits.question === question ? digits.pictures : new Map();
    const rows = numbers.map((/** @type {number} */ number, /** @type {number} */ row) => [number, drawings.subarray(row * side * side, (row + 1) * side * side)]);
    return { digits: { question, side, drawn, pictures: changed(known, rows), epoch, accuracy } };
  },

  experiment({ experiment }, { number, task, link, epochs, total, vary, grid, canceled, whole, cells, pictures, arrays }) {
    /** @type {Pick<import("./state.js").Experiment, "cells" | "pictures">} */
    const before = experiment && !whole && experiment.number === number ? experiment : { cells: new Map(), pictures: new Map() };
    return {
      experiment: {
        number, task, link, epochs, total, vary: vary ?? null, grid, canceled,
        cells: changed(before.cells, cells.map((/** @type {import("./types.js").Cell} */ cell) => [cell.index, cell])),
        pictures: changed(before.pictures, picturesOf(pictures, arrays, () => undefined)),
      },
    };
  },

  results: (_state, { task, results, arrays: { points, lines } }) => ({ results: { task, results, curves: linesOf(points, lines) } }),
};

/**
 * What a message changes in what the page knows of its class.
 * @param {ClassState} state
 * @param {{type: string}} message
 * @returns {Partial<ClassState>} empty for messages that change nothing
 */
export function classPatch(state, message) {
  return Object.hasOwn(REDUCERS, message.type) ? REDUCERS[message.type](state, message) : {};
}
