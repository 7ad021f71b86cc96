/**
 * What a tab keeps of its experiment, so that a reload, or the tab opened again, goes on where it was. Whatever becomes
 * of it meanwhile, only what is whole is ever read.
 *
 * @typedef {import("../core/types.js").Checkpoint} Checkpoint
 * @typedef {{epochs: number[], train: (number | null)[], test: (number | null)[], validation?: (number | null)[]}} Losses  null: missing
 * @typedef {{session: string | null, checkpoint: Checkpoint | null, playing: boolean, speed: string, losses: Losses, run?: string, examples?: string | null, panel?: string | null}} Kept  `panel`: what looks inside
 * @typedef {"blocked" | "full" | "damaged" | "runs_full" | "runs_damaged" | "runs_dropped"} Trouble
 */

import { areLosses } from "../runs/runs.js";
import { isThere, withoutChecksum } from "../lib/storage.js";

const KEY = "experiment";

/** @param {unknown} value */
const isText = (value) => typeof value === "string";
/** @param {unknown} value */
const isTextOrNull = (value) => value === null || isText(value);

/** What each part of what is kept may be; others are not ours. @type {Map<string, (value: any) => boolean>} */
const PARTS = new Map(Object.entries({
  session: isTextOrNull, speed: isText, run: isText, examples: isTextOrNull, panel: isTextOrNull,
  playing: (/** @type {unknown} */ value) => typeof value === "boolean",
  checkpoint: (/** @type {unknown} */ value) => typeof value === "object" && !Array.isArray(value),
  losses: areLosses,
}));

/**
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} storage  may throw
 * @param {string} version  of this page: what another one has kept is not read
 */
export function createKeeper(storage, version) {
  /** @param {Partial<Kept>} kept */
  function write(kept) {
    storage().setItem(KEY, version + JSON.stringify(kept));
  }

  /** @param {string} found @returns {Partial<Kept>} */
  function read(found) {
    const text = withoutChecksum(found);
    if (!text.startsWith(version)) return {};
    /** @type {Partial<Kept>} */
    const kept = Object(JSON.parse(text.slice(version.length)));
    const spoiled = Object.entries(kept).find(([name, value]) => !PARTS.get(name)?.(value));
    if (spoiled) throw new Error(`${spoiled[0]} is damaged`);
    return kept;
  }

  return {
    /** @returns {{kept: Partial<Kept>, trouble: Trouble | null}} nothing is kept in a new tab */
    recall() {
      /** @type {string | null} */
      let found;
      try {
        found = storage().getItem(KEY);
      } catch {
        return { kept: {}, trouble: "blocked" };
      }
      try {
        return { kept: found === null ? {} : read(found), trouble: null };
      } catch {
        return { kept: {}, trouble: "damaged" };
      }
    },

    /**
     * Keeps as much as there is room for: the losses go first, the right to the session last.
     * @param {Kept} all
     * @returns {Trouble | null}
     */
    keep(all) {
      const { losses, ...withoutLosses } = all;
      const { checkpoint, ...least } = withoutLosses;
      for (const kept of [all, withoutLosses, least]) {
        try {
          write(kept);
          return kept === least ? "full" : null;
        } catch {
          // There may be room for less.
        }
      }
      return isThere(storage, KEY) ? "full" : "blocked";
    },
  };
}
