/**
 * The buttons that choose the data set, each with a small picture of what to expect. Those of the original are always
 * there; the others come when they are asked for, or when one of them is in use.
 */

import { CLASS_COLORS } from "../lib/color.js";
import { all, byId, setText } from "../lib/dom.js";

/** @typedef {import("../core/actions.js").PageState} PageState */

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

/** The level of a gate's input. @param {() => number} random @param {number} on  0 or 1 */
const level = (random, on) => (on ? 2.5 : -2.5) + 2 * (random() - 0.5);

/** A gate: the four rows of its table by turns. @param {(a: number, b: number) => boolean} truth @returns {Scatter} */
const gate = (truth) => (random, index) => {
  const [a, b] = [(index >> 1) & 1, index & 1];
  return [level(random, a), level(random, b), Number(truth(a, b))];
};

/** A place in [-6, 6]² and the number of its class, for the dot `index` of SMALL.dots.
 * @typedef {(random: () => number, index: number) => [number, number, number]} Scatter */

/** Where the dots of the other data sets go. @type {Record<string, Scatter>} */
const SCATTERS = {
  and: gate((a, b) => a + b === 2),
  or: gate((a, b) => a + b > 0),
  nand: gate((a, b) => a + b < 2),
  moons: (_random, index) => {
    const side = index % 2 === 0 ? 1 : -1;
    const angle = (index / SMALL.dots) * Math.PI;
    return [side * 3.2 * (Math.cos(angle) - 0.5), side * 3.2 * (Math.sin(angle) - 0.25), side > 0 ? 1 : 0];
  },
  rings: (random, index) => {
    const ring = [0, 1, 1, 2, 2, 2, 3, 3, 3, 3][index % 10];
    return [...polar(1.4 * ring + 0.15 + random() * 0.5, (index * 0.29 + random() / 9) * 2 * Math.PI), ring % 2 === 0 ? 1 : 0];
  },
  checkerboard: (random, index) => {
    const [column, row] = [index & 3, (index >> 2) & 3];
    return [3 * column - 4.5 + 2.2 * (random() - 0.5), 3 * row - 4.5 + 2.2 * (random() - 0.5), (column + row) % 2 === 0 ? 1 : 0];
  },
  spiral3: (_random, index) => {
    const share = Math.floor(index / 3) / (SMALL.dots / 3);
    return [...polar(share * 5.2, 2 * Math.PI * (1.2 * share + (index % 3) / 3)), index % 3];
  },
  gauss4: (random, index) => {
    const [x, y] = polar(1.6 * Math.sqrt(random()), random() * 2 * Math.PI);
    const corner = index % 4;
    return [(corner % 3 === 0 ? 2.8 : -2.8) + x, (corner < 2 ? 2.8 : -2.8) + y, corner];
  },
};

/** The value over x1, where nothing depends on x2. @type {Record<string, (x: number) => number>} */
const CURVES = {
  "reg-sine": (x) => Math.sin((x * Math.PI) / 6),
  "reg-step": (x) => (x >= 0 ? 1 : -1),
  "reg-abs": (x) => Math.abs(x) / 3 - 1,
};
/** A value of 1 is drawn so high. */
const CURVE_HEIGHT = 4;

/** The data sets that are the user's own, and their sign. */
const OWN = new Set(["own", "reg-own"]);
const PENCIL = "M-3 -3.1l.4 1.8L1.9 3.2a.6.6 0 0 0 .9 0l.5-.5a.6.6 0 0 0 0-.9L-1.2-2.7zM2.6 3.7l.5.5a.6.6 0 0 0 .9 0l.5-.5a.6.6 0 0 0 0-.9L4 2.3z";

const DOTS = 40;
const DOT_RADIUS = 0.34;
/** In the smaller buttons. */
const SMALL = { dots: 72, radius: 0.46 };

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
        dot(context, [x, y], shade(value, colors));
      }
    }
  } else if (SCATTERS[name]) {
    for (let index = 0; index < SMALL.dots; index++) {
      const [x, y, number] = SCATTERS[name](random, index);
      dot(context, [x, y], CLASS_COLORS[number], SMALL.radius);
    }
  } else if (CURVES[name]) {
    for (let x = -5.4; x < 5.5; x += 0.4) {
      const value = CURVES[name](x);
      dot(context, [x, CURVE_HEIGHT * value], shade(value, colors), SMALL.radius);
    }
  }
}

/** @param {number} value @param {{neg: string, pos: string, zero: string}} colors */
function shade(value, { neg, pos, zero }) {
  return `color-mix(in srgb, ${value > 0 ? pos : neg} ${Math.round(Math.min(1, Math.abs(value)) * 100)}%, ${zero})`;
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} place @param {string} color @param {number} [radius] */
function dot(context, [x, y], color, radius = DOT_RADIUS) {
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/**
 * The user's own examples, or a pencil while there are none.
 * @param {CanvasRenderingContext2D} context
 * @param {PageState["data"]} data
 * @param {{neg: string, pos: string, zero: string}} colors
 * @param {string} ink
 */
function drawOwn(context, data, colors, ink) {
  if (!data || data.targets.length === 0) {
    context.fillStyle = ink;
    context.fill(new Path2D(PENCIL));
    return;
  }
  data.targets.forEach((target, index) => {
    const color = data.classes > 2 ? CLASS_COLORS[target] : shade(target, colors);
    dot(context, [data.points[2 * index], data.points[2 * index + 1]], color, SMALL.radius);
  });
}

/**
 * @param {HTMLElement} element  holds one group of buttons for each problem
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createDatasets(element, { actions }) {
  const groups = all(element, "[data-problem]", HTMLElement);
  const more = byId("more-datasets", HTMLButtonElement);
  let isOpen = false;
  const buttons = all(element, "button", HTMLButtonElement).map((button) => ({
    button,
    /** @type {"dataset" | "regression_dataset"} */
    field: button.hasAttribute("data-dataset") ? "dataset" : "regression_dataset",
    name: button.getAttribute("data-dataset") ?? button.getAttribute("data-regDataset") ?? "",
    isOwn: OWN.has(button.getAttribute("data-dataset") ?? button.getAttribute("data-regDataset") ?? ""),
    isExtra: button.closest("[data-more]") !== null,
  })).filter(({ name }) => name !== "");
  for (const { button, field, name, isOwn } of buttons) {
    button.addEventListener("click", () => (isOwn ? actions.drawOwn() : actions.configure({ [field]: name })));
  }
  /** @type {PageState | null} */
  let drawn = null;
  /** The user's own data, when they were last seen. @type {PageState["data"]} */
  let own = null;

  function drawPictures() {
    const style = getComputedStyle(document.documentElement);
    /** @param {string} token */
    const color = (token) => style.getPropertyValue(token).trim();
    const colors = { neg: color("--neg"), pos: color("--pos"), zero: color("--zero") };
    for (const { button, name, isOwn } of buttons) {
      const context = button.querySelector("canvas")?.getContext("2d");
      if (!context) continue;
      drawPicture(context, name, colors);
      if (isOwn) drawOwn(context, own, colors, color("--soft"));
    }
  }

  /** @param {PageState} state */
  function drawGroups({ config: { problem } }) {
    for (const group of groups) group.hidden = group.dataset.problem !== problem || (!isOpen && group.dataset.more !== undefined);
    more.setAttribute("aria-expanded", String(isOpen));
    const word = isOpen ? "Fewer" : "More";
    setText(more, word);
    more.title = `${word} data sets`;
    more.setAttribute("aria-label", more.title);
  }

  more.addEventListener("click", () => {
    isOpen = !isOpen;
    if (drawn) drawGroups(drawn);
    drawPictures();
  });

  /** What is in use is also to be seen. @param {PageState} state */
  function openIfNeeded({ config }) {
    const field = config.problem === "regression" ? "regression_dataset" : "dataset";
    if (drawn && drawn.config.problem === config.problem && drawn.config[field] === config[field]) return;
    isOpen ||= buttons.some((choice) => choice.isExtra && !choice.isOwn && choice.field === field && choice.name === config[field]);
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      const hasOwnNews = state.own !== null && state.data !== own;
      if (hasOwnNews) own = state.data;
      if (state.theme !== drawn?.theme || (hasOwnNews && isOpen)) drawPictures();
      if (state.config !== drawn?.config) {
        openIfNeeded(state);
        drawGroups(state);
        for (const { button, field, name } of buttons) button.setAttribute("aria-pressed", String(state.config[field] === name));
      }
      drawn = state;
    },
  };
}
