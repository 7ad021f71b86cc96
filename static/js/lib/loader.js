/** Pure: something that is loaded later, and tried again until it is there: at once when asked, else after longer and longer. */

/** Pauses between attempts, in ms. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;

/**
 * The address of an attempt: the first is that which the page knows. Afterwards it may be that of another version of the
 * server, which knows the newest by a name of its own; and no attempt may be answered with what failed before.
 * @param {string} address  "/…/a digest/name" @param {number} attempt  from 0
 */
export const addressFor = (address, attempt) => (attempt === 0 ? address : `${address.replace(/[^/]+\/([^/]+)$/, "$1")}?attempt=${attempt}`);

/**
 * @template T
 * @param {object} parts
 * @param {(attempt: number) => Promise<T>} parts.load  attempts count from 0
 * @param {(pause: number, run: () => void) => () => void} parts.later  runs something after a pause in ms; returns what prevents that
 * @param {(value: T) => void} parts.onReady
 * @param {() => void} parts.onFailed  an attempt has failed; the next is to come
 */
export function createLoader({ load, later, onReady, onFailed }) {
  let attempt = 0;
  /** @type {"idle" | "busy" | "done"} */
  let state = "idle";
  let forget = () => {};

  /** Tries now, unless it is being tried or is there. */
  async function start() {
    if (state !== "idle") return;
    forget();
    state = "busy";
    try {
      const value = await load(attempt);
      state = "done";
      onReady(value);
    } catch {
      state = "idle";
      forget = later(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt), start);
      attempt += 1;
      onFailed();
    }
  }

  return { start, isBegun: () => state !== "idle" || attempt > 0 };
}
