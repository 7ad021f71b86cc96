/** How networks that read digits are shown where there are many: by what they misread. */

import { createPicture, testPicture } from "../drawing/picture.js";
import { h, setText } from "../lib/dom.js";
import { formatPercent } from "../lib/format.js";
import { currentPalette } from "../lib/palette.js";
import { base64 } from "../runs/run.js";
import { confusionImage, createConfusionPlot } from "./confusionPlot.js";
import { confusionOf, confusionText, hardestOf, hardName, hardText, misreadText, togetherText } from "./misread.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../luck/starts.js").Start} Start
 * @typedef {import("./misread.js").Reading} Reading
 * @typedef {import("./plane.js").Known} Known
 */

/** Hard pictures that are shown. */
const MOST_HARD = 18;
/** While starts come, what they say together is drawn again after this share of them. */
const NEWS = 0.05;
/** Neurons next to each other in the picture of a run. */
const MOSAIC = 2;

/** What a start reads; null: it is not known. @param {Start} start @returns {Reading | null} */
const readingOf = ({ answers, labels }) => (answers && labels ? { answers, labels } : null);

/** @param {Uint8Array} some @param {Uint8Array} others */
const isSame = (some, others) => some.length === others.length && some.every((digit, place) => digit === others[place]);

/** The mistakes of a start that is looked at. */
function createLarge() {
  const plot = createConfusionPlot();
  return {
    element: plot.element,
    /** @param {Start} start */
    draw(start) {
      const reading = readingOf(start);
      if (reading) plot.draw([reading], `Start ${start.index + 1}`);
    },
  };
}

/** A picture that many starts misread. */
function createHard() {
  const [picture, caption] = [createPicture(), h("figcaption")];
  const element = h("figure", { class: "hard-digit", role: "img" }, picture.element, caption);
  return {
    element,
    /** @param {import("./misread.js").Hard} hard @param {number} networks @param {import("../core/types.js").Data} data */
    draw(hard, networks, data) {
      picture.draw(testPicture(data, hard.index), data.side, currentPalette());
      setText(caption, `${hard.label} → ${hard.answer} · ${hard.wrong}`);
      const name = hardName(hard, networks);
      element.setAttribute("aria-label", name);
      element.title = name;
    },
  };
}

/**
 * The pictures that most starts misread; where each start has other pictures, their mistakes together.
 * @param {HTMLElement} room @param {HTMLElement} text
 */
function createTogether(room, text) {
  const plot = createConfusionPlot();
  const grid = h("div", { class: "hard-digits" });
  /** @type {ReturnType<typeof createHard>[]} */
  const hards = [];
  const hint = h("p", { class: "luck-hint" }, "Digit → misread as · by how many starts");
  room.append(hint, grid, plot.element);
  /** @type {unknown[]} */
  let drawn = [];
  let count = 0;
  let hasAny = false;

  /** @param {readonly Reading[]} readings @param {import("../core/types.js").Data} data */
  function drawHard(readings, data) {
    const hardest = hardestOf(readings);
    setText(text, hardText(hardest, readings[0].labels.length, readings.length));
    const shown = hardest.slice(0, MOST_HARD);
    while (hards.length < shown.length) hards.push(createHard());
    grid.replaceChildren(...shown.map((hard, place) => {
      hards[place].draw(hard, readings.length, data);
      return hards[place].element;
    }));
  }

  return {
    /** @param {import("../luck/starts.js").Starts} result @param {PageState} state */
    draw({ starts, id, total, ended, vary }, { data }) {
      const from = [id, ended, data, currentPalette()];
      const isOther = from.some((part, place) => part !== drawn[place]) || starts.length < count;
      if (!isOther && starts.length - count < Math.max(1, NEWS * total)) return hasAny;
      [drawn, count] = [from, starts.length];
      const readings = starts.flatMap((start) => (start.diverged === null ? readingOf(start) ?? [] : []));
      // the page has no pictures but those of the present data
      const isShared = vary === "weights" && data !== null && readings.every(({ labels }) => isSame(labels, data.labels));
      hasAny = readings.length > 0;
      [hint.hidden, grid.hidden, plot.element.hidden] = [!isShared, !isShared, isShared];
      if (!hasAny) return false;
      if (isShared) drawHard(readings, data);
      else {
        const confusion = confusionOf(readings);
        setText(text, vary === "weights" ? confusionText(confusion, "All starts together") : togetherText(confusion, readings.length));
        plot.draw(readings, "All starts together");
      }
      return true;
    },
  };
}

/** A network of Compare: how many digits it reads right, and its mistakes. */
function createCard() {
  const [accuracy, misread] = [h("strong"), h("span")];
  const plot = createConfusionPlot();
  const element = h("div", { class: "compare-digits" }, h("p", {}, accuracy, misread), plot.element);
  let title = "";
  return {
    element,
    name: (/** @type {string} */ given) => void (title = given),
    /** @param {Uint8Array | null} answers @param {Known | null} known @param {PageState} state */
    draw(answers, known, { data }) {
      setText(accuracy, formatPercent(known?.test_accuracy ?? null));
      const labels = data?.labels;
      const isKnown = answers !== null && labels !== undefined && labels.length === answers.length;
      plot.element.hidden = !isKnown;
      if (!isKnown) return;
      setText(misread, misreadText(confusionOf([{ answers, labels }])));
      plot.draw([{ answers, labels }], title);
    },
  };
}

/**
 * What the first neurons look for, side by side.
 * @param {Frame} frame
 * @returns {import("../runs/run.js").Picture | null}
 */
export function runPicture({ digits }) {
  if (!digits) return null;
  const { side, pictures } = digits;
  const size = MOSAIC * side;
  const bytes = Uint8Array.from({ length: size * size }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / size), pixel % size];
    const unit = MOSAIC * Math.floor(row / side) + Math.floor(column / side);
    return pictures[unit * side * side + (row % side) * side + (column % side)];
  });
  return { size, bytes: base64(bytes), classes: null, count: 0 };
}

/** @type {import("./plane.js").Portraits<Uint8Array>} */
export const DIGIT_PORTRAITS = {
  heading: "The hardest digits",
  tileOf(start) {
    const reading = readingOf(start);
    return reading ? confusionImage(reading) : "";
  },
  tileParts: () => [currentPalette()],
  createLarge,
  createTogether,
  createCard,
  pictureOf: ({ digits }) => digits?.answers ?? new Uint8Array(0),
  variantPicture: ({ arrays }, index) => /** @type {Uint8Array} */ (arrays[`variant_${index}_answers`]) ?? new Uint8Array(0),
  runPicture,
};
