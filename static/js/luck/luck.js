/** Is it luck? The experiment from many starts: how many reach a loss, how far apart they are, and the picture of each. */

import { openPanelOf } from "../core/dock.js";
import { locksOf } from "../core/locks.js";
import { byId, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { currentPalette } from "../lib/palette.js";
import { createAgreementMap } from "./agreementMap.js";
import { createForm } from "./form.js";
import { goalLoss, ownLossesAt } from "./own.js";
import { createLuckTabs } from "./luckTabs.js";
import { areOf, isSame, seedsOf } from "./starts.js";
import { ranked, rankedLoss, summaryOf, thresholdOf } from "./statistics.js";
import { createStrip } from "./strip.js";
import { kindOfLoss, noteText, ownText, reachedText, spreadText, startText, stripLabel, thresholdText, variedText } from "./texts.js";
import { createTiles } from "./tiles.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("./starts.js").Starts} Starts
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("./statistics.js").Losses} Losses
 * @typedef {{losses: Losses | null, canCatchUp: boolean}} Mine  one's own run, and whether it may still get as far as the starts
 */

const HINT = "Point at a start to see its losses. Click it to continue from there.";

/** The present experiment, as starts are compared with it. @param {PageState} state */
const experimentOf = ({ config, data }) => ({ config, examples: data?.examples ?? null });

/** The start that is the present experiment. @param {readonly Start[]} starts @param {PageState["config"]} config */
const openedOf = (starts, { seed, weight_seed: own, weight_offset: offset }) => starts.find((start) =>
  start.seed === seed && (start.weight_seed || start.seed) === (own || seed) && start.weight_offset === offset)?.index ?? null;

/** Whether the links' locks allow to open a start. @param {PageState} state */
function mayOpen({ schema, view }) {
  const { fields, commands } = locksOf(schema.controls ?? [], view.locked);
  return !["seed", "weight_seed", "weight_offset"].some((name) => fields.has(name)) && !commands.has("advance");
}

/**
 * The sentences, the strip and the threshold.
 * @param {object} parts
 * @param {(start: Start | null) => void} parts.onLook
 * @param {(start: Start) => void} parts.onOpen
 * @param {() => void} parts.onThreshold  another one was typed
 */
function createSummary({ onLook, onOpen, onThreshold }) {
  const [reached, own, spread, source, kindLabel] = ["reached", "own", "spread", "source", "kind"].map((name) => byId(`luck-${name}`, HTMLElement));
  const input = byId("luck-threshold", HTMLInputElement);
  const strip = createStrip({ onLook, onOpen });
  byId("luck-strip", HTMLElement).append(strip.element);
  /** @type {number | null} */
  let typed = null;
  const field = createNumberField(input, {
    beneath: input.parentElement ?? input,
    onNumber(value) {
      typed = value;
      onThreshold();
    },
  });

  return {
    /** @param {Starts} result @param {Mine} mine @param {PageState} state @param {number | null} looked */
    draw({ starts, epochs, ended }, { losses: mine, canCatchUp }, { goals }, looked) {
      const kind = kindOfLoss(starts);
      const usual = thresholdOf(kind === "test loss" ? goalLoss(goals) : null, mine, starts);
      const threshold = typed ?? usual.value;
      const summary = summaryOf(starts, mine, threshold);
      setText(kindLabel, kind);
      setText(reached, reachedText(summary, kind, threshold, ended === null));
      setText(own, ownText(summary, epochs, canCatchUp));
      setText(spread, spreadText(summary, kind));
      setText(source, typed === null ? thresholdText(usual.source, kind, epochs) : "");
      if (typed === null && document.activeElement !== input) field.show(threshold < Infinity ? Number(threshold.toPrecision(6)) : null);
      const ownLoss = mine && rankedLoss(mine);
      strip.draw({ starts, own: ownLoss, summary, threshold, looked }, stripLabel(summary, kind, ownLoss));
    },
  };
}

/**
 * What is drawn when there are starts.
 * @param {object} parts
 * @param {(start: Start) => void} parts.onOpen
 * @param {() => void} parts.redraw
 */
function createResults({ onOpen, redraw }) {
  const element = byId("luck-results", HTMLElement);
  const figure = byId("luck-agreement", HTMLElement);
  const look = byId("luck-look", HTMLElement);
  const order = byId("luck-order", HTMLElement);
  const agreement = createAgreementMap(byId("luck-map", HTMLElement), byId("luck-agreed", HTMLElement));
  /** The start that is pointed at. @type {Start | null} */
  let looked = null;
  /** @type {unknown[]} */
  let drawn = [];
  /** @type {unknown[]} */
  let agreed = [];

  /** @param {Start | null} start */
  function onLook(start) {
    if (start === looked) return;
    looked = start;
    redraw();
  }
  const summary = createSummary({ onLook, onOpen: (start) => isOpenable && onOpen(start), onThreshold: () => { drawn = []; redraw(); } });
  const tiles = createTiles(byId("luck-tiles", HTMLElement), { onLook, onOpen });
  let isOpenable = false;

  return {
    /** @param {Starts} result @param {Mine} mine @param {PageState} state @param {boolean} isPresent */
    draw(result, mine, state, isPresent) {
      const { starts, vary } = result;
      element.hidden = starts.length === 0;
      if (starts.length === 0) return;
      isOpenable = isPresent && mayOpen(state);
      const opened = isPresent ? openedOf(starts, state.config) : null;
      const from = [result, mine.losses, mine.canCatchUp, state.goals, state.data, state.view, currentPalette(), looked, isOpenable, opened];
      if (from.every((part, i) => part === drawn[i])) return;
      drawn = from;
      element.classList.toggle("old", !isPresent);
      const sorted = ranked(starts);
      summary.draw(result, mine, state, looked?.index ?? null);
      tiles.draw(sorted, state, { opened, looked: looked?.index ?? null, canOpen: isOpenable });
      setText(order, variedText(result));
      setText(look, looked ? startText(looked, sorted.indexOf(looked) + 1, sorted.length) : isOpenable ? HINT : "Point at a start to see its losses.");
      const map = [starts, state.data, state.view.show_test_data, currentPalette()];
      if (map.some((part, i) => part !== agreed[i])) figure.hidden = !agreement.draw(starts, vary, state);
      agreed = map;
    },
  };
}

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {import("../chart/series.js").Series} parts.series  the losses of the present run
 */
export function createLuck({ actions, series }) {
  const tabs = createLuckTabs({ actions });
  const note = byId("luck-note", HTMLElement);
  const live = byId("luck-live", HTMLElement);
  /** One's own run when starts were asked for, and then beside them. @type {Losses | null} */
  let own = null;
  /** @type {Starts | null} */
  let before = null;
  /** @type {{frame: Frame | null, state: PageState} | null} */
  let newest = null;
  const form = createForm({
    onTrain(wanted) {
      own = newest && ownLossesAt(wanted.epochs, newest.frame, series, newest.state.status);
      actions.tryStarts(wanted);
    },
    onCancel: actions.cancelStarts,
  });
  const redraw = () => newest && draw(newest.frame, newest.state);
  form.onChange(redraw);
  const results = createResults({ redraw, onOpen: (start) => newest?.state.starts && actions.openStart(seedsOf(start), newest.state.starts.epochs) });

  /** @param {Starts} starts @param {Frame | null} frame @param {PageState} state */
  function drawStarts(starts, frame, state) {
    const experiment = experimentOf(state);
    const isPresent = areOf(starts, experiment);
    // the same run may be trained as far later on
    const isOwn = isSame(starts, experiment);
    if (!own && isOwn) own = ownLossesAt(starts.epochs, frame, series, state.status);
    const text = noteText(starts, isPresent);
    note.hidden = text === "";
    setText(note, text);
    results.draw(starts, { losses: own, canCatchUp: isOwn && (frame?.epoch ?? 0) < starts.epochs }, state, isPresent);
    if (starts.ended === "done" && before?.ended === null) setText(live, byId("luck-verdict", HTMLElement).textContent ?? "");
    before = starts;
  }

  /** @param {Frame | null} frame @param {PageState} state */
  function draw(frame, state) {
    newest = { frame, state };
    const { starts } = state;
    if (openPanelOf(state) !== "luck") return;
    tabs.draw(state);
    if (state.luckTab !== "starts") return;
    form.draw(frame?.epoch ?? 0, state, starts?.ended === null ? starts : null);
    if (starts) drawStarts(starts, frame, state);
  }

  return { draw };
}
