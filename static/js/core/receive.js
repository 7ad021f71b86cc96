/**
 * What each message of the server changes on the page: pure functions, state in, patch out. Effects beyond the
 * state are in effects.js.
 *
 * @typedef {import("./types.js").ConfigMessage} ConfigMessage
 * @typedef {import("./types.js").StatusMessage} StatusMessage
 * @typedef {import("./types.js").Decoded} Decoded
 * @typedef {import("./types.js").FieldError} FieldError
 * @typedef {import("./actions.js").PageState} PageState
 */

import { endedStarts, startsAfter } from "../luck/starts.js";
import { isEqual } from "./store.js";

/**
 * The part of the conversation that later messages depend on.
 * @typedef {object} Exchange
 * @property {number} lastId  of the last numbered message that was sent
 * @property {number} awaitedConfig  id of the last message that a `config` will answer; older answers are outdated
 * @property {number} awaitedStatus  the same for a `status`
 * @property {ConfigMessage | null} config  the last one received, to return to when a later change is refused
 * @property {StatusMessage | null} status
 * @property {number} seq  of the last frame, 0 before there was one
 */

/** Before anything was sent or received. @type {Exchange} */
export const NEW_EXCHANGE = { lastId: 0, awaitedConfig: 0, awaitedStatus: 0, config: null, status: null, seq: 0 };

/** The messages that a `config` answers, and those that a `status` answers. */
const ANSWERED_BY_CONFIG = new Set(["configure", "set_view", "open", "rewind", "reset", "reseed", "regenerate", "edit_examples", "swap"]);
const ANSWERED_BY_STATUS = new Set(["play", "pause", "advance", "run_until", "seek", "set_speed", "inspect"]);

/** Those that are answered by messages of their own. */
const ANSWERED_OTHERWISE = new Set(["try_starts", "estimate_starts", "read"]);

/**
 * Numbers a message that is about to be sent, if the server answers it.
 * @param {Exchange} exchange
 * @param {string} type  of the message
 * @returns {{exchange: Exchange, id: number}} id: 0 for a message without a number
 */
export function numbered(exchange, type) {
  const id = exchange.lastId + 1;
  if (ANSWERED_BY_CONFIG.has(type)) return { exchange: { ...exchange, lastId: id, awaitedConfig: id }, id };
  if (ANSWERED_BY_STATUS.has(type)) return { exchange: { ...exchange, lastId: id, awaitedStatus: id }, id };
  if (ANSWERED_OTHERWISE.has(type)) return { exchange: { ...exchange, lastId: id }, id };
  return { exchange, id: 0 };
}

/**
 * The exchange after a message has been received.
 * @param {Exchange} exchange @param {Decoded} message
 * @returns {Exchange}
 */
export function received(exchange, message) {
  if (message.type === "welcome") return { ...exchange, awaitedConfig: 0, awaitedStatus: 0, seq: 0 };
  if (message.type === "frame") return { ...exchange, seq: message.seq };
  if (message.type === "config") return { ...exchange, config: message };
  if (message.type === "status") return { ...exchange, status: message };
  return exchange;
}

/** Whether an answer is the latest, or was not asked for. @param {number | undefined} id @param {number} awaited */
const isLatest = (id, awaited) => (id ?? Infinity) >= awaited;

/**
 * The state's part of a status message.
 * @param {StatusMessage} message
 * @returns {PageState["status"]} what the message leaves out is null
 */
export function statusOf({ playing, speed, diverged, stopped = null, position = null, run_until = null, run_ended = null }) {
  return { playing, speed, diverged, stopped, position, run_until, run_ended };
}

/**
 * The faults that an error message lists, or the one that it is.
 * @param {import("./types.js").ErrorMessage} message
 * @returns {FieldError[]}
 */
export function errorsOf({ code, field, got, expected, message, errors }) {
  // the details of a checkpoint mean nothing to the person who saved it
  if (code === "bad_checkpoint") return [DAMAGED_CHECKPOINT];
  return errors?.length > 0 ? [...errors] : [{ code, field, got, expected, message }];
}

/** @type {FieldError} */
export const DAMAGED_CHECKPOINT = {
  code: "bad_checkpoint", field: "checkpoint", got: null, expected: null,
  message: "The saved weights are damaged, so this experiment was not opened.",
};

/** Whether an error is about what this tab had saved, rather than about a change that was just made. @param {{code: string}} message */
export const isAboutSavedState = ({ code }) => code === "bad_checkpoint" || code === "bad_examples";

/** @typedef {(state: PageState, message: any, exchange: Exchange) => Partial<PageState>} Reducer */

/** A reducer for each type of message that changes the state; `exchange` already includes the message.
 * @type {Record<string, Reducer>} */
const REDUCERS = {
  welcome: ({ starts }, { session }) => ({ session, animation: null, goals: [], remark: null, starts: endedStarts(starts, "disconnected") }),

  config(state, /** @type {ConfigMessage} */ { id, revision, layers, effect, link, config, view }, { awaitedConfig }) {
    const isNews = isLatest(id, awaitedConfig);
    return {
      revision, layers, effect, link,
      // of another network the server shows the output, too
      ...(String(layers) !== String(state.layers) && { selected: null }),
      ...(isNews && { config, view }),
      ...(isNews && !view.words && { remark: null }),
      // it was made of other data, or by another network: frames hold what the present one makes of the picture
      ...(effect === "data" && { reading: null }),
      // a link with a sweep has been opened
      ...(isNews && view.sweep && !isEqual(view.sweep, state.view.sweep) && { luckTab: /** @type {const} */ ("sweep") }),
      // a refused change is settled by an accepted one, not by returning to where one was
      ...(isNews && id !== undefined && { errors: [] }),
    };
  },

  status: (_state, /** @type {StatusMessage} */ message, { awaitedStatus }) => ({
    ...(isLatest(message.id, awaitedStatus) && { status: statusOf(message) }),
    ...(!message.stopped && { stopSeen: null }),
    ...(!message.run_ended && { endSeen: null }),
  }),

  error(state, /** @type {import("./types.js").ErrorMessage} */ message, { awaitedConfig, awaitedStatus, config, status }) {
    if (isAboutSavedState(message)) return {};
    return {
      errors: errorsOf(message),
      ...(message.code === "internal" && { starts: endedStarts(state.starts, "failed") }),
      // copies, so that a control is drawn again even if the refused change was never drawn
      ...(message.id === awaitedConfig && config && { config: { ...config.config }, view: { ...config.view } }),
      ...(message.id === awaitedStatus && status && { status: statusOf(status) }),
    };
  },

  warnings: (_state, { warnings }) => ({ warnings }),
  composed: (_state, { link }) => ({ composed: link }),
  goals: (_state, { goals }) => ({ goals }),
  remark: (_state, { remark }) => ({ remark }),
  reading: (_state, { answer, activations, example, label }, { seq }) => ({ reading: { answer, activations, example, label, after: seq } }),
  export: (_state, message) => (message.format === "csv" ? { table: message } : { exported: message }),
  animating: (_state, { share }) => ({ animation: share }),
  starts_cost: (_state, message) => ({ startsCost: message }),
  starts: (state, message, { config }) => ({ starts: startsAfter(state.starts, message, { config: config?.config ?? state.config, examples: state.data?.examples ?? null, goals: state.goals }) }),
  animation: (_state, message) => ({ animation: null, animationFile: message }),
  archive: (_state, message) => ({ archive: message }),
};

/**
 * What a message changes in the state.
 * @param {PageState} state
 * @param {Decoded} message
 * @param {Exchange} exchange  after the message: see `received`
 * @returns {Partial<PageState>} empty for messages that change nothing
 */
export function patchFor(state, message, exchange) {
  return Object.hasOwn(REDUCERS, message.type) ? REDUCERS[message.type](state, message, exchange) : {};
}
