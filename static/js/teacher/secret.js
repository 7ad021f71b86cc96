/**
 * The teacher's secret: who holds it leads the class. It arrives in the page's address, is taken out of there at once, and
 * stays in this browser's storage until the class ends.
 */

import { CLASS_ENTRY, storedClass } from "../page/classMenu.js";
import { ADDRESS_ENTRY } from "./addresses.js";

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
 *
 * A secret from an address is first kept for this tab only. When the server has accepted it, it takes the place of the
 * class that the browser led before.
 * @param {GetStorage} storage
 * @param {GetStorage} tab
 */
export function createClassEntry(storage, tab) {
  /** The one that the server has accepted. @type {StoredClass | null} */
  let accepted = storedClass(storage);
  let present = storedClass(tab) ?? accepted;
  /** @type {Record<string, any> | null} */
  let kept = present && storedKept(storage, present.secret);

  /** @param {GetStorage} where @param {string} key @param {unknown} value */
  function write(where, key, value) {
    try {
      if (value === null) where().removeItem(key);
      else where().setItem(key, JSON.stringify(value));
    } catch {
      // it is known as long as the page
    }
  }

  const writeKept = () => write(storage, KEPT_ENTRY, kept && present && { secret: present.secret, state: kept });

  return {
    /** @returns {StoredClass | null} */
    get: () => present,
    /** @returns {Record<string, any> | null}  the last state to keep, if it is of this class */
    kept: () => kept,
    /**
     * Begins with a secret, or goes on with the same class.
     * @param {StoredClass} found  in the address, or made by the server
     */
    begin({ secret, code }) {
      if (present?.secret === secret) return;
      present = accepted?.secret === secret ? accepted : { secret, code };
      kept = storedKept(storage, secret);
      write(tab, CLASS_ENTRY, present === accepted ? null : present);
    },
    /**
     * Notes the code of the class, which the address has not told.
     * @param {StoredClass} found
     */
    change({ code }) {
      if (!present) return;
      present = { ...present, code };
      write(tab, CLASS_ENTRY, present);
    },
    /**
     * The server has let the page in, or has given the class a new secret and code.
     * @param {Partial<StoredClass>} changes
     */
    accept(changes) {
      if (!present) return;
      const next = { ...present, ...changes };
      if (next.secret === accepted?.secret && next.code === accepted.code) return;
      const isOther = present.secret !== accepted?.secret;
      if (isOther) {
        write(tab, CLASS_ENTRY, null);
        write(storage, ADDRESS_ENTRY, null);
      }
      present = accepted = next;
      write(storage, CLASS_ENTRY, accepted);
      writeKept();
    },
    /** @param {Record<string, any>} state  of a `keep` message */
    keep(state) {
      kept = state;
      writeKept();
    },
    /** The class has ended, or its secret is wrong: nothing of it stays here. A class that was led before is led again. */
    forget() {
      const isOther = accepted !== null && accepted.secret !== present?.secret;
      write(tab, CLASS_ENTRY, null);
      present = isOther ? accepted : null;
      kept = present && storedKept(storage, present.secret);
      if (isOther) return;
      accepted = null;
      for (const key of [CLASS_ENTRY, KEPT_ENTRY, ADDRESS_ENTRY]) write(storage, key, null);
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
