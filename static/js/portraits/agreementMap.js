/** The map of where starts agree; with examples of one dimension, all of their curves. */

import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { heightFor } from "../map/picture.js";
import { SIDE } from "../luck/starts.js";
import { agreedText, SHARES_OF } from "../luck/texts.js";
import { createTally } from "./agreement.js";
import { createSmallMap } from "./smallMap.js";
import { paintCurves } from "./startTile.js";

/**
 * @typedef {import("../luck/starts.js").Start} Start
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** Pixels of a side of the picture of all curves. */
const CURVES_SIDE = 400;
/** While starts come, the map is drawn again after this share of them. */
const NEWS = 0.05;

/** @typedef {NonNullable<PageState["data"]>} Data */
/** The same for the same data, so that nothing is painted twice. @type {WeakMap<Data, Data>} */
const bare = new WeakMap();

/** The data without their examples, which are other ones in each start. @param {Data} data */
function withoutExamples(data) {
  const found = bare.get(data) ?? { ...data, points: new Float32Array(), targets: new Float32Array(), trainSize: 0, validationSize: 0 };
  bare.set(data, found);
  return found;
}

/**
 * The data that a start's picture is shown with: examples only if all starts have the same.
 * @param {PageState["data"]} data @param {import("../luck/starts.js").Vary} vary
 */
export const dataShown = (data, vary) => (vary === "weights" || data === null ? data : withoutExamples(data));

/** The scale of two classes: what share of the starts says the second one. */
function createLegend() {
  const label = h("span");
  const ramp = h("i", { class: "amount-ramp luck-ramp", "aria-hidden": "true" });
  const element = h("p", { class: "amounts luck-shares" }, label, ramp, h("span", { class: "amount-ends" }, ...["0%", "50%", "100%"].map((text) => h("span", {}, text))));
  return {
    element,
    /** @param {number} classes  0 in regression @param {boolean} isCurve */
    draw(classes, isCurve) {
      element.hidden = isCurve || classes > 2;
      setText(label, SHARES_OF[classes === 0 ? "values" : "classes"]);
    },
  };
}

/** Counts only the starts that have come since the last time. */
function createCounter() {
  let tally = createTally();
  /** @type {readonly Start[]} */
  let counted = [];
  return (/** @type {readonly Start[]} */ starts) => {
    const isContinued = counted.length <= starts.length && counted.length > 0 && counted[0] === starts[0] && counted[counted.length - 1] === starts[counted.length - 1];
    if (!isContinued) tally = createTally();
    for (const start of starts.slice(isContinued ? counted.length : 0)) tally.add(start);
    counted = starts;
    return tally.agreement();
  };
}

/**
 * @param {HTMLElement} room
 * @param {HTMLElement} text  which is before the legend
 */
export function createAgreementMap(room, text) {
  const map = createSmallMap();
  const legend = createLegend();
  const curves = h("canvas", { class: "luck-curves", width: CURVES_SIDE, height: CURVES_SIDE, "aria-hidden": "true", hidden: true });
  const agreementOf = createCounter();
  map.element.append(curves);
  room.append(map.element);
  text.before(legend.element);
  /** @type {(() => void) | null} */
  let paint = null;
  // after the map's own observer, which notes the size
  new ResizeObserver(() => paint?.()).observe(map.element);
  /** @type {unknown[]} */
  let drawn = [];
  let drawnCount = 0;
  let hasAny = false;

  /** @param {import("../luck/starts.js").Starts} result @param {PageState} state */
  function drawAll({ starts, vary }, { data, view }) {
    const agreement = agreementOf(starts);
    hasAny = agreement !== null;
    if (!agreement) return;
    const shown = dataShown(data, vary);
    const those = starts.flatMap(({ curve, diverged }) => (curve && diverged === null ? [curve] : []));
    const classes = data?.classes ?? 2;
    const words = agreedText(classes, those.length > 0, agreement.count);
    setText(text, words);
    map.element.setAttribute("aria-label", words);
    legend.draw(classes, those.length > 0);
    curves.hidden = those.length === 0;
    paint = () => {
      map.draw({ surface: agreement.surface, size: SIDE, classes: agreement.classes, curve: null }, { data: shown, view: { ...view, discretize: false } });
      const context = curves.getContext("2d");
      if (context && those.length > 0) {
        paintCurves(context, those, { height: heightFor(data?.targets ?? []), color: currentPalette().colors.accent, width: 2.5, opacity: Math.max(0.12, 1 / Math.sqrt(those.length) / 1.5) });
      }
    };
    paint();
  }

  return {
    /** @param {import("../luck/starts.js").Starts} result @param {PageState} state @returns {boolean} whether there is anything to show */
    draw(result, state) {
      const { starts, id, total, ended } = result;
      const from = [id, ended, state.data, state.view.show_test_data, currentPalette()];
      const isOther = from.some((part, i) => part !== drawn[i]) || starts.length < drawnCount;
      if (!isOther && starts.length - drawnCount < Math.max(1, NEWS * total)) return hasAny;
      drawn = from;
      drawnCount = starts.length;
      drawAll(result, state);
      return hasAny;
    },
  };
}
