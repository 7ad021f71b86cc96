/** The start that is looked at: a larger picture, what is known of it, and a button that continues from it. */

import { createSmallMap } from "../compare/smallMap.js";
import { byId, setText } from "../lib/dom.js";
import { dataShown } from "./agreementMap.js";
import { curveOf } from "./curves.js";
import { createFan, paintCurveOf } from "./fan.js";
import { SIDE } from "./starts.js";
import { curveText, factsOf, rankText } from "./texts.js";
import { classCountOf } from "./tiles.js";

/**
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** One's own run is not shown there. */
const NO_CURVE = { x: [], y: [] };

/** @param {{onOpen: (start: Start) => void}} parts */
export function createLook({ onOpen }) {
  const [name, rankLine, facts] = ["name", "rank", "facts"].map((part) => byId(`luck-${part}`, HTMLElement));
  const button = byId("luck-continue", HTMLButtonElement);
  const map = createSmallMap();
  byId("luck-large", HTMLElement).append(map.element);
  const curve = createFan(paintCurveOf);
  byId("luck-curve", HTMLElement).append(curve.element);
  /** @type {Start | null} */
  let shown = null;
  /** @type {(() => void) | null} */
  let paint = null;
  // after the map's own observer, which notes the size
  new ResizeObserver(() => paint?.()).observe(map.element);
  button.addEventListener("click", () => shown && onOpen(shown));

  return {
    /**
     * @param {Start} start @param {number} rank  from 1 @param {number} total
     * @param {import("./starts.js").Vary} vary @param {import("./curves.js").Fan | null} fan  of all starts
     * @param {PageState} state @param {boolean} canOpen
     */
    draw(start, rank, total, vary, fan, { data, view }, canOpen) {
      shown = start;
      setText(name, `Start ${start.index + 1}`);
      setText(rankLine, rankText(start, rank, total));
      setText(facts, factsOf(start).join(" · "));
      button.disabled = !canOpen;
      map.element.setAttribute("aria-label", `The output of start ${start.index + 1}`);
      const seen = dataShown(data, vary);
      const classes = classCountOf(start.classes);
      paint = () => map.draw({ ...start, size: SIDE }, { data: seen && classes > seen.classes ? { ...seen, classes } : seen, view });
      paint();
      curve.element.hidden = fan === null;
      if (fan) curve.draw({ fan, own: NO_CURVE, looked: { name: "", losses: curveOf(start) } }, curveText(start, fan));
    },
  };
}
