/** The buttons that save an experiment in a file and open one, and files that are dropped on the page. */

import { thin } from "../chart/series.js";
import { all, byId, download } from "../lib/dom.js";
import { checkpointOf } from "../net/protocol.js";
import { examplesBeside } from "../net/replaceSession.js";
import { fileNameOf, formatExperiment } from "./experimentFile.js";
import { nameOf } from "./run.js";

/** Points of each line of losses in a file. */
const POINTS = 2000;
const MIME = "application/json";

/** The first file that may hold an experiment. @param {Iterable<{name: string, type: string}>} files @returns {any} undefined if there is none */
export function experimentIn(files) {
  return [...files].find(({ name, type }) => type === MIME || name.endsWith(".json"));
}

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("./actions.js").RunActions} parts.runActions
 * @param {import("../chart/series.js").Series} parts.series  the losses of the present run
 * @param {() => {frame: import("../core/types.js").Frame, state: import("../core/actions.js").PageState, run: import("./run.js").RecordedRun | undefined} | null} parts.present
 *   what can be saved; null: nothing yet
 */
export function createFileButtons({ actions, runActions, series, present }) {
  const input = byId("experiment-file", HTMLInputElement);

  function save() {
    const shown = present();
    if (!shown) return;
    const { frame, state: { link, data }, run } = shown;
    const name = run ? nameOf(run) : "Experiment";
    const date = new Date().toISOString();
    const text = formatExperiment({ name, date, link, examples: examplesBeside(data, link), checkpoint: checkpointOf(frame, link), losses: thin(series, POINTS) });
    download(fileNameOf(name, date), text, MIME);
  }

  /** @param {File | undefined} file */
  async function open(file) {
    if (file) runActions.openFile(await file.text(), file.name);
  }

  for (const button of all(document, "[data-experiment]", HTMLButtonElement)) {
    button.addEventListener("click", () => {
      actions.openSheet(null);
      if (button.dataset.experiment === "save") save();
      else input.click();
    });
  }
  input.addEventListener("change", () => {
    void open(input.files?.[0]);
    input.value = "";
  });
  document.addEventListener("dragover", (event) => {
    if ([...(event.dataTransfer?.items ?? [])].some(({ kind, type }) => kind === "file" && type === MIME)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const file = experimentIn(event.dataTransfer?.files ?? []);
    if (!file) return;
    event.preventDefault();
    void open(file);
  });
}
