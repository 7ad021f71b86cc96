/**
 * The runs that this browser stores: an entry for each, so that tabs do not overwrite each other's. Damaged entries are
 * removed; if there is no room for all, the oldest unstarred runs lose weights that take a lot of it, and then are removed.
 *
 * @typedef {import("./run.js").RecordedRun} Run
 * @typedef {import("../net/resume.js").StorageError} StorageError
 * @typedef {() => Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} RunStorage  may throw
 */

import { isThere, withoutChecksum } from "../lib/storage.js";
import { readRun } from "./validate.js";

/** With the version of what an entry holds. */
const PREFIX = "run-1 ";
/** Browsers give a page five million characters for all that it stores. */
const ROOM = { bytes: 3_000_000, count: 200 };
/** From this length on a run loses its weights before another one is removed: networks that read pictures are that large. */
const HEAVY = 100_000;

/**
 * @typedef {object} RunStore
 * @property {readonly Run[]} runs  in the order in which they began
 * @property {(id: string) => Run | undefined} get
 * @property {() => StorageError | null} load  all that is stored
 * @property {(run: Run) => {dropped: Run[], error: StorageError | null}} put  a new run, or a newer state of one
 * @property {(id: string) => void} remove
 * @property {(key: string | null) => boolean} reread  what another tab has changed; whether that was a run
 */

/**
 * The runs that have to be removed so that the others have room: the oldest unstarred ones.
 * @param {readonly {id: string, started: number, starred: boolean, size: number}[]} entries
 * @param {{bytes: number, count: number}} room
 * @returns {string[]} ids, in the order in which they go
 */
export function runsToDrop(entries, room) {
  let bytes = entries.reduce((sum, { size }) => sum + size, 0);
  let count = entries.length;
  const dropped = [];
  for (const { id, size } of entries.filter(({ starred }) => !starred).sort((a, b) => a.started - b.started)) {
    if (bytes <= room.bytes && count <= room.count) break;
    dropped.push(id);
    bytes -= size;
    count -= 1;
  }
  return dropped;
}

/**
 * The runs that have to lose their weights so that the others have room: the oldest unstarred ones that are long.
 * @param {readonly {id: string, started: number, starred: boolean, size: number, checkpoint: {} | null}[]} entries
 * @param {number} bytes  for all of them
 * @returns {string[]} ids, in the order in which they do
 */
export function runsToLighten(entries, bytes) {
  let over = entries.reduce((sum, { size }) => sum + size, 0) - bytes;
  const heavy = entries.filter(({ starred, checkpoint, size }) => !starred && checkpoint && size >= HEAVY).sort((a, b) => a.started - b.started);
  return heavy.flatMap(({ id, size }) => {
    if (over <= 0) return [];
    // nearly all of a long entry is its weights
    over -= size;
    return [id];
  });
}

/** The run of an entry; null if it is damaged. @param {string} entry @returns {Run | null} */
function parseRun(entry) {
  try {
    return readRun(JSON.parse(withoutChecksum(entry)));
  } catch {
    return null;
  }
}

/**
 * All stored runs; damaged entries are removed.
 * @param {RunStorage} storage
 * @returns {{found: {run: Run, size: number}[], error: StorageError | null}}
 */
function readAll(storage) {
  const found = [];
  let isDamaged = false;
  try {
    const keys = Array.from({ length: storage().length }, (_, index) => storage().key(index) ?? "");
    for (const key of keys.filter((name) => name.startsWith(PREFIX))) {
      const entry = storage().getItem(key) ?? "";
      const run = parseRun(entry);
      if (run && PREFIX + run.id === key) found.push({ run, size: entry.length });
      else {
        isDamaged = true;
        storage().removeItem(key);
      }
    }
  } catch {
    return { found, error: "blocked" };
  }
  return { found, error: isDamaged ? "runs_damaged" : null };
}

/**
 * @param {RunStorage} storage
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

  /** @param {string} id */
  function remove(id) {
    entries.delete(id);
    arrange();
    try {
      storage().removeItem(PREFIX + id);
    } catch {
      // a storage that cannot be reached stores nothing either
    }
  }

  /** Removes the weights of a run. @param {string} id */
  function lighten(id) {
    const entry = entries.get(id);
    if (!entry) return;
    const run = { ...entry.run, checkpoint: null };
    const text = JSON.stringify(run);
    try {
      storage().setItem(PREFIX + id, text);
      entries.set(id, { run, size: text.length });
      arrange();
    } catch {
      // it stays as it is, and may have to be removed
    }
  }

  /** Removes other runs until there is room for this one. @param {string} id  of the run @param {number} count  the largest number of runs */
  function makeRoom(id, count) {
    const bytes = room.bytes - (entries.get(id)?.size ?? 0);
    const sized = () => [...entries.values()].filter(({ run }) => run.id !== id).map(({ run, size }) => ({ ...run, size }));
    runsToLighten(sized(), bytes).forEach(lighten);
    const others = sized();
    const ids = runsToDrop(others, { bytes, count: count - 1 });
    ids.forEach(remove);
    return others.filter((run) => ids.includes(run.id));
  }

  /** Writes a run, and drops older ones if there is no room. @param {Run} run @param {Run[]} dropped  is added to
   * @returns {boolean} whether there was room */
  function write(run, dropped) {
    const text = JSON.stringify(run);
    entries.set(run.id, { run, size: text.length });
    arrange();
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
    remove,

    load() {
      const { found, error } = readAll(storage);
      for (const entry of found) entries.set(entry.run.id, entry);
      arrange();
      return error;
    },

    put(run) {
      /** @type {Run[]} */
      const dropped = [];
      // without its weights it may fit
      const isStored = write(run, dropped) || write({ ...run, checkpoint: null }, dropped);
      return { dropped, error: isStored ? null : isThere(storage, PREFIX) ? "runs_full" : "blocked" };
    },

    reread(key) {
      if (key === null) entries.clear();
      else if (!key.startsWith(PREFIX)) return false;
      else {
        const entry = storage().getItem(key);
        const run = entry === null ? null : parseRun(entry);
        if (run && entry) entries.set(run.id, { run, size: entry.length });
        else entries.delete(key.slice(PREFIX.length));
      }
      arrange();
      return true;
    },
  };
}
