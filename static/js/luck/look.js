/** The start that is looked at: a larger picture, what is known of it, and a button that continues from it. */

import { byId, setText } from "../lib/dom.js";
import { curveOf } from "./curves.js";
import { createFan, paintCurveOf } from "./fan.js";
import { curveText, factsOf, rankText } from "./texts.js";

/**
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** One's own run is not shown there. */
const NO_CURVE = { x: [], y: [] };

/** @param {{portraits: import("../portraits/plane.js").Portraits, onOpen: (start: Start) => void}} parts */
export function createLook({ portraits, onOpen }) {
  const [name, rankLine, facts] = ["name", "rank", "facts"].map((part) => byId(`luck-${part}`, HTMLElement));
  const button = byId("luck-continue", HTMLButtonElement);
  const portrait = portraits.createLarge();
  byId("luck-large", HTMLElement).append(portrait.element);
  const curve = createFan(paintCurveOf);
  byId("luck-curve", HTMLElement).append(curve.element);
  /** @type {Start | null} */
  let shown = null;
  button.addEventListener("click", () => shown && onOpen(shown));

  return {
    /**
     * @param {Start} start @param {number} rank  from 1 @param {number} total
     * @param {import("./starts.js").Vary} vary @param {import("./curves.js").Fan | null} fan  of all starts
     * @param {PageState} state @param {boolean} canOpen
     */
    draw(start, rank, total, vary, fan, state, canOpen) {
      shown = start;
      setText(name, `Start ${start.index + 1}`);
      setText(rankLine, rankText(start, rank, total));
      setText(facts, factsOf(start).join(" · "));
      button.disabled = !canOpen;
      portrait.draw(start, state, vary);
      curve.element.hidden = fan === null;
      if (fan) curve.draw({ fan, own: NO_CURVE, looked: { name: "", losses: curveOf(start) } }, curveText(start, fan));
    },
  };
}
