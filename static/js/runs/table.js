/** The table of runs: what was tried and what came of it. Also what saves an experiment in a file and opens one. */

import { formatExperiment, fileNameOf } from "./file.js";
import { all, byId, download, h, setText } from "../lib/dom.js";
import { checkpointOf } from "../net/protocol.js";
import { MOST_OVERLAID } from "./actions.js";
import { examplesBeside } from "../net/replaceSession.js";
import { COLUMNS, bytesOf, nameOf, sorted, toCsv, toMarkdown } from "./runs.js";
import { thin } from "../chart/series.js";
import { currentPalette } from "../lib/palette.js";
import { putPicture } from "../map/paint.js";

/** Of each line of losses in a file. */
const POINTS = 2000;

/**
 * @typedef {import("./runs.js").Run} Run
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Frame} Frame
 */
/**
 * One line of the table.
 * @typedef {object} Line
 * @property {HTMLTableRowElement} row
 * @property {HTMLInputElement} tick
 * @property {HTMLElement} swatch
 * @property {HTMLButtonElement} star
 * @property {HTMLInputElement} name
 * @property {HTMLElement} now
 * @property {HTMLElement[]} cells  of COLUMNS, from the second on
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLButtonElement[]} buttons
 * @property {Run | null} run  as it is drawn
 * @property {unknown} palette  that its picture is painted in
 */

/**
 * @param {HTMLElement} section
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("./actions.js").RunActions} parts.runActions
 * @param {import("./store.js").RunStore} parts.runStore
 * @param {import("../chart/series.js").Series} parts.series  losses of the present run
 * @param {() => string} parts.presentRun  its id
 */
export function createRuns(section, { actions, runActions, runStore, series, presentRun }) {
  const button = byId("runs-button", HTMLButtonElement);
  const count = byId("runs-count", HTMLElement);
  const table = byId("runs-table", HTMLTableElement);
  const body = h("tbody");
  const removed = byId("runs-removed", HTMLElement);
  const [room] = all(section, ".runs-room", HTMLElement);
  const empty = byId("runs-empty", HTMLElement);
  const spoken = byId("runs-spoken", HTMLElement);
  const file = byId("experiment-file", HTMLInputElement);
  /** @type {import("./runs.js").Order} */
  let order = { column: "name", isDown: true };
  /** @type {Map<string, Line>} */
  const lines = new Map();
  /** @type {unknown[]} */
  let drawn = [];
  /** Whether runs are being deleted by who has the focus on what goes with them. */
  let isRemoving = false;
  /** @type {Frame | null} */
  let frame = null;
  /** @type {PageState | null} */
  let state = null;

  const classOf = (/** @type {import("./runs.js").Column} */ { name, isNumber }) => `${name}${isNumber ? " figure" : ""}`;
  const headers = COLUMNS.map((column) => {
    const sort = h("button", { type: "button" }, column.label);
    sort.addEventListener("click", () => sortBy(column));
    return h("th", { scope: "col", class: classOf(column) }, sort);
  });
  const headOf = (/** @type {string} */ label) => h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, label));
  table.append(h("thead", {}, h("tr", {}, headOf("Curve in the chart"), headOf("Star"), headOf("Picture"), ...headers, headOf("What to do"))), body);

  /** @param {import("./runs.js").Column} column */
  function sortBy({ name, isNumber }) {
    const isDown = order.column === name ? !order.isDown : name === "name" || (isNumber === true && (name === "epochs" || name === "accuracy"));
    order = { column: name, isDown };
    drawn = [];
    if (state) draw(frame, state);
  }

  /* ---- Lines ---- */

  /** @param {string} id @returns {Line} */
  function createLine(id) {
    const tick = h("input", { type: "checkbox" });
    const swatch = h("i", { class: "swatch" });
    const star = h("button", { type: "button", class: "star", "aria-pressed": "false" }, "★");
    const canvas = h("canvas", { class: "run-picture", width: 1, height: 1, "aria-hidden": "true" });
    const name = h("input", { type: "text", maxlength: "60", autocomplete: "off", spellcheck: "false" });
    const now = h("span", { class: "now" }, "now");
    const cells = COLUMNS.slice(1).map((column) => h("td", { class: classOf(column) }));
    const buttons = [h("button", { type: "button", class: "link" }, "Restore"), h("button", { type: "button", class: "link" }, "Delete")];
    tick.addEventListener("change", () => runActions.overlay(id));
    star.addEventListener("click", () => runActions.star(id, star.getAttribute("aria-pressed") !== "true"));
    name.addEventListener("change", () => runActions.rename(id, name.value));
    name.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === "Escape") name.blur();
    });
    buttons[0].addEventListener("click", () => restore(id));
    buttons[1].addEventListener("click", () => remove(() => runActions.remove(id)));
    const row = h("tr", {},
      h("td", { class: "curve" }, h("label", {}, tick, swatch)), h("td", {}, star), h("td", {}, canvas),
      h("th", { scope: "row" }, name, now), ...cells, h("td", { class: "do" }, ...buttons));
    return { row, tick, swatch, star, name, now, cells, canvas, buttons, run: null, palette: null };
  }

  /** @param {string} id */
  function restore(id) {
    const run = runStore.get(id);
    if (!run) return;
    runActions.restore(id);
    setText(spoken, `${nameOf(run)} is restored${run.checkpoint ? `, at epoch ${run.epoch}` : ": its settings and seeds"}.`);
  }

  /** @param {() => void} act */
  function remove(act) {
    isRemoving = true;
    act();
  }

  /** @param {Line} line @param {Run} run @param {PageState} now */
  function drawLine(line, run, { overlays }) {
    const overlay = overlays.find(({ id }) => id === run.id);
    const isFull = !overlay && overlays.length === MOST_OVERLAID;
    line.tick.checked = overlay !== undefined;
    line.tick.disabled = isFull;
    line.swatch.style.background = overlay ? `var(--run-${overlay.color + 1})` : "";
    line.now.hidden = run.id !== presentRun();
    if (run !== line.run) drawText(line, run);
    if (run.picture !== line.run?.picture || currentPalette() !== line.palette) paint(line, run);
    line.run = run;
  }

  /** @param {Line} line @param {Run} run */
  function drawText(line, run) {
    const called = nameOf(run);
    line.tick.setAttribute("aria-label", `Curves of ${called} in the chart`);
    line.star.setAttribute("aria-label", `Star for ${called}: it stays when room is needed`);
    line.star.setAttribute("aria-pressed", String(run.starred));
    line.name.setAttribute("aria-label", `Name of run ${run.number}`);
    line.name.placeholder = `Run ${run.number}`;
    if (document.activeElement !== line.name) line.name.value = run.name;
    for (const [place, { text, exact = text, isNumber }] of COLUMNS.slice(1).entries()) {
      setText(line.cells[place], text(run));
      if (!isNumber) line.cells[place].title = String(exact(run));
    }
    line.buttons[0].title = run.checkpoint ? "Settings, seeds and weights as they were" : "Settings and seeds; there was no room for the weights";
    line.buttons.forEach((each) => each.setAttribute("aria-label", `${each.textContent} ${called}`));
  }

  /** @param {Line} line @param {Run} run */
  function paint(line, { picture }) {
    const palette = currentPalette();
    line.palette = palette;
    if (!picture) return;
    const context = /** @type {CanvasRenderingContext2D} */ (line.canvas.getContext("2d"));
    const classes = picture.classes ? bytesOf(picture.classes) : null;
    const best = classes ? palette.forClasses(picture.count).bestRamps : [];
    // what was kept may name classes that there are not
    const ramps = classes ? Array.from({ length: 256 }, (_, number) => best[number] ?? palette.ramp) : [palette.ramp];
    putPicture(context, { picture: bytesOf(picture.bytes), size: picture.size, classes }, ramps);
  }

  /** @param {PageState} now */
  function drawTable(now) {
    const runs = sorted(runStore.runs, order);
    const present = new Set(runs.map(({ id }) => id));
    for (const [id, { row }] of lines) {
      if (present.has(id)) continue;
      row.remove();
      lines.delete(id);
    }
    runs.forEach((run, place) => {
      const line = lines.get(run.id) ?? createLine(run.id);
      lines.set(run.id, line);
      drawLine(line, run, now);
      // a row that stands where it belongs keeps the focus
      if (body.children[place] !== line.row) body.insertBefore(line.row, body.children[place] ?? null);
    });
    table.hidden = runs.length === 0;
    empty.hidden = runs.length > 0;
    headers.forEach((header, place) => {
      const isSorted = COLUMNS[place].name === order.column;
      header.setAttribute("aria-sort", isSorted ? (order.isDown ? "descending" : "ascending") : "none");
    });
    for (const each of all(section, "[data-runs]", HTMLButtonElement)) each.disabled = runs.length === 0;
  }

  /** The focus goes from what is deleted to what can bring it back, and from there to the table. @param {PageState} now */
  function drawRemoved({ removedRuns }) {
    const isToFocus = isRemoving || removed.contains(document.activeElement);
    isRemoving = false;
    removed.hidden = removedRuns.length === 0;
    if (removedRuns.length === 0) return;
    const what = removedRuns.length === 1 ? `${nameOf(removedRuns[0])} was deleted.` : `${removedRuns.length} runs were deleted.`;
    const undo = h("button", { type: "button", class: "link" }, "Undo");
    undo.addEventListener("click", () => {
      room.focus({ preventScroll: true });
      runActions.undoRemoval();
    });
    removed.replaceChildren(`${what} `, undo);
    if (isToFocus) undo.focus({ preventScroll: true });
  }

  /* ---- Files ---- */

  /** What the buttons above the table do. @type {Record<string, () => void>} */
  const files = {
    csv: () => download("runs.csv", toCsv(sorted(runStore.runs, order)), "text/csv"),
    markdown: () => download("runs.md", toMarkdown(sorted(runStore.runs, order)), "text/markdown"),
    clear: () => remove(runActions.removeAll),
  };
  for (const each of all(section, "[data-runs]", HTMLButtonElement)) each.addEventListener("click", () => files[each.dataset.runs ?? ""]());

  function save() {
    if (!frame || !state) return;
    const run = runStore.get(presentRun());
    const name = run ? nameOf(run) : "Experiment";
    const date = new Date().toISOString();
    const { link, data } = state;
    const text = formatExperiment({ name, date, link, examples: examplesBeside(data, link), checkpoint: checkpointOf(frame, link), losses: thin(series, POINTS) });
    download(fileNameOf(name, date), text, "application/json");
  }

  /** @param {File | undefined} chosen */
  async function open(chosen) {
    if (chosen) runActions.openFile(await chosen.text(), chosen.name);
  }

  for (const each of all(document, "[data-experiment]", HTMLButtonElement)) {
    each.addEventListener("click", () => {
      actions.openSheet(null);
      if (each.dataset.experiment === "save") save();
      else file.click();
    });
  }
  file.addEventListener("change", () => {
    open(file.files?.[0]);
    file.value = "";
  });
  const isExperiment = (/** @type {DataTransferItem} */ item) => item.kind === "file" && item.type === "application/json";
  document.addEventListener("dragover", (event) => {
    if ([...(event.dataTransfer?.items ?? [])].some(isExperiment)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const dropped = [...(event.dataTransfer?.files ?? [])].find(({ name, type }) => type === "application/json" || name.endsWith(".json"));
    if (!dropped) return;
    event.preventDefault();
    open(dropped);
  });

  /** @param {Frame | null} newest @param {PageState} now */
  function draw(newest, now) {
    frame = newest;
    state = now;
    const isOpen = now.areRunsOpen && !now.view.hidden.includes("runTable");
    if (section.hidden === isOpen) {
      section.hidden = !isOpen;
      button.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) section.scrollIntoView({ block: "nearest" });
    }
    const from = [now.runsSeen, isOpen, currentPalette(), now.overlays, now.removedRuns, presentRun(), order];
    if (from.every((part, place) => part === drawn[place])) return;
    drawn = from;
    setText(count, String(runStore.runs.length));
    count.hidden = runStore.runs.length === 0;
    if (!isOpen) return;
    drawTable(now);
    drawRemoved(now);
  }

  return { draw };
}
