/**
 * What a user can do with the stored runs. Only restoring one says anything to the server.
 *
 * @typedef {import("./run.js").RecordedRun} Run
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").FieldError} FieldError
 */

import { readExperiment } from "./experimentFile.js";
import { nameOf } from "./run.js";

/** The chart shows at most this many curves of other runs: there are no more colors for them. */
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

/** @param {Run} run @param {number} color @returns {Overlay} */
const overlayOf = (run, color) => ({ id: run.id, name: nameOf(run), color, losses: run.losses });

/**
 * The overlays after a click: without a run that was among them, else with it in a free color, if there is one.
 * @param {readonly Overlay[]} overlays @param {string} id @param {Run | undefined} run  that has this id
 * @returns {Overlay[]}
 */
export function toggledOverlay(overlays, id, run) {
  const others = overlays.filter((overlay) => overlay.id !== id);
  if (others.length < overlays.length || !run || overlays.length === MOST_OVERLAID) return others;
  const colors = Array.from({ length: MOST_OVERLAID }, (_, number) => number);
  const free = colors.find((number) => others.every(({ color }) => color !== number)) ?? 0;
  return [...others, overlayOf(run, free)];
}

/** A name as it is saved. @param {string} name */
export const tidyName = (name) => name.replace(/\s+/g, " ").trim().slice(0, MOST_OF_NAME);

/**
 * An error about a file.
 * @param {import("./experimentFile.js").Fault} fault @param {string} file  its name
 * @returns {FieldError}
 */
export function fileError({ field, got, expected }, file) {
  const where = field === "file" ? "it" : field;
  const message = field === "format" ? `${file} is not a NumPy Playground experiment.` : `${file} was not opened: ${where} is ${got}; expected ${expected}.`;
  return { code: "bad_file", field, got, expected, message };
}

/**
 * @param {object} parts
 * @param {import("../core/store.js").Store<PageState>} parts.store
 * @param {import("./store.js").RunStore} parts.runStore
 * @param {Pick<import("./recorder.js").RunRecorder, "id" | "forget" | "remember">} parts.recorder
 * @param {(opening: import("../net/replaceSession.js").Opening) => void} parts.openExperiment
 */
export function createRunActions({ store, runStore, recorder, openExperiment }) {
  /** Tells the page that the runs have changed. @param {Partial<PageState>} [also] */
  function changed(also = {}) {
    const overlays = store.get().overlays.flatMap(({ id, color }) => {
      const run = runStore.get(id);
      return run ? [overlayOf(run, color)] : [];
    });
    store.set({ runsSeen: store.get().runsSeen + 1, overlays, ...also });
  }

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
    /** @param {string} id @param {boolean} starred */
    star: (id, starred) => change(id, { starred }),
    /** @param {string} id @param {string} name  empty: by its number again */
    rename: (id, name) => change(id, { name: tidyName(name) }),
    /** @param {string} id */
    remove: (id) => remove(runStore.runs.filter((run) => run.id === id)),
    removeAll: () => remove(runStore.runs),

    /** Restores the runs that were deleted last. */
    undoRemoval() {
      for (const run of store.get().removedRuns) {
        recorder.remember(run.id);
        runStore.put(run);
      }
      changed({ removedRuns: [] });
    },

    /** Shows the curves of a run in the chart, or hides them. @param {string} id */
    overlay: (id) => store.set({ overlays: toggledOverlay(store.get().overlays, id, runStore.get(id)) }),

    /** Restores settings, seeds and weights as they were at the end of a run. @param {string} id */
    restore(id) {
      const run = runStore.get(id);
      if (!run) return;
      const { link, examples, checkpoint, losses, number } = run;
      // the weights may be some epochs older than the losses
      openExperiment({ link, examples, ...(checkpoint && { checkpoint, losses, origin: { number, epoch: checkpoint.epoch } }) });
    },

    /** Opens an experiment from a file; if the file is faulty the present one stays. @param {string} text @param {string} file  its name */
    openFile(text, file) {
      const { experiment, faults } = readExperiment(text);
      if (!experiment) {
        store.set({ errors: faults.map((fault) => fileError(fault, file)) });
        return;
      }
      const { name, link, examples, checkpoint, losses } = experiment;
      openExperiment({ link, examples, checkpoint, losses: checkpoint && losses, name });
    },

    /** Another tab has changed what is stored. @param {string | null} key  of the storage */
    reread(key) {
      const wasStored = runStore.get(recorder.id) !== undefined;
      if (!runStore.reread(key)) return;
      const isStored = runStore.get(recorder.id) !== undefined;
      if (wasStored && !isStored) recorder.forget(recorder.id);
      if (isStored) recorder.remember(recorder.id);
      changed();
    },
  };
}

/** @typedef {ReturnType<typeof createRunActions>} RunActions */
