/** The answer to a question whose answer is a boundary: drawn on a pad with the examples. */

import { examplesOf, linesOf } from "../classroom/drawings.js";
import { createPad } from "./pad.js";

/** @param {{onChange: () => void}} parts @returns {import("./question.js").Way} */
export function createBoundaryAnswer({ onChange }) {
  const pad = createPad({ onChange });
  return {
    parts: () => [pad.element],
    clear: () => pad.set([]),
    isEmpty: () => pad.strokes().length === 0,
    fields: () => (pad.strokes().length === 0 ? null : { strokes: pad.strokes() }),
    version: () => pad.all(),
    /** What the server has is drawn on a pad that is empty. */
    has({ strokes }, isSent) {
      if (strokes && pad.strokes().length === 0 && !isSent) pad.set(strokes);
      return JSON.stringify(strokes) === JSON.stringify(pad.strokes());
    },
    missing: () => "Draw the boundary that you expect.",
    sent: () => "Your drawing is sent. You can still change it.",
    revealed: ({ answered }) => `All drawings, ${answered} together.`,
    draw(asked, state, data) {
      pad.draw({ data: examplesOf(state, asked.number, data), isOpen: !asked.revealed, others: asked.revealed ? linesOf(state, asked.number) : null });
    },
  };
}
