/** Where students go to join: the address that the teacher shows. Pure. */

import { CLASS_ENTRY } from "../page/classMenu.js";

/** The entry of the storage with the address that the teacher has chosen. */
export const ADDRESS_ENTRY = `${CLASS_ENTRY}-address`;

/**
 * Whether only this computer can open the address.
 * @param {string} hostname  as in `location.hostname`
 */
export const isLoopback = (hostname) => /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\]|::1|0\.0\.0\.0)$/i.test(hostname);

/**
 * The origin that a teacher has typed: "192.168.1.20:8000" is enough.
 * @param {string} text
 * @returns {string | null}  null if it is no address
 */
export function originOf(text) {
  const trimmed = text.trim();
  if (trimmed === "" || /\s/.test(trimmed)) return null;
  try {
    const url = new URL(/^https?:\/\//i.test(trimmed) ? trimmed : "http://".concat(trimmed));
    return url.hostname === "" ? null : url.origin;
  } catch {
    return null;
  }
}

/**
 * The origin that students can open.
 * @param {string} own  the origin of the teacher's page
 * @param {readonly string[]} offered  by the server, the likeliest first
 * @param {string | null} chosen  by the teacher
 * @returns {string}
 */
export function shownOrigin(own, offered, chosen) {
  if (chosen) return chosen;
  return isLoopback(new URL(own).hostname) ? offered[0] ?? own : own;
}

/**
 * An origin as it is read to a class: without what the browser adds by itself.
 * @param {string} origin
 */
export function spokenAddress(origin) {
  const { protocol, port, host } = new URL(origin);
  return protocol === "https:" && port !== "" ? origin : host;
}

/** What the code leads to. @param {string} origin @param {string} code */
export const classAddress = (origin, code) => `${origin}/class/${code}`;

/**
 * What a phone reads from the code of a Wi-Fi network.
 * @param {string} name @param {string} password  "" for an open network
 */
export function wifiText(name, password) {
  const escaped = (/** @type {string} */ text) => text.replace(/[\\;,:"]/g, "\\$&");
  const secured = password === "" ? "T:nopass" : "T:WPA";
  return `WIFI:${secured};S:${escaped(name)};${password === "" ? "" : `P:${escaped(password)};`};`;
}
