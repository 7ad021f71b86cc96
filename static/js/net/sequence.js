/** Keeps the order of what arrives, when some of it is ready only later. Pure. */

/**
 * @template T
 * @param {(item: T) => void} run  is given each item in the order in which they were added
 */
export function createSequence(run) {
  /** What waits for something before it. @type {(T | Promise<T>)[]} */
  const waiting = [];

  async function work() {
    while (waiting.length > 0) {
      const item = await waiting[0];
      waiting.shift();
      run(item);
    }
  }

  return {
    /** An item, or the promise of one, which must not be rejected. @param {T | Promise<T>} item */
    add(item) {
      if (waiting.length === 0 && !(item instanceof Promise)) return run(item);
      waiting.push(item);
      if (waiting.length === 1) void work();
      return undefined;
    },
  };
}
