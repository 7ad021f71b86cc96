/**
 * Changes of the user's own examples: shown at once, and sent to the server in small steps, one at a time and not too
 * often, each counted from what the server has confirmed. Until then the page shows the data as they will be.
 */

import { changed, createHistory, foresee, readExamples, redone, stepBetween, undone } from "./examples.js";

/**
 * @typedef {import("../core/types.js").Data} Data
 * @typedef {import("./examples.js").List} List
 * @typedef {import("./examples.js").History} History
 * @typedef {Data & {own: NonNullable<Data["own"]>}} OwnData
 */

/** Between two steps, in ms; and how many examples one adds. */
const APART = 100;
const MOST_ADDED = 200;

/**
 * What the server was asked for, and has not shown yet.
 * @typedef {object} Pending
 * @property {number} id  of the message
 * @property {List} next  the list after it
 * @property {number | null} revision  once it has been granted
 */

/**
 * What the page shows: the data as they will be, and the user's list.
 * @param {OwnData} data  that the server sent last
 * @param {List} confirmed  the list that they hold
 * @param {History} history
 * @returns {Pick<import("../core/types.js").State, "data" | "own">}
 */
function shownOf(data, confirmed, { past, present, future }) {
  return {
    data: stepBetween(confirmed, present, 1) ? foresee(data, confirmed, present) : data,
    own: { list: present, labels: data.own.labels, canUndo: past.length > 0, canRedo: future.length > 0 },
  };
}

/**
 * What data from the server mean for the user's list.
 * @param {OwnData["own"]} own
 * @param {number} revision  that the data are of
 * @param {List} confirmed  what the server had
 * @param {Pending | null} pending
 * @returns {{list: List, isGranted: boolean, isOther: boolean}}  `isGranted`: they answer what was asked for; `isOther`:
 *   they came from elsewhere
 */
function readingOf(own, revision, confirmed, pending) {
  const known = [...(pending ? [pending.next] : []), confirmed].find((list) => readExamples(own, list) === list);
  const isGranted = pending?.revision === revision;
  return { list: known ?? readExamples(own, []), isGranted, isOther: known === undefined || (isGranted && known !== pending?.next) };
}

/**
 * Limits how often something runs; a call that comes too early runs as soon as it may.
 * @param {number} apart  least time between two runs, in ms
 * @param {{setTimeout: (run: () => void, delay: number) => unknown, now: () => number}} clock
 */
function createLimiter(apart, { setTimeout, now }) {
  let last = -Infinity;
  let isTimed = false;
  return {
    /** Whether it may run now; else it is tried again in time. @param {() => void} again */
    mayRun(again) {
      const wait = last + apart - now();
      if (wait <= 0) return true;
      if (!isTimed) setTimeout(() => ((isTimed = false), again()), wait);
      isTimed = true;
      return false;
    },
    note: () => void (last = now()),
  };
}

/**
 * The user's own examples, and their way to the server.
 * @param {object} parts
 * @param {import("../core/store.js").Store<import("../core/actions.js").PageState>} parts.store
 * @param {(message: Record<string, unknown>) => number} parts.send  returns the message's id
 * @param {(run: () => void, delay: number) => unknown} [parts.setTimeout]
 * @param {() => number} [parts.now]  in ms
 */
export function createPainting({ store, send, setTimeout = globalThis.setTimeout.bind(globalThis), now = () => performance.now() }) {
  const limiter = createLimiter(APART, { setTimeout, now });
  let history = createHistory([]);
  /** What the server has confirmed. @type {List} */
  let confirmed = [];
  /** The data that it sent with that, if they are the user's own. @type {OwnData | null} */
  let data = null;
  /** @type {Pending | null} */
  let pending = null;
  /** Names of classes that have yet to be sent. @type {string[] | null} */
  let labels = null;
  /** The last names that they had. @type {string[]} */
  let names = [];
  /** Whether the server may have other data by now than it sent last. */
  let isDoubtful = false;

  function show() {
    if (data) store.set(shownOf(data, confirmed, history));
  }

  function sendNext() {
    if (pending || isDoubtful || !data || !limiter.mayRun(sendNext)) return;
    const step = stepBetween(confirmed, history.present, MOST_ADDED);
    if (!step && !labels) return;
    limiter.note();
    // where all examples had gone, the names have gone with them
    if (step?.edit.add.length && data.own.labels.length === 0 && names.some(Boolean)) labels ??= names;
    const id = send({ type: "edit_examples", ...step?.edit, ...(labels && { labels }) });
    pending = { id, next: step?.next ?? confirmed, revision: null };
    labels = null;
  }

  /** @param {History} next */
  function take(next) {
    if (next === history) return;
    history = next;
    show();
    sendNext();
  }

  /** @param {OwnData} newest @param {number} revision */
  function settleOwn(newest, revision) {
    data = newest;
    const { list, isGranted, isOther } = readingOf(newest.own, revision, confirmed, pending);
    if (isGranted || isDoubtful || isOther) pending = null;
    isDoubtful = false;
    confirmed = list;
    // what was done before cannot be undone in examples that came from elsewhere
    if (isOther) history = createHistory(confirmed);
    if (newest.own.labels.length > 0 || isOther) names = newest.own.labels;
    show();
    sendNext();
  }

  return {
    /**
     * @param {(list: List) => List} change  returns the same list if it changes nothing
     * @param {{goesOn?: boolean}} [how]  goesOn: it is undone together with the last change
     */
    change(change, { goesOn = false } = {}) {
      if (!data) return;
      const present = change(history.present);
      if (present !== history.present) take(changed(history, present, goesOn));
    },
    /** Names the classes; "" is no name. That cannot be undone. @param {string[]} next */
    rename(next) {
      labels = names = next;
      sendNext();
    },
    list: () => history.present,
    undo: () => take(undone(history)),
    redo: () => take(redone(history)),

    /** The server has sent data. @param {Data} newest @param {number} revision */
    settle(newest, revision) {
      if (newest.own) return settleOwn(/** @type {OwnData} */ (newest), revision);
      [history, confirmed, data, pending, labels, isDoubtful] = [createHistory([]), [], null, null, null, false];
      return store.set({ data: newest, own: null });
    },

    /** A config is in force. @param {number | undefined} id @param {number} revision */
    granted(id, revision) {
      if (pending && pending.id === id) pending.revision = revision;
    },

    /** A message was refused. @param {number | undefined} id */
    refused(id) {
      if (!pending || pending.id !== id) return;
      pending = null;
      history = createHistory(confirmed);
      show();
    },

    /** There is a new connection: the next data say whether the last message arrived on the old one. */
    renew() {
      isDoubtful = true;
    },
  };
}

/** @typedef {ReturnType<typeof createPainting>} Painting */
