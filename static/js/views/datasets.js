/** The buttons that choose the data set, each with a small picture of what to expect. */

import { all } from "../dom.js";

/** @typedef {import("../actions.js").PageState} PageState */

/** Numbers in [0, 1) that are the same on every visit: the pictures are signs, not data. @returns {() => number} */
function chance() {
  let seed = 20260;
  return () => (seed = (seed * 16807) % 2147483647) / 2147483647;
}

/** @typedef {(random: () => number, share: number, side: -1 | 1) => [number, number]} Sketch
 *  a place in [-6, 6]² for an example of the class `side`; `share` runs from 0 to 1 through the class */

/** Six bumps, alternating like a chessboard. @param {number} x @param {number} y */
function bumps(x, y) {
  const centres = [[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]];
  return centres.reduce((sum, [cx, cy, sign]) => sum + sign * Math.max(0, 1 - Math.hypot(x - cx, y - cy) / 2), 0);
}

/** Where the dots of a class go. @type {Record<string, Sketch>} */
const CLASSES = {
  circle: (random, share, side) => polar(side > 0 ? random() * 2.4 : 3.7 + random() * 1.3, (share + random() / 9) * 2 * Math.PI),
  xor: (random, share, side) => {
    const right = share < 0.5 ? 1 : -1;
    return [right * (0.6 + random() * 4.6), right * side * (0.6 + random() * 4.6)];
  },
  gauss: (random, share, side) => {
    const [x, y] = polar(2 * Math.sqrt(random()), (share + random() / 9) * 2 * Math.PI);
    return [2.3 * side + x, 2.3 * side + y];
  },
  spiral: (_random, share, side) => polar(share * 5.2, 1.75 * share * 2 * Math.PI + (side > 0 ? 0 : Math.PI)),
};

/** The value at a place. @type {Record<string, (x: number, y: number) => number>} */
const PLANES = {
  "reg-plane": (x, y) => (x + y) / 10,
  "reg-gauss": bumps,
};

const DOTS = 40;
const DOT_RADIUS = 0.34;

/** @param {number} radius @param {number} angle @returns {[number, number]} */
function polar(radius, angle) {
  return [radius * Math.sin(angle), radius * Math.cos(angle)];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} name  of the data set; one without a picture stays blank
 * @param {{neg: string, pos: string, zero: string}} colors
 */
function drawPicture(context, name, colors) {
  const { width, height } = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(width / 12, 0, 0, -height / 12, width / 2, height / 2);
  const random = chance();
  if (CLASSES[name]) {
    for (let index = 0; index < 2 * DOTS; index++) {
      const side = index % 2 === 0 ? 1 : -1;
      dot(context, CLASSES[name](random, Math.floor(index / 2) / DOTS, side), side > 0 ? colors.pos : colors.neg);
    }
  } else if (PLANES[name]) {
    for (let x = -5.6; x < 6; x += 0.8) {
      for (let y = -5.6; y < 6; y += 0.8) {
        const value = PLANES[name](x, y);
        dot(context, [x, y], `color-mix(in srgb, ${value > 0 ? colors.pos : colors.neg} ${Math.round(Math.min(1, Math.abs(value)) * 100)}%, ${colors.zero})`);
      }
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} place @param {string} color */
function dot(context, [x, y], color) {
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, DOT_RADIUS, 0, 2 * Math.PI);
  context.fill();
}

/**
 * @param {HTMLElement} element  holds one group of buttons for each problem
 * @param {object} parts
 * @param {import("../actions.js").PageActions} parts.actions
 */
export function createDatasets(element, { actions }) {
  const groups = all(element, "[data-problem]", HTMLElement);
  const buttons = all(element, "button", HTMLButtonElement).map((button) => ({
    button,
    /** @type {"dataset" | "regression_dataset"} */
    field: button.hasAttribute("data-dataset") ? "dataset" : "regression_dataset",
    name: button.getAttribute("data-dataset") ?? button.getAttribute("data-regDataset") ?? "",
  }));
  for (const { button, field, name } of buttons) button.addEventListener("click", () => actions.configure({ [field]: name }));
  /** @type {PageState | null} */
  let drawn = null;

  function drawPictures() {
    const style = getComputedStyle(document.documentElement);
    /** @param {string} token */
    const color = (token) => style.getPropertyValue(token).trim();
    const colors = { neg: color("--neg"), pos: color("--pos"), zero: color("--zero") };
    for (const { button, name } of buttons) {
      const context = button.querySelector("canvas")?.getContext("2d");
      if (context) drawPicture(context, name, colors);
    }
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      if (state.theme !== drawn?.theme) drawPictures();
      if (state.config !== drawn?.config) {
        for (const group of groups) group.hidden = group.dataset.problem !== state.config.problem;
        for (const { button, field, name } of buttons) button.setAttribute("aria-pressed", String(state.config[field] === name));
      }
      drawn = state;
    },
  };
}
