/** The confusion matrix of the digits: how many test pictures of each are read as each. A mistake can be chosen. */

import { createAmountLegend } from "../plot/amountLegend.js";
import { inkOn } from "../lib/color.js";
import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { amountColor } from "../lib/sequential.js";
import { matricesOf } from "../inside/confusionTable.js";
import { createDue } from "./due.js";
import { captionOf, cellAfter, countsOf, frequentKinds } from "./list.js";

/** @typedef {import("./list.js").Kind} Kind */

/** How often it is drawn while a network is trained, in ms. */
const DRAW_EVERY = 400;
const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

/** Kinds of mistake that are listed. */
const LISTED = 5;

/** @param {number} cell @returns {Kind} */
const kindOf = (cell) => ({ label: Math.floor(cell / DIGITS.length), answer: cell % DIGITS.length });

/**
 * @param {HTMLElement} element
 * @param {{onChoose: (kind: Kind) => void}} parts  onChoose: a kind of mistake is to be shown
 * @returns {import("../core/types.js").Drawing}
 */
export function createConfusion(element, { onChoose }) {
  const isDue = createDue(DRAW_EVERY);
  const buttons = Array.from({ length: DIGITS.length ** 2 }, () => h("button", { type: "button", tabindex: "-1" }));
  const cells = buttons.map((button) => h("td", {}, button));
  const legend = createAmountLegend("Share of the actual digit");
  /** The cells that can be chosen. @type {boolean[]} */
  let isChoosable = buttons.map(() => false);
  const head = (/** @type {string} */ text, /** @type {"row" | "col"} */ scope) => h("th", { scope }, text);
  const table = h("table", { class: "matrix digits-matrix" },
    h("caption", { class: "visually-hidden" }, "How many test pictures of each digit are read as each"),
    h("thead", {}, h("tr", {}, h("td", {}, "actual ↓ read as →"), ...DIGITS.map((digit) => head(digit, "col")))),
    h("tbody", {}, ...DIGITS.map((digit, row) =>
      h("tr", {}, head(digit, "row"), ...cells.slice(row * DIGITS.length, (row + 1) * DIGITS.length)))));
  /** @type {Kind[]} */
  let frequent = [];
  const list = Array.from({ length: LISTED }, (_, index) => {
    const button = h("button", { type: "button", class: "copy" });
    button.addEventListener("click", () => onChoose(frequent[index]));
    return button;
  });
  element.append(h("div", { class: "digits-confusion" }, table,
    h("div", { class: "confusion-aside" },
      h("p", {}, "Choose a cell or a mistake to see its pictures."), h("h3", {}, "Most frequent mistakes"), ...list, legend.element)));

  /** The Tab key stops at one cell, the arrow keys go on from there. @param {HTMLButtonElement | undefined} stop */
  function rove(stop) {
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  }

  buttons.forEach((button, cell) => {
    button.addEventListener("click", () => onChoose(kindOf(cell)));
    button.addEventListener("focus", () => rove(button));
    button.addEventListener("keydown", (event) => {
      const next = event.ctrlKey || event.metaKey || event.altKey ? null : cellAfter(isChoosable, cell, event.key);
      if (next === null) return;
      event.preventDefault();
      event.stopPropagation();
      buttons[next].focus();
    });
  });

  /** @param {Uint32Array} counts */
  function fill(counts) {
    const { amounts } = currentPalette();
    legend.draw(amounts, ["0%", "50%", "100%"]);
    const [{ cells: filled }] = matricesOf({ values: { classes: DIGITS, test: true }, arrays: { matrix_test: counts } });
    isChoosable = filled.map(({ share, isRight }) => share > 0 && !isRight);
    filled.forEach(({ text, share, isRight }, cell) => {
      const { label, answer } = kindOf(cell);
      const button = buttons[cell];
      setText(button, text);
      button.disabled = !isChoosable[cell];
      button.setAttribute("aria-label", isRight ? `${text} of digit ${label} read right` : `${text} of digit ${label} read as ${answer}`);
      cells[cell].classList.toggle("right", isRight);
      const color = share > 0 ? amountColor(amounts, share) : "";
      cells[cell].style.background = color;
      button.style.color = color && inkOn(color);
    });
    frequent = frequentKinds(counts, LISTED);
    list.forEach((button, index) => {
      const kind = frequent[index];
      button.hidden = kind === undefined;
      if (kind === undefined) return;
      const cell = kind.label * DIGITS.length + kind.answer;
      setText(button, `${captionOf(kind)}: ${counts[cell]}`);
      button.setAttribute("aria-label", `${captionOf(kind)}: ${buttons[cell].getAttribute("aria-label")}`);
    });
    const stop = buttons.find((button, cell) => button.tabIndex === 0 && isChoosable[cell]);
    rove(stop ?? buttons[isChoosable.indexOf(true)]);
  }

  return {
    draw(frame, { data, status }) {
      const digits = frame?.digits;
      if (!digits || !data || digits.answers.length !== data.labels.length) return;
      if (isDue([digits, data, currentPalette()], status.playing, performance.now())) fill(countsOf(data.labels, digits.answers));
    },
  };
}
