/**
 * The user's own examples: lists of them, what changes from one list to the next, undo and redo, and where a brush puts
 * points. Pure. An example never changes; lists share those which they have in common, so that an undone change is
 * undone exactly.
 *
 * @typedef {import("../core/types.js").Data} Data
 */

import { EXTENT } from "../map/picture.js";

/** The server takes no more of these. */
export const MOST_EXAMPLES = 5000;
export const MOST_CLASSES = 6;
/** Characters of a class's name. */
export const MOST_LABEL = 40;
/** So many changes can be undone. */
const MOST_UNDO = 100;
/** Coordinates are rounded to hundredths, so that links stay short. */
const FINE = 100;

/** Which part of the data an example belongs to; "": as the ratio and chance have it.
 * @typedef {"" | "train" | "test" | "validation"} Part */
/** As `own_parts` counts them. @type {Part[]} */
export const PARTS = ["", "train", "test", "validation"];

/**
 * @typedef {object} Example
 * @property {number} x1
 * @property {number} x2
 * @property {number} target  the number of a class, from 0, or a value
 * @property {Part} part
 */
/** @typedef {readonly Example[]} List */

/**
 * From one list to another: some are removed, then others are added at the end.
 * @typedef {object} Edit
 * @property {number[]} remove  places in the list before
 * @property {[number, number, number, Part][]} add
 */

/**
 * A coordinate as it is kept: on the map, in hundredths.
 * @param {number} value
 */
export function rounded(value) {
  return Math.round(Math.max(-EXTENT, Math.min(EXTENT, value)) * FINE) / FINE + 0;
}

/** @param {Example} one @param {Example} other */
const isSame = (one, other) =>
  one === other || (one.x1 === other.x1 && one.x2 === other.x2 && one.target === other.target && one.part === other.part);

/**
 * The next step from what the server has to what is wanted.
 * @param {List} told  what the server has
 * @param {List} wanted
 * @param {number} most  examples that one step adds
 * @returns {{edit: Edit, next: List} | null} the step, and the list after it; null: there is nothing to do
 */
export function stepBetween(told, wanted, most) {
  const [before, after] = [new Set(told), new Set(wanted)];
  const remove = told.flatMap((example, place) => (after.has(example) ? [] : [place]));
  const added = wanted.filter((example) => !before.has(example)).slice(0, most);
  if (remove.length === 0 && added.length === 0) return null;
  return {
    edit: { remove, add: added.map(({ x1, x2, target, part }) => [x1, x2, target, part]) },
    next: [...told.filter((example) => after.has(example)), ...added],
  };
}

/* ---- Undo and redo ---- */

/** @typedef {{past: List[], present: List, future: List[]}} History */

/** @param {List} present @returns {History} */
export function createHistory(present) {
  return { past: [], present, future: [] };
}

/**
 * @param {History} history
 * @param {List} present
 * @param {boolean} goesOn  whether it belongs to the last change, as all of one stroke do
 * @returns {History}
 */
export function changed({ past, present: before }, present, goesOn) {
  return { past: goesOn ? past : [...past, before].slice(-MOST_UNDO), present, future: [] };
}

/** The same history if there is nothing to undo. @param {History} history @returns {History} */
export function undone(history) {
  const { past, present, future } = history;
  return past.length === 0 ? history : { past: past.slice(0, -1), present: past[past.length - 1], future: [present, ...future] };
}

/** The same history if there is nothing to redo. @param {History} history @returns {History} */
export function redone(history) {
  const { past, present, future } = history;
  return future.length === 0 ? history : { past: [...past, present], present: future[0], future: future.slice(1) };
}

/* ---- To and from what the server tells ---- */

/** Among which examples of the data one of a part is shown: 0 for training, 1 for validation, 2 for the test.
 * @type {Record<Part, number>} */
const SHOWN_IN = { "": 0, train: 0, validation: 1, test: 2 };

/**
 * The server's list, with the examples of `known` where they are the same.
 * @param {NonNullable<Data["own"]>} own
 * @param {List} known
 * @returns {List} `known` itself if all are the same
 */
export function readExamples({ points, targets, parts }, known) {
  const list = Array.from(targets, (target, place) => {
    const example = { x1: points[2 * place], x2: points[2 * place + 1], target, part: PARTS[parts[place]] ?? "" };
    return place < known.length && isSame(known[place], example) ? known[place] : example;
  });
  return list.length === known.length && list.every((example, place) => example === known[place]) ? known : list;
}

/**
 * The data as they will be: a list that the server has not yet, drawn at once. An example without a part of its own is
 * shown among those for training until the server has said where it belongs.
 * @param {Data} data  that the server told last
 * @param {List} told  the list that it told them of
 * @param {List} list
 * @returns {Data}
 */
export function foresee(data, told, list) {
  if (!data.order) return data;
  const firstTest = data.trainSize + data.validationSize;
  /** @type {Map<Example, number>} */
  const partOf = new Map();
  data.order.forEach((place, index) => partOf.set(told[place], index < data.trainSize ? 0 : index < firstTest ? 1 : 2));
  /** @type {number[][]} */
  const places = [[], [], []];
  list.forEach((example, place) => places[partOf.get(example) ?? SHOWN_IN[example.part]].push(place));
  const order = places.flat();
  const isBinary = data.classes === 2;
  return {
    ...data,
    trainSize: places[0].length,
    validationSize: places[1].length,
    points: Float32Array.from(order.flatMap((place) => [list[place].x1, list[place].x2])),
    targets: Float32Array.from(order, (place) => (isBinary ? 2 * list[place].target - 1 : list[place].target)),
    order: Uint32Array.from(order),
  };
}

/**
 * The examples that are shown, as a list of the user's own.
 * @param {Data} data
 * @returns {Example[]} at most MOST_EXAMPLES
 */
export function listOf({ points, targets, classes }) {
  const isBinary = classes === 2;
  return Array.from(targets.subarray(0, MOST_EXAMPLES), (value, place) => ({
    x1: rounded(points[2 * place]), x2: rounded(points[2 * place + 1]), part: "",
    target: isBinary ? Number(value > 0) : Math.round(value * 1000) / 1000,
  }));
}

/* ---- Brushes ---- */

/**
 * Places along a way, each so far from the last that was put.
 * @param {{x1: number, x2: number}} last @param {{x1: number, x2: number}} here @param {number} apart
 * @returns {{x1: number, x2: number}[]} without the first
 */
export function placesBetween(last, here, apart) {
  const length = Math.hypot(here.x1 - last.x1, here.x2 - last.x2);
  return Array.from({ length: Math.floor(length / apart) }, (_, index) => {
    const share = ((index + 1) * apart) / length;
    return { x1: last.x1 + (here.x1 - last.x1) * share, x2: last.x2 + (here.x2 - last.x2) * share };
  });
}

/**
 * A place near another, all over a disc.
 * @param {{x1: number, x2: number}} middle @param {number} radius @param {() => number} random  0 … 1
 */
export function scatter({ x1, x2 }, radius, random) {
  const [away, angle] = [radius * Math.sqrt(random()), 2 * Math.PI * random()];
  return { x1: x1 + away * Math.cos(angle), x2: x2 + away * Math.sin(angle) };
}

/**
 * A list with examples at new places, as far as there is room: none lies exactly on another of its target.
 * @param {List} list @param {{x1: number, x2: number}[]} places @param {Pick<Example, "target" | "part">} kind
 * @returns {List} the same if nothing came to it
 */
export function withPoints(list, places, { target, part }) {
  const next = [...list];
  for (const place of places) {
    const example = { x1: rounded(place.x1), x2: rounded(place.x2), target, part };
    const isThere = next.some((other) => other.x1 === example.x1 && other.x2 === example.x2 && other.target === target);
    if (!isThere && next.length < MOST_EXAMPLES) next.push(example);
  }
  return next.length === list.length ? list : next;
}

/**
 * A list without the examples near a place.
 * @param {List} list @param {{x1: number, x2: number}} middle @param {number} radius
 * @returns {List} the same if there were none
 */
export function withoutNear(list, { x1, x2 }, radius) {
  const left = list.filter((example) => Math.hypot(example.x1 - x1, example.x2 - x2) > radius);
  return left.length === list.length ? list : left;
}

/**
 * A list without the one example that is nearest to a place, if it is near.
 * @param {List} list @param {{x1: number, x2: number}} middle @param {number} radius
 * @returns {List}
 */
export function withoutNearest(list, middle, radius) {
  const away = (/** @type {Example} */ { x1, x2 }) => Math.hypot(x1 - middle.x1, x2 - middle.x2);
  const nearest = list.reduce((/** @type {Example | null} */ best, example) => (best && away(best) <= away(example) ? best : example), null);
  return nearest && away(nearest) <= radius ? list.filter((example) => example !== nearest) : list;
}

/**
 * How many of each class there are.
 * @param {List} list
 * @returns {number[]} by the number of the class
 */
export function countsOf(list) {
  /** @type {number[]} */
  const counts = [];
  for (const { target } of list) counts[target] = (counts[target] ?? 0) + 1;
  return Array.from(counts, (count) => count ?? 0);
}

/**
 * Why names cannot be those of the classes, as a sentence; null if they can.
 * @param {readonly string[]} labels  "" for none
 */
export function whyNotNames(labels) {
  const named = labels.filter(Boolean);
  if (new Set(named).size < named.length) return "Two classes have the same name.";
  if (named.some((label) => [...label].length > MOST_LABEL)) return `A name has at most ${MOST_LABEL} characters.`;
  return null;
}

/** The key of a link that carries own examples. The schema has no field of them: they travel with the data. */
export const EXAMPLES_KEY = "ownExamples";

/** Whether a link carries own examples. @param {string} link */
export const carriesExamples = (link) => piecesOf(link).some((piece) => keyIn(piece) === EXAMPLES_KEY);

/** @param {string} link */
const piecesOf = (link) => link.replace(/^#/, "").split("&").filter(Boolean);
/** @param {string} piece */
const keyIn = (piece) => piece.split("=")[0];

/**
 * A canonical link to the same experiment with other data: the user's own, which travel beside it. Examples that the
 * link has carried so far are left out.
 * @param {string} link
 * @param {"classification" | "regression"} problem  that they pose
 * @param {readonly import("../core/types.js").Field[]} fields  of the schema, for the names of keys
 * @returns {string}
 */
export function linkForOwn(link, problem, fields) {
  const values = { problem, ...(problem === "classification" ? { dataset: "own" } : { regression_dataset: "reg-own" }) };
  const changes = new Map(Object.entries(values).map(([name, value]) => [keyOf(name, fields), value]));
  const kept = piecesOf(link).filter((piece) => keyIn(piece) !== EXAMPLES_KEY && !changes.has(keyIn(piece)));
  return `#${[...kept, ...[...changes].map(([key, value]) => `${key}=${value}`)].join("&")}`;
}

/** The key by which a link names a field. @param {string} name @param {readonly import("../core/types.js").Field[]} fields */
function keyOf(name, fields) {
  const key = fields.find((field) => field.name === name)?.key;
  if (!key) throw new Error(`The schema has no key for ${name}`);
  return key;
}
