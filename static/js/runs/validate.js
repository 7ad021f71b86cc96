/** Whether runs that were saved are complete. Pure. */

import { isLosses } from "../core/losses.js";
import { bytesOf } from "./run.js";

/** @typedef {import("./run.js").RecordedRun} Run */

/** The largest side of a picture, in pixels, that any version of the page saves. */
const MOST_OF_PICTURE = 100;
/** The latest date, in ms since 1970. */
const LATEST = 8.64e15;

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

/** Whether a date can be made of a value. @param {any} value */
const isTime = (value) => Number.isFinite(value) && Math.abs(value) <= LATEST;

/** @param {any} value */
function isConfig(value) {
  const { seed, weight_seed: weights = "", weight_offset: offset = 0 } = Object(value);
  return isObject(value) && isText(seed) && isText(weights) && isCount(offset);
}

/** @param {unknown} text @param {number} length  number of bytes */
function isBytes(text, length) {
  return typeof text === "string" && text.length === 4 * Math.ceil(length / 3) && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && bytesOf(text).length === length;
}

/** @param {any} value */
function isPicture(value) {
  if (!isObject(value) || !isCount(value.size) || value.size < 1 || value.size > MOST_OF_PICTURE || !isCount(value.count)) return false;
  const length = value.size * value.size;
  return isBytes(value.bytes, length) && orNull((classes) => isBytes(classes, length) && bytesOf(classes).every((place) => place < value.count))(value.classes);
}

/**
 * A run as it was saved, without a picture that cannot be drawn.
 * @param {unknown} value
 * @returns {Run | null} null: the rest is damaged, too
 */
export function readRun(value) {
  const run = isObject(value) && !CHECKS.picture(/** @type {any} */ (value).picture) ? { .../** @type {any} */ (value), picture: null } : value;
  return isRun(run) ? run : null;
}

/** A check for each part of a run. @type {Record<keyof Run, (value: any) => boolean>} */
const CHECKS = {
  id: isText, number: isCount, name: isText, starred: (value) => typeof value === "boolean", started: isTime,
  origin: orNull((value) => isObject(value) && isCount(value.number) && isCount(value.epoch)),
  changes: listOf(isText), config: isConfig, link: isText, epoch: isCount,
  trainLoss: isNumberOrNull, testLoss: isNumberOrNull, trainAccuracy: isNumberOrNull, testAccuracy: isNumberOrNull,
  goals: listOf((goal) => isObject(goal) && isText(goal.label) && isText(goal.medal) && isCount(goal.reached)),
  duration: (value) => Number.isFinite(value) && value >= 0,
  picture: orNull(isPicture),
  losses: isLosses, checkpoint: orNull(isObject), examples: orNull(isText),
};

/** Whether a value is a complete run. @param {unknown} value @returns {value is Run} */
export function isRun(value) {
  const run = /** @type {Record<string, unknown>} */ (value);
  return isObject(value) && Object.entries(CHECKS).every(([name, fits]) => fits(run[name]));
}
