/**
 * Records every run: it receives each frame, and writes the run down now and then, when the next one begins and before
 * the page goes. Runs in which nothing was trained are not written.
 *
 * @typedef {import("./run.js").RecordedRun} Run
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").ConfigMessage} ConfigMessage
 */

import { thin } from "../chart/series.js";
import { checkpointOf } from "../net/protocol.js";
import { changesBetween } from "./run.js";

/** Points of each line of losses that are saved. */
const POINTS = 200;

/**
 * What is known when a frame arrives.
 * @typedef {object} Situation
 * @property {Frame} frame
 * @property {ConfigMessage} experiment  in force
 * @property {boolean} playing
 * @property {number | null} past  the epoch that is shown, if it is not the run's latest
 * @property {{label: string, medal: string, reached: number | null}[]} goals
 * @property {string | null} examples  the code of own examples that the link does not carry
 */
/**
 * A run that has begun.
 * @typedef {object} Begun
 * @property {string} id
 * @property {number} number  0: none yet
 * @property {string} name
 * @property {number} started  ms since 1970
 * @property {Run["origin"]} origin
 * @property {number} duration  seconds of training
 * @property {number} epoch  in which it began
 * @property {import("../core/types.js").Config | null} before  the config of the run before
 * @property {boolean} isDeleted
 */

/**
 * What is written down of a run.
 * @param {Begun} begun
 * @param {Situation} situation
 * @param {Run | undefined} saved  as it was written last: the user may have named or starred it since
 * @param {Pick<Run, "changes" | "losses" | "picture">} rest
 * @returns {Run}
 */
export function runOf({ id, number, name, started, origin, duration }, { frame, experiment: { config, link }, goals, examples }, saved, rest) {
  return {
    id, number: saved?.number ?? number, name: saved?.name ?? name, starred: saved?.starred ?? false, started: saved?.started ?? started,
    origin, ...rest, config, link, epoch: frame.epoch,
    trainLoss: frame.train_loss ?? null, testLoss: frame.test_loss ?? null,
    trainAccuracy: frame.train_accuracy ?? null, testAccuracy: frame.test_accuracy ?? null,
    goals: goals.flatMap(({ label, medal, reached }) => (reached === null ? [] : [{ label, medal, reached }])),
    duration, checkpoint: checkpointOf(frame, link), examples,
  };
}

/** The number of the next run. @param {readonly Run[]} runs */
const nextNumber = (runs) => 1 + Math.max(0, ...runs.map(({ number }) => number));

/**
 * @param {object} parts
 * @param {import("./store.js").RunStore} parts.runStore
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {import("../chart/series.js").Series} parts.series  the losses of the present run
 * @param {import("../portraits/plane.js").Portraits["runPicture"]} parts.pictureOf
 * @param {() => number} parts.now  ms
 * @param {() => number} parts.date  ms since 1970
 * @param {() => string} parts.newId
 * @param {(result: ReturnType<import("./store.js").RunStore["put"]>) => void} parts.onWritten
 */
export function createRunRecorder({ runStore, schema, series, pictureOf, now, date, newId, onWritten }) {
  /** The number in the frames of the present run; null: that of the next frame. @type {number | null} */
  let present = null;
  let begun = beginning(null, "");
  /** @type {Situation | null} */
  let last = null;
  let lastAt = 0;
  let isNews = false;
  /** The epoch of the past that was shown last. @type {number | null} */
  let past = null;

  /** @param {Run["origin"]} origin @param {string} name @returns {Begun} */
  function beginning(origin, name) {
    const before = runStore.runs[runStore.runs.length - 1]?.config ?? null;
    return { id: newId(), number: 0, name, started: date(), origin, duration: 0, epoch: origin?.epoch ?? 0, before, isDeleted: false };
  }

  /** @param {Run["origin"]} origin @param {string} name */
  function begin(origin, name) {
    begun = beginning(origin, name);
    last = null;
    past = null;
    present = null;
  }

  /** Writes down what has happened since the run was last written. */
  function write() {
    if (!isNews || !last || begun.isDeleted || last.frame.epoch <= begun.epoch) return;
    isNews = false;
    const saved = runStore.get(begun.id);
    begun.number = saved?.number ?? (begun.number || nextNumber(runStore.runs));
    const { frame, experiment: { config, layers } } = last;
    onWritten(runStore.put(runOf(begun, last, saved, {
      changes: changesBetween(schema, begun.before, config), losses: thin(series, POINTS),
      picture: pictureOf(frame, { layers, schema }),
    })));
  }

  return {
    /** The id of the run that is being recorded. */
    get id() {
      return begun.id;
    },

    write,

    /** Another experiment begins with the next frame. @param {Run["origin"]} [origin]  the run that it continues @param {string} [name] */
    begin(origin = null, name = "") {
      write();
      begin(origin, name);
    },

    /** The same run goes on, whatever number its frames have now. @param {string | null} [id]  as it was saved */
    goOn(id = null) {
      present = null;
      const run = id === null ? undefined : runStore.get(id);
      if (run) begun = { ...beginning(run.origin, run.name), id: run.id, duration: run.duration, before: runStore.runs[runStore.runs.indexOf(run) - 1]?.config ?? null };
      else if (id !== null) begun.id = id;
    },

    /** A frame has arrived. @param {Situation} situation */
    take(situation) {
      const { frame } = situation;
      const time = now();
      if (present !== null && frame.run !== present) {
        write();
        begin(past === null || begun.number === 0 ? null : { number: begun.number, epoch: past }, "");
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
      if (id === begun.id) begun.isDeleted = true;
    },

    /** A deleted run was restored. @param {string} id */
    remember(id) {
      if (id === begun.id) begun.isDeleted = false;
    },
  };
}

/** @typedef {ReturnType<typeof createRunRecorder>} RunRecorder */
