/**
 * The user's own examples: lists of them, the changes from one list to the next, undo and redo, and what brushes do. Pure.
 * An example never changes; lists share the examples they have in common, so that a change is undone exactly.
 *
 * @typedef {import("../core/types.js").Data} Data
 */

import { EXTENT } from "../map/picture.js";

/** Examples that the server takes. */
export const MOST_EXAMPLES = 5000;
/** Classes that the user can have. */
export const MOST_CLASSES = 6;
/** Characters of a class's name. */
export const MOST_LABEL = 40;
/** Changes that can be undone. */
const MOST_UNDO = 100;
/** Coordinates are rounded to hundredths, so that links stay short. */
const FINE = 100;

/** Which part of the data an example belongs to; "": training or test, at random.
 * @typedef {"" | "train" | "test" | "validation"} Part */
/** In the order in which `own_parts` counts them. @type {Part[]} */
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
 * @property {number[]} remove  indices into the list before
 * @property {[number, number, number, Part][]} add
 */

/**
 * A coordinate as it is stored: on the map, in hundredths.
 * @param {number} value
 * @returns {number} -6 … 6
 */
export function rounded(value) {
  return Math.round(Math.max(-EXTENT, Math.min(EXTENT, value)) * FINE) / FINE + 0;
}

/** @param {Example} one @param {Example} other */
const isSame = (one, other) =>
  one === other || (one.x1 === other.x1 && one.x2 === other.x2 && one.target === other.target && one.part === other.part);

/**
 * The next step from the server's list to the wanted one.
 * @param {List} confirmed  what the server has
 * @param {List} wanted
 * @param {number} most  examples that one step adds
 * @returns {{edit: Edit, next: List} | null} the step, and the list after it; null: they are the same
 */
export function stepBetween(confirmed, wanted, most) {
  const [before, after] = [new Set(confirmed), new Set(wanted)];
  const remove = confirmed.flatMap((example, index) => (after.has(example) ? [] : [index]));
  const added = wanted.filter((example) => !before.has(example)).slice(0, most);
  if (remove.length === 0 && added.length === 0) return null;
  return {
    edit: { remove, add: added.map(({ x1, x2, target, part }) => [x1, x2, target, part]) },
    next: [...confirmed.filter((example) => after.has(example)), ...added],
  };
}

/* ---- Undo and redo ---- */

/** @typedef {{past: List[], present: List, future: List[]}} History */

/**
 * A history without changes.
 * @param {List} present
 * @returns {History}
 */
export function createHistory(present) {
  return { past: [], present, future: [] };
}

/**
 * The history after a change; what was undone before is forgotten.
 * @param {History} history
 * @param {List} present
 * @param {boolean} goesOn  whether it belongs to the last change, like the rest of a stroke
 * @returns {History}
 */
export function changed({ past, present: before }, present, goesOn) {
  return { past: goesOn ? past : [...past, before].slice(-MOST_UNDO), present, future: [] };
}

/** The history after an undo; the same one if there is nothing to undo. @param {History} history @returns {History} */
export function undone(history) {
  const { past, present, future } = history;
  return past.length === 0 ? history : { past: past.slice(0, -1), present: past[past.length - 1], future: [present, ...future] };
}

/** The history after a redo; the same one if there is nothing to redo. @param {History} history @returns {History} */
export function redone(history) {
  const { past, present, future } = history;
  return future.length === 0 ? history : { past: [...past, present], present: future[0], future: future.slice(1) };
}

/* ---- To and from the server's data ---- */

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
  const list = Array.from(targets, (target, index) => {
    const example = { x1: points[2 * index], x2: points[2 * index + 1], target, part: PARTS[parts[index]] ?? "" };
    return index < known.length && isSame(known[index], example) ? known[index] : example;
  });
  return list.length === known.length && list.every((example, index) => example === known[index]) ? known : list;
}

/**
 * The data as they will be: a list that the server does not have yet, drawn at once. An example without a part of its own
 * is shown among those for training until the server has assigned it.
 * @param {Data} data  that the server sent last
 * @param {List} confirmed  the list that they hold
 * @param {List} list
 * @returns {Data}
 */
export function foresee(data, confirmed, list) {
  if (!data.order) return data;
  const firstTest = data.trainSize + data.validationSize;
  /** @type {Map<Example, number>} */
  const partOf = new Map();
  data.order.forEach((own, index) => partOf.set(confirmed[own], index < data.trainSize ? 0 : index < firstTest ? 1 : 2));
  /** @type {number[][]} */
  const parts = [[], [], []];
  list.forEach((example, index) => parts[partOf.get(example) ?? SHOWN_IN[example.part]].push(index));
  const order = parts.flat();
  const isBinary = data.classes === 2;
  return {
    ...data,
    trainSize: parts[0].length,
    validationSize: parts[1].length,
    points: Float32Array.from(order.flatMap((index) => [list[index].x1, list[index].x2])),
    targets: Float32Array.from(order, (index) => (isBinary ? 2 * list[index].target - 1 : list[index].target)),
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
  return Array.from(targets.subarray(0, MOST_EXAMPLES), (value, index) => ({
    x1: rounded(points[2 * index]), x2: rounded(points[2 * index + 1]), part: "",
    target: isBinary ? Number(value > 0) : Math.round(value * 1000) / 1000,
  }));
}

/* ---- Brushes ---- */

/**
 * Points between two others, at equal distances.
 * @param {{x1: number, x2: number}} last  @param {{x1: number, x2: number}} here
 * @param {number} apart  distance between two
 * @returns {{x1: number, x2: number}[]} without the first
 */
export function pointsBetween(last, here, apart) {
  const length = Math.hypot(here.x1 - last.x1, here.x2 - last.x2);
  return Array.from({ length: Math.floor(length / apart) }, (_, index) => {
    const share = ((index + 1) * apart) / length;
    return { x1: last.x1 + (here.x1 - last.x1) * share, x2: last.x2 + (here.x2 - last.x2) * share };
  });
}

/**
 * A random point near another, uniform over a disc.
 * @param {{x1: number, x2: number}} middle @param {number} radius @param {() => number} random  0 … 1
 * @returns {{x1: number, x2: number}}
 */
export function scatter({ x1, x2 }, radius, random) {
  const [away, angle] = [radius * Math.sqrt(random()), 2 * Math.PI * random()];
  return { x1: x1 + away * Math.cos(angle), x2: x2 + away * Math.sin(angle) };
}

/**
 * A list with examples at new points, as far as there is room: none lies exactly on another of its target.
 * @param {List} list @param {readonly {x1: number, x2: number}[]} points @param {Pick<Example, "target" | "part">} kind
 * @returns {List} the same if nothing came to it
 */
export function withPoints(list, points, { target, part }) {
  const next = [...list];
  for (const { x1, x2 } of points) {
    const example = { x1: rounded(x1), x2: rounded(x2), target, part };
    const isThere = next.some((other) => other.x1 === example.x1 && other.x2 === example.x2 && other.target === target);
    if (!isThere && next.length < MOST_EXAMPLES) next.push(example);
  }
  return next.length === list.length ? list : next;
}

/**
 * A list without the examples near a point.
 * @param {List} list @param {{x1: number, x2: number}} middle @param {number} radius
 * @returns {List} the same if there were none
 */
export function withoutNear(list, { x1, x2 }, radius) {
  const left = list.filter((example) => Math.hypot(example.x1 - x1, example.x2 - x2) > radius);
  return left.length === list.length ? list : left;
}

/**
 * A list without the one example that is nearest to a point, if it is within reach.
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
 * @returns {string | null}
 */
export function whyNotNames(labels) {
  const named = labels.filter(Boolean);
  if (new Set(named).size < named.length) return "Two classes have the same name.";
  if (named.some((label) => [...label].length > MOST_LABEL)) return `A name has at most ${MOST_LABEL} characters.`;
  return null;
}

/** The key of a link that carries own examples. The schema has no field for them: they travel with the data. */
export const EXAMPLES_KEY = "ownExamples";

/** Whether a link carries own examples. @param {string} link */
export const carriesExamples = (link) => piecesOf(link).some((piece) => keyIn(piece) === EXAMPLES_KEY);

/** @param {string} link */
const piecesOf = (link) => link.replace(/^#/, "").split("&").filter(Boolean);
/** @param {string} piece */
const keyIn = (piece) => piece.split("=")[0];

/**
 * A canonical link to the same experiment with other data: the user's own, which are sent separately. Examples
 * that the old link contains are left out.
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
