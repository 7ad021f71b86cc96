/**
 * One question at a time. While an answer is awaited, of all that is wished for meanwhile only the newest is kept, and
 * asked for next.
 * @template T
 * @param {(wish: T) => number} ask  sends the question; returns its id
 */
export function createNewest(ask) {
  /** The id of the question whose answer is awaited; 0 for none. */
  let awaited = 0;
  /** @type {{wish: T} | null} */
  let next = null;

  return {
    /** @param {T} wish */
    want(wish) {
      if (awaited === 0) awaited = ask(wish);
      else next = { wish };
    },

    /** An answer has come. @param {number | undefined} id  of its question */
    settle(id) {
      if (id !== awaited || awaited === 0) return;
      const wished = next;
      next = null;
      awaited = wished === null ? 0 : ask(wished.wish);
    },

    /** No answer will come any more. */
    forget() {
      awaited = 0;
      next = null;
    },
  };
}
