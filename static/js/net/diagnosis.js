/**
 * Finds out why a page gets no live connection although its server answers. A browser does not tell a page why a WebSocket
 * was refused, but it does for a plain request to the same address. Pure except for the request.
 */

/**
 * Why there is no connection: something in between blocks WebSockets, or the server refuses, with a reason.
 * @typedef {{kind: "blocked"} | {kind: "refused", text: string}} Cause
 */

/** Longer texts, and those in other forms, are not our server's. */
const MOST = 1000;
const TEXT = "text/plain";
/** The status of a request that the server would have accepted as a WebSocket. */
const WAY_IS_FREE = 426;
/** The status of a proxy whose server does not answer. */
const SERVERS_FAULT = 500;

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {string} address  of the WebSocket, over HTTP
 * @returns {Promise<Cause | null>} null: the server does not answer at all
 */
export async function diagnose(fetch, address) {
  try {
    // like the connection, and unlike a GET, it says which page asks
    const response = await fetch(address, { method: "POST", cache: "no-store" });
    if (response.status >= SERVERS_FAULT) return null;
    if (response.status === WAY_IS_FREE || response.ok || !response.headers.get("Content-Type")?.startsWith(TEXT)) return { kind: "blocked" };
    const text = (await response.text()).trim();
    return text === "" || text.length > MOST ? { kind: "blocked" } : { kind: "refused", text };
  } catch {
    return null;
  }
}
