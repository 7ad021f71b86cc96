/**
 * Where the class is, if there are several servers: connections to it are led by its code, to another server while the first
 * is down, and back again when it is up. The page asks now and then which server a new connection would reach. If it is
 * another one, the teacher's page moves the class there. The others follow if the teacher is gone and the class is open there.
 *
 * @typedef {import("./state.js").ClassState} ClassState
 */
/** What a server says: its name, and whether the class is open there; null: that is not told.
 * @typedef {{instance: string, open: boolean | null}} Place */
/** The other server that was named last, how often in a row, and how often the class was moved.
 * @typedef {{instance: string, times: number, moves: number}} Seen */

import { urlOf } from "../net/root.js";
import { isExperimenting } from "./state.js";

/** Between two questions, in ms: for the teacher's page, and for all others, which wait for the teacher. */
const EVERY = { teacher: 3000, others: 5000 };
/** So often in a row the same other server must be named before the class moves there; twice as often after each move. */
const SURE = 2;

/** @type {Seen} */
export const NOWHERE_ELSE = { instance: "", times: 0, moves: 0 };

/**
 * Whether the page should ask where its class is. The teacher's page waits for what a move would lose: an open question, and
 * runs of an experiment.
 * @param {Pick<ClassState, "role" | "joined" | "room" | "ended" | "experiment">} state
 */
export function asksForPlace({ role, joined, room, ended, experiment }) {
  if (!joined?.instance || !room || ended) return false;
  if (role !== "teacher") return !room.teacher;
  const isAsking = Boolean(room.question && !room.question.revealed);
  return !isAsking && !(experiment && isExperimenting({ room, experiment }) && isTraining(experiment));
}

/** @param {import("./state.js").Experiment} experiment */
const isTraining = ({ canceled, cells, total }) => !canceled && [...cells.values()].filter(({ result }) => result).length < total;

/**
 * What an answer changes.
 * @param {Seen} seen @param {Place | null} place  null: there was no answer @param {string} own  the name of the page's server
 * @returns {Seen}
 */
export function seenWith({ instance, times, moves }, place, own) {
  if (!place || place.instance === own) return { ...NOWHERE_ELSE, moves };
  return { instance: place.instance, times: place.instance === instance ? times + 1 : 1, moves };
}

/** Whether the teacher's page should move the class. @param {Seen} seen */
export const isSure = ({ times, moves }) => times >= SURE * 2 ** moves;

/** Whether another page should go to the class elsewhere. @param {Seen} seen @param {Place | null} place */
export const isOpenElsewhere = ({ times }, place) => times > 0 && place?.open === true;

/** @param {string} code @returns {Promise<Place | null>} null: there is no answer, or not a server's of this version */
export async function askForPlace(code) {
  try {
    const response = await fetch(urlOf(`api/classes/${code}`), { cache: "no-store" });
    const place = response.ok ? await response.json() : null;
    return typeof place?.instance === "string" ? place : null;
  } catch {
    return null;
  }
}

/**
 * Asks now and then, as long as the page is there.
 * @param {object} parts
 * @param {() => ClassState} parts.state
 * @param {() => boolean} parts.isOpen  whether the page is connected
 * @param {() => void} parts.move  the class, from the teacher's page
 * @param {() => void} parts.reconnect
 * @param {typeof askForPlace} [parts.ask]
 * @param {(run: () => void, delay: number) => unknown} [parts.setTimeout]
 * @param {() => number} [parts.random]
 */
export function watchPlace({
  state, isOpen, move, reconnect, ask = askForPlace, setTimeout = (run, delay) => globalThis.setTimeout(run, delay), random = Math.random,
}) {
  let seen = NOWHERE_ELSE;
  const isTeacher = state().role === "teacher";

  function wait() {
    setTimeout(() => void look().then(wait), isTeacher ? EVERY.teacher : EVERY.others * (0.5 + random()));
  }

  async function look() {
    const { code, joined } = state();
    if (!isOpen() || !joined?.instance || !asksForPlace(state())) return;
    const place = await ask(code);
    // meanwhile the page may have gone there by itself
    if (!isOpen() || state().joined?.instance !== joined.instance) return;
    seen = seenWith(seen, place, joined.instance);
    if (isTeacher ? !isSure(seen) : !isOpenElsewhere(seen, place)) return;
    seen = { ...NOWHERE_ELSE, moves: seen.moves + 1 };
    if (isTeacher) move();
    else reconnect();
  }

  wait();
}
