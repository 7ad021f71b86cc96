/**
 * The connection as a pure state machine: a state and an event give the next state and its effects, which `socket.js` runs.
 *
 * @typedef {import("../core/types.js").Decoded} Decoded
 * @typedef {import("../core/types.js").ErrorMessage} ErrorMessage
 * @typedef {import("../core/types.js").State["connection"]} Status
 * @typedef {import("./diagnosis.js").Cause} Cause
 * @typedef {import("./diagnosis.js").Finding} Finding
 * @typedef {import("./diagnosis.js").How} How
 * @typedef {Record<string, unknown>} Message
 */
/**
 * @typedef {object} Connection
 * @property {Status | "closed"} status  closed: the page has left
 * @property {number} attempt  number of attempts since the last healthy connection
 * @property {boolean} isOpened  the present attempt has opened a connection
 * @property {boolean} isHeard  and something was received over it
 * @property {number} openedAt  when it opened, in ms
 * @property {number} failures  attempts in a row that the server did not answer
 * @property {How | null} how  the way in which the last of them failed
 * @property {boolean} isThere  the server answered a plain request before the present attempt
 * @property {number} cuts  connections in a row that were cut off before long
 * @property {boolean} isBare  the greeting was refused, and sent again without the saved experiment
 * @property {boolean} isDamaged  the last frame was damaged
 * @property {boolean} wasOpen  there was a connection before
 * @property {string} reason  the server's own words, if it gave any
 * @property {Cause | null} cause  why attempts fail, if that is known
 * @property {number | null} retryAt  ms
 * @property {readonly Message[]} waiting  what is sent after the next welcome
 * @property {boolean} isJoined  the class has let this connection in
 * @property {boolean} isRefused  it has not, and is asked again before long
 * @property {number} refusals  in a row, since the class last let the page in
 */
/**
 * What comes before the greeting: a class is joined, if this is the page of one, and a screen does not greet at all.
 * @typedef {{joins: boolean, greets: boolean}} Way
 */
/**
 * `slow`: the attempt takes unusually long; `quiet`: nothing was received for a while; `healthy`: the connection has been
 * good for a while; `lasting`: for so long that it is not one of those that are cut off.
 * @typedef {{type: "connect" | "reconnect" | "close" | "opened" | "healthy" | "slow" | "lasting" | "quiet" | "damaged" | "outdated" | "rejoin"}
 *   | {type: "closed", code: number} | {type: "received", message: Decoded, isBinary: boolean}
 *   | {type: "diagnosed", finding: Finding | null} | {type: "retry", isOpen: boolean}} ConnectionEvent
 */
/**
 * `wait`: dispatch `then` after `delay` ms; starting a timer again replaces what it was waiting for.
 * @typedef {{type: "open" | "drop" | "diagnose" | "join"} | {type: "wait", timer: "step" | "heartbeat", delay: number, then: ConnectionEvent}
 *   | {type: "greet", isBare: boolean, refusal: ErrorMessage | null} | {type: "send", messages: readonly Message[]}
 *   | {type: "report", status: Status, detail: Detail} | {type: "deliver", message: Decoded}} Effect
 */
/** @typedef {{retryAt: number | null, reason: string, cause: Cause | null}} Detail */
/** A random number from 0 to 1, and the time in ms. @typedef {{random: number, now: number, way?: Way}} Context */
/** @typedef {[Connection, Effect[]]} Step */

import { decodeMessage, OtherVersion } from "./protocol.js";

/** Times in milliseconds. */
const FIRST_DELAY = 1000;
const SHORTEST_DELAY = 250;
const LONGEST_DELAY = 2000;
const FULL_DELAY = 10000;
/** Between two attempts to join a class that cannot be joined now. */
const JOIN_DELAY = 3000;
/** The same after the first refusal: the teacher may be on the way back, too. */
const FIRST_JOIN_DELAY = 1000;
const HEALTHY_AFTER = 10000;
const LASTING_AFTER = 120000;
const SLOW_AFTER = 5000;
const OPEN_WITHIN = 10000;
/** After this much silence the page pings the server, which then has this long to answer. */
const QUIET = 5000;
const ANSWER_WITHIN = 10000;
/** The same after sleep or a change of network: an old connection rarely survives either. */
const ANSWER_SOON = 1500;
/** After a damaged frame a whole one must come within this time. */
const WHOLE_WITHIN = 2000;

/** The failed attempts after which the page asks why. After a good connection, the likely reason is that the server is down,
 * and asking it would only cause another error in the console. One that hangs counts as two, and is always asked about. */
const SUSPICIOUS = { first: 1, again: 10 };
const HANGS = 2;
/** The failed attempts after which the answer may be certain. */
const CERTAIN = 2;
/** Connections in a row that were cut off before long, which are no accident. */
const MOST_CUTS = 3;
/** The close code of a connection that ended without a word. */
const WITHOUT_A_WORD = 1006;

/** What a close code means; any other means a broken connection. 0: the page itself gave up waiting. @type {Map<number, "hung" | "moved" | "ended" | "full">} */
const MEANINGS = new Map([[0, "hung"], [4409, "moved"], [4410, "ended"], [1013, "full"]]);

/** Codes of errors that are the server's own fault, whatever the page sent. */
const FAULTS_OF_THE_SERVER = new Set(["internal", "full", "unavailable", "rate_limited"]);

/** Why a class cannot be joined now, but perhaps before long: after a restart of the server its teacher opens it again. */
const PASSING = new Set(["no_such_class", "class_locked", "class_full", "rate_limited", "full", "unavailable"]);

/** Where another connection may arrive at the server that has the class. */
const ELSEWHERE = new Set(["no_such_class"]);

/** @type {Way} */
const STRAIGHT = { joins: false, greets: true };

const MOST_WAITING = 64;
/** Messages that make no sense later. Changes of own examples are relative to the server's and are sent again anyway. */
const MOMENTARY = new Set(["join", "ack", "visible", "select", "read", "ping", "edit_examples", "point", "watch_wall", "move_class"]);
/** Messages that may be sent before the welcome. */
const GREETINGS = new Set(["join", "hello", "ping"]);

/** A connection before its first attempt. @type {Connection} */
export const UNCONNECTED = {
  status: "connecting", attempt: 0, isOpened: false, isHeard: false, openedAt: 0, failures: 0, how: null, isThere: false, cuts: 0, isBare: false, isDamaged: false, wasOpen: false, reason: "", cause: null, retryAt: null, waiting: [],
  isJoined: false, isRefused: false, refusals: 0,
};

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

/** @param {number} code  with which a WebSocket was closed; 0 if the page gave up */
export const meaningOf = (code) => MEANINGS.get(code) ?? "broken";

/** Whether a message can go out over an open socket. @param {Connection["status"]} status @param {Message} message */
export const isSendable = (status, message) => status === "open" || GREETINGS.has(String(message.type));

/**
 * The messages that wait for the next welcome after one more could not be sent: the newest, without the momentary ones.
 * @param {readonly Message[]} waiting
 * @param {Message} message
 */
export function keptWith(waiting, message) {
  return MOMENTARY.has(String(message.type)) ? waiting : [...waiting, message].slice(-MOST_WAITING);
}

/**
 * The event of receiving these data.
 * @param {string | ArrayBuffer} data
 * @param {(message: Decoded) => void} [check]  throws if the message is damaged
 * @returns {ConnectionEvent}
 */
export function readMessage(data, check = () => {}) {
  const isBinary = typeof data !== "string";
  try {
    const message = decodeMessage(data);
    check(message);
    return { type: "received", message, isBinary };
  } catch (error) {
    if (error instanceof OtherVersion) return { type: "outdated" };
    return isBinary ? { type: "damaged" } : GIVE_UP;
  }
}

/**
 * @param {Connection} state
 * @param {ConnectionEvent} event
 * @param {Context} context
 * @returns {Step} the next state, and the effects in order
 */
export function advance(state, event, context) {
  switch (event.type) {
    case "connect": return connect(state);
    case "reconnect": return connect({ ...state, waiting: [] });
    case "close": return [{ ...state, status: "closed" }, [DROP]];
    case "opened": return opened(state, context);
    case "rejoin": return [{ ...state, isRefused: false }, state.status === "joining" && !state.isJoined ? [JOIN] : []];
    case "slow": return [{ ...state, how: "hung" }, [DIAGNOSE]];
    case "healthy": return [{ ...state, attempt: 0 }, state.cuts > 0 ? [wait("step", LASTING_AFTER - HEALTHY_AFTER, { type: "lasting" })] : []];
    case "lasting": return reported({ ...state, cuts: 0, cause: null }, /** @type {Status} */ (state.status), state.retryAt, []);
    case "quiet": return state.isHeard ? [state, ping(ANSWER_WITHIN)] : [{ ...state, how: "silent" }, [...ping(ANSWER_WITHIN), DIAGNOSE]];
    case "damaged": return [{ ...state, isDamaged: true }, state.isDamaged ? [] : [wait("heartbeat", WHOLE_WITHIN, GIVE_UP)]];
    case "outdated": return end(state, "outdated");
    case "closed": return closed(state, event.code, context);
    case "received": return received(state, event, context);
    case "diagnosed": return diagnosed(state, event.finding);
    case "retry": return retry(state, event.isOpen);
  }
}

/** @type {Effect} */
const DROP = { type: "drop" };
/** @type {Effect} */
const DIAGNOSE = { type: "diagnose" };
/** @type {Effect} */
const JOIN = { type: "join" };
/** @type {ConnectionEvent} */
const GIVE_UP = { type: "closed", code: 0 };

/** @param {"step" | "heartbeat"} timer @param {number} delay @param {ConnectionEvent} then @returns {Effect} */
const wait = (timer, delay, then) => ({ type: "wait", timer, delay, then });
const LISTEN = wait("heartbeat", QUIET, { type: "quiet" });

/** Checks whether the server is still there, which a browser does not report. @param {number} time  to answer in @returns {Effect[]} */
const ping = (time) => [wait("heartbeat", time, GIVE_UP), { type: "send", messages: [{ type: "ping" }] }];

/** @param {Connection} state @param {Status} status @param {number | null} retryAt @param {Effect[]} before @param {Effect[]} [after] @returns {Step} */
function reported(state, status, retryAt, before, after = []) {
  const { reason, cause } = state;
  return [{ ...state, status, retryAt }, [...before, { type: "report", status, detail: { retryAt, reason, cause } }, ...after]];
}

/** @param {Connection} state */
const connect = (state) =>
  reported({ ...state, isOpened: false, isHeard: false, isBare: false, isDamaged: false, reason: "", isJoined: false, isRefused: false },
    "connecting", null, [DROP], [{ type: "open" }, wait("step", OPEN_WITHIN, GIVE_UP), wait("heartbeat", SLOW_AFTER, { type: "slow" })]);

/** Ends the connection for good. @param {Connection} state @param {Status} last */
const end = (state, last) => reported(state, last, null, [DROP]);

/** @param {Connection} state @param {Context} context @returns {Step} */
function opened(state, { now, way = STRAIGHT }) {
  const begin = [wait("step", HEALTHY_AFTER, { type: "healthy" }), LISTEN];
  const next = { ...state, isOpened: true, openedAt: now };
  return way.joins ? reported(next, "joining", null, begin, [JOIN]) : [next, [...begin, greet(next)]];
}

/** @param {Connection} state @returns {Effect} */
const greet = ({ isBare }) => ({ type: "greet", isBare, refusal: null });

/** @param {Connection} state @param {boolean} isOpen  whether the socket has opened, though the server may not have welcomed @returns {Step} */
function retry(state, isOpen) {
  if (state.status === "moved" || state.status === "outdated" || state.status === "ended") return [state, []];
  if (state.status === "open" || state.status === "joining" || (state.status === "connecting" && isOpen)) return [state, ping(ANSWER_SOON)];
  if (state.status === "connecting") return [state, [wait("step", ANSWER_SOON, GIVE_UP)]];
  return connect(state);
}

/** @param {Connection} state @param {{message: Decoded, isBinary: boolean}} received @param {Context} context @returns {Step} */
function received(state, { message, isBinary }, context) {
  const isDamaged = state.isDamaged && !isBinary;
  const heard = hear(state);
  const [next, effects] = take({ ...heard, isDamaged }, message, context);
  const { status, reason, cause, retryAt } = heard;
  // a welcome reports, too
  const isNews = cause !== state.cause && next.status === state.status && status !== "closed";
  /** @type {Effect[]} */
  const news = isNews ? [{ type: "report", status, detail: { retryAt, reason, cause } }] : [];
  return [next, [...(isDamaged ? [] : [LISTEN]), ...news, ...effects]];
}

/** Something was received: what is in between lets it through. That a connection works says nothing about how long. @param {Connection} state @returns {Connection} */
function hear(state) {
  if (state.isHeard) return state;
  return { ...state, isHeard: true, failures: 0, how: null, isThere: false, cause: state.cuts >= MOST_CUTS ? state.cause : null };
}

/** @param {Connection} state @param {Decoded} message @param {Context} context @returns {Step} */
function take(state, message, context) {
  if (message.type === "moved") return end(state, "moved");
  // a class may show another network at any time
  if (message.type === "welcome" && state.status === "open") return [state, [{ type: "deliver", message }]];
  if (message.type === "welcome") return welcomed(state, message);
  if (state.status === "joining" && !state.isJoined) return takeAtDoor(state, message, context);
  if (message.type === "error") {
    if (message.code === "protocol_version") return end(state, "outdated");
    if (message.fatal) return [{ ...state, reason: message.message }, []];
    if ((state.status === "connecting" || state.status === "joining") && !state.isBare && !FAULTS_OF_THE_SERVER.has(message.code)) {
      return [{ ...state, isBare: true }, [{ type: "greet", isBare: true, refusal: message }]];
    }
  }
  return [state, [{ type: "deliver", message }]];
}

/** @param {Connection} state @param {Decoded} message  the one that lets the page in @returns {Step} */
function welcomed(state, message) {
  const next = { ...state, wasOpen: true, waiting: [] };
  return reported(next, "open", null, [], [{ type: "send", messages: state.waiting }, { type: "deliver", message }]);
}

/** What is received before the class has let the page in. @param {Connection} state @param {Decoded} message @param {Context} context @returns {Step} */
function takeAtDoor(state, message, { random, way = STRAIGHT }) {
  /** @type {Effect} */
  const deliver = { type: "deliver", message };
  if (/** @type {{type: string}} */ (message).type === "joined") {
    const next = { ...state, isJoined: true, isRefused: false, refusals: 0 };
    return way.greets ? [next, [deliver, greet(next)]] : welcomed(next, message);
  }
  if (message.type !== "error") return [state, [deliver]];
  if (message.code === "protocol_version") return end(state, "outdated");
  if (!PASSING.has(message.code)) return [state, [deliver]];
  const delay = (state.refusals === 0 ? FIRST_JOIN_DELAY : JOIN_DELAY) * (0.5 + random);
  /** @type {ConnectionEvent} */
  const then = { type: ELSEWHERE.has(message.code) ? "connect" : "rejoin" };
  return [{ ...state, isRefused: true, refusals: state.refusals + 1 }, [deliver, wait("step", delay, then)]];
}

/** @param {Connection} state @param {number} code @param {Context} context */
function closed(state, code, { random, now }) {
  const meaning = meaningOf(code);
  if (meaning === "moved" || meaning === "ended") return end(state, meaning);
  const counted = { ...state, ...failed(state, code), cuts: cutsAfter(state, code, now), attempt: state.attempt + 1 };
  const isFull = meaning === "full";
  const delay = isFull || state.isRefused ? (isFull ? FULL_DELAY : JOIN_DELAY) * (0.5 + random) : backOff(state.attempt, random);
  const before = [DROP, ...(isSuspicious(counted, code) ? [DIAGNOSE] : []), wait("step", delay, { type: "connect" })];
  return reported(counted, isFull ? "full" : "waiting", now + delay, before);
}

/** Whether to ask the server why. @param {Connection} state  with this failure @param {number} code */
function isSuspicious({ failures, cuts, isHeard, wasOpen }, code) {
  const isHung = code === 0 && !isHeard && failures > 0;
  return isHung || cuts >= MOST_CUTS || failures >= (wasOpen ? SUSPICIOUS.again : SUSPICIOUS.first);
}

/** A server that gave a reason has answered. @param {Connection} state @param {number} code @returns {Partial<Connection>} */
function failed({ reason, isOpened, isHeard, failures }, code) {
  if (reason !== "") return { failures: 0, how: null, isThere: false, cause: null };
  const isHung = meaningOf(code) === "hung";
  if (isHeard) return {};
  const how = isOpened ? (isHung ? "silent" : "cut") : isHung ? "hung" : "refused";
  return { failures: failures + (isHung ? HANGS : 1), how };
}

/** The connections in a row that were cut off, after this one. If the server is down, attempts fail between them. @param {Connection} state @param {number} code @param {number} now */
function cutsAfter({ reason, isHeard, openedAt, cuts }, code, now) {
  return isHeard && reason === "" && code === WITHOUT_A_WORD && now - openedAt < LASTING_AFTER ? cuts + 1 : 0;
}

/** By the time the finding arrives, there may be a connection. @param {Connection} state @param {Finding | null} finding @returns {Step} */
function diagnosed(state, finding) {
  const { status, retryAt, isHeard, cuts } = state;
  const isTrying = status === "connecting" || status === "waiting" || status === "joining";
  const isCut = cuts >= MOST_CUTS;
  if (!(isTrying && !isHeard) && !(isCut && (isTrying || status === "open"))) return [state, []];
  const isThere = finding?.kind === "answers";
  return reported({ ...state, isThere, cuts: isThere ? cuts : 0, cause: causeOf(state, finding) }, status, retryAt, []);
}

/** @param {Connection} state @param {Finding | null} finding @returns {Cause | null} */
function causeOf({ how, failures, cuts, isThere }, finding) {
  if (finding?.kind !== "answers") return finding;
  const { status } = finding;
  if (cuts >= MOST_CUTS) return { kind: "blocked", how: "cut", status: null, isSure: true };
  return { kind: "blocked", how: how ?? "refused", status, isSure: isThere && failures >= CERTAIN };
}
