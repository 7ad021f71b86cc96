/**
 * A playground in a frame of another page says there what happens in it, if that page asks and may know. It answers nobody
 * but its parent, and nowhere else than at an origin that may frame it.
 *
 * @typedef {import("./events.js").PlaygroundEvent} PlaygroundEvent
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/actions.js").PageState} PageState
 */

import { EVENTS_VERSION, NAME, goalEvents, goalStates, hasGoals, progressIn, readSubscription } from "./events.js";
import { mayFrame } from "./origins.js";

/** Between two events about progress, in ms. */
const PAUSE = 1000;
/** The origin of a page without one of its own, such as a file: nothing but "*" reaches it. */
const OPAQUE = "null";

/**
 * @param {object} parts
 * @param {Window} parts.window  of the playground
 * @param {import("../core/store.js").Store<PageState>} parts.store
 * @param {readonly string[]} parts.ancestors  sources of pages that may frame it, besides its own origin
 * @param {(link: string) => string} parts.addressOf  of the playground with a link
 * @param {(run: () => void, delay: number) => number} parts.setTimeout
 * @param {(timer: number) => void} parts.clearTimeout
 * @param {() => number} parts.now  in ms
 */
export function createFrameEvents({ window, store, ancestors, addressOf, setTimeout, clearTimeout, now }) {
  const { parent } = window;
  /** Where events go. @type {string | null} */
  let subscriber = null;
  let isReady = false;
  /** @type {Frame | null} */
  let newest = null;
  /** The goals that the subscriber knows of. @type {readonly import("./events.js").GoalState[]} */
  let known = [];
  /** The last progress that was told, with its link, as text. */
  let told = "";
  let toldAt = -Infinity;
  let wasPlaying = false;
  /** @type {number | null} */
  let timer = null;

  const link = () => addressOf(store.get().link);

  /** @param {PlaygroundEvent} event @param {string} origin */
  function post(event, origin) {
    parent.postMessage({ from: NAME, version: EVENTS_VERSION, ...event }, origin === OPAQUE ? "*" : origin);
  }

  /** @param {MessageEvent} message */
  function receive({ source, origin, data }) {
    const { isOurs, fault } = readSubscription(data);
    if (!isOurs || source !== parent || !mayFrame(origin, window.location.origin, ancestors)) return;
    if (fault) return post({ event: "error", message: fault }, origin);
    subscriber = origin;
    isReady = false;
    announce();
  }

  /** Says once that the playground can be used. */
  function announce() {
    const { goals, status, view } = store.get();
    // goals may come a little later than the first frame
    if (subscriber === null || isReady || newest === null || (hasGoals(view) && goals.length === 0)) return;
    isReady = true;
    known = goalStates(goals);
    const progress = progressIn(newest, status.playing);
    note(progress);
    post({ event: "ready", link: link(), goals: [...known], ...progress }, subscriber);
  }

  /** @param {import("./events.js").Progress} progress */
  function note(progress) {
    told = JSON.stringify([link(), progress]);
    toldAt = now();
    wasPlaying = progress.playing;
  }

  /** Tells the progress now, or when the pause is over. */
  function tell() {
    if (subscriber === null || !isReady || newest === null) return;
    const progress = progressIn(newest, store.get().status.playing);
    if (JSON.stringify([link(), progress]) === told) return;
    const hasEnded = wasPlaying && !progress.playing;
    const wait = hasEnded ? 0 : toldAt + PAUSE - now();
    if (wait > 0) {
      timer ??= setTimeout(later, wait);
      return;
    }
    if (timer !== null) clearTimeout(timer);
    timer = null;
    note(progress);
    post({ event: "progress", link: link(), ...progress }, subscriber);
  }

  function later() {
    timer = null;
    tell();
  }

  window.addEventListener("message", receive);
  // goals count although nothing is drawn, as when the frame is not on the screen
  store.subscribe(({ goals }, before) => {
    announce();
    if (goals === before.goals || goals.length === 0 || subscriber === null || !isReady) return;
    const states = goalStates(goals);
    for (const event of goalEvents(known, states, link())) post(event, subscriber);
    known = states;
  });

  return {
    /** @param {Frame | null} frame */
    draw(frame) {
      newest = frame ?? newest;
      announce();
      tell();
    },
  };
}
