/**
 * Pure: where in the page's address the link of an experiment is. It belongs behind the "#", but some programs put it
 * behind a "?"; the server makes sense of either.
 *
 * @typedef {{pathname: string, search: string, hash: string}} Address
 */

/** How often percent signs are resolved at the most. */
const DEPTH = 5;
/** What of a query is the page's own. */
const OWN = ["embed"];

/**
 * @param {Address} address
 * @param {readonly string[]} keys  of links, as far as the page knows them
 * @param {string} [fallback]  what counts where the address says nothing
 */
export function linkIn({ search, hash }, keys, fallback = "") {
  if (/[^#/!?&]/.test(hash)) return hash;
  return isLink(search, keys) ? search : fallback;
}

/**
 * The address that shows a link and nothing of another one.
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
    text = text.replace(/(?:%[0-9a-f]{2})+/gi, resolved);
  }
  return false;
}

/** @param {string} encoded  what is broken stays */
function resolved(encoded) {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
