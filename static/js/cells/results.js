/** The results of a sweep: the map with its legend, the chosen cell, parallel coordinates, and the table of all cells. */

import { scaleFor } from "../luck/layout.js";
import { epochsOf, openedStart, openingOf, settingsOf } from "../luck/opening.js";
import { startsOfCell } from "../luck/starts.js";
import { accuracyText, epochStripLabel, stripLabel, thresholdText } from "../luck/texts.js";
import { verdictOf } from "../luck/verdict.js";
import { byId, h, setText } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { createNumberField } from "../lib/numberfield.js";
import { currentPalette } from "../lib/palette.js";
import { gridOf, showing, usualArrangement } from "./arrangement.js";
import { bestAfter } from "./best.js";
import { cellsOf, presentCell, rankedCells, usualThreshold } from "./cells.js";
import { createDetail } from "./detail.js";
import { isFiltering, keeps, noFilter } from "./filter.js";
import { createHeatMap } from "./heatMap.js";
import { createLegend } from "./legend.js";
import { comparisonOf, pairsOf } from "./pairs.js";
import { createParallelPlot } from "./parallelPlot.js";
import { shadeScale } from "./shades.js";
import { createSlices } from "./slices.js";
import { createTable } from "./table.js";
import { bestText, cellName, cellText, cellWords, lowered, medianText, measureLabel, pairsText, reachText, sameText, scaleText } from "./texts.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../luck/starts.js").Starts} Starts
 * @typedef {import("../luck/verdict.js").Verdict} Verdict
 * @typedef {import("./arrangement.js").Arrangement} Arrangement
 * @typedef {import("./cells.js").Cell} Cell
 */
const HINT = "Choose a cell to see its starts. With the Shift key, compare it with the one that is shown.";
/** Why this loss counts, where nothing else says what is good. */
const USUAL = "That is the lowest loss that 80% of the starts of a cell get down to. Set a goal, or train your own run as long, to compare with that.";
/** What the results are drawn from. @typedef {{sweep: Starts, mine: import("../luck/verdict.js").Mine, state: PageState, isPresent: boolean, canOpen: boolean}} Situation */
/**
 * What the user has chosen in the results of one sweep.
 * @typedef {object} View
 * @property {Arrangement} arrangement
 * @property {boolean} isFollowing  whether the map shows the slice of the best cell
 * @property {readonly [number | null, number | null]} chosen  the cell that is shown, and the one that it is compared with
 * @property {boolean} isPicking  whether the second one is being chosen
 * @property {import("./filter.js").Filter} filter
 */

/** How the results of a sweep are shown at first. @param {Starts} sweep @returns {View} */
const firstView = ({ axes }) => ({ arrangement: usualArrangement(axes), isFollowing: true, chosen: [null, null], isPicking: false, filter: noFilter(axes.length) });

/** @param {Starts["axes"]} axes @param {Arrangement} arrangement @param {number} cell */
const isOnMap = (axes, arrangement, cell) => gridOf(axes, arrangement).some((row) => row.includes(cell));

/**
 * What counts, and the cells judged by that.
 * @param {Starts} sweep @param {import("../luck/verdict.js").Mine} mine @param {number | null} typed @param {PageState["goals"]} goals
 */
function judged(sweep, mine, typed, goals) {
  const verdict = verdictOf(sweep, mine, typed, goals);
  const cells = cellsOf(sweep, verdict);
  if (verdict.isGoal || verdict.source !== "lowest") return { verdict, cells };
  const usual = { ...verdict, threshold: usualThreshold(cells, verdict.measure) };
  return { verdict: usual, cells: cellsOf(sweep, usual) };
}

/** What only depends on these parts is not computed again while they stay the same. @template {unknown[]} P @template R @param {(...parts: P) => R} compute @returns {(...parts: P) => R} */
function remembered(compute) {
  /** @type {{parts: P, result: R} | null} */
  let last = null;
  return (...parts) => {
    if (!last || parts.some((part, index) => part !== last?.parts[index])) last = { parts, result: compute(...parts) };
    return last.result;
  };
}

/** The sentence on the best cell, whose name is a button. @param {() => void} onChoose */
function createBest(onChoose) {
  const [lead, words] = [h("span"), h("u")];
  // the period is in the button, so that it never begins a line
  const name = h("button", { type: "button", class: "link", click: onChoose }, words, h("span", {}, "."));
  byId("sweep-best", HTMLElement).append(lead, name);
  return {
    /** @param {string} text  before the name @param {string} called  the name; empty: no cell is good @param {boolean} isChosen */
    draw(text, called, isChosen) {
      setText(lead, text);
      setText(words, called);
      name.hidden = called === "";
      name.setAttribute("aria-pressed", String(isChosen));
    },
  };
}

/** The field where another loss is typed that counts. @param {(typed: number | null) => void} onNumber */
function createThreshold(onNumber) {
  const [row, kindLabel, source] = ["row", "kind", "source"].map((name) => byId(`sweep-threshold-${name}`, HTMLElement));
  const input = byId("sweep-threshold", HTMLInputElement);
  const field = createNumberField(input, { beneath: row, onNumber });
  return {
    /** @param {Verdict} verdict @param {Starts} sweep @param {boolean} isTyped */
    draw(verdict, sweep, isTyped) {
      const { isGoal, kind, threshold } = verdict;
      row.hidden = !isGoal && threshold === Infinity;
      for (const part of row.children) if (part !== source) /** @type {HTMLElement} */ (part).hidden = isGoal;
      setText(kindLabel, kind);
      setText(source, !isGoal && verdict.source === "lowest" ? USUAL : thresholdText(verdict, sweep));
      if (!isTyped && document.activeElement !== input) field.show(threshold < Infinity ? Number(threshold.toPrecision(6)) : null);
    },
  };
}

/**
 * @param {object} parts
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../portraits/plane.js").Portraits} parts.portraits
 */
export function createSweepResults({ schema, actions, portraits }) {
  const element = byId("sweep-results", HTMLElement);
  const [look, kept, parallel, room] = ["look", "kept", "parallel", "detail"].map((name) => byId(`sweep-${name}`, HTMLElement));
  const unfilter = byId("sweep-unfilter", HTMLButtonElement);
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  /** @type {Situation | null} */
  let now = null;
  /** Of the sweep with this id. @type {{id: number, view: View} | null} */
  let held = null;
  /** @type {number | null} */
  let looked = null;
  /** @type {number | null} */
  let typed = null;
  /** What is drawn now, so that pointing at a cell only writes its sentence. @type {{cells: readonly Cell[], verdict: Verdict} | null} */
  let drawn = null;
  /** @type {unknown[]} */
  let drawnFrom = [];
  /** @type {import("./best.js").Best | null} */
  let best = null;
  /** Whether the best cell has room beside the map. */
  let hasRoom = false;
  const judge = remembered(judged);

  const threshold = createThreshold((value) => {
    typed = value;
    redraw();
  });
  const sentence = createBest(() => {
    if (best === null) return;
    const wasBeside = hasRoom;
    choose(best.index, false);
    // on narrow screens it is far below
    if (!wasBeside && held?.view.chosen[0] != null) room.scrollIntoView({ block: "nearest" });
  });
  const slices = createSlices(byId("sweep-slices", HTMLElement), { onArrange: (arrangement) => change({ arrangement, isFollowing: false }) });
  const map = createHeatMap({ onLook: lookAt, onChoose: choose });
  const legend = createLegend();
  const detail = createDetail({
    portraits,
    onOpen(start) {
      const cell = shown();
      if (now && cell !== null) actions.openStart(openingOf(schema, now.sweep, cell, start), epochsOf(now.sweep, start));
    },
    onUse() {
      const cell = shown();
      if (now && cell !== null) actions.configure(settingsOf(schema, now.sweep, cell));
    },
    onShow: () => actions.openCell(shown()),
    onPick: () => held && change({ chosen: [shown(), null], isPicking: !held.view.isPicking }),
    onSwap() {
      const [a, b] = held?.view.chosen ?? [null, null];
      change({ chosen: [b, a] });
    },
    onPart: () => held && change({ chosen: [held.view.chosen[0], null] }),
  });
  const parallelPlot = createParallelPlot({ onFilter: (filter) => change({ filter }), onLook: lookAt, onChoose: (cell) => choose(cell, false) });
  const table = createTable({ onChoose: (cell) => choose(cell, false), onFilter: (filter) => change({ filter }) });
  byId("sweep-map", HTMLElement).append(map.element);
  byId("sweep-legend", HTMLElement).append(legend.element);
  room.append(detail.element);
  // on narrow screens the style sheet hides it until a cell is chosen
  new ResizeObserver(([{ contentRect: { width } }]) => {
    if (hasRoom === width > 0) return;
    hasRoom = width > 0;
    redraw();
  }).observe(room);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !leave()) return;
    event.preventDefault();
    event.stopPropagation();
  });
  letKeysScroll(byId("sweep-parallel-plot", HTMLElement), parallelPlot.element);
  byId("sweep-table", HTMLElement).append(table.element);
  byId("sweep-cells", HTMLDetailsElement).addEventListener("toggle", redraw);
  unfilter.addEventListener("click", () => {
    if (now) change({ filter: noFilter(now.sweep.axes.length) });
    map.focus(held?.view.chosen[0] ?? 0);
  });

  /** @param {Partial<View>} changes */
  function change(changes) {
    if (held) held = { ...held, view: { ...held.view, ...changes } };
    redraw();
  }

  function redraw() {
    drawnFrom = [];
    if (now) draw(now);
  }

  /** @param {number | null} cell */
  function lookAt(cell) {
    looked = cell;
    drawLook();
  }

  /** The cell whose starts are shown: the one that was chosen or, where there is room, the best one. */
  const shown = () => held?.view.chosen[0] ?? (hasRoom ? best?.index ?? null : null);

  /** Goes back by one step: to no second cell that is being chosen, or to no chosen cell. Returns whether there was one. */
  function leave() {
    const { isPicking = false, chosen: [a] = [null] } = held?.view ?? {};
    if (!isPicking && a === null) return false;
    const wasInside = room.contains(document.activeElement);
    change(isPicking ? { isPicking: false } : { chosen: [null, null] });
    if (wasInside && !isPicking) map.focus(a ?? 0);
    return true;
  }

  /** Chooses a cell, or the second of two; the one that was chosen before goes back to none. @param {number} cell @param {boolean} isSecond */
  function choose(cell, isSecond) {
    if (!held || !now) return;
    const { chosen, isPicking, arrangement } = held.view;
    const a = isSecond ? shown() : chosen[0];
    const places = cellsOfNow()[cell].places;
    // a cell of the table may be on another slice
    const moved = isOnMap(now.sweep.axes, arrangement, cell) ? arrangement : showing(arrangement, places);
    const second = (isSecond || isPicking) && a !== null && a !== cell;
    const isBack = cell === chosen[0] && chosen[1] === null && !isPicking && !isSecond;
    change({ chosen: second ? [a, cell] : [isBack ? null : cell, null], isPicking: false, arrangement: moved });
  }

  const cellsOfNow = () => drawn?.cells ?? [];

  /** @param {Cell} cell */
  const nameOf = ({ places }) => cellName(fields, now?.sweep.axes ?? [], places);

  function drawLook() {
    const cell = looked === null ? null : cellsOfNow()[looked];
    if (!drawn) return;
    const hint = held?.view.isPicking ? "Choose the other cell." : HINT;
    setText(look, cell ? cellText(nameOf(cell), cell, drawn.verdict, drawn.verdict.kind) : hint);
  }

  /** @param {Situation} situation @param {View} view @param {readonly Cell[]} cells @param {Verdict} verdict */
  function drawMap({ sweep, isPresent, state }, { arrangement, chosen, filter }, cells, verdict) {
    const { axes, count } = sweep;
    const { measure, kind, isGoal } = verdict;
    const scale = shadeScale(cells);
    const values = axes.length === 1 ? sweep.starts.map(measure.of).filter((value) => value < Infinity) : [];
    const dots = values.length > 0 ? scaleFor(values, 6) : null;
    const texts = { kind: measureLabel(measure, kind), numberText: (/** @type {number} */ value) => scaleText(measure, value) };
    const present = isPresent ? presentCell(axes, state.config) : null;
    map.draw({
      ...texts, kind: measure.name === "loss" ? kind : "epochs", axes, cells, arrangement, scale, dots, criterion: verdict, starts: count, chosen, best: best?.index ?? null,
      textOf: (cell) => cellText(nameOf(cell), cell, verdict, kind), present, isKept: (cell) => keeps(filter, cell),
    }, fields);
    legend.draw({
      scale, dots: dots !== null, label: `Median ${texts.kind}`, numberText: texts.numberText, isGoal,
      hasFailed: cells.some(({ starts, diverged }) => diverged > 0 || (dots !== null && starts.some((start) => measure.of(start) === Infinity))),
      hasPresent: present !== null, hasBest: best !== null, failed: dots === null || measure.name === "loss" ? "Some starts diverged" : "Never reaches the goal",
    });
    return scale;
  }

  /** @param {Situation} situation @param {View} view @param {readonly Cell[]} cells @param {Verdict} verdict */
  function drawDetail({ sweep, state, isPresent, canOpen }, { chosen: [a, b], isPicking }, cells, verdict) {
    const index = shown();
    const cell = index === null ? null : cells[index];
    if (!cell) return;
    const title = a === null ? `Best cell: ${cellWords(fields, sweep.axes, cell.places)}` : nameOf(cell);
    if (cell.count === 0) {
      detail.drawEmpty(title, "No start is finished yet.");
      return;
    }
    const result = startsOfCell(sweep, cell.index);
    const { measure, kind, isGoal, threshold: loss } = verdict;
    const own = verdictOf(result, { losses: null, reached: null }, isGoal ? null : loss, state.goals);
    const isOpen = isPresent && presentCell(sweep.axes, state.config) === cell.index;
    const other = b === null ? null : cells[b];
    const pairs = other && pairsOf(cell, other, sweep.count, measure);
    const same = other && sameText(fields, sweep.axes.flatMap(({ field }, axis) => (cell.places[axis] === other.places[axis] ? [] : [field])));
    detail.draw({
      title, sentence: `${capital([reachText(cell, verdict, kind), medianText(cell, verdict, kind), accuracyText(cell.starts)].filter(Boolean).join("; "))}${cell.diverged > 0 ? `; ${formatCount(cell.diverged)} diverged` : ""}.`,
      result, verdict: own, stripText: measure.name === "loss" ? stripLabel(own.summary, kind, null) : epochStripLabel(own.summary, null),
      opened: isOpen ? openedStart(result.starts, state.config)?.index ?? null : null, canOpen, isPicking,
      other: other && pairs && same ? { title: nameOf(other), sentence: pairsText(comparisonOf(pairs), measure, same), pairs } : null,
    }, state);
  }

  /** What is shown, with the best cell on the map unless the user has chosen another slice or a cell. @param {View} view @param {Starts} sweep @param {readonly Cell[]} cells @returns {View} */
  function following(view, { axes }, cells) {
    if (best === null || !view.isFollowing || view.chosen[0] !== null || isOnMap(axes, view.arrangement, best.index)) return view;
    return { ...view, arrangement: showing(view.arrangement, cells[best.index].places) };
  }

  /** @param {Situation} situation */
  function draw(situation) {
    const { sweep, mine, state, isPresent, canOpen } = situation;
    now = situation;
    if (held?.id !== sweep.id) {
      held = { id: sweep.id, view: firstView(sweep) };
      best = null;
      typed = null;
    }
    element.hidden = sweep.starts.length === 0;
    if (sweep.starts.length === 0) return;
    const from = [sweep, mine.losses, mine.reached, state.config, state.goals, state.data, state.view, currentPalette(), isPresent, canOpen];
    if (from.every((part, index) => part === drawnFrom[index])) return;
    drawnFrom = from;
    const { verdict, cells } = judge(sweep, mine, typed, state.goals);
    drawn = { cells, verdict };
    const ranked = rankedCells(cells);
    best = bestAfter(best, ranked, performance.now(), sweep.ended !== null);
    const view = following(held.view, sweep, cells);
    held = { ...held, view };
    element.classList.toggle("old", !isPresent);
    element.toggleAttribute("data-many", sweep.axes.length > 2);
    const top = best === null ? ranked[0] : cells[best.index];
    const text = bestText(top, verdict, verdict.kind);
    sentence.draw(sweep.ended === null ? `So far, ${lowered(text)}` : text, best === null ? "" : cellWords(fields, sweep.axes, top.places), view.chosen[0] === best?.index);
    threshold.draw(verdict, sweep, typed !== null);
    slices.draw(sweep.axes, view.arrangement, fields);
    // the map has the room that the cell leaves
    room.hidden = view.chosen[0] === null && best === null;
    room.toggleAttribute("data-best", view.chosen[0] === null);
    const scale = drawMap(situation, view, cells, verdict);
    drawLook();
    drawDetail(situation, view, cells, verdict);
    drawLists(situation, view, ranked, verdict, scale);
  }

  /** @param {Situation} situation @param {View} view @param {readonly Cell[]} ranked @param {Verdict} verdict @param {import("../luck/layout.js").Scale | null} scale */
  function drawLists({ sweep: { axes } }, { filter, chosen: [chosen] }, ranked, verdict, scale) {
    const { measure, kind } = verdict;
    const some = ranked.filter((cell) => keeps(filter, cell));
    unfilter.hidden = !isFiltering(filter);
    setText(kept, isFiltering(filter) ? `(${formatCount(some.length)} of ${formatCount(ranked.length)})` : "");
    parallel.hidden = axes.length < 3 || scale === null;
    if (axes.length >= 3 && scale) {
      parallelPlot.draw({ axes, cells: ranked, scale, filter, chosen: shown(), label: `Median ${measureLabel(measure, kind)}`, numberText: (value) => scaleText(measure, value), failed: measure.lane, fields });
    }
    if (byId("sweep-cells", HTMLDetailsElement).open) table.draw({ axes, cells: some, filter, criterion: verdict, kind, chosen }, fields);
  }

  return { draw };
}

/** Puts something wide into a room that scrolls: while it does, it is a stop of the Tab key. @param {HTMLElement} room @param {HTMLElement} wide */
function letKeysScroll(room, wide) {
  room.append(wide);
  new ResizeObserver(() => {
    if (room.scrollWidth > room.clientWidth) room.tabIndex = 0;
    else room.removeAttribute("tabindex");
  }).observe(room);
}

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
