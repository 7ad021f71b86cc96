/**
 * What the table of runs says: pure. A run is one stretch of training whose losses belong together, from its start to
 * where the next one began.
 *
 * @typedef {import("../core/types.js").Config} Config
 * @typedef {import("../core/types.js").Schema} Schema
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../core/types.js").Frame} Frame
 */

import { valuesOf, whyIdle } from "../core/applies.js";
import { isLosses } from "../core/losses.js";
import { formatLoss, formatPercent } from "../lib/format.js";
import { isEqual } from "../core/store.js";

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {number} number  as it is called: "Run 7"
 * @property {string} name  that the user gave it; empty: "Run 7"
 * @property {boolean} starred
 * @property {number} started  ms since 1970
 * @property {{number: number, epoch: number} | null} origin  the run that it goes on from, and where
 * @property {string[]} changes  what differs from the run before, as "Learning rate 0.1"
 * @property {Config} config
 * @property {string} link
 * @property {number} epoch
 * @property {number | null} trainLoss
 * @property {number | null} testLoss
 * @property {number | null} trainAccuracy  0 … 1
 * @property {number | null} testAccuracy
 * @property {ReachedGoal[]} goals  that were reached
 * @property {number} duration  seconds of training
 * @property {Picture | null} picture
 * @property {import("../core/losses.js").Losses} losses  thinned
 * @property {import("../core/types.js").Checkpoint | null} checkpoint  null: there was no room for it
 * @property {string | null} examples  the code of own examples that the link does not carry
 */
/** @typedef {{label: string, medal: string, reached: number}} ReachedGoal */
/**
 * The output in few pixels.
 * @typedef {object} Picture
 * @property {number} size  pixels of a side
 * @property {string} bytes  base64, as in a frame
 * @property {string | null} classes  base64: the likeliest class of each place, where there are more than two
 * @property {number} count  classes, 0 without
 */

/** Fields that have a column of their own, or follow from those that have. */
const SEEDS = new Set(["seed", "weight_seed", "weight_offset"]);
/** Pixels of a picture's side, and of one that another version may have kept. */
const PICTURE = 25;
const MOST_OF_PICTURE = 100;

/* ---- What differs ---- */

/**
 * @param {Field} field @param {unknown} value @param {Schema} schema
 * @returns {string} as its control shows it
 */
export function valueLabel(field, value, schema) {
  if (typeof value === "boolean") return value ? "on" : "off";
  const labels = field.name === "features" ? schema.features.map(({ name, label }) => ({ value: name, label })) : field.choices ?? [];
  const one = (/** @type {unknown} */ item) => labels.find((choice) => choice.value === item)?.label ?? String(item);
  if (Array.isArray(value)) return value.length > 0 ? value.map(one).join(", ") : "none";
  return one(value) || "none";
}

/**
 * The settings in which a run differs from the one before, leaving out what makes no difference in it.
 * @param {Schema} schema @param {Config | null} before  null: the defaults @param {Config} now
 * @returns {string[]} as "Learning rate 0.1"
 */
export function changesBetween(schema, before, now) {
  const [old, present] = [before && valuesOf(before), valuesOf(now)];
  const situation = { schema, config: now, data: null };
  return schema.fields
    .filter((field) => !SEEDS.has(field.name) && field.name in present && whyIdle(field, situation) === null)
    .filter((field) => !isEqual(present[field.name], old ? old[field.name] : field.default))
    .map((field) => `${field.label} ${valueLabel(field, present[field.name], schema)}`);
}

/* ---- The picture ---- */

/**
 * The output of a frame in few pixels: the full picture where it is shown, else the small one.
 * @param {Frame} frame @param {number} outputs  output units
 * @returns {Picture}
 */
export function pictureOf(frame, outputs) {
  const { arrays: { surface, classes, thumbnails }, shapes, thumbnailSize } = frame;
  const first = shapes.thumbnails[0] - outputs;
  if (outputs > 1 && classes) return shrink(surface, classes, shapes.surface[1], outputs);
  if (outputs === 1 && frame.selected === first) return shrink(surface, null, shapes.surface[1], 0);
  const length = thumbnailSize * thumbnailSize;
  const pictures = Array.from({ length: outputs }, (_, unit) => thumbnails.subarray((first + unit) * length, (first + unit + 1) * length));
  if (outputs === 1) return { size: thumbnailSize, bytes: base64(pictures[0]), classes: null, count: 0 };
  const best = Uint8Array.from({ length }, (_, place) => pictures.reduce((most, picture, unit) => (picture[place] > pictures[most][place] ? unit : most), 0));
  return { size: thumbnailSize, bytes: base64(best.map((unit, place) => pictures[unit][place])), classes: base64(best), count: outputs };
}

/** @param {Uint8Array} picture @param {Uint8Array | null} classes @param {number} size @param {number} count @returns {Picture} */
function shrink(picture, classes, size, count) {
  const at = (/** @type {number} */ place) => Math.round((place * (size - 1)) / (PICTURE - 1));
  const few = (/** @type {Uint8Array} */ full) => base64(Uint8Array.from({ length: PICTURE * PICTURE },
    (_, place) => full[at(Math.floor(place / PICTURE)) * size + at(place % PICTURE)]));
  return { size: PICTURE, bytes: few(picture), classes: classes && few(classes), count };
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** @param {string} text  base64 @returns {Uint8Array} */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/* ---- The table ---- */

/** @param {Pick<Run, "name" | "number">} run */
export const nameOf = ({ name, number }) => name || `Run ${number}`;

/** @param {Run} run */
export const originOf = ({ origin }) => (origin ? `from run ${origin.number}, epoch ${origin.epoch.toLocaleString("en-US")}` : "");

/** @param {Run} run  @returns {string[]} */
export const seedsOf = ({ config: { seed, weight_seed: weights, weight_offset: offset } }) => [seed, `${weights || seed}${offset > 0 ? ` + ${offset}` : ""}`];

/** @param {string[]} seeds  of data and weights */
const seedText = ([data, weights]) => (data === weights ? data : `data ${data}, weights ${weights}`);

/** @param {number} seconds */
export function formatDuration(seconds) {
  if (seconds < 60) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)}\u202fs`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}\u202fmin ${Math.floor(seconds % 60)}\u202fs`;
  return `${Math.floor(minutes / 60)}\u202fh ${minutes % 60}\u202fmin`;
}

/** @param {Run} run */
const accuracyOf = ({ testAccuracy, trainAccuracy }) => testAccuracy ?? trainAccuracy;

/** Medals from the best to none. */
const MEDALS = ["gold", "silver", "bronze", "own"];
/** @param {Run} run */
const medalOf = ({ goals }) => Math.min(MEDALS.length, ...goals.map(({ medal }) => MEDALS.indexOf(medal)).filter((place) => place >= 0));
const MEDAL_NAMES = ["Gold", "Silver", "Bronze", "Goal"];

/** The best of what was reached. @param {Run} run */
function bestGoalText(run) {
  const medal = medalOf(run);
  const best = run.goals.find((goal) => goal.medal === MEDALS[medal]);
  return best ? `${MEDAL_NAMES[medal]} at epoch ${best.reached.toLocaleString("en-US")}` : "";
}

/** @param {Run} run */
const goalsText = ({ goals }) => goals.map(({ label, reached }) => `${label} at epoch ${reached}`).join("; ");

/**
 * A column: what it sorts by (null comes last), and what stands in it as text.
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {(run: Run) => string | number | null} key
 * @property {(run: Run) => string} text
 * @property {boolean} [isNumber]
 * @property {(run: Run) => string | number | null} [exact]  the number itself, or all that the text is short for: for a CSV file
 */

/** @type {Column[]} */
export const COLUMNS = [
  { name: "name", label: "Run", key: ({ number }) => number, text: nameOf },
  { name: "changes", label: "Changed", key: ({ changes }) => changes.join(", "), text: (run) => [originOf(run), ...run.changes].filter(Boolean).join(", ") || "same settings" },
  { name: "seeds", label: "Seeds", key: (run) => seedsOf(run).join(" "), text: (run) => seedText(seedsOf(run)) },
  { name: "epochs", label: "Epochs", key: ({ epoch }) => epoch, text: ({ epoch }) => epoch.toLocaleString("en-US"), isNumber: true, exact: ({ epoch }) => epoch },
  { name: "test", label: "Test loss", key: ({ testLoss }) => testLoss, text: ({ testLoss }) => formatLoss(testLoss), isNumber: true, exact: ({ testLoss }) => testLoss },
  { name: "train", label: "Training loss", key: ({ trainLoss }) => trainLoss, text: ({ trainLoss }) => formatLoss(trainLoss), isNumber: true, exact: ({ trainLoss }) => trainLoss },
  { name: "accuracy", label: "Accuracy", key: accuracyOf, text: (run) => formatPercent(accuracyOf(run)), isNumber: true, exact: accuracyOf },
  { name: "goal", label: "Goal", key: (run) => (run.goals.length > 0 ? medalOf(run) : null), text: bestGoalText, exact: goalsText },
  { name: "duration", label: "Time", key: ({ duration }) => duration, text: ({ duration }) => formatDuration(duration), isNumber: true, exact: ({ duration }) => Number(duration.toFixed(2)) },
];

/** @typedef {{column: string, isDown: boolean}} Order */

/** Starred first, then as asked; what is missing stands last either way.
 * @param {readonly Run[]} runs @param {Order} order @returns {Run[]} */
export function sorted(runs, { column, isDown }) {
  const key = COLUMNS.find(({ name }) => name === column)?.key ?? COLUMNS[0].key;
  return runs.toSorted((a, b) => {
    const [one, other] = [key(a), key(b)];
    if (a.starred !== b.starred) return a.starred ? -1 : 1;
    if (one === null || other === null) return Number(one === null) - Number(other === null) || b.number - a.number;
    const difference = typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "en", { numeric: true });
    return (isDown ? -difference : difference) || b.number - a.number;
  });
}

/* ---- Files ---- */

/** What a spreadsheet would take for a formula, also in wide characters, is given an apostrophe. @param {string} text */
const harmless = (text) => (/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text);

/** @param {string | number | null} value */
function csvCell(value) {
  if (typeof value === "number" || value === null) return value === null ? "" : String(value);
  const text = harmless(value);
  return /[",\r\n;\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A file with one line for each run. @param {readonly Run[]} runs */
export function toCsv(runs) {
  const rows = runs.map((run) => [...COLUMNS.map(({ exact, text }) => (exact ? exact(run) : text(run))), new Date(run.started).toISOString(), run.link]);
  return [[...COLUMNS.map(({ label }) => label), "Started", "Link"], ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

/** @param {string} text */
const markdownCell = (text) => text.replaceAll("\u202f", " ").replace(/\s+/g, " ").replace(/[\\|`*_<>[\]#~!]/g, "\\$&").trim();

/** A table for a text. @param {readonly Run[]} runs */
export function toMarkdown(runs) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [
    line(COLUMNS.map(({ label }) => label)),
    line(COLUMNS.map(({ isNumber }) => (isNumber ? "---:" : "---"))),
    ...runs.map((run) => line(COLUMNS.map(({ text }) => markdownCell(text(run))))),
  ].join("\n") + "\n";
}

/* ---- What was kept ---- */

/** @param {unknown} value */
const isText = (value) => typeof value === "string";
/** @param {unknown} value */
const isCount = (value) => Number.isInteger(value) && Number(value) >= 0;
/** @param {unknown} value */
const isNumberOrNull = (value) => value === null || Number.isFinite(value);
/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {(value: any) => boolean} fits @returns {(value: unknown) => boolean} */
const orNull = (fits) => (value) => value === null || fits(value);
/** @param {(value: any) => boolean} fits @returns {(value: unknown) => boolean} */
const listOf = (fits) => (value) => Array.isArray(value) && value.every(fits);

/** What a date can be made of. @param {any} value */
function isTime(value) {
  return Number.isFinite(value) && Math.abs(value) <= 8.64e15;
}

/** @param {any} value */
function isConfig(value) {
  const { seed, weight_seed: weights = "", weight_offset: offset = 0 } = Object(value);
  return isObject(value) && isText(seed) && isText(weights) && isCount(offset);
}

/** @param {unknown} text @param {number} length  bytes that it must be */
function isBytes(text, length) {
  return typeof text === "string" && text.length === 4 * Math.ceil(length / 3) && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && bytesOf(text).length === length;
}

/** @param {any} value */
function isPicture(value) {
  if (!isObject(value) || !isCount(value.size) || value.size < 1 || value.size > MOST_OF_PICTURE || !isCount(value.count)) return false;
  const length = value.size * value.size;
  return isBytes(value.bytes, length) && orNull((classes) => isBytes(classes, length) && bytesOf(classes).every((place) => place < value.count))(value.classes);
}

/** A run as it was kept, without a picture that cannot be drawn; null if the rest is not whole either.
 * @param {unknown} value @returns {Run | null} */
export function readRun(value) {
  const run = isObject(value) && !PARTS.picture(/** @type {any} */ (value).picture) ? { .../** @type {any} */ (value), picture: null } : value;
  return isRun(run) ? run : null;
}

/** @type {Record<keyof Run, (value: any) => boolean>} */
const PARTS = {
  id: isText, number: isCount, name: isText, starred: (value) => typeof value === "boolean", started: isTime,
  origin: orNull((value) => isObject(value) && isCount(value.number) && isCount(value.epoch)),
  changes: listOf(isText), config: isConfig, link: isText, epoch: isCount,
  trainLoss: isNumberOrNull, testLoss: isNumberOrNull, trainAccuracy: isNumberOrNull, testAccuracy: isNumberOrNull,
  goals: listOf((goal) => isObject(goal) && isText(goal.label) && isText(goal.medal) && isCount(goal.reached)),
  duration: (value) => Number.isFinite(value) && value >= 0,
  picture: orNull(isPicture),
  losses: isLosses, checkpoint: orNull(isObject), examples: orNull(isText),
};

/** Whether a value is a whole run. @param {unknown} value @returns {value is Run} */
export function isRun(value) {
  const run = /** @type {Record<string, unknown>} */ (value);
  return isObject(value) && Object.entries(PARTS).every(([name, fits]) => fits(run[name]));
}

/**
 * Which runs have to go so that the rest has room: the oldest that have no star.
 * @param {readonly {id: string, started: number, starred: boolean, size: number}[]} entries
 * @param {{bytes: number, count: number}} room
 * @returns {string[]} ids, in the order in which they go
 */
export function tooMany(entries, room) {
  let bytes = entries.reduce((sum, { size }) => sum + size, 0);
  let count = entries.length;
  const going = [];
  for (const { id, size } of entries.filter(({ starred }) => !starred).sort((a, b) => a.started - b.started)) {
    if (bytes <= room.bytes && count <= room.count) break;
    going.push(id);
    bytes -= size;
    count -= 1;
  }
  return going;
}
