/** The strip above the tiles: the task, the losses, how many have reached the goal, and what was chosen. */

import { h, setText } from "../lib/dom.js";
import { createBars } from "./bars.js";
import { createHistogram } from "./histogram.js";
import { goalLossOf, hasGoal } from "./goal.js";
import { isSameFilter } from "./order.js";
import { admitted, countsOf } from "./summary.js";
import { counted, stepsText, taskText } from "./texts.js";

/**
 * @typedef {import("./order.js").Filter} Filter
 * @typedef {import("../classroom/types.js").Tile} Tile
 * @typedef {import("../classroom/types.js").Task} Task
 */

/** The small counts below the large one. @type {{name: "stuck" | "diverged" | "hands" | "away" | "waiting", filter: Filter, text: (count: number) => string}[]} */
const COUNTS = [
  { name: "hands", filter: { kind: "hand" }, text: (count) => counted(count, "hand") },
  { name: "stuck", filter: { kind: "state", value: "stuck" }, text: (count) => `${count} stuck` },
  { name: "diverged", filter: { kind: "state", value: "diverged" }, text: (count) => `${count} diverged` },
  { name: "away", filter: { kind: "state", value: "away" }, text: (count) => `${count} away` },
  { name: "waiting", filter: { kind: "state", value: "waiting" }, text: (count) => `${count} waiting` },
];

/**
 * The counts, each of which filters.
 * @param {{isScreen: boolean, onFilter: (filter: Filter) => void, onAdmit: () => void}} parts
 */
function createCounts({ isScreen, onFilter, onAdmit }) {
  const tag = isScreen ? "span" : "button";
  const part = (/** @type {string} */ name, /** @type {Filter} */ filter) => h(
    tag, { class: `wall-count ${name}`, ...(isScreen ? {} : { type: "button", click: () => onFilter(filter) }) },
  );
  const large = h("b");
  const words = h("span");
  const reached = part("reached", { kind: "reached" });
  reached.append(large, words);
  const small = COUNTS.map(({ name, filter }) => part(name, filter));
  const admit = h("button", { type: "button", class: "link", click: onAdmit, hidden: true }, "Let all in");
  const element = h("div", { class: "wall-counts" }, h("p", {}, reached), h("p", { class: "wall-few" }, ...small, ...(isScreen ? [] : [admit])));

  return {
    element,
    /** @param {readonly Tile[]} tiles @param {readonly Filter[]} filters @param {Task | null} task */
    draw(tiles, filters, task) {
      const counts = countsOf(tiles);
      const isGoal = hasGoal(task, counts);
      setText(large, String(isGoal ? counts.reached : counts.total));
      setText(words, isGoal ? ` of ${counts.total} reached the goal` : counts.total === 1 ? " student" : " students");
      reached.classList.toggle("goal", isGoal && counts.reached > 0);
      if (reached instanceof HTMLButtonElement) reached.disabled = !isGoal || (counts.reached === 0 && !filters.some(({ kind }) => kind === "reached"));
      const all = [{ button: reached, filter: /** @type {Filter} */ ({ kind: "reached" }) }, ...small.map((button, index) => ({ button, filter: COUNTS[index].filter }))];
      COUNTS.forEach(({ name, filter, text }, index) => {
        const isChosen = filters.some((other) => isSameFilter(other, filter));
        // what was clicked does not vanish, or else it could not be clicked again
        small[index].hidden = counts[name] === 0 && !isChosen;
        setText(small[index], text(counts[name]));
      });
      if (!isScreen) for (const { button, filter } of all) button.setAttribute("aria-pressed", String(filters.some((other) => isSameFilter(other, filter))));
      admit.hidden = counts.waiting === 0;
    },
  };
}

/**
 * @param {object} parts
 * @param {boolean} parts.isScreen
 * @param {(field: string) => string} parts.labelOf
 * @param {(filter: Filter) => void} parts.onFilter
 * @param {() => void} parts.onAdmit  everybody who waits
 * @param {(step: number) => void} parts.onBring  everyone to a step
 * @param {() => {step: number, steps: number} | null} parts.stepOf  the lesson on the teacher's page
 * @param {(isUnfolded: boolean) => void} parts.onFold  in a narrow room, all but the counts is folded away
 */
export function createStrip({ isScreen, labelOf, onFilter, onAdmit, onBring, stepOf, onFold }) {
  const sentence = h("p", { class: "wall-sentence" });
  const steps = h("span");
  const bring = h("button", { type: "button", class: "link", hidden: true, click: () => onBring(stepOf()?.step ?? 0) }, "Bring everyone here");
  const place = h("p", { class: "wall-steps" }, steps, ...(isScreen ? [] : [bring]));
  const task = h("div", { class: "wall-task" }, h("p", { class: "wall-label" }, "Task"), sentence, place);
  const counts = createCounts({ isScreen, onFilter, onAdmit });
  const histogram = createHistogram({ isScreen, onFilter });
  const bars = createBars({ isScreen, labelOf, onFilter });
  const fold = h("button", { type: "button", class: "wall-button wall-fold", "aria-expanded": "false", click: unfold }, "More");
  if (!isScreen) counts.element.append(fold);
  const element = h("div", { class: "wall-strip" }, task, counts.element, histogram.element, bars.element);

  function unfold() {
    const isUnfolded = fold.getAttribute("aria-expanded") !== "true";
    fold.setAttribute("aria-expanded", String(isUnfolded));
    setText(fold, isUnfolded ? "Less" : "More");
    onFold(isUnfolded);
  }

  return {
    element,
    /** @param {readonly Tile[]} tiles @param {readonly Filter[]} filters @param {Task | null} handedOut */
    draw(tiles, filters, handedOut) {
      const here = stepOf();
      setText(sentence, taskText(handedOut));
      const open = stepsText(handedOut, here?.steps ?? null);
      setText(steps, open === "" || !here ? open : `step ${here.step + 1} of ${here.steps} · open: ${open.replace(/ of \d+$/, "")}`);
      place.hidden = open === "";
      bring.hidden = !here || !handedOut?.lesson;
      const those = admitted(tiles);
      counts.draw(tiles, filters, handedOut);
      histogram.draw(those, filters, goalLossOf(handedOut));
      bars.draw(those, filters);
    },
  };
}
