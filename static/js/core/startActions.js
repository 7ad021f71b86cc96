/** The actions of "Is it luck?": training an experiment from many starts, and opening one of them. */

import { createLatestRequest } from "../net/latestRequest.js";
import { openPanelOf } from "./dock.js";
import { isEqual } from "./store.js";

/** Epochs that one message may ask for. */
const MOST_AT_ONCE = 1000;

/**
 * @typedef {object} WantedStarts
 * @property {number} count  starts of each cell
 * @property {import("../luck/starts.js").Vary} vary
 * @property {number} epochs  that each start is trained at most
 * @property {boolean} [untilGoal]  whether a start ends when it reaches the goal
 * @property {string} [sweep]  the text of the axes; empty: starts of the present settings alone
 */

/**
 * @param {object} parts
 * @param {import("./actions.js").PageStore} parts.store
 * @param {import("./actions.js").Send} parts.send
 * @param {(changes: Partial<import("./types.js").Config>) => void} parts.configure
 */
export function createStartActions({ store, send, configure }) {
  const estimates = createLatestRequest(() => send({ type: "estimate_starts" }));

  function estimateStarts() {
    store.set({ startsCost: null });
    estimates.request(null);
  }

  /** @param {WantedStarts} wanted */
  function tryStarts({ count, vary, epochs, untilGoal = false, sweep = "" }) {
    store.set({ luckCell: null });
    send({ type: "try_starts", count, vary, epochs, ...(untilGoal && { until_goal: true }), ...(sweep !== "" && { sweep }) });
  }

  function openLuck() {
    if (openPanelOf(store.get()) === "luck") return;
    store.set({ dock: "luck" });
    estimateStarts();
  }

  return {
    estimateStarts,
    /** Asks again what starts cost, if that is shown. */
    estimateAgain: () => void (openPanelOf(store.get()) === "luck" && estimateStarts()),
    /** An answer has arrived. @param {number | undefined} id */
    settleEstimate: (id) => estimates.settle(id),
    /** No estimate that was asked for will arrive any more. */
    forgetEstimate: () => estimates.forget(),

    tryStarts,
    /** Keeps a sweep in the link, as links write it; null: none. @param {string | null} sweep */
    setSweep: (sweep) => send({ type: "set_view", changes: { sweep } }),
    cancelStarts: () => send({ type: "cancel_starts" }),

    /** @param {"starts" | "sweep"} luckTab */
    showLuckTab: (luckTab) => store.set({ luckTab }),
    /** Shows the starts of one cell of a sweep as if they had been asked for alone; null: goes back to the sweep. @param {number | null} luckCell */
    openCell: (luckCell) => store.set({ luckCell, luckTab: luckCell === null ? "sweep" : "starts" }),
    /** Opens the tab of "Is it luck?" that shows such starts, with them in its form, and trains them. @param {WantedStarts} wanted */
    openStarts(wanted) {
      store.set({ wantedStarts: wanted, luckTab: wanted.sweep ? "sweep" : "starts" });
      openLuck();
      tryStarts(wanted);
    },

    /**
     * Makes a start the present run, and trains it as far as it was trained.
     * @param {Partial<import("./types.js").Config>} changes  its seeds, and the values of its cell @param {number} epochs
     */
    openStart(changes, epochs) {
      const { config } = store.get();
      if (isEqual({ ...config, ...changes }, config)) send({ type: "rewind" });
      else configure(changes);
      // portions that still wait are trained one after the other
      for (let left = epochs; left > 0; left -= MOST_AT_ONCE) send({ type: "advance", unit: "epoch", count: Math.min(left, MOST_AT_ONCE) });
    },
  };
}
