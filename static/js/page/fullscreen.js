/** Presentation mode fills the screen, where the browser permits it; who leaves full screen leaves presentation mode. */

/** @typedef {import("../core/actions.js").PageState} PageState */

/**
 * @param {object} parts
 * @param {Pick<import("../core/actions.js").PageActions, "togglePresentation">} parts.actions
 */
export function createFullscreen({ actions }) {
  const root = document.documentElement;
  let isPresenting = false;
  /** Whether the screen is filled because of presentation mode. */
  let isFilled = false;
  document.addEventListener("fullscreenchange", () => {
    const wasFilled = isFilled;
    isFilled = isPresenting && document.fullscreenElement === root;
    if (isPresenting && wasFilled && !isFilled) actions.togglePresentation();
  });

  async function enter() {
    try {
      await root.requestFullscreen();
    } catch {
      // It was refused, or is unknown here: the page is just as large as it was.
    }
    // switched off while the browser was still asked
    if (!isPresenting) await leave();
  }

  async function leave() {
    if (document.fullscreenElement !== root) return;
    try {
      await document.exitFullscreen();
    } catch {
      // The user was faster.
    }
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { presentation }) {
      if (presentation === isPresenting) return;
      isPresenting = presentation;
      void (presentation ? enter() : leave());
    },
  };
}
