/** The starts of one cell of a sweep: what they say together, as dots, curves and pictures; and the cell compared with another. */

import { h, setText } from "../lib/dom.js";
import { ranked } from "../luck/statistics.js";
import { createStrip } from "../luck/strip.js";
import { curveOf, fanOf } from "../luck/curves.js";
import { createFan } from "../luck/fan.js";
import { epochOf } from "../luck/starts.js";
import { factsOf, fanLabel, rankText } from "../luck/texts.js";
import { createTiles } from "../luck/tiles.js";
import { createPairPlot } from "./pairPlot.js";

/**
 * @typedef {import("../luck/starts.js").Start} Start
 * @typedef {import("../core/actions.js").PageState} PageState
 */
/**
 * @typedef {object} Drawn
 * @property {string} title  the settings of the cell
 * @property {string} sentence  what its starts say together
 * @property {import("../luck/starts.js").Starts} result  its starts, at least one
 * @property {import("../luck/verdict.js").Verdict} verdict  on them
 * @property {string} stripText
 * @property {number | null} opened  the start that is the present run
 * @property {boolean} canOpen
 * @property {boolean} isPicking  whether a second cell is being chosen
 * @property {{title: string, sentence: string, pairs: readonly import("./pairs.js").Pair[]} | null} other  the cell that it is compared with
 */

/** The side of a picture and the space between two, in pixels. */
const TILE = { side: 48, gap: 6 };
/** No curve of one's own run. */
const NO_CURVE = { x: [], y: [] };

/**
 * @param {object} parts
 * @param {import("../portraits/plane.js").Portraits} parts.portraits
 * @param {(start: Start) => void} parts.onOpen  makes a start the present run
 * @param {() => void} parts.onUse  makes the settings of the cell the present ones
 * @param {() => void} parts.onShow  shows the starts in their own tab
 * @param {() => void} parts.onPick  begins to choose a second cell, or ends that
 * @param {() => void} parts.onSwap  A and B change places
 * @param {() => void} parts.onPart  ends the comparison
 */
export function createDetail({ portraits, onOpen, onUse, onShow, onPick, onSwap, onPart }) {
  const button = (/** @type {string} */ label, /** @type {() => void} */ run, control = false) =>
    h("button", { type: "button", class: "link", ...(control && { "data-control": "luck" }), click: run }, label);
  const [title, sentence] = [h("h3"), h("p", { class: "luck-detail" })];
  const pick = button("Compare with another cell", onPick);
  const buttons = h("p", { class: "sweep-do" }, button("Use these settings", onUse, true), button("All about these starts", onShow), pick);
  const pickHint = h("p", { class: "sweep-picking", role: "status" });
  const [otherTitle, comparison, pairPlot] = [h("p", { class: "sweep-versus" }), h("p", { class: "sweep-pairs-text", role: "status" }), createPairPlot()];
  const pairs = h("div", { class: "sweep-comparison", hidden: true },
    h("div", {}, otherTitle, comparison, h("p", { class: "sweep-do" }, button("Swap A and B", onSwap), button("End the comparison", onPart))), pairPlot.element);
  const [look, go] = [h("p"), h("button", { type: "button", class: "copy", "data-control": "luck", click: () => shown && open(shown) }, "Continue from this start")];
  const room = h("div", { class: "sweep-tiles", role: "group", "aria-label": "Starts of this cell, best first" });
  /** The start that was pointed at last: it stays, so that its button can be reached. @type {Start | null} */
  let looked = null;
  /** The same or, before that, the best one. @type {Start | null} */
  let shown = null;
  /** @type {{drawn: Drawn, state: PageState} | null} */
  let newest = null;

  /** @param {Start | null} start */
  function onLook(start) {
    if (start === null || start === looked) return;
    looked = start;
    if (newest) drawStarts(newest.drawn, newest.state);
  }

  /** @param {Start} start */
  const open = (start) => newest?.drawn.canOpen && onOpen(start);
  const strip = createStrip({ onLook, onOpen: open });
  const fan = createFan();
  const curves = h("div", { class: "sweep-fan" }, fan.element);
  const tiles = createTiles(room, { portraits, onLook, onOpen: open });

  /** @param {Drawn} drawn */
  function drawFan({ result, verdict: { kind } }) {
    const bands = fanOf(result.starts, (point) => epochOf(result, point));
    curves.hidden = bands === null;
    if (bands) fan.draw({ fan: bands, own: NO_CURVE, looked: looked && { name: `start ${looked.index + 1}`, losses: curveOf(looked) } }, fanLabel(bands, kind, null));
  }

  /** @param {Drawn} drawn @param {PageState} state */
  function drawStarts(drawn, state) {
    const { result: { starts }, verdict: { measure, summary, threshold }, stripText, opened, canOpen } = drawn;
    const sorted = ranked(starts, measure);
    if (looked && !sorted.includes(looked)) looked = null;
    shown = looked ?? sorted[0];
    const index = looked?.index ?? null;
    strip.draw({ starts, measure, own: null, summary, threshold: measure.name === "loss" ? threshold : Infinity, looked: index }, stripText);
    drawFan(drawn);
    tiles.draw(sorted, state, { opened, looked: index, canOpen });
    setText(look, [`Start ${shown.index + 1}`, ...factsOf(shown), rankText(shown, sorted.indexOf(shown) + 1, sorted.length)].filter(Boolean).join(" · "));
    go.disabled = !canOpen;
  }

  const parts = [buttons, pickHint, pairs, h("div", { class: "sweep-pictures" }, h("div", { class: "sweep-strip" }, strip.element), curves), h("div", { class: "sweep-look-at" }, look, go), room];
  let across = 0;
  new ResizeObserver(([{ contentRect: { width } }]) => {
    across = width;
    reserve();
  }).observe(room);

  /** Gives the pictures the room that all of them will take, so that nothing moves while they come. */
  function reserve() {
    const { total = 0 } = newest?.drawn.result ?? {};
    const rows = Math.ceil(total / Math.max(1, Math.floor((across + TILE.gap) / (TILE.side + TILE.gap))));
    room.style.setProperty("--room", `${rows * (TILE.side + TILE.gap) - TILE.gap}px`);
  }

  return {
    element: h("section", { class: "sweep-detail", "aria-label": "The starts of one cell" }, h("div", { class: "sweep-cell-head" }, title, sentence), ...parts),
    /** Before any start is finished. @param {string} name @param {string} words */
    drawEmpty(name, words) {
      newest = null;
      setText(title, name);
      setText(sentence, words);
      for (const part of parts) part.hidden = true;
    },
    /** @param {Drawn} drawn @param {PageState} state */
    draw(drawn, state) {
      newest = { drawn, state };
      for (const part of parts) part.hidden = false;
      const { other, isPicking } = drawn;
      setText(title, other ? `A: ${drawn.title}` : drawn.title);
      setText(sentence, drawn.sentence);
      pick.hidden = other !== null;
      pick.setAttribute("aria-pressed", String(isPicking));
      setText(pick, isPicking ? "Do not compare" : "Compare with another cell");
      setText(pickHint, isPicking ? "Choose the other cell on the map or in the table." : "");
      pairs.hidden = other === null;
      if (other) {
        setText(otherTitle, `B: ${other.title}`);
        setText(comparison, other.sentence);
        pairPlot.draw(other.pairs, `A dot for each pair. ${other.sentence}`);
      }
      reserve();
      drawStarts(drawn, state);
    },
  };
}
