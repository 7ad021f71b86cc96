/**
 * Records every run without being asked: it is told of each frame, and writes the run down now and then, when the next
 * one begins and before the page goes. Runs in which nothing was trained are not kept.
 *
 * @typedef {import("./runs.js").Run} Run
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").ConfigMessage} ConfigMessage
 */

import { checkpointOf } from "../net/protocol.js";
import { changesBetween, pictureOf } from "./runs.js";
import { thin } from "../chart/series.js";

/** Of each line of losses. */
const POINTS = 200;

/**
 * What is known when a frame comes.
 * @typedef {object} Situation
 * @property {Frame} frame
 * @property {ConfigMessage} experiment  in force
 * @property {boolean} playing
 * @property {number | null} past  the epoch that is shown, if it is not the run's last
 * @property {{label: string, medal: string, reached: number | null}[]} goals
 * @property {string | null} examples  the code of own examples that the link does not carry
 */

/**
 * @param {object} parts
 * @param {import("./store.js").RunStore} parts.runStore
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {import("../chart/series.js").Series} parts.series  the losses of the present run
 * @param {() => number} parts.now  ms
 * @param {() => number} parts.date  ms since 1970
 * @param {() => string} parts.newId
 * @param {(result: ReturnType<import("./store.js").RunStore["put"]>) => void} parts.onWritten
 */
export function createRunRecorder({ runStore, schema, series, now, date, newId, onWritten }) {
  /** Of the frames of the present run; null: of the next one that comes. @type {number | null} */
  let present = null;
  let begun = beginning(null, "");
  /** @type {Situation | null} */
  let last = null;
  let lastAt = 0;
  let isNews = false;
  /** The epoch of the past that was shown last. @type {number | null} */
  let past = null;

  /** @param {Run["origin"]} origin @param {string} name */
  function beginning(origin, name) {
    return {
      id: newId(), number: 0, name, started: date(), origin, duration: 0, epoch: origin?.epoch ?? 0,
      /** The config of the run before. @type {import("../core/types.js").Config | null} */
      before: runStore.runs[runStore.runs.length - 1]?.config ?? null,
      isGone: false,
    };
  }

  /** @param {Run["origin"]} origin @param {string} name */
  function begin(origin, name) {
    begun = beginning(origin, name);
    last = null;
    past = null;
    present = null;
  }

  /** What is known of the run as it stands. @param {Situation} situation @returns {Run} */
  function describe({ frame, experiment: { config, link, layers }, goals, examples }) {
    const { id, name, origin, duration, before } = begun;
    const kept = runStore.get(id);
    begun.number = kept?.number ?? (begun.number || 1 + Math.max(0, ...runStore.runs.map(({ number }) => number)));
    return {
      id, number: begun.number, name: kept?.name ?? name, starred: kept?.starred ?? false, started: kept?.started ?? begun.started,
      origin, changes: changesBetween(schema, before, config), config, link, epoch: frame.epoch,
      trainLoss: frame.train_loss ?? null, testLoss: frame.test_loss ?? null,
      trainAccuracy: frame.train_accuracy ?? null, testAccuracy: frame.test_accuracy ?? null,
      goals: goals.flatMap(({ label, medal, reached }) => (reached === null ? [] : [{ label, medal, reached }])),
      duration, picture: pictureOf(frame, layers[layers.length - 1]), losses: thin(series, POINTS),
      checkpoint: checkpointOf(frame, link), examples,
    };
  }

  /** Writes down what has happened since it was last written. */
  function write() {
    if (!isNews || !last || begun.isGone || last.frame.epoch <= begun.epoch) return;
    isNews = false;
    onWritten(runStore.put(describe(last)));
  }

  return {
    /** The run that is being recorded. */
    get id() {
      return begun.id;
    },

    write,

    /** Another experiment begins with the next frame. @param {Run["origin"]} [origin]  the run that it goes on from @param {string} [name] */
    begin(origin = null, name = "") {
      write();
      begin(origin, name);
    },

    /** The same run goes on, whatever number its frames have now. @param {string | null} [id]  as it was kept */
    goOn(id = null) {
      present = null;
      const run = id === null ? undefined : runStore.get(id);
      if (run) begun = { ...beginning(run.origin, run.name), id: run.id, duration: run.duration, before: runStore.runs[runStore.runs.indexOf(run) - 1]?.config ?? null };
      else if (id !== null) begun.id = id;
    },

    /** @param {Situation} situation */
    take(situation) {
      const { frame } = situation;
      const time = now();
      if (present !== null && frame.run !== present) {
        write();
        const origin = past === null || begun.number === 0 ? null : { number: begun.number, epoch: past };
        begin(origin, "");
      }
      present = frame.run ?? 0;
      past = situation.past;
      if (past !== null) return;
      if (last?.playing) begun.duration += (time - lastAt) / 1000;
      lastAt = time;
      last = situation;
      isNews = true;
    },

    /** A run was deleted: if it is the present one, nothing more is written of it. @param {string} id */
    forget(id) {
      if (id === begun.id) begun.isGone = true;
    },

    /** @param {string} id */
    remember(id) {
      if (id === begun.id) begun.isGone = false;
    },
  };
}

/** @typedef {ReturnType<typeof createRunRecorder>} RunRecorder */
