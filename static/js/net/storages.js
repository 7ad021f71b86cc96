/** The browser's storages that a page may use: a page in a frame often has none, or shares them with the page around it. */

import { createMemory, isThere } from "../lib/storage.js";
import { urlOf } from "./root.js";

const isFrame = () => window.top !== window;

/** Whether this is a frame of another site, where browsers often store nothing. */
function isFrameWithoutStorage() {
  return isFrame() && !isThere(() => localStorage, "nothing");
}

/** Whether this page is a preview in a frame of another page of ours. */
function isPreview() {
  try {
    return isFrame() && window.top?.location.href.startsWith(urlOf("")) === true;
  } catch {
    return false;
  }
}

/**
 * @returns {{tab: () => Pick<Storage, "getItem" | "setItem" | "removeItem">, runs: () => Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">}}
 *   tab: what a reload continues from; runs: the runs of this browser. Calling either may throw
 */
export function createStorages() {
  return {
    // a frame shares its storage with the page around it, which saves another experiment there
    tab: isFrame() ? createMemory() : () => sessionStorage,
    // the runs of a preview are nobody's
    runs: isPreview() || isFrameWithoutStorage() ? createMemory() : () => localStorage,
  };
}
