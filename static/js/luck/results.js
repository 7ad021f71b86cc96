/** What many starts have come to: the summary, the fan of their losses, where they agree, and the picture of each. */

import { byId, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { curveOf, fanOf } from "./curves.js";
import { createFan, scaleOf } from "./fan.js";
import { createLook } from "./look.js";
import { epochOf } from "./starts.js";
import { ranked } from "./statistics.js";
import { createSummary } from "./summary.js";
import { fanLabel, fanNote, fanTitle, kindOfLoss, variedText } from "./texts.js";
import { createTiles } from "./tiles.js";
import { measureOf } from "./verdict.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("./starts.js").Starts} Starts
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("./own.js").Curve} Curve
 */
/**
 * One's own run, and whether it may still get as far as the starts.
 * @typedef {import("./verdict.js").Mine & {curve: Curve, canCatchUp: boolean}} Mine
 */
/**
 * How the results are shown.
 * @typedef {object} Situation
 * @property {boolean} isPresent  whether they are of the present settings
 * @property {boolean} canOpen
 * @property {number | null} opened  index of the start that is the present run
 */

/** Calls the last of several functions with the next animation frame, so that no frame takes too long. */
function createDelay() {
  /** @type {(() => void) | null} */
  let waiting = null;
  return (/** @type {() => void} */ run) => {
    if (waiting === null) requestAnimationFrame(() => {
      const last = waiting;
      waiting = null;
      last?.();
    });
    waiting = run;
  };
}

/** The fan and the words below it. */
function createFanFigure() {
  const figure = byId("luck-fan", HTMLElement);
  const [title, note] = ["fan-title", "fan-note"].map((name) => byId(`luck-${name}`, HTMLElement));
  const plot = createFan();
  byId("luck-fan-plot", HTMLElement).append(plot.element);
  /** What the fan is of. @type {unknown} */
  let counted = null;
  /** @type {import("./curves.js").Fan | null} */
  let fan = null;
  return {
    /** @param {Starts} result @param {Curve} own @param {Start | null} looked @returns {import("./curves.js").Fan | null} null: the losses are not known */
    draw(result, own, looked) {
      const { starts } = result;
      if (counted !== starts) fan = fanOf(starts, (point) => epochOf(result, point));
      counted = starts;
      figure.hidden = fan === null;
      if (fan === null) return null;
      const kind = kindOfLoss(starts);
      const content = { fan, own, looked: looked && { name: `start ${looked.index + 1}`, losses: curveOf(looked) } };
      setText(title, fanTitle(kind, scaleOf(content, 2).isLog));
      setText(note, fanNote(fan.diverged, starts.some(({ diverged, epoch }) => diverged === null && epoch < result.epochs)));
      plot.draw(content, fanLabel(fan, kind, own.y.length > 0 ? own.y[own.y.length - 1] : null));
      return fan;
    },
  };
}

/**
 * @param {object} parts
 * @param {import("../portraits/plane.js").Portraits} parts.portraits
 * @param {(start: Start) => void} parts.onOpen
 * @param {() => void} parts.redraw
 */
export function createResults({ portraits, onOpen, redraw }) {
  const element = byId("luck-results", HTMLElement);
  const figure = byId("luck-agreement", HTMLElement);
  const [clickHint, order] = ["click-hint", "order"].map((name) => byId(`luck-${name}`, HTMLElement));
  setText(byId("luck-agreement-heading", HTMLElement), portraits.heading);
  const agreement = portraits.createTogether(byId("luck-map", HTMLElement), byId("luck-agreed", HTMLElement));
  /** The start that was pointed at last: it stays, so that its button can be reached. @type {Start | null} */
  let looked = null;
  let isOpenable = false;
  /** @type {unknown[]} */
  let drawn = [];

  /** @param {Start | null} start */
  function onLook(start) {
    if (start === null || start === looked) return;
    looked = start;
    redraw();
  }
  const open = (/** @type {Start} */ start) => isOpenable && onOpen(start);
  const delay = createDelay();
  const summary = createSummary({ onLook, onOpen: open, onThreshold: () => { drawn = []; redraw(); } });
  const fan = createFanFigure();
  const together = byId("luck-together", HTMLElement);
  // how far it scrolls before it stays in view next to many tiles
  new ResizeObserver(() => together.style.setProperty("--height", `${together.offsetHeight}px`)).observe(together);
  const look = createLook({ portraits, onOpen: open });
  const tiles = createTiles(byId("luck-tiles", HTMLElement), { portraits, onLook, onOpen: open });

  /** @param {Starts} result @param {Mine} mine @param {PageState} state @param {Situation} situation */
  function drawAll(result, mine, state, { opened, canOpen }) {
    const sorted = ranked(result.starts, measureOf(result));
    if (looked && !result.starts.includes(looked)) looked = null;
    const index = looked?.index ?? null;
    summary.draw(result, mine, mine.canCatchUp, state, index);
    const shownFan = fan.draw(result, mine.curve, looked);
    setText(order, variedText(result));
    clickHint.hidden = !canOpen;
    delay(() => {
      figure.hidden = !agreement.draw(result, state);
      const large = looked ?? sorted[0];
      look.draw(large, sorted.indexOf(large) + 1, sorted.length, result.vary, shownFan, state, canOpen);
      tiles.draw(sorted, state, { opened, looked: index, canOpen, isRanked: result.ended !== null });
    });
  }

  return {
    hide: () => void (element.hidden = true),
    /** @param {Starts} result @param {Mine} mine @param {PageState} state @param {Situation} situation */
    draw(result, mine, state, situation) {
      const { starts, ended } = result;
      const isWaiting = starts.length === 0 && ended === null;
      element.classList.toggle("old", !situation.isPresent || isWaiting);
      // until the first ones are there, those before keep their room
      if (!isWaiting) element.hidden = starts.length === 0;
      if (starts.length === 0) return;
      element.hidden = false;
      isOpenable = situation.canOpen;
      const from = [result, mine.losses, mine.reached, mine.curve, mine.canCatchUp, state.goals, state.data, state.view, currentPalette(), looked, situation.canOpen, situation.opened];
      if (from.every((part, i) => part === drawn[i])) return;
      drawn = from;
      drawAll(result, mine, state, situation);
    },
  };
}
