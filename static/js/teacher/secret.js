/**
 * The teacher's secret: who holds it leads the class. It arrives in the page's address, is taken out of there at once, and
 * stays in this browser's storage until the class ends.
 */

import { CLASS_ENTRY, storedClass } from "../page/classMenu.js";

/** @typedef {import("../page/classMenu.js").StoredClass} StoredClass */
/** @typedef {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} GetStorage  may throw */

/** What the server needs to open the class again after it was restarted. */
const KEPT_ENTRY = "class-kept";
/** The secret, with or without the code. The link of an experiment has a "=", these have none. */
const SECRET = /^#([\w-]{10,200})(?:\.([0-9A-Z]{6}))?$/;

/**
 * The secret in an address, and the code that goes with it; "" if the address does not say.
 * @param {string} hash  of the page's address
 * @returns {StoredClass | null}
 */
export function secretIn(hash) {
  const found = SECRET.exec(hash);
  return found && { secret: found[1], code: found[2] ?? "" };
}

/**
 * What this browser keeps about its class. Where nothing can be stored, it lasts as long as the page.
 * @param {GetStorage} storage
 */
export function createClassEntry(storage) {
  /** @type {StoredClass | null} */
  let present = storedClass(storage);
  /** @type {Record<string, any> | null} */
  let kept = present && storedKept(storage, present.secret);

  /** @param {string} key @param {unknown} value */
  function write(key, value) {
    try {
      if (value === null) storage().removeItem(key);
      else storage().setItem(key, JSON.stringify(value));
    } catch {
      // it is known as long as the page
    }
  }

  const writeKept = () => write(KEPT_ENTRY, kept && present && { secret: present.secret, state: kept });

  return {
    /** @returns {StoredClass | null} */
    get: () => present,
    /** @returns {Record<string, any> | null}  the last state to keep, if it is of this class */
    kept: () => kept,
    /**
     * Begins with a secret, or goes on with the same class.
     * @param {StoredClass} found  in the address
     */
    begin({ secret, code }) {
      if (present?.secret === secret) return;
      kept = null;
      present = { secret, code };
      write(CLASS_ENTRY, present);
      writeKept();
    },
    /**
     * Notes a new code or secret of the class.
     * @param {Partial<StoredClass>} changes
     */
    change(changes) {
      if (!present) return;
      const next = { secret: changes.secret ?? present.secret, code: changes.code ?? present.code };
      if (next.secret === present.secret && next.code === present.code) return;
      const isRenewed = next.secret !== present.secret;
      present = next;
      write(CLASS_ENTRY, present);
      if (isRenewed) writeKept();
    },
    /** @param {Record<string, any>} state  of a `keep` message */
    keep(state) {
      kept = state;
      writeKept();
    },
    /** The class has ended: nothing of it stays here. */
    forget() {
      present = null;
      kept = null;
      write(CLASS_ENTRY, null);
      write(KEPT_ENTRY, null);
    },
  };
}

/** @typedef {ReturnType<typeof createClassEntry>} ClassEntry */

/** @param {GetStorage} storage @param {string} secret @returns {Record<string, any> | null} */
function storedKept(storage, secret) {
  try {
    const entry = JSON.parse(storage().getItem(KEPT_ENTRY) ?? "null");
    return entry?.secret === secret && typeof entry.state === "object" ? entry.state : null;
  } catch {
    return null;
  }
}
