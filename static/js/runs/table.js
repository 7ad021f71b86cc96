/** The table of runs: what was tried, and with which result. */

import { openPanelOf } from "../core/dock.js";
import { all, byId, download, h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { COLUMNS, deletedText, orderAfter, restoredText, sorted } from "./columns.js";
import { createFileButtons } from "./fileButtons.js";
import { classOf, createRow } from "./row.js";
import { toCsv, toMarkdown } from "./tableFiles.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("./columns.js").Order} Order
 */

/** The head of the table. @param {(column: import("./columns.js").Column) => void} sortBy */
function createHead(sortBy) {
  const headers = COLUMNS.map((column) => {
    const button = h("button", { type: "button" }, column.label);
    button.addEventListener("click", () => sortBy(column));
    return h("th", { scope: "col", class: classOf(column) }, button);
  });
  const hidden = (/** @type {string} */ label) => h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, label));
  return {
    element: h("thead", {}, h("tr", {}, hidden("Curve in the chart"), hidden("Star"), hidden("Picture"), ...headers, hidden("Actions"))),
    /** @param {Order} order */
    draw({ column, isDown }) {
      headers.forEach((header, index) => {
        header.setAttribute("aria-sort", COLUMNS[index].name !== column ? "none" : isDown ? "descending" : "ascending");
      });
    },
  };
}

/**
 * The line that says which runs were deleted, and can undo that. The focus goes there from what was deleted, and from
 * there to the table.
 * @param {HTMLElement} room  around the table @param {() => void} undo
 */
function createDeletedLine(room, undo) {
  const element = byId("runs-removed", HTMLElement);
  /** Whether the user is deleting with the focus on what disappears. */
  let isDeleting = false;
  return {
    /** @param {() => void} remove */
    during(remove) {
      isDeleting = true;
      remove();
    },
    /** @param {readonly import("./run.js").RecordedRun[]} runs */
    draw(runs) {
      const isToFocus = isDeleting || element.contains(document.activeElement);
      isDeleting = false;
      element.hidden = runs.length === 0;
      if (runs.length === 0) return;
      const button = h("button", { type: "button", class: "link" }, "Undo");
      button.addEventListener("click", () => {
        room.focus({ preventScroll: true });
        undo();
      });
      element.replaceChildren(`${deletedText(runs)} `, button);
      if (isToFocus) button.focus({ preventScroll: true });
    },
  };
}

/**
 * The rows, which are kept while their runs are there.
 * @param {HTMLElement} body @param {(id: string) => import("./row.js").Row} create
 */
function createRows(body, create) {
  /** @type {Map<string, import("./row.js").Row>} */
  const rows = new Map();
  return {
    /** @param {readonly import("./run.js").RecordedRun[]} runs  in their order @param {readonly import("./actions.js").Overlay[]} overlays @param {string} present  id */
    draw(runs, overlays, present) {
      const ids = new Set(runs.map(({ id }) => id));
      for (const [id, { element }] of rows) {
        if (ids.has(id)) continue;
        element.remove();
        rows.delete(id);
      }
      runs.forEach((run, index) => {
        const row = rows.get(run.id) ?? create(run.id);
        rows.set(run.id, row);
        row.draw(run, overlays, run.id === present);
        // a row that is in its place keeps the focus
        if (body.children[index] !== row.element) body.insertBefore(row.element, body.children[index] ?? null);
      });
    },
  };
}

/**
 * @param {HTMLElement} section
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("./actions.js").RunActions} parts.runActions
 * @param {import("./store.js").RunStore} parts.runStore
 * @param {import("../chart/series.js").Series} parts.series  the losses of the present run
 * @param {() => string} parts.presentRun  its id
 */
export function createRunsTable(section, { actions, runActions, runStore, series, presentRun }) {
  const count = byId("runs-count", HTMLElement);
  const table = byId("runs-table", HTMLTableElement);
  const empty = byId("runs-empty", HTMLElement);
  const spoken = byId("runs-spoken", HTMLElement);
  const body = h("tbody");
  const tableButtons = all(section, "[data-runs]", HTMLButtonElement);
  /** @type {Order} */
  let order = { column: "name", isDown: true };
  /** @type {unknown[]} */
  let drawn = [];
  /** @type {{frame: Frame | null, state: PageState} | null} */
  let newest = null;
  const head = createHead((column) => {
    order = orderAfter(order, column);
    if (newest) draw(newest.frame, newest.state);
  });
  const deleted = createDeletedLine(all(section, ".runs-room", HTMLElement)[0], runActions.undoRemoval);
  const rows = createRows(body, (id) => createRow(id, {
    runActions,
    onRestore() {
      const run = runStore.get(id);
      runActions.restore(id);
      if (run) setText(spoken, restoredText(run));
    },
    onRemove: () => deleted.during(() => runActions.remove(id)),
  }));
  table.append(head.element, body);
  createFileButtons({
    actions, runActions, series,
    present: () => newest?.frame ? { frame: newest.frame, state: newest.state, run: runStore.get(presentRun()) } : null,
  });

  /** What the buttons above the table do. @type {Record<string, () => void>} */
  const commands = {
    csv: () => download("runs.csv", toCsv(sorted(runStore.runs, order)), "text/csv"),
    markdown: () => download("runs.md", toMarkdown(sorted(runStore.runs, order)), "text/markdown"),
    clear: () => deleted.during(runActions.removeAll),
  };
  for (const each of tableButtons) each.addEventListener("click", () => commands[each.dataset.runs ?? ""]());

  /** @param {PageState} state */
  function drawTable({ overlays, removedRuns }) {
    const runs = sorted(runStore.runs, order);
    rows.draw(runs, overlays, presentRun());
    head.draw(order);
    deleted.draw(removedRuns);
    table.hidden = runs.length === 0;
    empty.hidden = runs.length > 0;
    for (const each of tableButtons) each.disabled = runs.length === 0;
  }

  /** @param {Frame | null} frame @param {PageState} state */
  function draw(frame, state) {
    newest = { frame, state };
    const isOpen = openPanelOf(state) === "runs";
    const from = [state.runsSeen, isOpen, currentPalette(), state.overlays, state.removedRuns, presentRun(), order];
    if (from.every((part, index) => part === drawn[index])) return;
    drawn = from;
    setText(count, String(runStore.runs.length));
    count.hidden = runStore.runs.length === 0;
    if (isOpen) drawTable(state);
  }

  return { draw };
}
