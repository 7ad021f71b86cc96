/** Which test pictures are misread, and as what. Pure. */

/**
 * A test picture that is misread.
 * @typedef {object} Mistake
 * @property {number} index  among the test pictures
 * @property {number} label  the digit that it is
 * @property {number} answer  the digit that is read
 * @property {number} certainty  the largest output, 0 … 1
 */
/** A part of them: pictures of one digit that are read as another one. @typedef {{label: number, answer: number}} Kind */
/** @typedef {"certain" | "digit"} Order */

import { aDigit } from "../drawing/reading.js";

const DIGITS = 10;

/** @type {Record<Order, (a: Mistake, b: Mistake) => number>} */
const ORDERS = {
  certain: (a, b) => b.certainty - a.certainty || a.index - b.index,
  digit: (a, b) => a.label - b.label || a.answer - b.answer || b.certainty - a.certainty || a.index - b.index,
};

/**
 * @param {ArrayLike<number>} labels  of the test pictures
 * @param {{answers: ArrayLike<number>, certainty: ArrayLike<number>}} read  what a frame says of them; certainty as bytes
 * @param {{order: Order, kind: Kind | null}} shown  kind: null for all of them
 * @returns {Mistake[]}
 */
export function mistakesOf(labels, { answers, certainty }, { order, kind }) {
  return Array.from(labels, (label, index) => ({ index, label, answer: answers[index], certainty: certainty[index] / 255 }))
    .filter(({ label, answer }) => answer !== label && (kind === null || (kind.label === label && kind.answer === answer)))
    .sort(ORDERS[order]);
}

/**
 * How many pictures of each digit are read as each: a row for each digit, a column for each answer.
 * @param {ArrayLike<number>} labels @param {ArrayLike<number>} answers
 * @returns {Uint32Array} 10 × 10
 */
export function countsOf(labels, answers) {
  const counts = new Uint32Array(DIGITS * DIGITS);
  for (let index = 0; index < labels.length; index++) counts[labels[index] * DIGITS + answers[index]]++;
  return counts;
}

/**
 * The most frequent kinds of mistake.
 * @param {ArrayLike<number>} counts  10 × 10
 * @param {number} most
 * @returns {Kind[]}
 */
export function frequentKinds(counts, most) {
  return Array.from(counts, (count, cell) => ({ label: Math.floor(cell / DIGITS), answer: cell % DIGITS, count }))
    .filter(({ label, answer, count }) => count > 0 && label !== answer)
    .sort((one, other) => other.count - one.count).slice(0, most);
}

/**
 * The test picture of a digit that is most similar to another picture, pixel by pixel.
 * @param {{pictures: Uint8Array, labels: ArrayLike<number>, side: number}} data
 * @param {number} index  of the other picture @param {number} digit
 * @returns {number} its index; -1: there is none but the picture itself
 */
export function mostSimilar({ pictures, labels, side }, index, digit) {
  const size = side * side;
  let [nearest, least] = [-1, Infinity];
  for (let other = 0; other < labels.length; other++) {
    if (other === index || labels[other] !== digit) continue;
    let distance = 0;
    for (let pixel = 0; pixel < size && distance < least; pixel++) {
      distance += (pictures[other * size + pixel] - pictures[index * size + pixel]) ** 2;
    }
    if (distance < least) [nearest, least] = [other, distance];
  }
  return nearest;
}

/** @param {Kind} kind */
export const captionOf = ({ label, answer }) => `${label} → ${answer}`;

/** A picture's button in words. @param {Mistake} mistake @param {string} output  as it is shown */
export const nameOf = ({ index, label, answer }, output) => `Test picture ${index + 1}: ${aDigit(label)} read as ${answer}, output ${output}`;

/** How many there are. @param {number} wrong @param {number} all */
export function countText(wrong, all) {
  const pictures = `${all.toLocaleString("en-US")} test pictures`;
  return wrong === 0 ? `All ${pictures} are read right.` : `${wrong.toLocaleString("en-US")} of ${pictures} ${wrong === 1 ? "is" : "are"} misread.`;
}

/**
 * Why a picture is misread, as far as its outputs say.
 * @param {ArrayLike<number>} outputs  of the ten digits
 * @param {number} label  the digit that it is
 * @param {number} answer  the digit that is read
 */
export function reasonText(outputs, label, answer) {
  if (label === answer) return "It is read right.";
  if (outputs[label] >= outputs[answer] / 2) return `A close call: the output for ${label} is almost as large.`;
  if (outputs[answer] >= 0.5) return "The network is confidently wrong.";
  return "No output is large: the network has not learned such a picture.";
}

/** Where keys go in the confusion matrix. @type {Record<string, [number, number]>} */
const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

/**
 * The next cell in the direction of a key that can be chosen.
 * @param {readonly boolean[]} isChoosable  of all 10 × 10 cells @param {number} at  the present cell @param {string} key
 * @returns {number | null} null: the key does not move; the same cell: there is none in that direction
 */
export function cellAfter(isChoosable, at, key) {
  if (!Object.hasOwn(MOVES, key)) return null;
  const [down, right] = MOVES[key];
  for (let [row, column] = [Math.floor(at / DIGITS) + down, (at % DIGITS) + right];
    row >= 0 && row < DIGITS && column >= 0 && column < DIGITS; row += down, column += right) {
    if (isChoosable[row * DIGITS + column]) return row * DIGITS + column;
  }
  return at;
}
