/**
 * The connection to the server: greets, comes back by itself after a break, and hands on what was received.
 *
 * What is sent while there is no connection waits for the next one, unless it only makes sense at its moment.
 *
 * @typedef {import("./types.js").Decoded} Decoded
 * @typedef {import("./types.js").State["connection"]} Status
 */

import { decodeMessage, encodeMessage } from "./protocol.js";

/** Times in milliseconds. */
const FIRST_DELAY = 1000;
const SHORTEST_DELAY = 250;
const LONGEST_DELAY = 2000;
const FULL_DELAY = 10000;
const HEALTHY_AFTER = 10000;
const OPEN_WITHIN = 10000;

/** Codes with which the server closes. */
const MOVED = 4409;
const TRY_LATER = 1013;

const OPEN = 1;
const MOST_WAITING = 64;
const MOMENTARY = new Set(["ack", "visible", "select"]);

/**
 * How long to wait before an attempt: the first soon, but not all pages at once; then twice as long each time.
 * @param {number} attempt  0 is the first after a break
 * @param {number} random  0 … 1
 * @returns {number} milliseconds
 */
export function backOff(attempt, random) {
  if (attempt === 0) return FIRST_DELAY * random;
  return Math.min(LONGEST_DELAY, SHORTEST_DELAY * 2 ** attempt) * (0.5 + random);
}

/**
 * @param {string} url
 * @param {object} options
 * @param {() => Record<string, unknown>} options.hello  the fields of the greeting, asked for at every connection
 * @param {(message: Decoded) => void} options.onMessage
 * @param {(status: Status, detail: {retryAt: number | null}) => void} options.onStatus  retryAt: ms since 1970
 * @param {new (url: string) => WebSocket} [options.WebSocket]
 * @param {(run: () => void, delay: number) => number} [options.setTimeout]
 * @param {(timer: number) => void} [options.clearTimeout]
 * @param {() => number} [options.random]
 * @param {() => number} [options.now]
 */
export function createSocket(url, {
  hello, onMessage, onStatus,
  WebSocket: Socket = globalThis.WebSocket,
  setTimeout = (run, delay) => globalThis.setTimeout(run, delay),
  clearTimeout = (timer) => globalThis.clearTimeout(timer),
  random = Math.random,
  now = Date.now,
}) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {Status | "closed"} */
  let status = "connecting";
  let attempt = 0;
  /** @type {number | undefined} */
  let timer;
  /** @type {Record<string, unknown>[]} */
  let waiting = [];

  /** @param {Status} next @param {number | null} [retryAt] */
  function report(next, retryAt = null) {
    status = next;
    onStatus(next, { retryAt });
  }

  /** Only the newest socket is listened to. @param {WebSocket} opened @param {() => void} run */
  const ifPresent = (opened, run) => () => {
    if (opened === socket) run();
  };

  function connect() {
    clearTimeout(timer ?? 0);
    report("connecting");
    const opened = new Socket(url);
    opened.binaryType = "arraybuffer";
    socket = opened;
    timer = setTimeout(ifPresent(opened, () => leave(0)), OPEN_WITHIN);
    opened.onopen = ifPresent(opened, greet);
    opened.onmessage = (event) => ifPresent(opened, () => receive(event.data))();
    opened.onclose = (event) => ifPresent(opened, () => leave(event.code))();
  }

  function greet() {
    clearTimeout(timer ?? 0);
    timer = setTimeout(() => {
      attempt = 0;
    }, HEALTHY_AFTER);
    report("open");
    const queued = waiting;
    waiting = [];
    for (const message of [{ type: "hello", ...hello() }, ...queued]) send(message);
  }

  /** @param {string | ArrayBuffer} data */
  function receive(data) {
    /** @type {Decoded} */
    let message;
    try {
      message = decodeMessage(data);
    } catch {
      return end("outdated");
    }
    if (message.type === "error" && message.code === "protocol_version") return end("outdated");
    if (message.type === "moved") return end("moved");
    return onMessage(message);
  }

  /** @param {number} code  why the connection ended */
  function leave(code) {
    if (code === MOVED) return end("moved");
    drop();
    const isFull = code === TRY_LATER;
    const delay = isFull ? FULL_DELAY * (0.5 + random()) : backOff(attempt, random());
    attempt += 1;
    timer = setTimeout(connect, delay);
    return report(isFull ? "full" : "waiting", now() + delay);
  }

  /** Ends for good. @param {Status} last */
  function end(last) {
    drop();
    report(last);
  }

  function drop() {
    clearTimeout(timer ?? 0);
    const left = socket;
    socket = null;
    left?.close();
  }

  /**
   * @param {Record<string, unknown>} message
   * @returns {boolean} whether it went out now
   */
  function send(message) {
    if (socket?.readyState === OPEN) {
      socket.send(encodeMessage(message));
      return true;
    }
    if (!MOMENTARY.has(String(message.type))) waiting = [...waiting, message].slice(-MOST_WAITING);
    return false;
  }

  connect();

  return {
    send,
    /** Leaves without coming back, as when the page goes away; `retryNow` comes back. */
    close() {
      drop();
      status = "closed";
    },
    /** Connects at once instead of waiting on. Does nothing after `moved` and `outdated`. */
    retryNow() {
      if (status === "waiting" || status === "full" || status === "closed") connect();
    },
    /** Connects whatever happened: this page shall have the session which has moved to another. */
    takeOver() {
      if (socket === null) connect();
    },
  };
}
