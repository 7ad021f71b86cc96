/** What messages of the server cause other than changes of the state, which are in receive.js. */

import { examplesBeside } from "../net/replaceSession.js";
import { dataOf } from "../net/protocol.js";
import { isAboutSavedState } from "./receive.js";

/**
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("./receive.js").Exchange} Exchange
 * @typedef {import("./actions.js").PageState} PageState
 */

/** Effects of changes after which an epoch takes longer or shorter. */
const CHANGES_COST = new Set(["training", "network", "data"]);

/**
 * What the run recorder receives with a frame.
 * @param {Frame} frame @param {PageState} state @param {Exchange} exchange
 * @returns {import("../runs/recorder.js").Situation | null} null: the frame is not of the experiment in force
 */
export function recordingOf(frame, { status, goals, data }, { config }) {
  if (config?.revision !== frame.revision) return null;
  return { frame, experiment: config, playing: status.playing, past: frame.past ? frame.epoch : null, goals, examples: examplesBeside(data, config.link) };
}

/**
 * @param {object} parts
 * @param {import("./store.js").Store<PageState>} parts.store
 * @param {import("./actions.js").PageActions} parts.actions
 * @param {import("./loop.js").Loop} parts.loop
 * @param {import("../net/session.js").PageSession} parts.session
 * @param {Pick<import("../runs/recorder.js").RunRecorder, "take">} parts.recorder
 * @param {(frame: Frame, state: PageState) => void} parts.lookInside  is given every frame that arrives
 * @param {() => boolean} parts.isHidden  whether the page cannot be seen
 * @param {(link: string) => void} parts.showLink  in the address bar
 * @param {(error: import("../net/resume.js").StorageError) => void} parts.report
 * @returns {(message: import("./types.js").Decoded, exchange: Exchange) => void} to be called when the state has changed
 */
export function createEffects({ store, actions, loop, session, recorder, lookInside, isHidden, showLink, report }) {
  /** A greeting closes what was open in the server's eyes; whether the page may open it again, the config says. */
  let isToLookAgain = false;
  /** The last frame that had a checkpoint: where the examples are pictures, not all have one. @type {Frame | null} */
  let whole = null;

  /** Gives a frame without a checkpoint the last one of the same network. @param {Frame} frame */
  function keepWhole(frame) {
    if (frame.checkpoint) whole = frame;
    else if (whole?.revision === frame.revision && whole.run === frame.run) frame.whole = whole;
  }

  /** @type {Record<string, (message: any, exchange: Exchange) => void>} */
  const effects = {
    welcome(message) {
      session.welcomed(message);
      if (isHidden()) actions.setVisible(false);
      isToLookAgain = true;
      actions.painting.renew();
      actions.forgetTravel();
      actions.forgetEstimate();
      actions.forgetReading();
    },

    config({ id, revision, link, effect }) {
      actions.painting.granted(id, revision);
      if (session.isWatching()) return;
      showLink(link);
      if (isToLookAgain) actions.lookAgain();
      if (isToLookAgain) actions.readAgain();
      if (isToLookAgain || CHANGES_COST.has(effect)) actions.estimateAgain();
      isToLookAgain = false;
    },

    starts_cost: ({ id }) => actions.settleEstimate(id),

    status({ id }) {
      actions.settleTravel(id);
      actions.settleReading(id);
    },

    reading: ({ id }) => actions.settleReading(id),

    error(message) {
      if (isAboutSavedState(message)) return report("damaged");
      actions.painting.refused(message.id);
      actions.settleEstimate(message.id);
      actions.settleReading(message.id);
      return actions.settleTravel(message.id);
    },

    data(message, { config }) {
      if (message.revision !== config?.revision) return;
      actions.painting.settle(dataOf(message), message.revision);
      if (!session.isWatching()) actions.readTest();
    },

    frame(frame, exchange) {
      keepWhole(frame);
      const recording = recordingOf(frame, store.get(), exchange);
      if (recording && !session.isWatching()) recorder.take(recording);
      lookInside(frame, store.get());
      loop.take(frame);
    },
  };

  return (message, exchange) => {
    if (Object.hasOwn(effects, message.type)) effects[message.type](message, exchange);
  };
}
