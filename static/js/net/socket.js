/**
 * The connection to the server: greets, comes back by itself after a break, and hands on what was received.
 *
 * What is sent while there is no connection waits for the next one, unless it only makes sense at its moment.
 *
 * @typedef {import("../core/types.js").Decoded} Decoded
 * @typedef {import("../core/types.js").State["connection"]} Status
 * @typedef {import("./diagnosis.js").Cause} Cause
 */

import { decodeMessage, encodeMessage, OtherVersion } from "./protocol.js";

/** Times in milliseconds. */
const FIRST_DELAY = 1000;
const SHORTEST_DELAY = 250;
const LONGEST_DELAY = 2000;
const FULL_DELAY = 10000;
const HEALTHY_AFTER = 10000;
const OPEN_WITHIN = 10000;
/** After so long a silence the server is asked whether it is there; then it has so long to answer. */
const QUIET = 5000;
const ANSWER_WITHIN = 10000;
/** The same after a sleep, or in another network: an old connection is hardly ever still good. */
const ANSWER_SOON = 1500;
/** After a damaged frame a whole one must come within this time. */
const WHOLE_WITHIN = 2000;

/** The failed attempts after which the page asks why; one that hangs counts as two. After a good connection, the likely
 * reason is that the server is down, and asking it would only cause another error in the console. */
const SUSPICIOUS = { first: 2, again: 10 };
const HANGS = 2;

/** Codes with which the server closes. */
const MOVED = 4409;
const TRY_LATER = 1013;

/** Codes of errors that are the server's own: whatever this page has said, it is not to blame. */
const FAULTS_OF_THE_SERVER = new Set(["internal", "full", "unavailable", "rate_limited"]);

/** Where the server accepts live connections. */
export const SOCKET_PATH = "/ws";

const OPEN = 1;
const MOST_WAITING = 64;
/** Changes of own examples are among them: they are relative to what the server has, and are sent again. */
const MOMENTARY = new Set(["ack", "visible", "select", "ping", "edit_examples"]);

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
 * @param {(isBare: boolean, refusal: import("../core/types.js").ErrorMessage | null) => Record<string, unknown>} options.hello
 *   the fields of the greeting, asked for at every connection; `isBare`: what the page knew of its experiment has been
 *   refused, for the reasons in `refusal`
 * @param {(message: Decoded) => void} options.onMessage
 * @param {(status: Status, detail: {retryAt: number | null, reason: string, cause: Cause | null}) => void} options.onStatus
 *   retryAt: as `now`; reason: the server's own words, if it gave any; cause: why attempts come to nothing, if that is known
 * @param {() => Promise<Cause | null>} [options.diagnose]  finds that out
 * @param {new (url: string) => WebSocket} [options.WebSocket]
 * @param {(run: () => void, delay: number) => number} [options.setTimeout]
 * @param {(timer: number) => void} [options.clearTimeout]
 * @param {() => number} [options.random]
 * @param {() => number} [options.now]  ms since anything; must not jump when somebody sets the clock
 */
export function createSocket(url, {
  hello, onMessage, onStatus, diagnose = () => Promise.resolve(null),
  WebSocket: Socket = globalThis.WebSocket,
  setTimeout = (run, delay) => globalThis.setTimeout(run, delay),
  clearTimeout = (timer) => globalThis.clearTimeout(timer),
  random = Math.random,
  now = () => performance.now(),
}) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {Status | "closed"} */
  let status = "connecting";
  let attempt = 0;
  /** Until the next step of the connection's life. @type {number | undefined} */
  let timer;
  /** Until a silence ends, or ends the connection. @type {number | undefined} */
  let pulse;
  let isBare = false;
  let isDamaged = false;
  let reason = "";
  /** Attempts in a row that the server did not answer. */
  let failures = 0;
  let wasOpen = false;
  /** @type {Cause | null} */
  let cause = null;
  /** @type {number | null} */
  let nextAt = null;
  /** @type {Record<string, unknown>[]} */
  let waiting = [];

  /** @param {Status} next @param {number | null} [retryAt] */
  function report(next, retryAt = null) {
    status = next;
    nextAt = retryAt;
    onStatus(next, { retryAt, reason, cause });
  }

  /** Only the newest socket is listened to. @param {WebSocket | null} opened @param {() => void} run */
  const ifPresent = (opened, run) => () => {
    if (opened === socket) run();
  };

  function connect() {
    drop();
    isBare = isDamaged = false;
    reason = "";
    report("connecting");
    const opened = new Socket(url);
    opened.binaryType = "arraybuffer";
    socket = opened;
    openWithin(OPEN_WITHIN);
    opened.onopen = ifPresent(opened, greet);
    opened.onmessage = (event) => ifPresent(opened, () => receive(event.data))();
    opened.onclose = (event) => ifPresent(opened, () => onClose(event.code))();
  }

  /** @param {number} time */
  function openWithin(time) {
    clearTimeout(timer ?? 0);
    timer = setTimeout(ifPresent(socket, () => onClose(0)), time);
  }

  function greet() {
    clearTimeout(timer ?? 0);
    timer = setTimeout(() => {
      attempt = 0;
    }, HEALTHY_AFTER);
    listen();
    send({ type: "hello", ...hello(isBare, null) });
  }

  /* ---- Whether the other end is still there: a browser does not tell ---- */

  function listen() {
    clearTimeout(pulse ?? 0);
    pulse = setTimeout(ifPresent(socket, () => sendPing(ANSWER_WITHIN)), QUIET);
  }

  /** @param {number} time */
  function sendPing(time) {
    hearWithin(time);
    send({ type: "ping" });
  }

  /** @param {number} time */
  function hearWithin(time) {
    clearTimeout(pulse ?? 0);
    pulse = setTimeout(ifPresent(socket, () => onClose(0)), time);
  }

  /* ---- What comes ---- */

  /** @param {string | ArrayBuffer} data */
  function receive(data) {
    const isBinary = typeof data !== "string";
    /** @type {Decoded} */
    let message;
    try {
      message = decodeMessage(data);
    } catch (error) {
      if (error instanceof OtherVersion) return end("outdated");
      return isBinary ? passOver() : onClose(0);
    }
    if (isBinary) isDamaged = false;
    if (!isDamaged) listen();
    return take(message);
  }

  /** The last frame stays; if no other one arrives, reconnect. */
  function passOver() {
    if (!isDamaged) hearWithin(WHOLE_WITHIN);
    isDamaged = true;
  }

  /** @param {Decoded} message */
  function take(message) {
    if (message.type === "moved") return end("moved");
    if (message.type === "error" && message.code === "protocol_version") return end("outdated");
    if (message.type === "error" && message.fatal) {
      reason = message.message;
      return undefined;
    }
    if (message.type === "welcome") welcome();
    else if (message.type === "error" && status === "connecting" && !isBare && !FAULTS_OF_THE_SERVER.has(message.code)) {
      isBare = true;
      return send({ type: "hello", ...hello(isBare, message) });
    }
    return onMessage(message);
  }

  function welcome() {
    answered();
    wasOpen = true;
    report("open");
    const queued = waiting;
    waiting = [];
    for (const message of queued) send(message);
  }

  function answered() {
    failures = 0;
    cause = null;
  }

  /* ---- How it ends ---- */

  /** Asks why there is no connection; by the time of the answer there may be one. */
  function findCause() {
    void diagnose().then((found) => {
      if (failures === 0 || (status !== "connecting" && status !== "waiting")) return;
      cause = found;
      report(status, nextAt);
    });
  }

  /** @param {number} code  why the connection ended */
  function onClose(code) {
    if (code === MOVED) return end("moved");
    drop();
    const isFull = code === TRY_LATER;
    if (reason !== "") answered();
    else if (status === "connecting") failures += code === 0 ? HANGS : 1;
    if (failures >= (wasOpen ? SUSPICIOUS.again : SUSPICIOUS.first)) findCause();
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
    clearTimeout(pulse ?? 0);
    const closing = socket;
    socket = null;
    closing?.close();
  }

  /**
   * @param {Record<string, unknown>} message
   * @returns {boolean} whether it went out now
   */
  function send(message) {
    const isGreeting = message.type === "hello" || message.type === "ping";
    if (socket?.readyState === OPEN && (isGreeting || status === "open")) {
      socket.send(encodeMessage(message));
      return true;
    }
    if (!MOMENTARY.has(String(message.type))) waiting = [...waiting, message].slice(-MOST_WAITING);
    return false;
  }

  /** What is to be done at once, by the present status. @type {Partial<Record<Status | "closed", () => void>>} */
  const retries = {
    waiting: connect,
    full: connect,
    closed: connect,
    connecting: () => socket?.readyState === OPEN ? sendPing(ANSWER_SOON) : openWithin(ANSWER_SOON),
    open: () => sendPing(ANSWER_SOON),
  };

  return {
    /** Connects for the first time; nothing happens before. */
    connect,
    send,
    /** Leaves without coming back, as when the page goes away; `retryNow` comes back. */
    close() {
      drop();
      status = "closed";
    },
    /** Connects at once instead of waiting on, or makes sure at once that the connection is good. Does nothing after
     * `moved` and `outdated`. */
    retryNow: () => retries[status]?.(),
    /** Makes a new connection in place of the present one; what still waited to be said is about what is left. */
    reconnect() {
      waiting = [];
      connect();
    },
    /** Connects whatever happened: this page shall have the session which has moved to another. */
    takeOver() {
      if (socket === null) connect();
    },
  };
}
