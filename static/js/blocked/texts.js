/** What there is to say when live connections are blocked: to those who sit at the page, and to an administrator. Pure. */

/**
 * @typedef {import("../net/diagnosis.js").Cause} Cause
 * @typedef {import("../net/diagnosis.js").How} How
 * @typedef {Extract<Cause, {kind: "blocked"}>} Blocked
 */

/** What the page sees. @type {Record<How, string>} */
const SEEN = {
  refused: "refuses the live connection",
  hung: "leaves the live connection unanswered",
  silent: "lets the live connection open, but holds back everything that is sent over it",
  cut: "cuts the live connection off again and again",
};

/** The same, for an administrator. @type {Record<How, string>} */
const REPORTED = {
  refused: "The WebSocket handshake fails at once, although the server answers plain requests.",
  hung: "The WebSocket handshake is never answered, although the server answers plain requests.",
  silent: "The WebSocket handshake succeeds, but no message ever arrives, as if something buffered the connection.",
  cut: "The WebSocket handshake succeeds, but the connection is cut off each time, without a close frame.",
};

/** Common answers of proxies, by their status. @type {Record<number, string>} */
const STATUSES = {
  400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 407: "Proxy Authentication Required",
  501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
};

/** @param {number} status */
const named = (status) => (STATUSES[status] ? `${status} (${STATUSES[status]})` : String(status));

/** What a proxy answered at the address of the live connection. @param {Blocked} cause */
const answered = ({ status }) => (status === null ? "" : ` It answers with ${named(status)}.`);

/** Whether live connections are blocked for certain. @param {Cause | null} cause @returns {Blocked | null} */
export const blockedBy = (cause) => (cause?.kind === "blocked" && cause.isSure ? cause : null);

/**
 * @param {Blocked} cause
 * @returns {{heading: string, text: string}}
 */
export function blockedTexts(cause) {
  return {
    heading: cause.how === "cut" ? "The live connection keeps breaking" : "Live connections are blocked",
    text: "The playground trains on a server, and needs a live connection to it (a WebSocket). The server answers plain requests, but something in between "
      + `– a proxy, a firewall, or a browser extension – ${SEEN[cause.how]}.${answered(cause)}`,
  };
}

/** What to ask an administrator for. @param {string} address  of the WebSocket */
export const wishes = (address) => [
  `WebSocket connections to ${address} and to all addresses below it`,
  "The headers Upgrade and Connection, passed on to the server over HTTP/1.1",
  "A read time-out of at least 60 seconds, and no buffering",
];

/** The address of the page that a WebSocket belongs to. @param {string} address */
const pageOf = (address) => address.replace(/^ws/, "http").replace(/ws$/, "");

/**
 * A letter to an administrator.
 * @param {Blocked} cause
 * @param {string} address  of the WebSocket
 */
export function letter(cause, address) {
  return `NumPy Playground at ${pageOf(address)} needs a live connection (WebSocket) to its server. Something between the browser and the server blocks it.

What happens: ${REPORTED[cause.how]}${cause.status === null ? "" : ` A plain request to the address of the WebSocket gets the answer ${named(cause.status)}, which is not the server's.`}

Please allow:
${wishes(address).map((wish) => `- ${wish}`).join("\n")}

Behind nginx, for example, the location of the playground needs these lines:
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_set_header Host $http_host;
    proxy_read_timeout 60s;
    proxy_buffering off;

A connection that is in use is never silent for more than 6 seconds. Complete examples for nginx and others are in docs/deploy.md of NumPy Playground.`;
}
