/** One request at a time: while an answer is awaited, only the latest further request is kept, and sent next. */

/**
 * @template T
 * @param {(wanted: T) => number} send  sends a request and returns its id
 * @returns {{request: (wanted: T) => void, settle: (id: number | undefined) => void, forget: () => void}}
 */
export function createLatestRequest(send) {
  /** The id of the request whose answer is awaited; 0 for none. */
  let awaited = 0;
  /** @type {{wanted: T} | null} */
  let next = null;

  return {
    /** Sends a request now, or as soon as the one before is answered. @param {T} wanted */
    request(wanted) {
      if (awaited === 0) awaited = send(wanted);
      else next = { wanted };
    },

    /** An answer has arrived. @param {number | undefined} id  of its request */
    settle(id) {
      if (id !== awaited || awaited === 0) return;
      const following = next;
      next = null;
      awaited = following === null ? 0 : send(following.wanted);
    },

    /** No answer will arrive any more. */
    forget() {
      awaited = 0;
      next = null;
    },
  };
}
