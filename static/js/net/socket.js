/**
 * The connection to the server: greets, comes back by itself after a break, and hands on what was received. `connection.js`
 * decides; here is what it takes: a WebSocket and two timers.
 *
 * What is sent while there is no connection waits for the next one, unless it only makes sense at its moment.
 *
 * @typedef {import("./connection.js").Happening} Happening
 * @typedef {import("./connection.js").Effect} Effect
 */

import { advance, isSendable, keptWith, readMessage, UNCONNECTED } from "./connection.js";
import { encodeMessage } from "./protocol.js";

/** Where the server accepts live connections. */
export const SOCKET_PATH = "/ws";

const OPEN = 1;

/**
 * @param {string} url
 * @param {object} options
 * @param {(isBare: boolean, refusal: import("../core/types.js").ErrorMessage | null) => Record<string, unknown>} options.hello
 *   the fields of the greeting, asked for at every connection; `isBare`: what the page knew of its experiment has been
 *   refused, for the reasons in `refusal`
 * @param {(message: import("../core/types.js").Decoded) => void} options.onMessage
 * @param {(status: import("./connection.js").Status, detail: import("./connection.js").Detail) => void} options.onStatus
 *   retryAt: as `now`; reason: the server's own words, if it gave any; cause: why attempts fail, if that is known
 * @param {() => Promise<import("./diagnosis.js").Cause | null>} [options.diagnose]  finds that out
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
  let state = UNCONNECTED;
  /** Until the next step of the connection's life, and until a silence ends, or ends it. @type {{step?: number, pulse?: number}} */
  const timers = {};

  /** @param {Happening} happening */
  function happen(happening) {
    const [next, effects] = advance(state, happening, { random: random(), now: now() });
    state = next;
    for (const effect of effects) perform(effect);
  }

  /** @param {Effect} effect */
  function perform(effect) {
    switch (effect.type) {
      case "open": return open();
      case "drop": return drop();
      case "diagnose": return void diagnose().then((cause) => happen({ type: "diagnosed", cause }));
      case "wait":
        clearTimeout(timers[effect.timer] ?? 0);
        timers[effect.timer] = setTimeout(() => happen(effect.then), effect.delay);
        return undefined;
      case "greet": return void send({ type: "hello", ...hello(effect.isBare, effect.refusal) });
      case "send": return effect.messages.forEach(send);
      case "report": return onStatus(effect.status, effect.detail);
      case "deliver": return onMessage(effect.message);
    }
  }

  function open() {
    const opened = new Socket(url);
    opened.binaryType = "arraybuffer";
    socket = opened;
    // only the newest socket is listened to
    const hear = (/** @type {() => Happening} */ read) => opened === socket && happen(read());
    opened.onopen = () => void hear(() => ({ type: "opened" }));
    opened.onmessage = (event) => void hear(() => readMessage(event.data));
    opened.onclose = (event) => void hear(() => ({ type: "closed", code: event.code }));
  }

  function drop() {
    clearTimeout(timers.step ?? 0);
    clearTimeout(timers.pulse ?? 0);
    const closing = socket;
    socket = null;
    closing?.close();
  }

  /**
   * @param {Record<string, unknown>} message
   * @returns {boolean} whether it went out now
   */
  function send(message) {
    if (socket?.readyState === OPEN && isSendable(state.status, message)) {
      socket.send(encodeMessage(message));
      return true;
    }
    state = { ...state, waiting: keptWith(state.waiting, message) };
    return false;
  }

  return {
    /** Connects for the first time; nothing happens before. */
    connect: () => happen({ type: "connect" }),
    send,
    /** Leaves without coming back, as when the page goes away; `retryNow` comes back. */
    close: () => happen({ type: "close" }),
    /** Connects at once instead of waiting on, or makes sure at once that the connection is good. Does nothing after
     * `moved` and `outdated`. */
    retryNow: () => happen({ type: "retry", isOpen: socket?.readyState === OPEN }),
    /** Makes a new connection in place of the present one; what still waited to be said is about what is left. */
    reconnect: () => happen({ type: "reconnect" }),
    /** Connects whatever happened: this page shall have the session which has moved to another. */
    takeOver() {
      if (socket === null) happen({ type: "connect" });
    },
  };
}
