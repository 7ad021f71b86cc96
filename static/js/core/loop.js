/** The frame loop: draws at most once per animation frame, and acknowledges the frames that have been drawn. */

import { showsNetwork } from "../net/protocol.js";

/**
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("./actions.js").PageState} PageState
 * @typedef {{frame: Frame, link: string}} Shown  a frame on the screen, with the link of its experiment
 */

/**
 * @param {object} parts
 * @param {{get: () => PageState}} parts.store
 * @param {(draw: () => void) => unknown} parts.requestFrame  as requestAnimationFrame
 * @param {(frame: Frame | null, state: PageState, passed: Frame[]) => void} parts.draw  `passed`: other frames that arrived
 *   since the last drawing; their pictures are out of date, but their losses count, for they never come again
 * @param {(seq: number) => void} parts.acknowledge
 * @param {() => void} parts.onShown  the screen shows the present experiment
 */
export function createLoop({ store, requestFrame, draw, acknowledge, onShown }) {
  /** The newest frame of the present revision. @type {Frame | null} */
  let newest = null;
  /** @type {Shown | null} */
  let shown = null;
  /** Frames that are not yet acknowledged. @type {Frame[]} */
  let arrived = [];
  let isScheduled = false;

  function run() {
    isScheduled = false;
    const state = store.get();
    const frame = newest && showsNetwork(newest, state.layers) ? newest : null;
    draw(frame, state, arrived.filter((other) => other !== frame));
    for (const { seq } of arrived) acknowledge(seq);
    arrived = [];
    if (frame?.revision !== state.revision) return;
    shown = { frame, link: state.link };
    onShown();
  }

  /** Draws with the next animation frame. */
  function schedule() {
    if (isScheduled) return;
    isScheduled = true;
    requestFrame(run);
  }

  return {
    schedule,

    /** Draws at once. */
    draw: run,

    /** A frame has arrived. @param {Frame} frame */
    take(frame) {
      const { revision, layers } = store.get();
      arrived.push(frame);
      if (frame.revision === revision) newest = Object.assign(frame, { layers });
      schedule();
    },

    /** The frame on the screen, if it is of an experiment that the page still has. @returns {Shown | null} */
    get shown() {
      return shown;
    },

    /** What is on the screen is no longer what a greeting continues. */
    forgetShown() {
      shown = null;
    },

    /** A new connection acknowledges nothing of the one before. */
    forgetArrived() {
      arrived = [];
    },

    /** Another experiment begins: nothing that has arrived is of it. */
    clear() {
      shown = newest = null;
      arrived = [];
    },
  };
}

/** @typedef {ReturnType<typeof createLoop>} Loop */
