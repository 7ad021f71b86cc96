/**
 * The resume state: what a tab saves of its experiment, so that a reload, or the tab opened again, continues it. Only
 * state that is whole is ever read.
 *
 * @typedef {import("../core/types.js").Checkpoint} Checkpoint
 * @typedef {import("../core/losses.js").Losses} Losses
 */
/**
 * @typedef {object} ResumeState
 * @property {string | null} session
 * @property {Checkpoint | null} checkpoint
 * @property {boolean} playing
 * @property {string} speed
 * @property {Losses} losses
 * @property {string} [run]  id of the run that was being recorded
 * @property {string | null} [examples]  the code of own examples that the link does not carry
 * @property {string | null} [panel]  the open panel of Look inside
 * @property {{origin: import("../runs/run.js").RecordedRun["origin"], name: string}} [opened]  the run that is about to begin,
 *   if an experiment was opened that no page has shown yet
 */
/** What can go wrong with the browser's storage.
 * @typedef {"blocked" | "full" | "damaged" | "runs_full" | "runs_damaged" | "runs_dropped"} StorageError */

import { isLosses } from "../core/losses.js";
import { isThere, withoutChecksum } from "../lib/storage.js";

const KEY = "experiment";
/**
 * The version of the saved state. It grows when the form of that changes, not with the protocol, so that an update of
 * the server loses no progress.
 */
export const STATE_VERSION = 1;

/** @param {unknown} value */
const isText = (value) => typeof value === "string";
/** @param {unknown} value */
const isTextOrNull = (value) => value === null || isText(value);

/** A check for each part; a state with other parts is not ours. @type {Map<string, (value: any) => boolean>} */
const CHECKS = new Map(Object.entries({
  session: isTextOrNull, speed: isText, run: isText, examples: isTextOrNull, panel: isTextOrNull,
  playing: (/** @type {unknown} */ value) => typeof value === "boolean",
  checkpoint: (/** @type {unknown} */ value) => typeof value === "object" && !Array.isArray(value),
  losses: isLosses,
  opened: (/** @type {any} */ value) => typeof value?.name === "string" && (value.origin === null || (Number.isInteger(value.origin.number) && Number.isInteger(value.origin.epoch))),
}));

/**
 * @param {string} found  as it was saved
 * @param {string} version
 * @returns {Partial<ResumeState>} empty if another version saved it
 * @throws {Error} if it is damaged
 */
function parse(found, version) {
  const text = withoutChecksum(found);
  if (!text.startsWith(version)) return {};
  /** @type {Partial<ResumeState>} */
  const state = Object(JSON.parse(text.slice(version.length)));
  const damaged = Object.entries(state).find(([name, value]) => !CHECKS.get(name)?.(value));
  if (damaged) throw new Error(`${damaged[0]} is damaged`);
  return state;
}

/**
 * Saves and loads the resume state of a tab.
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} storage  may throw
 * @param {string} version  of this page; a state saved by another version is ignored
 */
export function createSessionPersistence(storage, version) {
  return {
    /** @returns {{state: Partial<ResumeState>, error: StorageError | null}} an empty state in a new tab */
    load() {
      /** @type {string | null} */
      let found;
      try {
        found = storage().getItem(KEY);
      } catch {
        return { state: {}, error: "blocked" };
      }
      try {
        return { state: found === null ? {} : parse(found, version), error: null };
      } catch {
        return { state: {}, error: "damaged" };
      }
    },

    /**
     * Saves as much as there is room for: the losses are dropped first, then the checkpoint.
     * @param {ResumeState} state
     * @returns {StorageError | null} null also where only the losses were dropped
     */
    save(state) {
      const { losses, ...withoutLosses } = state;
      const { checkpoint, ...least } = withoutLosses;
      for (const part of [state, withoutLosses, least]) {
        try {
          storage().setItem(KEY, version + JSON.stringify(part));
          return part === least ? "full" : null;
        } catch {
          // There may be room for less.
        }
      }
      return isThere(storage, KEY) ? "full" : "blocked";
    },
  };
}

/**
 * Reports each storage error once: lost progress at once, a blocked or full storage only when there is something to save.
 * @param {(error: StorageError) => void} tell
 */
export function createErrorReporter(tell) {
  /** @type {Set<StorageError>} */
  const reported = new Set();

  /** @param {StorageError | null} error */
  function report(error) {
    if (!error || reported.has(error)) return;
    reported.add(error);
    tell(error);
  }

  return {
    report,
    /** An error of loading. @param {StorageError | null} error */
    reportLoss(error) {
      if (error !== "blocked") report(error);
    },
  };
}
