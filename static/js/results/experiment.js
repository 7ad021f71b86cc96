/** The class's experiment: the picture that fills while students train their runs, below the form that starts it. */

import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { ranked, summaryOf, thresholdOf } from "../luck/statistics.js";
import { createStrip } from "../luck/strip.js";
import { kindOfLoss, reachedText, spreadText, stripLabel } from "../luck/texts.js";
import { createTiles } from "../luck/tiles.js";
import { PLANE_PORTRAITS } from "../portraits/plane.js";
import { goalLossOf } from "../wall/goal.js";
import { axesOf, cellName, cellText, dealtText, doneText } from "./grid.js";
import { createGridMap } from "./gridMap.js";

/**
 * @typedef {import("../classroom/types.js").Cell} Cell
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../wall/picture.js").SmallPicture} SmallPicture
 * @typedef {import("../luck/starts.js").Start} Start
 */
/**
 * @typedef {object} Experiment
 * @property {number} number
 * @property {string} link
 * @property {number} epochs
 * @property {number} total
 * @property {string | null} vary
 * @property {Record<string, any[]>} grid
 * @property {boolean} canceled
 * @property {ReadonlyMap<number, Cell>} cells
 * @property {ReadonlyMap<number, SmallPicture>} pictures
 */
/**
 * The part of the class's state that an experiment is drawn from.
 * @typedef {object} ExperimentState
 * @property {import("../classroom/types.js").JoinedMessage | null} joined
 * @property {import("../classroom/types.js").ClassStateMessage | null} room
 * @property {ReadonlyMap<number, import("../classroom/types.js").Tile>} tiles
 * @property {Experiment | null} experiment
 */
/**
 * What is asked of the class.
 * @typedef {object} ExperimentActions
 * @property {(experiment: {link: string} & import("./form.js").Wanted) => unknown} startExperiment
 * @property {() => unknown} cancelExperiment
 */

/** The finished starts, as "Is it luck?" has them. @param {Experiment} experiment @returns {Start[]} */
function startsOf({ cells, pictures }) {
  return [...cells.values()].flatMap(({ index, result }) => {
    const picture = pictures.get(index);
    return result && picture ? [{ ...result, index, surface: picture.surface, classes: picture.classes, curve: picture.curve }] : [];
  });
}

/** No examples are drawn. */
const NO_TARGETS = new Float32Array();

/**
 * Small multiples and a strip of losses.
 * @param {{textOf: (index: number) => string, look: HTMLElement}} parts
 */
function createStarts({ textOf, look }) {
  const [sentence, spread] = [h("p", { class: "experiment-sentence" }), h("p", { class: "wall-label" })];
  const room = h("div", { class: "experiment-tiles" });
  /** @type {number | null} */
  let looked = null;
  /** @type {(() => void) | null} */
  let again = null;
  const onLook = (/** @type {Start | null} */ start) => {
    if (looked === (start?.index ?? null)) return;
    looked = start?.index ?? null;
    setText(look, looked === null ? "" : textOf(looked));
    again?.();
  };
  const strip = createStrip({ onLook, onOpen: () => {} });
  const tiles = createTiles(room, { portraits: PLANE_PORTRAITS, onLook, onOpen: () => {} });
  /** The same objects for the same cells, so that nothing is painted twice. @type {Map<number, {cell: Cell | undefined, start: Start}>} */
  const kept = new Map();
  const element = h("div", { class: "experiment-starts" }, h("div", {}, sentence, spread, h("div", { class: "experiment-strip" }, strip.element)), room);

  return {
    element,
    /** @param {Experiment} experiment @param {boolean} discretize @param {number | null} own */
    draw(experiment, discretize, own) {
      again = () => this.draw(experiment, discretize, own);
      const starts = startsOf(experiment).map((start) => {
        const cell = experiment.cells.get(start.index);
        const before = kept.get(start.index);
        if (before?.cell === cell && before?.start.surface === start.surface) return before.start;
        kept.set(start.index, { cell, start });
        return start;
      });
      element.hidden = starts.length === 0;
      room.style.setProperty("--root-of-total", Math.sqrt(experiment.total).toFixed(2));
      if (starts.length === 0) return;
      const kind = kindOfLoss(starts);
      const { value: threshold } = thresholdOf(kind === "test loss" ? goalLossOf(experiment) : null, null, starts);
      const summary = summaryOf(starts, null, threshold);
      setText(sentence, reachedText(summary, kind, threshold, starts.length < experiment.total && !experiment.canceled));
      setText(spread, spreadText(summary, kind));
      strip.draw({ starts, own: null, summary, threshold, looked }, stripLabel(summary, kind, null));
      const classes = [...experiment.pictures.values()].reduce((most, { classCount }) => Math.max(most, classCount), 2);
      const state = /** @type {any} */ ({ view: { discretize }, data: { classes, targets: NO_TARGETS } });
      tiles.draw(ranked(starts), state, { opened: own, looked, canOpen: false });
    },
  };
}

/**
 * @param {HTMLElement} element  which is filled
 * @param {object} parts
 * @param {ExperimentActions} [parts.actions]  of the teacher
 * @param {typeof import("./form.js").createExperimentForm} [parts.createForm]  of the teacher: who starts no experiment does not load it
 * @param {{fields: readonly Field[]}} parts.schema
 * @param {boolean} [parts.isScreen]  for the projector: no controls
 */
export function createExperiment(element, { actions, createForm, schema, isScreen = false }) {
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  /** @type {{room: ExperimentState, page: {link: string, view: {discretize: boolean}}} | null} */
  let newest = null;
  let hasPictures = false;
  const form = createForm?.({ fields: schema.fields, onStart: (wanted) => newest && actions?.startExperiment({ link: newest.page.link, ...wanted }) });
  const intro = h("p", { class: "wall-label" }, "Each student trains one run of the experiment on your page. The server trains those that nobody takes.");
  const dealt = h("p", { class: "experiment-dealt", hidden: true });
  const bar = h("progress", { max: "1", value: "0", "aria-label": "Runs done" });
  const done = h("span", { class: "wall-label", role: "status" });
  const cancel = h("button", { type: "button", class: "wall-button", click: () => actions?.cancelExperiment() }, "Cancel");
  const pictures = h("button", { type: "button", class: "wall-button", click: togglePictures }, "Pictures");
  const progress = h("div", { class: "experiment-progress" }, bar, done, ...(actions ? [cancel] : []), ...(isScreen ? [] : [pictures]));
  const look = h("p", { class: "experiment-look" });
  const map = createGridMap({ fields, onLook: (cell) => setText(look, cell ? textOf(cell) : "") });
  const starts = createStarts({ look, textOf: (index) => { const cell = newest?.room.experiment?.cells.get(index); return cell ? textOf(cell) : ""; } });
  const body = h("div", { class: "experiment-body", hidden: true }, progress, look, starts.element, map.element);
  element.classList.add("experiment");
  element.append(...(form ? [intro, form.element] : []), dealt, body);

  function togglePictures() {
    hasPictures = !hasPictures;
    drawAll();
  }

  /** @param {Cell} cell */
  function textOf(cell) {
    const isOwn = cell.seat !== null && cell.seat === newest?.room.joined?.seat;
    const name = cell.seat === null ? null : newest?.room.tiles.get(cell.seat)?.name || null;
    return cellText(cell, cellName(cell, fields), isOwn ? "you" : name);
  }

  function drawAll() {
    if (!newest) return;
    const { room: { joined, room, experiment }, page: { view } } = newest;
    form?.draw(room?.present ?? 0);
    const seat = joined?.seat ?? null;
    const mine = dealtText(experiment, seat, schema.fields);
    dealt.hidden = mine === "";
    setText(dealt, mine);
    body.hidden = experiment === null;
    if (!experiment) return;
    const own = seat === null ? null : [...experiment.cells.values()].find((cell) => cell.seat === seat)?.index ?? null;
    const share = [...experiment.cells.values()].reduce((sum, cell) => sum + cell.share, 0) / Math.max(1, experiment.total);
    bar.value = share;
    setText(done, doneText(experiment));
    cancel.hidden = experiment.canceled || share >= 1;
    const isGrid = axesOf(experiment.grid) !== null;
    pictures.hidden = !isGrid;
    pictures.setAttribute("aria-pressed", String(hasPictures));
    map.element.hidden = !isGrid;
    if (isGrid) {
      starts.element.hidden = true;
      map.draw(experiment.grid, { cells: experiment.cells, pictures: experiment.pictures, textOf, own, hasPictures, view });
    } else {
      starts.draw(experiment, view.discretize, own);
    }
  }

  /** @type {unknown[]} */
  let drawn = [];
  return {
    /** @param {ExperimentState} room @param {{link: string, view: {discretize: boolean}}} page */
    draw(room, page) {
      newest = { room, page };
      const from = [room.joined, room.room, room.experiment, page.view, currentPalette()];
      if (from.every((part, index) => part === drawn[index])) return;
      drawn = from;
      drawAll();
    },
  };
}
