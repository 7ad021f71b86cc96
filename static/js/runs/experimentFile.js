/**
 * An experiment as a file: all of it that a link cannot hold. Pure. A file is read only if it is complete; whether link,
 * weights and examples mean anything is for the server to say.
 *
 * @typedef {import("../core/types.js").Checkpoint} Checkpoint
 * @typedef {import("../core/losses.js").Losses} Losses
 */

import { isLosses } from "../core/losses.js";
import { sizeOf } from "../data/table.js";
import { MOST_OF_LINK } from "../net/address.js";

const FORMAT = "numpy-playground experiment";
export const VERSION = 1;
/** Bytes of a file: the server accepts no more in a first message. */
const MOST = 5_000_000;
const MOST_OF_NAME = 200;

/**
 * @typedef {object} Experiment
 * @property {string} name
 * @property {string} date  as ISO 8601
 * @property {string} link  with "#"
 * @property {string | null} examples  the code of own examples that the link does not carry
 * @property {Checkpoint | null} checkpoint
 * @property {Losses | null} losses
 */
/** @typedef {{field: string, got: string, expected: string}} Fault */

/** The text of the file of an experiment. @param {Experiment} experiment @returns {string} */
export function formatExperiment({ name, date, link, examples, checkpoint, losses }) {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, name, date, link, examples, checkpoint, losses }, null, 1)}\n`;
}

/** The name of a file: letters, digits and dashes of the experiment's name, and the day. @param {string} name @param {string} date  ISO */
export function fileNameOf(name, date) {
  const plain = name.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").toLowerCase().slice(0, 40);
  return `${plain || "experiment"}-${date.slice(0, 10)}.json`;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {number} most @returns {(value: unknown) => boolean} */
const textOf = (most) => (value) => typeof value === "string" && value.length <= most;
/** @param {unknown} value */
const isCount = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

const COUNTS = ["epoch", "step", "batch", "carried"];

/** @param {unknown} value */
function isCheckpoint(value) {
  return isObject(value) && textOf(MOST_OF_LINK)(value.link) && COUNTS.every((name) => isCount(value[name])) && isObject(value.arrays)
    && Object.values(value.arrays).every((text) => typeof text === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0)
    && (value.goals === undefined || isObject(value.goals))
    && Object.keys(value).every((name) => [...COUNTS, "link", "arrays", "goals"].includes(name));
}

/** What each field may hold, in words and as a check. @type {Record<string, {expected: string, fits: (value: any) => boolean}>} */
const FIELDS = {
  format: { expected: `"${FORMAT}"`, fits: (value) => value === FORMAT },
  version: { expected: `${VERSION}, the version that this page reads`, fits: (value) => value === VERSION },
  name: { expected: `a text of at most ${MOST_OF_NAME} characters`, fits: textOf(MOST_OF_NAME) },
  date: { expected: "a date such as 2026-01-31T12:00:00Z", fits: (value) => textOf(40)(value) && Number.isFinite(Date.parse(value)) },
  link: { expected: `the part of a link from # on, of at most ${MOST_OF_LINK} characters`, fits: (value) => textOf(MOST_OF_LINK)(value) && value.startsWith("#") },
  examples: { expected: "null or examples as text", fits: (value) => value === null || textOf(MOST)(value) },
  checkpoint: { expected: "null or a checkpoint: link, epoch, step, batch, carried, and arrays in base64", fits: (value) => value === null || isCheckpoint(value) },
  losses: { expected: "null or lists of equal length with increasing epochs and finite losses", fits: (value) => value === null || isLosses(value) },
};

/** A value as it is quoted in a message, in few characters. @param {unknown} value */
function quoted(value) {
  const text = value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
  // a cut must not leave half a character
  const characters = [...text.slice(0, 130)];
  return characters.length > 64 ? `${characters.slice(0, 63).join("")}…` : text;
}

/**
 * Reads the text of a file.
 * @param {string} text
 * @returns {{experiment: Experiment, faults: []} | {experiment: null, faults: Fault[]}} faults: everything that is wrong
 */
export function readExperiment(text) {
  const refused = (/** @type {Fault[]} */ ...faults) => ({ experiment: null, faults });
  const size = sizeOf(text);
  if (size > MOST) return refused({ field: "file", got: `${size} bytes`, expected: `at most ${MOST} bytes` });
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return refused({ field: "file", got: quoted(text.trim()), expected: "the JSON that the playground saves" });
  }
  if (!isObject(value)) return refused({ field: "file", got: quoted(value), expected: "one JSON object" });
  const found = value;
  if (!FIELDS.format.fits(found.format)) return refused({ field: "format", got: quoted(found.format), expected: FIELDS.format.expected });
  if (!FIELDS.version.fits(found.version)) return refused({ field: "version", got: quoted(found.version), expected: FIELDS.version.expected });
  const faults = [
    ...Object.entries(FIELDS).filter(([field, { fits }]) => !fits(found[field])).map(([field, { expected }]) => ({ field, got: quoted(found[field]), expected })),
    ...Object.keys(found).filter((field) => !Object.hasOwn(FIELDS, field)).map((field) => ({ field: quoted(field) || `""`, got: quoted(found[field]), expected: `one of ${Object.keys(FIELDS).join(", ")}` })),
  ];
  if (faults.length > 0) return refused(...faults);
  const { format: _format, version: _version, ...experiment } = found;
  return { experiment: /** @type {Experiment} */ (/** @type {unknown} */ (experiment)), faults: [] };
}
