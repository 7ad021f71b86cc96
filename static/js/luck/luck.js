/** Is it luck? The experiment from many starts: how many reach a loss, how far apart they are, and the picture of each. */

import { variantText } from "../compare/variants.js";
import { openPanelOf } from "../core/dock.js";
import { locksOf } from "../core/locks.js";
import { byId, setText } from "../lib/dom.js";
import { createForm } from "./form.js";
import { createLuckTabs } from "./luckTabs.js";
import { epochsOf, openedStart, openingOf } from "./opening.js";
import { createOwnRun } from "./own.js";
import { createResults } from "./results.js";
import { areOf, changesOf, isSame, startsOfCell } from "./starts.js";
import { noteText } from "./texts.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("./starts.js").Starts} Starts
 * @typedef {import("./starts.js").Start} Start
 */

/** The present experiment, as starts are compared with it. @param {PageState} state */
const experimentOf = ({ config, data }) => ({ config, examples: data?.examples ?? null });

/** The start that is the present experiment. @param {Starts} result @param {ReturnType<typeof experimentOf>} experiment */
function openedOf(result, experiment) {
  return areOf(result, experiment) ? openedStart(result.starts, experiment.config)?.index ?? null : null;
}

/** Whether the link's locks allow to change these fields and to train. @param {PageState} state @param {readonly string[]} changed */
function mayOpen({ schema, view }, changed) {
  const { fields, commands } = locksOf(schema.controls ?? [], view.locked);
  return !["seed", "weight_seed", "weight_offset", ...changed].some((name) => fields.has(name)) && !commands.has("advance");
}

/** The starts that the tab shows: those of the present settings, or of one cell of a sweep. @param {Starts} starts @param {number | null} cell */
function shownOf(starts, cell) {
  if (starts.axes.length === 0) return starts;
  return cell === null ? null : startsOfCell(starts, cell);
}

/** Says of which cell the starts are, and leads back. @param {{onBack: () => void}} parts */
function createCellLine({ onBack }) {
  const line = byId("luck-cell", HTMLElement);
  const name = byId("luck-cell-name", HTMLElement);
  byId("luck-back", HTMLButtonElement).addEventListener("click", onBack);
  return {
    /** @param {Starts | null} starts @param {PageState} state */
    draw(starts, { luckCell, schema }) {
      const isCell = starts !== null && starts.axes.length > 0 && luckCell !== null;
      line.hidden = !isCell;
      if (isCell) setText(name, `Starts of one cell: ${variantText(schema, /** @type {any} */ (changesOf(starts.axes, luckCell)))}`);
    },
  };
}

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {import("../chart/series.js").Series} parts.series  the losses of the present run
 * @param {import("../portraits/plane.js").Portraits} parts.portraits
 */
export function createLuck({ actions, series, portraits }) {
  const tabs = createLuckTabs({ actions });
  const note = byId("luck-note", HTMLElement);
  const live = byId("luck-live", HTMLElement);
  const cellLine = createCellLine({ onBack: () => actions.openCell(null) });
  const own = createOwnRun(series);
  /** What was drawn last. @type {{starts: Starts | null, cell: number | null, shown: Starts | null}} */
  let before = { starts: null, cell: null, shown: null };
  /** @type {{frame: Frame | null, state: PageState} | null} */
  let newest = null;
  const form = createForm({ onTrain: actions.tryStarts, onCancel: actions.cancelStarts });
  const redraw = () => newest && draw(newest.frame, newest.state);
  form.onChange(redraw);
  const results = createResults({ portraits, redraw, onOpen: open });

  /** @param {Start} start */
  function open(start) {
    if (!newest?.state.starts) return;
    const { starts, luckCell, schema } = newest.state;
    actions.openStart(openingOf(schema, starts, luckCell, start), epochsOf(starts, start));
  }

  /** The same object for as long as nothing has changed. @param {Starts | null} starts @param {number | null} cell */
  function shownNow(starts, cell) {
    if (starts !== before.starts || cell !== before.cell) before = { starts, cell, shown: starts && shownOf(starts, cell) };
    return before.shown;
  }

  /** @param {Starts} starts @param {Starts} shown @param {Frame | null} frame @param {PageState} state */
  function drawShown(starts, shown, frame, state) {
    const experiment = experimentOf(state);
    const isPresent = areOf(starts, experiment);
    // the same run may be trained as far later on
    const isOwn = isSame(shown, experiment);
    const mine = own.of(shown, state.luckCell, frame, state, isOwn);
    const canOpen = isPresent && mayOpen(state, starts.axes.map(({ field }) => field));
    results.draw(shown, { ...mine, canCatchUp: isOwn && (frame?.epoch ?? 0) < shown.epochs }, state, { isPresent, canOpen, opened: openedOf(shown, experiment) });
  }

  /** Says the verdict to screen readers when all starts are trained. @param {Starts | null} last @param {Starts | null} starts */
  function announce(last, starts) {
    if (starts?.ended === "done" && last?.ended === null && last.id === starts.id) setText(live, byId("luck-verdict", HTMLElement).textContent ?? "");
  }

  /** @param {Frame | null} frame @param {PageState} state */
  function draw(frame, state) {
    newest = { frame, state };
    const { starts, luckCell, luckTab } = state;
    if (openPanelOf(state) !== "luck") return;
    tabs.draw(state);
    if (luckTab !== "starts") return;
    form.draw(frame?.epoch ?? 0, state, starts?.ended === null ? starts : null);
    cellLine.draw(starts, state);
    const last = before.shown;
    const shown = shownNow(starts, luckCell);
    const text = starts === null ? "" : noteText(starts, areOf(starts, experimentOf(state)), shown === null);
    note.hidden = text === "";
    setText(note, text);
    if (starts && shown) drawShown(starts, shown, frame, state);
    else results.hide();
    announce(last, shown);
  }

  return { draw };
}
