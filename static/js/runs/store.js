/**
 * Where runs are kept: the browser's storage, an entry for each, so that tabs do not write over each other's. What is
 * damaged is thrown away; where there is no room for all, the oldest go that have no star.
 *
 * @typedef {import("./runs.js").Run} Run
 * @typedef {import("../net/resume.js").StorageError} StorageError
 */

import { readRun, tooMany } from "./runs.js";
import { isThere, withoutChecksum } from "../lib/storage.js";

/** With the version of what an entry holds. */
const PREFIX = "run-1 ";
/** Browsers give a page five million characters for all that it keeps. */
const ROOM = { bytes: 3_000_000, count: 200 };

/**
 * @typedef {object} RunStore
 * @property {readonly Run[]} runs  in the order in which they began
 * @property {(id: string) => Run | undefined} get
 * @property {() => StorageError | null} load  all that is kept
 * @property {(run: Run) => {dropped: Run[], error: StorageError | null}} put  a new run, or a newer state of one
 * @property {(id: string) => void} remove
 * @property {(key: string | null) => boolean} reread  what another tab has changed; whether it was about a run
 */

/**
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} storage  may throw
 * @param {{bytes: number, count: number}} [room]  for all runs
 * @returns {RunStore}
 */
export function createRunStore(storage, room = ROOM) {
  /** @type {Map<string, {run: Run, size: number}>} */
  const entries = new Map();
  /** @type {readonly Run[]} */
  let runs = [];

  function arrange() {
    runs = [...entries.values()].map(({ run }) => run).sort((a, b) => a.started - b.started || a.number - b.number);
  }

  /** @param {Run} run @param {string} text */
  function hold(run, text) {
    entries.set(run.id, { run, size: text.length });
    arrange();
  }

  /** @param {string} id */
  function letGo(id) {
    entries.delete(id);
    arrange();
    try {
      storage().removeItem(PREFIX + id);
    } catch {
      // What cannot be reached keeps nothing either.
    }
  }

  /** @param {string} found @returns {Run | null} null: damaged */
  function parse(found) {
    try {
      return readRun(JSON.parse(withoutChecksum(found)));
    } catch {
      return null;
    }
  }

  /** Lets go of others until a run has room beside them. @param {string} id  of the run @param {number} count  so many there may be */
  function makeRoom(id, count) {
    const others = [...entries.values()].filter(({ run }) => run.id !== id).map(({ run, size }) => ({ ...run, size }));
    const own = entries.get(id)?.size ?? 0;
    const going = tooMany(others, { bytes: room.bytes - own, count: count - 1 });
    const dropped = others.filter((run) => going.includes(run.id));
    going.forEach(letGo);
    return dropped;
  }

  /** Writes a run, if need be in place of older ones. @param {Run} run @param {Run[]} dropped  is added to
   * @returns {boolean} whether there was room */
  function write(run, dropped) {
    const text = JSON.stringify(run);
    hold(run, text);
    dropped.push(...makeRoom(run.id, room.count));
    for (;;) {
      try {
        storage().setItem(PREFIX + run.id, text);
        return true;
      } catch {
        const more = isThere(storage, PREFIX) ? makeRoom(run.id, entries.size - 1) : [];
        if (more.length === 0) return false;
        dropped.push(...more);
      }
    }
  }

  return {
    get runs() {
      return runs;
    },

    get: (id) => entries.get(id)?.run,

    load() {
      let isDamaged = false;
      try {
        const keys = Array.from({ length: storage().length }, (_, place) => storage().key(place) ?? "");
        for (const key of keys.filter((name) => name.startsWith(PREFIX))) {
          const found = storage().getItem(key) ?? "";
          const run = parse(found);
          if (run && PREFIX + run.id === key) hold(run, found);
          else {
            isDamaged = true;
            storage().removeItem(key);
          }
        }
      } catch {
        return "blocked";
      }
      return isDamaged ? "runs_damaged" : null;
    },

    put(run) {
      /** @type {Run[]} */
      const dropped = [];
      // without its weights it may fit
      const isKept = write(run, dropped) || write({ ...run, checkpoint: null }, dropped);
      return { dropped, error: isKept ? null : isThere(storage, PREFIX) ? "runs_full" : "blocked" };
    },

    remove: letGo,

    reread(key) {
      if (key === null) entries.clear();
      else if (!key.startsWith(PREFIX)) return false;
      else {
        const found = storage().getItem(key);
        const run = found === null ? null : parse(found);
        if (run && found) entries.set(run.id, { run, size: found.length });
        else entries.delete(key.slice(PREFIX.length));
      }
      arrange();
      return true;
    },
  };
}
