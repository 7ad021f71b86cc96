/**
 * Until the server has answered, a page with a link shows no experiment rather than another one: `theme-init.js` says so
 * before the first paint.
 */

/** @typedef {import("../core/actions.js").PageState} PageState */

export function createWaiting() {
  const root = document.documentElement;
  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { connection }) {
      if (connection !== "connecting") delete root.dataset.waiting;
    },
  };
}
