/** Starting a class, and finding the code of one. */

import { urlOf } from "../net/root.js";

/** @typedef {import("../page/classMenu.js").StoredClass} StoredClass */

/** Why no class was started, by the status of the answer. @type {Record<number, string>} */
const FAULTS = {
  403: "That is not the teacher’s key of this server.",
  404: "This server offers no classes.",
  429: "Too many attempts. Wait a minute and try again.",
  503: "This server has no room for another class right now.",
};
const UNREACHABLE = "The server could not be reached.";

/**
 * Asks the server for a new class, or for the code of one.
 * @param {{key?: string, secret?: string}} request
 * @returns {Promise<{status: number, found: StoredClass | null}>}  the status of the answer, 0 for none
 */
export async function requestClass(request) {
  try {
    const response = await fetch(urlOf("api/classes"), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request),
    });
    return { status: response.status, found: response.ok ? await response.json() : null };
  } catch {
    return { status: 0, found: null };
  }
}

/** Why no class was started. @param {number} status  of the answer, 0 for none */
export const faultOf = (status) => FAULTS[status] ?? UNREACHABLE;
