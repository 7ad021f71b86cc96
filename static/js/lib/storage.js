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
