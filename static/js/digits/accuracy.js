/** The test accuracy, large: what all of this is about. */

import { byId, setText } from "../lib/dom.js";
import { formatPercent } from "../lib/format.js";

export function createAccuracy() {
  const element = byId("digit-accuracy", HTMLElement);
  return {
    /** @param {import("../core/types.js").Frame | null} frame */
    draw(frame) {
      const accuracy = frame?.test_accuracy;
      setText(element, typeof accuracy === "number" ? formatPercent(accuracy) : "–");
    },
  };
}
