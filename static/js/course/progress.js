/**
 * How far the reader has come in the lessons, kept in the browser: by the lesson's name, the last step shown,
 * and whether the end was ever reached. Damaged or missing storage counts as no progress.
 *
 * @typedef {{step: number, done: boolean}} Progress  `step` counts from 0
 */

const KEY = "lessons";

/** Lessons that used to have another name. */
const RENAMED = new Map([["initialisation", "initialization"], ["optimisers", "optimizers"]]);

/** @param {() => Storage} storage  may throw */
export function createProgress(storage) {
  /** @returns {Record<string, Progress>} */
  function read() {
    try {
      const kept = JSON.parse(storage().getItem(KEY) ?? "{}");
      const known = Object.entries(Object(kept)).filter(([, entry]) => isProgress(entry));
      const renamed = known.filter(([name]) => RENAMED.has(name)).map(([name, entry]) => [RENAMED.get(name), entry]);
      return Object.fromEntries([...renamed, ...known]);
    } catch {
      return {};
    }
  }

  return {
    /** Null for a lesson that was never begun. @param {string} name @returns {Progress | null} */
    of: (name) => new Map(Object.entries(read())).get(name) ?? null,

    /** Remembers a step; what was done stays done. @param {string} name @param {Progress} now */
    note(name, { step, done }) {
      const all = read();
      const before = new Map(Object.entries(all)).get(name);
      try {
        storage().setItem(KEY, JSON.stringify({ ...all, [name]: { step, done: done || before?.done === true } }));
      } catch {
        // Without storage, lessons start from the beginning each time.
      }
    },
  };
}

/** @param {unknown} entry @returns {entry is Progress} */
function isProgress(entry) {
  const { step, done } = Object(entry);
  return Number.isInteger(step) && step >= 0 && typeof done === "boolean";
}
