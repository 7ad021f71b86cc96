/** Where students go to join: the address that the teacher shows. Pure. */

import { pathOf } from "../classroom/seat.js";
import { CLASS_ENTRY } from "../page/classMenu.js";

/** The entry of the storage with the address that the teacher has chosen. */
export const ADDRESS_ENTRY = `${CLASS_ENTRY}-address`;

/**
 * Whether only this computer can open the address.
 * @param {string} hostname  as in `location.hostname`
 */
export const isLoopback = (hostname) => /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\]|::1|0\.0\.0\.0)$/i.test(hostname);

/** The end of an address of a page: it is not part of the root. */
const PAGE = /\/(?:(?:class\/[^/]{6,9}|teach)(?:\/lessons\/[^/]+)?|lessons(?:\/[^/]+)?|join|screen|glossary|privacy)?\/?$/;

/**
 * The root of the server at an address that a teacher has typed or pasted: "192.168.1.20:8000" is enough.
 * @param {string} text
 * @returns {string | null}  with a slash at its end; null if the text is no address
 */
export function rootIn(text) {
  const trimmed = text.trim();
  if (trimmed === "" || /\s/.test(trimmed)) return null;
  try {
    const url = new URL(/^https?:\/\//i.test(trimmed) ? trimmed : "http://".concat(trimmed));
    return url.hostname === "" ? null : `${url.origin}${url.pathname.replace(PAGE, "")}/`;
  } catch {
    return null;
  }
}

/**
 * The root at which students can open the server.
 * @param {string} own  that of the teacher's page
 * @param {readonly string[]} offered  by the server, the likeliest first
 * @param {string | null} chosen  by the teacher
 * @returns {string}
 */
export function shownRoot(own, offered, chosen) {
  if (chosen) return chosen;
  return isLoopback(new URL(own).hostname) ? offered[0] ?? own : own;
}

/**
 * A root as it is read to a class: without what the browser adds by itself, and without the slash at its end.
 * @param {string} root
 */
export function spokenAddress(root) {
  const { protocol, port, host, origin, pathname } = new URL(root);
  return `${protocol === "https:" && port !== "" ? origin : host}${pathname.replace(/\/$/, "")}`;
}

/** What the code leads to. @param {string} root @param {string} code */
export const classAddress = (root, code) => `${root}${pathOf(code, null)}`;

/**
 * What a phone reads from the code of a Wi-Fi network.
 * @param {string} name @param {string} password  "" for an open network
 */
export function wifiText(name, password) {
  const escaped = (/** @type {string} */ text) => text.replace(/[\\;,:"]/g, "\\$&");
  const secured = password === "" ? "T:nopass" : "T:WPA";
  return `WIFI:${secured};S:${escaped(name)};${password === "" ? "" : `P:${escaped(password)};`};`;
}
