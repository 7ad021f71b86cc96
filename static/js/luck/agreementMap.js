/** The map of where starts agree; with examples of one dimension, all of their curves. */

import { createSmallMap } from "../compare/smallMap.js";
import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { heightFor } from "../map/picture.js";
import { agreementOf } from "./agreement.js";
import { SIDE } from "./starts.js";
import { paintCurves } from "./tiles.js";

/**
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/** Pixels of a side of the picture of all curves. */
const CURVES_SIDE = 400;

/** The data without their examples, which are other ones in each start. @param {PageState["data"]} data */
const withoutExamples = (data) => data && { ...data, points: new Float32Array(), targets: new Float32Array(), trainSize: 0, validationSize: 0 };

/** What the colors say. @param {number} classes  0 in regression @param {boolean} isCurve @param {number} count */
function agreedText(classes, isCurve, count) {
  if (isCurve) return `The curves of ${count} starts, one over the other.`;
  if (classes > 2) return `The color shows which class most of the ${count} starts choose here, and it is paler the more of them choose another.`;
  const [orange, blue] = classes === 0 ? ["negative (orange)", "positive (blue)"] : ["orange", "blue"];
  return `Full color: all ${count} starts say ${orange}, or all say ${blue}. Pale: half of them say the opposite, and chance decides.`;
}

/**
 * @param {HTMLElement} room
 * @param {HTMLElement} text
 */
export function createAgreementMap(room, text) {
  const map = createSmallMap();
  const curves = h("canvas", { class: "luck-curves", width: CURVES_SIDE, height: CURVES_SIDE, "aria-hidden": "true", hidden: true });
  map.element.append(curves);
  room.append(map.element);
  /** @type {(() => void) | null} */
  let paint = null;
  // after the map's own observer, which notes the size
  new ResizeObserver(() => paint?.()).observe(map.element);

  return {
    /** @param {readonly Start[]} starts @param {import("./starts.js").Vary} vary @param {PageState} state @returns {boolean} whether there is anything to show */
    draw(starts, vary, { data, view }) {
      const agreement = agreementOf(starts);
      if (!agreement) return false;
      const shown = vary === "weights" ? data : withoutExamples(data);
      const those = starts.flatMap(({ curve, diverged }) => (curve && diverged === null ? [curve] : []));
      const words = agreedText(data?.classes ?? 2, those.length > 0, agreement.count);
      setText(text, words);
      map.element.setAttribute("aria-label", words);
      curves.hidden = those.length === 0;
      paint = () => {
        map.draw({ surface: agreement.surface, size: SIDE, classes: agreement.classes, curve: null }, { data: shown, view: { ...view, discretize: false } });
        const context = curves.getContext("2d");
        if (context && those.length > 0) {
          paintCurves(context, those, { height: heightFor(shown?.targets ?? []), color: currentPalette().colors.accent, width: 2.5, opacity: Math.max(0.12, 1 / Math.sqrt(those.length) / 1.5) });
        }
      };
      paint();
      return true;
    },
  };
}
