/**
 * How far the reader has come in the lessons, kept in the browser by the lesson's name. Damaged or missing storage counts
 * as no progress.
 *
 * @typedef {object} Progress
 * @property {number} step  the last one shown, from 0
 * @property {boolean} done  whether the end was ever reached
 * @property {string[]} seen  the names of the steps whose outcome was seen here
 * @property {string[]} shown  those whose answer is shown
 * @property {Record<string, number>} choices  the answers that were predicted, by the name of the step
 */

const KEY = "lessons";

/** @type {Readonly<Progress>} */
const NONE = Object.freeze({ step: 0, done: false, seen: [], shown: [], choices: {} });

/** Lessons that used to have another name. */
const RENAMED = new Map([["initialisation", "initialization"], ["optimisers", "optimizers"]]);

/** @param {() => Storage} storage  may throw */
export function createProgress(storage) {
  /** @returns {Record<string, Progress>} */
  function read() {
    try {
      const kept = JSON.parse(storage().getItem(KEY) ?? "{}");
      /** @type {[string, Progress][]} */
      const known = Object.entries(Object(kept)).flatMap(([name, entry]) => (isBegun(entry) ? [[name, complete(entry)]] : []));
      const renamed = known.filter(([name]) => RENAMED.has(name)).map(([name, entry]) => [RENAMED.get(name), entry]);
      return Object.fromEntries([...renamed, ...known]);
    } catch {
      return {};
    }
  }

  return {
    /** Null for a lesson that was never begun. @param {string} name @returns {Progress | null} */
    of: (name) => new Map(Object.entries(read())).get(name) ?? null,

    /** Remembers what has changed; what was done stays done. @param {string} name @param {Partial<Progress>} changes */
    note(name, changes) {
      const all = read();
      const before = new Map(Object.entries(all)).get(name) ?? NONE;
      const now = { ...before, ...changes, done: before.done || changes.done === true };
      try {
        storage().setItem(KEY, JSON.stringify({ ...all, [name]: now }));
      } catch {
        // Without storage, lessons start from the beginning each time.
      }
    },
  };
}

/** @param {unknown} entry @returns {entry is {step: number, done: boolean}} */
function isBegun(entry) {
  const { step, done } = Object(entry);
  return Number.isInteger(step) && step >= 0 && typeof done === "boolean";
}

/** An entry with all that earlier versions did not keep, and without what is damaged. @param {{step: number, done: boolean}} entry @returns {Progress} */
function complete(entry) {
  const { step, done, seen, shown, choices } = /** @type {Record<keyof Progress, any>} */ (entry);
  return {
    step, done, seen: namesIn(seen), shown: namesIn(shown),
    choices: Object.fromEntries(Object.entries(Object(choices)).filter(([, choice]) => Number.isInteger(choice) && choice >= 0)),
  };
}

/** @param {unknown} value @returns {string[]} */
const namesIn = (value) => (Array.isArray(value) ? value.filter((name) => typeof name === "string") : []);
