/** Loads something later, and tries again until it is there: at once when asked, else after ever longer pauses. Pure. */

/** Pauses between attempts, in ms. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;

/**
 * The address of an attempt: at first the one that the page knows, with a digest. Later the server may be another version,
 * which has the newest file without one; and the browser must not answer with what failed before.
 * @param {string} address  "…/digest/name"
 * @param {number} attempt  from 0
 * @returns {string}
 */
export const addressFor = (address, attempt) => (attempt === 0 ? address : `${address.replace(/[^/]+\/([^/]+)$/, "$1")}?attempt=${attempt}`);

/**
 * A loader of one thing.
 * @template T
 * @param {object} parts
 * @param {(attempt: number) => Promise<T>} parts.load  attempts count from 0
 * @param {(pause: number, run: () => void) => () => void} parts.later  runs something after a pause in ms; returns what prevents that
 * @param {(value: T) => void} parts.onReady
 * @param {() => void} parts.onFailed  an attempt has failed; another will follow
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
