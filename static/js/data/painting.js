/**
 * Changes of the user's own examples, seen at once and told to the server in small steps: one at a time, not too often,
 * each counted from what the server has confirmed. Until then the page shows the data as they will be.
 */

import { changed, createHistory, foresee, readExamples, redone, stepBetween, undone } from "./examples.js";

/**
 * @typedef {import("../core/types.js").Data} Data
 * @typedef {import("./examples.js").List} List
 * @typedef {import("./examples.js").History} History
 */

/** Between two steps, in ms; and so many examples one adds. */
const APART = 100;
const MOST_ADDED = 200;

/**
 * @param {object} parts
 * @param {import("../core/store.js").Store<import("../core/actions.js").PageState>} parts.store
 * @param {(message: Record<string, unknown>) => number} parts.send  returns the message's id
 * @param {(run: () => void, delay: number) => unknown} [parts.setTimeout]
 * @param {() => number} [parts.now]  in ms
 */
export function createPainting({ store, send, setTimeout = globalThis.setTimeout.bind(globalThis), now = () => performance.now() }) {
  let history = createHistory([]);
  /** What the server has confirmed, and its data then. @type {List} */
  let told = [];
  /** @type {Data | null} */
  let truth = null;
  /** What it has been asked for: `revision` once it has been granted. @type {{id: number, next: List, revision: number | null} | null} */
  let asked = null;
  let askedAt = -Infinity;
  let isTimed = false;
  /** Names of classes that are still to be told. @type {string[] | null} */
  let labels = null;
  /** The last names that they had. @type {string[]} */
  let names = [];
  /** Whether the server may have other data by now than it told of last. */
  let isDoubtful = false;

  function show() {
    if (!truth?.own) return;
    const { present, past, future } = history;
    store.set({
      data: stepBetween(told, present, 1) ? foresee(truth, told, present) : truth,
      own: { list: present, labels: truth.own.labels, canUndo: past.length > 0, canRedo: future.length > 0 },
    });
  }

  function tell() {
    if (asked || isDoubtful || !truth?.own) return;
    const wait = askedAt + APART - now();
    if (wait > 0) {
      if (!isTimed) setTimeout(() => ((isTimed = false), tell()), wait);
      isTimed = true;
      return;
    }
    const step = stepBetween(told, history.present, MOST_ADDED);
    if (!step && !labels) return;
    askedAt = now();
    // where all examples had gone, the names have gone with them
    const again = step?.edit.add.length && truth.own.labels.length === 0 && names.some(Boolean) ? names : null;
    labels ??= again;
    const id = send({ type: "edit_examples", ...step?.edit, ...(labels && { labels }) });
    asked = { id, next: step?.next ?? told, revision: null };
    labels = null;
  }

  /** @param {History} next */
  function take(next) {
    if (next === history) return;
    history = next;
    show();
    tell();
  }

  /** The list that the server tells of, if it is one that it may have by now. @param {NonNullable<Data["own"]>} own */
  function recognize(own) {
    return [...(asked ? [asked.next] : []), told].find((known) => readExamples(own, known) === known) ?? null;
  }

  return {
    /**
     * @param {(list: List) => List} change  returns the same list if it changes nothing
     * @param {{goesOn?: boolean}} [how]  goesOn: it is undone together with the last change
     */
    change(change, { goesOn = false } = {}) {
      if (!truth?.own) return;
      const present = change(history.present);
      if (present !== history.present) take(changed(history, present, goesOn));
    },
    /** Gives the classes names: "" is none. That cannot be undone. @param {string[]} next */
    rename(next) {
      labels = names = next;
      tell();
    },
    list: () => history.present,
    undo: () => take(undone(history)),
    redo: () => take(redone(history)),

    /** The server has told of the data. @param {Data} data @param {number} revision */
    settle(data, revision) {
      truth = data;
      if (!data.own) {
        [history, told, asked, labels, isDoubtful] = [createHistory([]), [], null, null, false];
        store.set({ data, own: null });
        return;
      }
      const known = recognize(data.own);
      const isGranted = asked?.revision === revision;
      const isOther = known === null || (isGranted && known !== asked?.next);
      if (isGranted || isDoubtful || isOther) asked = null;
      isDoubtful = false;
      told = known ?? readExamples(data.own, []);
      // what was done before is not to be undone in examples that came from elsewhere
      if (isOther) history = createHistory(told);
      if (data.own.labels.length > 0 || isOther) names = data.own.labels;
      show();
      tell();
    },

    /** A config is in force. @param {number | undefined} id @param {number} revision */
    granted(id, revision) {
      if (asked && asked.id === id) asked.revision = revision;
    },

    /** A message was refused. @param {number | undefined} id */
    refused(id) {
      if (!asked || asked.id !== id) return;
      asked = null;
      history = createHistory(told);
      show();
    },

    /** There is a new connection: whether what was asked for in the old one came to be, the next data say. */
    renew() {
      isDoubtful = true;
    },
  };
}

/** @typedef {ReturnType<typeof createPainting>} Painting */
