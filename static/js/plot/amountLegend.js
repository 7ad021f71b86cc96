/** The legend of the sequential palette: a ramp from little to much, with words or numbers below it. */

import { h, setText } from "../lib/dom.js";
import { amountColor } from "../lib/sequential.js";

/** Colors of the ramp, at equal distances. */
const STOPS = 17;

/**
 * @param {string} label  what there is more or less of
 * @param {number} [least]  the place in the palette that the ramp begins with, 0 … 1
 * @returns {{element: HTMLElement, draw: (amounts: readonly string[], texts: readonly string[]) => void}} texts: from the
 *   low end to the high one, at equal distances
 */
export function createAmountLegend(label, least = 0) {
  const ramp = h("i", { class: "amount-ramp", "aria-hidden": "true" });
  const ends = h("span", { class: "amount-ends" });
  const element = h("p", { class: "amounts" }, h("span", {}, label), ramp, ends);
  /** @type {readonly string[] | null} */
  let drawn = null;
  return {
    element,
    draw(amounts, texts) {
      if (amounts !== drawn) {
        const colors = Array.from({ length: STOPS }, (_, stop) => amountColor(amounts, least + (1 - least) * (stop / (STOPS - 1))));
        ramp.style.background = `linear-gradient(90deg, ${colors.join(", ")})`;
      }
      drawn = amounts;
      while (ends.childElementCount < texts.length) ends.append(h("span"));
      texts.forEach((text, index) => setText(ends.children[index], text));
    },
  };
}
