/** Pure: whether what something is drawn from has changed. */

/**
 * Remembers values, and says whether they are others than the last time.
 * @example
 * const watch = createWatch();
 * watch.isNew(1, "a"); // true
 * watch.isNew(1, "a"); // false
 * @returns {{isNew: (...values: unknown[]) => boolean, forget: () => void}}  after `forget`, any values are new
 */
export function createWatch() {
  /** @type {unknown[] | null} */
  let last = null;
  return {
    isNew(...values) {
      const isSame = last !== null && values.length === last.length && values.every((value, index) => value === last?.[index]);
      last = values;
      return !isSame;
    },
    forget: () => void (last = null),
  };
}
