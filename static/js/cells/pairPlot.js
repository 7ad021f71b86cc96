/** Two cells compared in a picture: a dot for each pair, farther toward the side of the better one. */

import { createPlot, disc, line } from "../plot/plot.js";
import { scaleFor } from "../luck/layout.js";

/** @typedef {import("./pairs.js").Pair} Pair */

/** In type sizes: the room for labels, and the radius of a dot. */
const ROOM = { label: 1.6, dot: 0.28 };

/** Where a pair is in a square, each side 0 … 1; what has no number is at the end. @param {Pair} pair @param {import("../luck/layout.js").Scale | null} scale */
function placeOf([a, b], scale) {
  const at = (/** @type {number} */ value) => (value === Infinity || !scale ? 1 : 0.94 * scale.at(value));
  return { x: at(a), y: at(b) };
}

export function createPairPlot() {
  /** @type {readonly Pair[]} */
  let pairs = [];
  const plot = createPlot({
    label: "",
    kind: "sweep-pairs",
    paint({ context, width, height, type, palette: { colors } }) {
      const side = Math.max(1, Math.min(width, height) - 2 * ROOM.label * type);
      const [left, top] = [(width - side) / 2, ROOM.label * type];
      const finite = pairs.flat().filter((value) => value < Infinity);
      const scale = finite.length > 0 ? scaleFor(finite, 3) : null;
      context.fillStyle = colors.line;
      context.globalAlpha = 0.5;
      context.beginPath();
      context.moveTo(left, top + side);
      context.lineTo(left, top);
      context.lineTo(left + side, top);
      context.fill();
      context.globalAlpha = 1;
      context.strokeStyle = colors.edge;
      context.lineWidth = 1;
      context.strokeRect(left + 0.5, top + 0.5, side, side);
      line(context, left, top + side, left + side, top);
      context.fillStyle = colors.soft;
      context.textAlign = "center";
      const [x, y] = [left + side / 2, top + side / 2];
      for (const { text, turn, away } of [{ text: "A is better", turn: 0, away: -1 }, { text: "A, from low to high", turn: 0, away: 1 }, { text: "B, from low to high", turn: -1, away: -1 }, { text: "B is better", turn: 1, away: -1 }]) {
        context.save();
        context.translate(x, y);
        context.rotate((turn * Math.PI) / 2);
        context.fillText(text, 0, away * (side / 2 + 0.8 * type));
        context.restore();
      }
      context.fillStyle = colors.accent;
      context.globalAlpha = 0.8;
      for (const pair of pairs) {
        const { x, y } = placeOf(pair, scale);
        disc(context, left + x * side, top + (1 - y) * side, ROOM.dot * type);
      }
      context.globalAlpha = 1;
    },
  });
  return {
    element: plot.element,
    /** @param {readonly Pair[]} next @param {string} label  in words */
    draw(next, label) {
      pairs = next;
      plot.show(label);
    },
  };
}
