/** Icons of the states that a tile can be in, drawn on 24 × 24 in the color of the text. */

import { svg } from "../lib/dom.js";

/** @type {Record<string, string[]>} */
const SHAPES = {
  reached: ["m5 12.8 4.7 4.7L19 7"],
  wrong: ["m6 6 12 12", "M18 6 6 18"],
  stuck: ["M3.5 12.5c2-4.5 4.2 4 6.2 0 1.4-2.6 2.6-.4 3.8 0h7"],
  diverged: ["M4 19c7 0 10-4 11-13", "m11 9.5 4-4.5 4 4.5"],
  away: ["M4.5 4.5l15 15", "M8 8a6.5 6.5 0 1 0 8.5 8.5", "M12 5.5a6.5 6.5 0 0 1 6.5 6.5"],
  waiting: ["M7 4.5h10M7 19.5h10M8 4.5c0 4.5 4 5 4 7.5s-4 3-4 7.5M16 4.5c0 4.5-4 5-4 7.5s4 3 4 7.5"],
  hand: ["M7.5 13V7a1.4 1.4 0 0 1 2.8 0v4V5a1.4 1.4 0 0 1 2.8 0v6V6.5a1.4 1.4 0 0 1 2.8 0V12V9a1.4 1.4 0 0 1 2.8 0v5.5a6 6 0 0 1-6 6h-.7a6 6 0 0 1-4.8-2.4L4.3 13.6a1.5 1.5 0 0 1 2.3-1.8z"],
};

/** @param {string} name  of a state, or "hand" */
export function createMark(name) {
  return svg(
    "svg", { class: "icon wall-icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    ...(SHAPES[name] ?? []).map((d) => svg("path", { d })),
  );
}
