/** The page's state: one object, replaced and never changed; every subscriber hears of every change. */

/**
 * True if both are the same in content: arrays and plain objects are compared item by item, all else by Object.is.
 * Typed arrays and other objects are equal only to themselves.
 * @param {unknown} a
 * @param {unknown} b
 * @returns {boolean}
 */
export function isEqual(a, b) {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length
    && names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]));
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isPlain(value) {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * @template {object} S
 * @typedef {object} Store
 * @property {() => S} get
 * @property {(patch: Partial<S>) => void} set  a value equal to the present one keeps the present one; equal patches notify no one
 * @property {(listener: (state: S, previous: S) => void) => () => void} subscribe  returns what ends the subscription
 */

/**
 * @template {object} S
 * @param {S} initial
 * @returns {Store<S>}
 */
export function createStore(initial) {
  let state = initial;
  /** @type {Set<(state: S, previous: S) => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    set(patch) {
      const names = /** @type {(keyof S)[]} */ (Object.keys(patch));
      const changed = names.filter((name) => !isEqual(state[name], patch[name]));
      if (changed.length === 0) return;
      const previous = state;
      state = Object.assign({}, state, Object.fromEntries(changed.map((name) => [name, patch[name]])));
      for (const listener of [...listeners]) listener(state, previous);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
