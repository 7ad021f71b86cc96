/** The actions that train: play and pause, steps, speed, run until, and the timeline of the run. */

import { createLatestRequest } from "../net/latestRequest.js";

/** @typedef {import("./actions.js").PageState["status"]} Status */
/** Which epoch to view, from where one is; null is the latest. @typedef {(status: Status) => number | null} Target */

/**
 * @param {object} parts
 * @param {import("./actions.js").PageStore} parts.store
 * @param {import("./actions.js").Send} parts.send
 * @param {(changes: Partial<import("./types.js").Config>) => void} parts.configure
 */
export function createTrainingActions({ store, send, configure }) {
  /** @param {boolean} playing */
  function setPlaying(playing) {
    store.set({ status: { ...store.get().status, playing } });
  }

  function play() {
    setPlaying(true);
    send({ type: "play" });
  }

  function pause() {
    setPlaying(false);
    send({ type: "pause" });
  }

  const travels = createLatestRequest((/** @type {Target} */ target) => send({ type: "seek", epoch: target(store.get().status) }));

  return {
    pause,
    togglePlay: () => (store.get().status.playing ? pause() : play()),

    /** @param {"epoch" | "minibatch"} unit */
    advance(unit) {
      setPlaying(false);
      send({ type: "advance", unit });
    },

    /** @param {string} speed */
    setSpeed(speed) {
      const before = store.get().status;
      store.set({ status: { ...before, speed } });
      if (speed !== before.speed) send({ type: "set_speed", speed });
    },

    /** Trains at full speed until a condition holds. @param {{until: string, epochs: number, patience: number}} condition */
    runUntil(condition) {
      setPlaying(true);
      send({ type: "run_until", ...condition });
    },

    /** Tries what a remark suggests; training goes on if it was going on. @param {import("./types.js").Remedy} remedy */
    tryRemedy({ action, changes, epoch }) {
      if (action === "seek") {
        setPlaying(false);
        travels.request(() => epoch);
        return;
      }
      const { playing } = store.get().status;
      configure(changes);
      if (playing || action === "retry") play();
    },

    /** Retries from before a divergence: there the server takes the run back to when a setting changes. */
    recover() {
      const retry = store.get().status.diverged?.retry;
      if (!retry) return;
      configure({ learning_rate: retry.learning_rate });
      play();
    },

    /** Shows another epoch. @param {Target} target  is asked once the answer before has arrived, so that a step starts from what is shown then */
    travel(target) {
      setPlaying(false);
      travels.request(target);
    },
    /** An answer has arrived. @param {number | undefined} id */
    settleTravel: (id) => travels.settle(id),
    /** No requested epoch will arrive any more. */
    forgetTravel: () => travels.forget(),
    /** Trains on from the epoch that is shown. */
    resumeFromHere: play,
  };
}
