/** The browser's storage: whether it is there, one that stands in for it, and texts that are read only if they are whole. */

const CHECKSUM = 8;

/** FNV-1a over the text's units, as eight hexadecimal digits. @param {string} text */
function checksum(text) {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(16).padStart(CHECKSUM, "0");
}

/** A text as it is kept, with a checksum before it. @param {string} text */
export const seal = (text) => checksum(text) + text;

/** The text that was kept; null if it has changed. @param {string} found */
export function unseal(found) {
  const text = found.slice(CHECKSUM);
  return checksum(text) === found.slice(0, CHECKSUM) ? text : null;
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
