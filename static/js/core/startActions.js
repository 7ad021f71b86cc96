/** The actions of "Is it luck?": training an experiment from many starts, and opening one of them. */

import { createLatestRequest } from "../net/latestRequest.js";
import { openPanelOf } from "./dock.js";
import { isEqual } from "./store.js";

/** Epochs that one message may ask for. */
const MOST_AT_ONCE = 1000;

/** @typedef {Pick<import("./types.js").Config, "seed" | "weight_seed" | "weight_offset">} Seeds */

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

  return {
    estimateStarts,
    /** Asks again what starts cost, if that is shown. */
    estimateAgain: () => void (openPanelOf(store.get()) === "luck" && estimateStarts()),
    /** An answer has arrived. @param {number | undefined} id */
    settleEstimate: (id) => estimates.settle(id),
    /** No estimate that was asked for will arrive any more. */
    forgetEstimate: () => estimates.forget(),

    /** @param {{count: number, vary: import("../luck/starts.js").Vary, epochs: number}} wanted */
    tryStarts: (wanted) => send({ type: "try_starts", ...wanted }),
    cancelStarts: () => send({ type: "cancel_starts" }),

    /** Makes a start the present run, and trains it as far as it was trained. @param {Seeds} seeds @param {number} epochs */
    openStart(seeds, epochs) {
      const { config } = store.get();
      if (isEqual({ ...config, ...seeds }, config)) send({ type: "rewind" });
      else configure(seeds);
      // portions that still wait are trained one after the other
      for (let left = epochs; left > 0; left -= MOST_AT_ONCE) send({ type: "advance", unit: "epoch", count: Math.min(left, MOST_AT_ONCE) });
    },
  };
}
