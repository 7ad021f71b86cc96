/**
 * The buttons that choose the data set, each with an icon of what to expect. Those of the original are always there; the
 * others appear on request, or when one of them is in use.
 */

import { byteOf } from "../lib/color.js";
import { all, byId, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createToolbar } from "../lib/toolbar.js";
import { dotsOf, ownDots } from "./sketches.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {"dataset" | "regression_dataset"} DatasetField
 */

/**
 * A button of a data set.
 * @typedef {object} Choice
 * @property {HTMLButtonElement} button
 * @property {DatasetField} field
 * @property {string} name
 * @property {boolean} isOwn  it is for the user's own data
 * @property {boolean} isExtra  it appears on request
 */

const OWN = new Set(["own", "reg-own"]);
const PENCIL = "M-3 -3.1l.4 1.8L1.9 3.2a.6.6 0 0 0 .9 0l.5-.5a.6.6 0 0 0 0-.9L-1.2-2.7zM2.6 3.7l.5.5a.6.6 0 0 0 .9 0l.5-.5a.6.6 0 0 0 0-.9L4 2.3z";

/** The buttons in an element. @param {HTMLElement} element @returns {Choice[]} */
function choicesIn(element) {
  return all(element, "button", HTMLButtonElement).map((button) => {
    const name = button.getAttribute("data-dataset") ?? button.getAttribute("data-regDataset") ?? "";
    /** @type {DatasetField} */
    const field = button.hasAttribute("data-dataset") ? "dataset" : "regression_dataset";
    return { button, field, name, isOwn: OWN.has(name), isExtra: button.closest("[data-more]") !== null };
  }).filter(({ name }) => name !== "");
}

/** @param {CanvasRenderingContext2D} context @param {import("./sketches.js").Dot[]} dots @param {string | null} ink  of a pencil, drawn if there are no dots; null: none */
function paintIcon(context, dots, ink) {
  const { width, height } = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(width / 12, 0, 0, -height / 12, width / 2, height / 2);
  for (const { x, y, color, radius } of dots) {
    context.fillStyle = color;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
  if (dots.length > 0 || ink === null) return;
  context.fillStyle = ink;
  context.fill(new Path2D(PENCIL));
}

/**
 * @param {readonly Choice[]} choices @param {PageState["data"]} own  the user's own data
 * @param {import("../lib/palette.js").Palette} palette
 */
function paintIcons(choices, own, { classes, shades, colors: { soft } }) {
  const colors = { classes, shade: (/** @type {number} */ value) => shades[byteOf(value)] };
  for (const { button, name, isOwn } of choices) {
    const context = button.querySelector("canvas")?.getContext("2d");
    if (context) paintIcon(context, isOwn ? ownDots(own, colors) : dotsOf(name, colors), isOwn ? soft : null);
  }
}

/**
 * The field of the config that holds the data set of a problem.
 * @param {Pick<import("../core/types.js").Config, "problem">} config
 * @returns {DatasetField}
 */
const fieldOf = ({ problem }) => (problem === "regression" ? "regression_dataset" : "dataset");

/**
 * The buttons.
 * @param {HTMLElement} element  holds one group of buttons for each problem
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createDatasets(element, { actions }) {
  const groups = all(element, "[data-problem]", HTMLElement);
  const more = byId("more-datasets", HTMLButtonElement);
  const heading = byId("data-heading", HTMLElement);
  const choices = choicesIn(element);
  const toolbar = createToolbar(byId("datasets", HTMLElement), {
    buttons: () => choices.map(({ button }) => button), isFirst: (button) => button.getAttribute("aria-pressed") === "true",
  });
  let isOpen = false;
  /** @type {PageState | null} */
  let drawn = null;
  /** What the icons are painted with. @type {import("../lib/palette.js").Palette | null} */
  let palette = null;
  /** The user's own data, as they were last seen. @type {PageState["data"]} */
  let own = null;

  /** @param {PageState} state */
  function drawGroups({ config: { problem } }) {
    for (const group of groups) group.hidden = group.dataset.problem !== problem || (!isOpen && group.dataset.more !== undefined);
    const word = isOpen ? "Fewer" : "More";
    setText(more, word);
    more.title = `${word} data sets`;
    more.setAttribute("aria-label", more.title);
    more.setAttribute("aria-expanded", String(isOpen));
    toolbar.update();
  }

  /** Shows the data set that is in use. @param {PageState["config"]} config */
  function openIfNeeded(config) {
    const field = fieldOf(config);
    if (drawn && drawn.config.problem === config.problem && drawn.config[field] === config[field]) return;
    isOpen ||= choices.some((choice) => choice.isExtra && !choice.isOwn && choice.field === field && choice.name === config[field]);
  }

  for (const { button, field, name, isOwn } of choices) {
    button.addEventListener("click", () => (isOwn ? actions.drawOwn() : actions.configure({ [field]: name })));
  }
  more.addEventListener("click", () => {
    isOpen = !isOpen;
    if (drawn) drawGroups(drawn);
    paintIcons(choices, own, currentPalette());
  });

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      const isOwnNew = state.own !== null && state.data !== own;
      if (isOwnNew) own = state.data;
      if (currentPalette() !== palette || (isOwnNew && isOpen)) paintIcons(choices, own, currentPalette());
      palette = currentPalette();
      if (state.config !== drawn?.config) {
        openIfNeeded(state.config);
        for (const { button, field, name } of choices) button.setAttribute("aria-pressed", String(state.config[field] === name));
        drawGroups(state);
      }
      // its card explains the buttons
      heading.classList.toggle("unexplained", state.view.hidden.includes("dataset"));
      drawn = state;
    },
  };
}
