/**
 * What a tab keeps of its experiment, so that a reload, or the tab opened again, goes on where it was. Whatever becomes
 * of it meanwhile, only what is whole is ever read.
 *
 * @typedef {import("./types.js").Checkpoint} Checkpoint
 * @typedef {{epochs: number[], train: (number | null)[], test: (number | null)[], validation?: (number | null)[]}} Losses  null: missing
 * @typedef {{session: string | null, checkpoint: Checkpoint | null, playing: boolean, speed: string, losses: Losses, run?: string, examples?: string | null, panel?: string | null}} Kept  `panel`: what looks inside
 * @typedef {"blocked" | "full" | "damaged" | "runs_full" | "runs_damaged" | "runs_dropped"} Trouble
 */

const KEY = "experiment";
const CHECKSUM = 8;

/** FNV-1a over the text's units, as eight hexadecimal digits. @param {string} text */
export function checksum(text) {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(16).padStart(CHECKSUM, "0");
}

/** A storage that lasts as long as the page. @returns {() => Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} */
export function createMemory() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return () => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
    removeItem: (key) => void kept.delete(key),
    key: (place) => [...kept.keys()][place] ?? null,
    get length() {
      return kept.size;
    },
  });
}

/**
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} storage  may throw
 * @param {string} version  of this page: what another one has kept is not read
 */
export function createKeeper(storage, version) {
  /** @param {Partial<Kept>} kept */
  function write(kept) {
    const text = version + JSON.stringify(kept);
    storage().setItem(KEY, checksum(text) + text);
  }

  /** @param {string} found @returns {Partial<Kept>} */
  function read(found) {
    const text = found.slice(CHECKSUM);
    if (checksum(text) !== found.slice(0, CHECKSUM)) throw new Error("what was kept has changed");
    if (!text.startsWith(version)) return {};
    /** @type {Partial<Kept>} */
    const kept = Object(JSON.parse(text.slice(version.length)));
    if (kept.losses && !isWhole(kept.losses)) throw new Error("the losses are damaged");
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

/**
 * Whether there is a storage at all, which may be full.
 * @param {() => Pick<Storage, "removeItem">} storage  may throw
 * @param {string} key  under which nothing is to be kept
 */
export function isThere(storage, key) {
  try {
    storage().removeItem(key);
    return true;
  } catch {
    return false;
  }
}

/** @param {Losses} losses */
function isWhole({ epochs, train, test, validation }) {
  const isLine = (/** @type {unknown} */ line) => Array.isArray(line) && line.length === epochs.length
    && line.every((loss) => loss === null || Number.isFinite(loss));
  return Array.isArray(epochs) && epochs.every(Number.isInteger) && isLine(train) && isLine(test)
    && (validation === undefined || isLine(validation));
}
