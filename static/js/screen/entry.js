/**
 * The secret of a screen, and the code of its class. They arrive in the page's address, are taken out of there at once, and
 * stay in this tab's storage. Pure.
 *
 * @typedef {() => Pick<Storage, "getItem" | "setItem">} GetStorage  may throw
 * @typedef {{secret: string, code: string}} Entry
 */

const ENTRY = "class-screen";
/** `#SECRET.CODE`, or the secret alone. */
const HASH = /^#([\w-]{16,64})(?:\.([0-9A-Za-z]{6}))?$/;

/**
 * The entry in an address.
 * @param {string} hash  of the page's address
 * @returns {Entry | null} its code is "" if the address names none
 */
export function entryIn(hash) {
  const [, secret, code = ""] = HASH.exec(hash) ?? [];
  return secret === undefined ? null : { secret, code: code.toUpperCase() };
}

/** @param {GetStorage} storage @returns {Entry | null} */
function stored(storage) {
  try {
    const entry = JSON.parse(storage().getItem(ENTRY) ?? "null");
    return typeof entry?.secret === "string" && typeof entry.code === "string" ? { secret: entry.secret, code: entry.code } : null;
  } catch {
    return null;
  }
}

/**
 * What this page has to show its class with. Where nothing can be stored, it lasts as long as the page.
 * @param {object} parts
 * @param {string} parts.hash  of the page's address
 * @param {GetStorage} parts.storage  of the tab
 * @param {() => string} parts.knownCode  the code of the class that this browser leads, or ""
 */
export function createScreenEntry({ hash, storage, knownCode }) {
  const given = entryIn(hash);
  /** @type {Entry | null} */
  let entry = given ? { ...given, code: given.code || knownCode() } : stored(storage);

  function write() {
    try {
      storage().setItem(ENTRY, JSON.stringify(entry));
    } catch {
      // it is known as long as the page
    }
  }
  if (given) write();

  return {
    /** @returns {Entry | null} null: the page was opened without an address of a class */
    get: () => entry,
    /** The class has another code or secret now. @param {Partial<Entry>} changes */
    change(changes) {
      if (!entry) return;
      const next = { secret: changes.secret ?? entry.secret, code: changes.code ?? entry.code };
      if (next.secret === entry.secret && next.code === entry.code) return;
      entry = next;
      write();
    },
  };
}
