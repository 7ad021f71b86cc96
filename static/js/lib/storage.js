/** The browser's storage: whether it can be used, one in memory in its place, and entries that earlier pages wrote. */

/** A checksum in front of JSON, with or without a version between them. */
const CHECKSUM = /^[0-9a-f]{8}(?=(?:\d+ )?\{)/;

/**
 * An entry without the checksum that earlier versions of the page put in front of it.
 * @param {string} entry
 * @returns {string}
 */
export const withoutChecksum = (entry) => entry.replace(CHECKSUM, "");

/**
 * A storage that lasts as long as the page.
 * @returns {() => Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">}
 */
export function createMemory() {
  /** @type {Map<string, string>} */
  const entries = new Map();
  return () => ({
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, text) => void entries.set(key, text),
    removeItem: (key) => void entries.delete(key),
    key: (index) => [...entries.keys()][index] ?? null,
    get length() {
      return entries.size;
    },
  });
}

/**
 * Whether the storage can be used at all; it may be full.
 * @param {() => Pick<Storage, "removeItem">} storage  may throw
 * @param {string} key  of no entry
 * @returns {boolean}
 */
export function isThere(storage, key) {
  try {
    storage().removeItem(key);
    return true;
  } catch {
    return false;
  }
}

/**
 * The part of a storage whose entries belong to something. It can be used as often as the storage itself.
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} storage  may throw
 * @param {string} owner  comes before the key of each entry
 * @returns {() => Pick<Storage, "getItem" | "setItem" | "removeItem">}
 */
export function scoped(storage, owner) {
  return () => {
    const entries = storage();
    return {
      getItem: (key) => entries.getItem(`${owner} ${key}`),
      setItem: (key, text) => entries.setItem(`${owner} ${key}`, text),
      removeItem: (key) => entries.removeItem(`${owner} ${key}`),
    };
  };
}

/**
 * Names that are remembered, also after a reload where something can be stored.
 * @param {() => Pick<Storage, "getItem" | "setItem">} storage  may throw
 * @param {string} key  of the entry
 * @returns {{has: (name: string) => boolean, add: (name: string) => void}}
 */
export function createNames(storage, key) {
  const names = new Set(storedNames(storage, key));
  return {
    has: (name) => names.has(name),
    add(name) {
      if (names.has(name)) return;
      names.add(name);
      try {
        storage().setItem(key, JSON.stringify([...names]));
      } catch {
        // they are remembered as long as the page
      }
    },
  };
}

/** @param {() => Pick<Storage, "getItem">} storage @param {string} key @returns {string[]} */
function storedNames(storage, key) {
  try {
    const names = JSON.parse(storage().getItem(key) ?? "[]");
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}
