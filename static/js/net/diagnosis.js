/**
 * Finds out why a page gets no live connection. A browser does not tell a page why a WebSocket was refused, but it does for
 * plain requests: one to the same address, and one that only asks whether the server is there. Pure except for these.
 */

/**
 * How attempts to connect fail: they are refused at once, or never answered; they succeed, but nothing is ever received, or
 * the connection is cut off each time.
 * @typedef {"refused" | "hung" | "silent" | "cut"} How
 */
/**
 * What plain requests found: the server answers, `status` being that of a proxy which answered instead at the address of the
 * live connection; the server refuses, with a reason; or something else answers in place of the server.
 * @typedef {{kind: "answers", status: number | null} | {kind: "refused", text: string} | {kind: "foreign"}} Finding
 */
/**
 * Why there is no connection: something in between blocks WebSockets, which is certain if the server answered before and
 * after an attempt that failed; or what was found.
 * @typedef {{kind: "blocked", how: How, status: number | null, isSure: boolean} | Exclude<Finding, {kind: "answers"}>} Cause
 */

/** Longer texts, and those in other forms, are not our server's. */
const MOST = 1000;
const TEXT = "text/plain";
/** Every answer of our server has it, and those that a proxy makes up rarely do. */
const MARK = "Content-Security-Policy";
/** The status of a request that the server would have accepted as a WebSocket. */
const WAY_IS_FREE = 426;
/** The status of a proxy whose server does not answer. */
const SERVERS_FAULT = 500;
/** How long a request may take, in ms. */
const ANSWER_WITHIN = 5000;

/** @typedef {typeof globalThis.fetch} Fetch */

/** @param {Fetch} fetch @param {string} address @param {"GET" | "POST"} method @returns {Promise<Response | null>} null: no answer */
async function ask(fetch, address, method) {
  try {
    // a POST says which page asks, like the connection; where a redirection leads is not of this server
    return await fetch(address, { method, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(ANSWER_WITHIN) });
  } catch {
    return null;
  }
}

/** Why our server refuses, in its own words. @param {Response} answer @returns {Promise<string>} empty if it is not its answer */
async function refusalIn(answer) {
  if (answer.status < 400 || answer.status >= SERVERS_FAULT || !answer.headers.has(MARK)) return "";
  if (!answer.headers.get("Content-Type")?.startsWith(TEXT)) return "";
  const text = (await answer.text().catch(() => "")).trim();
  return text.length > MOST ? "" : text;
}

/** Whether this is the answer of a server that is ready. @param {Response} answer */
async function isReady(answer) {
  const state = answer.ok ? await answer.json().catch(() => null) : null;
  return typeof state?.status === "string" && typeof state.version === "string";
}

/**
 * @param {Fetch} fetch
 * @param {string} socket  the address of the WebSocket, over HTTP
 * @param {string} health  the address that says whether the server is ready
 * @returns {Promise<Finding | null>} null: the server does not answer, or is not ready
 */
export async function diagnose(fetch, socket, health) {
  const answer = await ask(fetch, socket, "POST");
  if (answer?.status === WAY_IS_FREE) return { kind: "answers", status: null };
  const text = answer ? await refusalIn(answer) : "";
  if (text !== "") return { kind: "refused", text };
  const alive = await ask(fetch, health, "GET");
  if (alive === null || alive.status >= SERVERS_FAULT) return null;
  return await isReady(alive) ? { kind: "answers", status: answer?.status || null } : { kind: "foreign" };
}
