/**
 * Pure: the link of an experiment in the page's address. It belongs after the "#", but some programs put it after a "?";
 * the server reads either.
 *
 * @typedef {{pathname: string, search: string, hash: string}} Address
 */

import { EXAMPLES_KEY } from "../data/examples.js";

/** More of a link is not sent: the server reads less, and says so. */
export const MOST_OF_LINK = 70_000;
/** How often percent signs are decoded, at most. */
const DEPTH = 5;
/** The page's own parameters of a query. */
const OWN = ["embed"];

/**
 * The keys by which the page recognizes a link; other keys never occur without one of these.
 * @param {Pick<import("../core/types.js").Schema, "fields">} schema
 * @returns {string[]}
 */
export function linkKeys({ fields }) {
  return ["initZero", "showTestData", "discretize", "hideText", "encodedSeed", EXAMPLES_KEY, ...fields.flatMap(({ key }) => key ?? [])];
}

/**
 * The link in an address.
 * @param {Address} address
 * @param {readonly string[]} keys  see `linkKeys`
 * @param {string} [fallback]  for an address without a link
 */
export function linkIn({ search, hash }, keys, fallback = "") {
  if (/[^#/!?&]/.test(hash)) return hash;
  return isLink(search, keys) ? search : fallback;
}

/**
 * The address that shows a link, and nothing of another one.
 * @param {Address} address @param {readonly string[]} keys @param {string} link  from "#" on
 */
export function addressWith({ pathname, search }, keys, link) {
  if (!isLink(search, keys)) return `${pathname}${search}${link}`;
  const kept = [...new URLSearchParams(search)].filter(([name]) => OWN.includes(name));
  return `${pathname}${kept.length > 0 ? `?${new URLSearchParams(kept)}` : ""}${link}`;
}

/** @param {string} search @param {readonly string[]} keys */
function isLink(search, keys) {
  const pattern = new RegExp(`(?:^|[^A-Za-z0-9_])(?:${keys.join("|")}|\\w+_(?:hide|lock))[\\s\\\\]*[=＝]`);
  let text = search;
  for (let depth = 0; depth <= DEPTH; depth++) {
    if (pattern.test(text)) return true;
    text = text.replace(/(?:%[0-9a-f]{2})+/gi, decoded);
  }
  return false;
}

/** @param {string} encoded  text that is not valid stays as it is */
function decoded(encoded) {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
