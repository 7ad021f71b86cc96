/**
 * Plotly, which the loss chart and the 3-D map share: loaded once, when the first of them needs it, and tried again until it
 * is there.
 */

import { addressFor, createLoader } from "./loader.js";

/**
 * What is used of Plotly. An element that it draws in becomes a `PlotlyElement`.
 * @typedef {object} PlotlyLibrary
 * @property {(element: HTMLElement, traces: object[], layout: object, config: object) => Promise<unknown>} react  draws, as cheaply as what is drawn already allows
 * @property {(element: HTMLElement, changes: object) => Promise<unknown>} relayout  changes the layout alone
 * @property {(element: HTMLElement) => void} purge  forgets what is drawn
 */
/** @typedef {HTMLElement & {on: (event: string, run: () => void) => void}} PlotlyElement */
/** @typedef {{onReady: () => void, onFailed: () => void}} PlotlyUser  `onFailed`: an attempt has failed; another will follow */

/**
 * Plotly at an address.
 * @param {string} address  a whole URL
 */
export function createPlotly(address) {
  /** @type {PlotlyLibrary | null} */
  let library = null;
  /** @type {PlotlyUser[]} */
  const users = [];

  const loader = createLoader({
    async load(attempt) {
      await import(addressFor(address, attempt));
      return /** @type {{Plotly?: PlotlyLibrary}} */ (/** @type {unknown} */ (globalThis)).Plotly ?? null;
    },
    later(pause, run) {
      const timer = setTimeout(run, pause);
      return () => clearTimeout(timer);
    },
    onReady(loaded) {
      library = loaded;
      for (const { onReady } of users) onReady();
    },
    onFailed() {
      for (const { onFailed } of users) onFailed();
    },
  });
  addEventListener("online", () => loader.isBegun() && void loader.start());

  return {
    /** Loads it now, unless it is being loaded or is there. */
    start: () => void loader.start(),
    isBegun: loader.isBegun,
    /** The library; null: it is not there. */
    loaded: () => library,
    /** @param {PlotlyUser} user  who wants to know how it goes */
    listen: (user) => void users.push(user),
  };
}

/** @typedef {ReturnType<typeof createPlotly>} Plotly */
