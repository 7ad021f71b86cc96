/** Hands on the newest of many values, but not too often. Pure: it is given the clock. */

/**
 * The first value is handed on at once. Of those that follow too soon only the last counts, and it is never lost.
 * @template T
 * @param {object} parts
 * @param {number} parts.interval  the least time between two values, in ms
 * @param {(value: T) => void} parts.send
 * @param {() => number} parts.now  in ms
 * @param {(act: () => void, delay: number) => number} parts.setTimeout
 * @param {(timer: number) => void} parts.clearTimeout
 */
export function createPace({ interval, send, now, setTimeout, clearTimeout }) {
  let last = -Infinity;
  let timer = 0;

  /** @param {T} value */
  function push(value) {
    clearTimeout(timer);
    const delay = last + interval - now();
    if (delay > 0) {
      timer = setTimeout(() => push(value), delay);
      return;
    }
    last = now();
    send(value);
  }

  return {
    push,
    /** Forgets a value that has not been handed on. */
    cancel: () => clearTimeout(timer),
  };
}
