/**
 * The connection to the server: greets, reconnects after a break, and delivers messages. `connection.js` decides; this
 * file owns the WebSocket and the two timers.
 *
 * Messages sent while there is no connection wait for the next one, unless they would make no sense later.
 *
 * @typedef {import("./connection.js").ConnectionEvent} ConnectionEvent
 * @typedef {import("./connection.js").Effect} Effect
 */

import { unpack as unpacked } from "./compressed.js";
import { advance, isSendable, keptWith, readMessage, UNCONNECTED } from "./connection.js";
import { encodeMessage } from "./protocol.js";
import { createSequence } from "./sequence.js";

/** Where the server accepts live connections, from its root on. */
export const SOCKET_PATH = "ws";

const OPEN = 1;

/**
 * What the connection of a class needs.
 * @typedef {object} Entrance
 * @property {() => Record<string, unknown> | null} first  the message that joins; null: there is none yet, see `join`
 * @property {boolean} greets  whether a greeting follows
 * @property {(data: string | ArrayBuffer) => Promise<ArrayBuffer> | null} unpack  what arrives compressed; null: it is not
 * @property {(message: import("../core/types.js").Decoded) => void} check  throws if a message is damaged
 */

/**
 * @param {() => string} url  asked for at each attempt
 * @param {object} options
 * @param {(isBare: boolean, refusal: import("../core/types.js").ErrorMessage | null) => Record<string, unknown>} options.hello
 *   the fields of the greeting, requested at every connection; `isBare`: the server has refused what the page saved of its
 *   experiment, for the reasons in `refusal`
 * @param {(message: import("../core/types.js").Decoded) => void} options.onMessage
 * @param {(status: import("./connection.js").Status, detail: import("./connection.js").Detail) => void} options.onStatus
 *   retryAt: as `now`; reason: the server's own words, if it gave any; cause: why attempts fail, if that is known
 * @param {() => Promise<import("./diagnosis.js").Finding | null>} [options.diagnose]  asks the server over plain requests
 * @param {Entrance["first"] | null} [options.first]
 * @param {Entrance["greets"]} [options.greets]
 * @param {Entrance["unpack"]} [options.unpack]
 * @param {Entrance["check"]} [options.check]
 * @param {new (url: string) => WebSocket} [options.WebSocket]
 * @param {(run: () => void, delay: number) => number} [options.setTimeout]
 * @param {(timer: number) => void} [options.clearTimeout]
 * @param {() => number} [options.random]
 * @param {() => number} [options.now]  ms since anything; must not jump when the clock is set
 */
export function createSocket(url, {
  hello, onMessage, onStatus, diagnose = () => Promise.resolve(null),
  first = null, greets = true, unpack = unpacked, check,
  WebSocket: Socket = globalThis.WebSocket,
  setTimeout = (run, delay) => globalThis.setTimeout(run, delay),
  clearTimeout = (timer) => globalThis.clearTimeout(timer),
  random = Math.random,
  now = () => performance.now(),
}) {
  /** @type {WebSocket | null} */
  let socket = null;
  let state = UNCONNECTED;
  let isAsking = false;
  /** `step`: for opening, reconnecting, and counting as healthy; `heartbeat`: for silence. @type {{step?: number, heartbeat?: number}} */
  const timers = {};

  /** @param {ConnectionEvent} event */
  function dispatch(event) {
    const [next, effects] = advance(state, event, { random: random(), now: now(), way: { joins: first !== null, greets } });
    state = next;
    for (const effect of effects) perform(effect);
  }

  /** One question at a time. */
  async function askServer() {
    if (isAsking) return;
    isAsking = true;
    const finding = await diagnose();
    isAsking = false;
    dispatch({ type: "diagnosed", finding });
  }

  /** @param {Effect} effect */
  function perform(effect) {
    switch (effect.type) {
      case "open": return open();
      case "drop": return drop();
      case "diagnose": return void askServer();
      case "wait":
        clearTimeout(timers[effect.timer] ?? 0);
        timers[effect.timer] = setTimeout(() => dispatch(effect.then), effect.delay);
        return undefined;
      case "join": {
        const joining = first?.();
        return joining && void send({ type: "join", ...joining });
      }
      case "greet": return void send({ type: "hello", ...hello(effect.isBare, effect.refusal) });
      case "send": return effect.messages.forEach(send);
      case "report": return onStatus(effect.status, effect.detail);
      case "deliver": return onMessage(effect.message);
    }
  }

  function open() {
    const opened = new Socket(url());
    opened.binaryType = "arraybuffer";
    socket = opened;
    // events of older sockets are ignored
    const { add } = createSequence((/** @type {() => ConnectionEvent} */ read) => opened === socket && dispatch(read()));
    opened.onopen = () => add(() => ({ type: "opened" }));
    opened.onmessage = ({ data }) => {
      const read = (/** @type {string | ArrayBuffer} */ whole) => () => readMessage(whole, check);
      add(unpack(data)?.then(read, () => read(data)) ?? read(data));
    };
    opened.onclose = ({ code }) => add(() => ({ type: "closed", code }));
  }

  function drop() {
    clearTimeout(timers.step ?? 0);
    clearTimeout(timers.heartbeat ?? 0);
    const closing = socket;
    socket = null;
    closing?.close();
  }

  /**
   * @param {Record<string, unknown>} message
   * @returns {boolean} whether it was sent now
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
    /** Connects for the first time. */
    connect: () => dispatch({ type: "connect" }),
    send,
    /** Closes the connection, as when the page is left, and does not reconnect until `retryNow`. */
    close: () => dispatch({ type: "close" }),
    /** Reconnects at once instead of waiting, or checks at once that the connection is good. Does nothing after `moved`
     * and `outdated`. */
    retryNow: () => dispatch({ type: "retry", isOpen: socket?.readyState === OPEN }),
    /** Tries to join the class now, if that is what the connection waits for. */
    join: () => dispatch({ type: "rejoin" }),
    /** Replaces the connection by a new one, without the messages that were still waiting. */
    reconnect: () => dispatch({ type: "reconnect" }),
    /** Connects in any case, to take back a session that has moved to another tab. */
    takeOver() {
      if (socket === null) dispatch({ type: "connect" });
    },
  };
}
