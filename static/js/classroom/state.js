/**
 * What a page knows of its class: one object, which only the server's messages change.
 *
 * @typedef {import("../core/types.js").ErrorMessage} ErrorMessage
 * @typedef {import("../core/types.js").Watched} Watched
 * @typedef {import("./types.js").Tile} Tile
 * @typedef {import("./types.js").Cell} Cell
 * @typedef {import("./types.js").Result} Result
 */

import { createStore } from "../core/store.js";

/**
 * A small picture of what a network has learned: 48 × 48, or a curve where the data have one dimension.
 * @typedef {object} Picture
 * @property {Uint8Array} surface  the outputs, rows from the top
 * @property {Uint8Array | null} classes  the likeliest classes, with more than two
 * @property {Float32Array | null} curve  the outputs at x1 from -6 to 6
 * @property {number} classCount
 * @property {number} dimensions
 */
/** What everybody draws over. @typedef {{question: number, data: import("../core/types.js").Data}} Examples */
/** Predictions that were drawn. @typedef {{question: number, lines: {owner: number, points: Float32Array}[]}} Drawings  points: x1, x2, x1, x2, … */
/**
 * Digits that were drawn, and what the teacher's network reads in them.
 * @typedef {object} DrawnDigits
 * @property {number} question
 * @property {number} side  pixels of a side of a drawing
 * @property {import("./types.js").DrawnDigit[]} drawn
 * @property {ReadonlyMap<number, Uint8Array>} pictures  by number: 255 is ink
 * @property {number | null} epoch  of the network when it read them; null: it has not
 * @property {number | null} accuracy  of the network in the test, from 0 to 1
 */
/**
 * The experiment of the class as far as it has come.
 * @typedef {object} Experiment
 * @property {number} number
 * @property {number} task  the number of the task that was handed out when it started; 0 for none
 * @property {string} link
 * @property {number} epochs
 * @property {number} total
 * @property {string | null} vary
 * @property {Record<string, any[]>} grid
 * @property {boolean} canceled
 * @property {ReadonlyMap<number, Cell>} cells  by index
 * @property {ReadonlyMap<number, Picture>} pictures  by index
 */
/** What all have reached. @typedef {{task: import("./types.js").Task | null, results: Result[], curves: Float32Array[]}} Results  curves: epoch, test loss, epoch, test loss, … */
/**
 * @typedef {object} ClassState
 * @property {"teacher" | "student" | "screen"} role
 * @property {string} code
 * @property {import("./types.js").JoinedMessage | null} joined  null: not yet
 * @property {import("./types.js").DoorMessage | null} door  the names to choose from, while the class asks for one
 * @property {import("./types.js").ClassStateMessage | null} room
 * @property {Watched | null} watching  whose network the page shows, if it is not its own
 * @property {import("./types.js").PointedMessage | null} pointed
 * @property {ErrorMessage | null} refusal  why the class has not let the page in
 * @property {"ended" | "removed" | "left" | null} ended
 * @property {Record<string, any> | null} keep  from which a server that has lost the class opens it again
 * @property {ReadonlyMap<number, Tile>} tiles  by seat
 * @property {ReadonlyMap<number, Picture>} pictures  by seat
 * @property {ReadonlyMap<number, Picture>} snapshots  by number
 * @property {Examples | null} examples
 * @property {Drawings | null} drawings
 * @property {DrawnDigits | null} digits
 * @property {Experiment | null} experiment
 * @property {Results | null} results
 */
/** @typedef {import("../core/store.js").Store<ClassState>} ClassStore */

/** Whether the class has an experiment, and no task was handed out since. @param {Pick<ClassState, "room" | "experiment">} state */
export const isExperimenting = ({ room, experiment }) => experiment !== null && experiment.task === (room?.task?.number ?? 0);

/** Before anything of the class was received. @param {ClassState["role"]} role @param {string} code @returns {ClassState} */
export function initialClassState(role, code) {
  return {
    role, code, joined: null, door: null, room: null, watching: null, pointed: null, refusal: null, ended: null, keep: null,
    tiles: new Map(), pictures: new Map(), snapshots: new Map(), examples: null, drawings: null, digits: null, experiment: null, results: null,
  };
}

/** @param {ClassState["role"]} role @param {string} code */
export const createClassStore = (role, code) => createStore(initialClassState(role, code));
