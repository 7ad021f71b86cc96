/**
 * What a user can do with the runs that are kept: the table's verbs. Only restoring one says anything to the server.
 *
 * @typedef {import("./runs.js").Run} Run
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").FieldError} FieldError
 */

import { readExperiment } from "./file.js";
import { nameOf } from "./runs.js";

/** So many curves of other runs the chart shows: as many as there are colours for them. */
export const MOST_OVERLAID = 6;
const MOST_OF_NAME = 60;

/**
 * The curve of a run in the chart of another.
 * @typedef {object} Overlay
 * @property {string} id
 * @property {string} name
 * @property {number} color  its number, from 0
 * @property {import("../core/losses.js").Losses} losses
 */

/**
 * @param {object} parts
 * @param {import("../core/store.js").Store<PageState>} parts.store
 * @param {import("./store.js").RunStore} parts.runStore
 * @param {ReturnType<typeof import("./recorder.js").createRunRecorder>} parts.recorder
 * @param {(opening: import("../net/replaceSession.js").Opening) => void} parts.openExperiment
 */
export function createRunActions({ store, runStore, recorder, openExperiment }) {
  /** Tells the page that the runs have changed. @param {Partial<PageState>} [also] */
  function changed(also = {}) {
    store.set({ runsSeen: store.get().runsSeen + 1, overlays: refreshed(store.get().overlays), ...also });
  }

  /** @param {Overlay[]} overlays */
  function refreshed(overlays) {
    return overlays.flatMap(({ id, color }) => {
      const run = runStore.get(id);
      return run ? [overlayOf(run, color)] : [];
    });
  }

  /** @param {Run} run @param {number} color @returns {Overlay} */
  const overlayOf = (run, color) => ({ id: run.id, name: nameOf(run), color, losses: run.losses });

  /** @param {string} id @param {Partial<Run>} changes */
  function change(id, changes) {
    const run = runStore.get(id);
    if (!run) return;
    const { dropped, error } = runStore.put({ ...run, ...changes });
    changed(error || dropped.length > 0 ? { storageError: error ?? "runs_dropped" } : {});
  }

  /** @param {readonly Run[]} runs */
  function remove(runs) {
    if (runs.length === 0) return;
    for (const { id } of runs) {
      recorder.forget(id);
      runStore.remove(id);
    }
    changed({ removedRuns: [...runs] });
  }

  return {
    changed,

    /** Another tab has changed what is kept. @param {string | null} key  of the storage */
    reread(key) {
      const wasKept = runStore.get(recorder.id) !== undefined;
      if (!runStore.reread(key)) return;
      const isKept = runStore.get(recorder.id) !== undefined;
      if (wasKept && !isKept) recorder.forget(recorder.id);
      if (isKept) recorder.remember(recorder.id);
      changed();
    },

    /** @param {string} id @param {boolean} starred */
    star: (id, starred) => change(id, { starred }),

    /** @param {string} id @param {string} name  empty: by its number again */
    rename: (id, name) => change(id, { name: name.replace(/\s+/g, " ").trim().slice(0, MOST_OF_NAME) }),

    /** @param {string} id */
    remove(id) {
      remove(runStore.runs.filter((run) => run.id === id));
    },

    removeAll: () => remove(runStore.runs),

    /** Brings back what was removed last. */
    undoRemoval() {
      for (const run of store.get().removedRuns) {
        recorder.remember(run.id);
        runStore.put(run);
      }
      changed({ removedRuns: [] });
    },

    /** Shows the curves of a run in the chart, or no longer. @param {string} id */
    overlay(id) {
      const { overlays } = store.get();
      const others = overlays.filter((overlay) => overlay.id !== id);
      const run = runStore.get(id);
      if (others.length < overlays.length || !run || overlays.length === MOST_OVERLAID) return store.set({ overlays: others });
      const color = Array.from({ length: MOST_OVERLAID }, (_, number) => number).find((number) => others.every((other) => other.color !== number)) ?? 0;
      return store.set({ overlays: [...others, overlayOf(run, color)] });
    },

    /** Settings, seeds and weights as they were at the end of a run. @param {string} id */
    restore(id) {
      const run = runStore.get(id);
      if (!run) return;
      const { link, examples, checkpoint, losses, number, epoch } = run;
      openExperiment({ link, examples, ...(checkpoint && { checkpoint, losses, origin: { number, epoch } }) });
    },

    /** An experiment from a file; what is wrong with it is said, and the present one stays. @param {string} text @param {string} file  its name */
    openFile(text, file) {
      const { experiment, faults } = readExperiment(text);
      if (experiment) {
        const { name, link, examples, checkpoint, losses } = experiment;
        openExperiment({ link, examples, checkpoint, losses: checkpoint && losses, name });
      } else {
        store.set({ errors: faults.map((fault) => errorOf(fault, file)) });
      }
    },
  };
}

/** @typedef {ReturnType<typeof createRunActions>} RunActions */

/** @param {import("./file.js").Fault} fault @param {string} file @returns {FieldError} */
function errorOf({ field, got, expected }, file) {
  const where = field === "file" ? "it" : field;
  return { code: "bad_file", field, got, expected, message: `${file} was not opened: ${where} is ${got}; expected ${expected}.` };
}
