/** One test picture in the gallery: what the network makes of it, and the pictures it resembles. */

import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createThumbnail } from "../map/thumbnail.js";
import { inkRamp } from "../digits/pictures.js";
import { aDigit, outputText, verdictOf } from "../drawing/reading.js";
import { mostSimilar, reasonText } from "./list.js";

/** @typedef {import("../core/types.js").Data} Data */

const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);

/** A bar for the output of each digit. */
function createBars() {
  const rows = DIGITS.map((digit) => {
    const [bar, value] = [h("i"), h("span", { class: "why-value" })];
    return { row: h("li", {}, h("span", { class: "why-digit" }, String(digit)), h("span", { class: "why-bar", "aria-hidden": "true" }, bar), value), bar, value };
  });
  return {
    element: h("ol", { class: "why-bars", "aria-label": "The ten outputs" }, ...rows.map(({ row }) => row)),
    /** @param {readonly number[]} outputs @param {{label: number, answer: number, areProbabilities: boolean}} about */
    draw(outputs, { label, answer, areProbabilities }) {
      rows.forEach(({ row, bar, value }, digit) => {
        bar.style.width = `${100 * outputs[digit]}%`;
        setText(value, outputText(outputs[digit], areProbabilities));
        row.classList.toggle("actual", digit === label);
        row.classList.toggle("read", digit === answer);
      });
    },
  };
}

/** A picture with words below it. @param {string} kind */
function createFigure(kind) {
  const [picture, caption] = [createThumbnail(), h("figcaption")];
  const figure = h("figure", { class: kind }, picture.canvas, caption);
  return {
    element: figure,
    /** @param {Data} data @param {number} index  of a test picture; negative: none @param {string} text */
    draw(data, index, text) {
      figure.hidden = index < 0;
      if (index >= 0) picture.draw(data.pictures, index, data.side, inkRamp(currentPalette()));
      setText(caption, text);
    },
  };
}

/** @param {{onFollow: (() => void) | null}} parts  onFollow: the picture is to be followed through the network */
export function createWhy({ onFollow }) {
  const heading = h("h3", { class: "why-heading" });
  const reason = h("p", { class: "why-reason" });
  const bars = createBars();
  const [large, likeAnswer, likeLabel] = [createFigure("why-picture"), createFigure("why-like"), createFigure("why-like")];
  const follow = h("button", { type: "button", class: "copy" }, "Follow it through the network");
  follow.hidden = onFollow === null;
  follow.addEventListener("click", () => onFollow?.());
  const element = h("section", { class: "mistake-why", "aria-label": "Why it is misread", hidden: true },
    heading, reason,
    h("div", { class: "why-parts" }, large.element, bars.element,
      h("div", { class: "why-likes" }, likeAnswer.element, likeLabel.element)),
    follow);
  /** Which pictures were compared last, and with what result. @type {{key: string, data: Data | null, found: number[]}} */
  let compared = { key: "", data: null, found: [] };

  return {
    element,
    /**
     * @param {Data} data @param {number} index  of the test picture @param {readonly number[]} outputs  of the ten digits
     * @param {boolean} areProbabilities
     */
    draw(data, index, outputs, areProbabilities) {
      const [label, answer] = [data.labels[index], verdictOf(outputs).digit];
      const key = `${index} ${answer}`;
      if (compared.key !== key || compared.data !== data) {
        compared = { key, data, found: [answer, label].map((digit) => mostSimilar(data, index, digit)) };
      }
      const isWrong = label !== answer;
      element.hidden = false;
      setText(heading, `Test picture ${index + 1}: ${aDigit(label)}${isWrong ? `, read as ${answer}` : ""}`);
      setText(reason, reasonText(outputs, label, answer));
      bars.draw(outputs, { label, answer, areProbabilities });
      large.draw(data, index, "");
      likeAnswer.draw(data, isWrong ? compared.found[0] : -1, `The ${answer} it resembles most`);
      likeLabel.draw(data, compared.found[1], `The ${label} it resembles most`);
    },
    hide: () => (element.hidden = true),
  };
}
