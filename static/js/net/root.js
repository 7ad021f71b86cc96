/**
 * Where this server is. A proxy may serve it under any path, so that no address here begins with "/": each is made from the
 * root, which every page knows relative to itself. `theme-init.js` resolves it before the address of the page can change.
 */

import { scoped } from "../lib/storage.js";

const root = () => new URL(document.documentElement.dataset.root ?? "", document.baseURI);

/**
 * The URL of something on this server.
 * @param {string} path  from the root on: "lessons/depth", "?embed=1#noise=5", or "" for the root itself
 */
export const urlOf = (path) => new URL(path, root()).href;

/** The URL of a live connection. @param {string} path  from the root on */
export const socketUrlOf = (path) => urlOf(path).replace(/^http/, "ws");

/** The path of this page, from the root on. */
export const pathHere = () => location.pathname.slice(root().pathname.length);

/**
 * The part of a storage that belongs to this server: others under the same host have other classes. At the root of the host
 * it is the storage as it is.
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} storage  may throw
 * @returns {() => Pick<Storage, "getItem" | "setItem" | "removeItem">}
 */
export function ownStorage(storage) {
  const { pathname } = root();
  return pathname === "/" ? storage : scoped(storage, pathname);
}
