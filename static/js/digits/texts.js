/** What the diagram says of units and of the picture that is read. Pure. */

import { aDigit } from "../drawing/reading.js";
import { indexOf, linksFrom, linksInto } from "./links.js";

/**
 * @typedef {import("./links.js").Reader} Reader
 * @typedef {import("./links.js").Unit} Unit
 * @typedef {import("./links.js").Link} Link
 */
/** A line of a card: what it is about, and how much. @typedef {{name: string, value: string}} Line */

/** Links that a card lists. */
const LISTED = 3;

/** @param {readonly number[]} sizes @param {Unit} unit */
export function nameOf(sizes, { layer, unit }) {
  if (layer === sizes.length - 1) return `Output ${unit}`;
  return sizes.length === 2 ? `Neuron ${unit + 1}` : `Layer ${layer + 1}, neuron ${unit + 1}`;
}

/** With as many digits, whatever the number, so that nothing moves. @param {number} value @param {number} digits */
const fixed = (value, digits) => `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}`;

/** With a sign, since that is what matters here. @param {number} value */
const signed = (value) => `${value < 0 ? "" : "+"}${fixed(value, 2)}`;

/** The strongest of some links, in words. @param {readonly Link[]} links @param {(link: Link) => string} name @returns {string} */
function listed(links, name) {
  return [...links].sort((one, other) => Math.abs(other.value) - Math.abs(one.value)).slice(0, LISTED)
    .map((link) => `${name(link)}: ${signed(link.value)}`).join(" · ");
}

/** What the units before or after a layer are called. @param {readonly number[]} sizes @param {number} layer */
const unitsOf = (sizes, layer) => (layer === sizes.length - 1 ? "digits" : "neurons");

/**
 * The lines of the card of a unit.
 * @param {Reader} reader @param {Unit} unit @param {number | null} bias  null: not known
 * @returns {Line[]}
 */
export function linesOf(reader, unit, bias) {
  const { sizes, activations } = reader;
  const activation = activations?.[indexOf(sizes, unit)];
  /** @param {Unit} other */
  const short = ({ layer, unit: place }) => String(layer === sizes.length - 1 ? place : place + 1);
  const into = listed(linksInto(reader, unit), ({ from }) => short(from));
  const out = listed(linksFrom(reader, unit), ({ to }) => short(to));
  return [
    { name: "Activation", value: activation === undefined ? "–" : fixed(activation, 3) },
    { name: "Bias", value: bias === null ? "–" : fixed(bias, 3) },
    ...(into ? [{ name: `From ${unitsOf(sizes, unit.layer - 1)}`, value: into }] : []),
    ...(out ? [{ name: `To ${unitsOf(sizes, unit.layer + 1)}`, value: out }] : []),
  ];
}

/** What the end of the colors of a layer stands for. @param {number} scale */
export const scaleText = (scale) => (scale < 0.001 ? scale.toExponential(0) : scale.toPrecision(2));

/** What a unit's picture shows. @param {Unit} unit @param {number} scale  of its layer @param {boolean} areChanges  since epoch 0 */
export function meaningOf({ layer }, scale, areChanges) {
  const range = `from −${scaleText(scale)} (orange) to ${scaleText(scale)} (blue)`;
  if (layer === 0) return areChanges ? `How training has changed its weights, ${range}.` : `Its weights, ${range}.`;
  return areChanges ? `How ink changes its sum by what training has changed in the first layer, ${range}.` : `How ink changes its sum, ${range}.`;
}

/**
 * What the network makes of the picture that is read.
 * @param {number | null} answer @param {number | null} label
 * @returns {{text: string, kind: "right" | "wrong" | "open"}}
 */
export function verdictOf(answer, label) {
  if (answer === null) return { text: "", kind: "open" };
  if (label === null) return { text: `Reads ${answer}`, kind: "open" };
  return answer === label ? { text: `Reads ${answer}: correct`, kind: "right" } : { text: `Reads ${answer}, but it is ${aDigit(label)}`, kind: "wrong" };
}

/**
 * The picture that is read, in words.
 * @param {{place: number, count: number} | null} test  of a test picture: its place among them, from 0; null: a drawing
 */
export const captionOf = (test) => (test ? `Picture ${(test.place + 1).toLocaleString("en-US")} of ${test.count.toLocaleString("en-US")}` : "Your drawing");

/**
 * The parts of the data in words.
 * @param {{trainSize: number, validationSize: number, testSize: number}} data
 */
export function partsText({ trainSize, validationSize, testSize }) {
  const [train, validation, test] = [trainSize, validationSize, testSize].map((count) => count.toLocaleString("en-US"));
  return `${train} to train, ${validation} to validate, ${test} to test.`;
}

/** What the data are, plainly. @type {Record<string, string>} */
export const NOTES = {
  mnist: "10,000 of MNIST’s 70,000 pictures. The lecture trains with 50,000, this page with 8,000 at most, which costs some accuracy.",
  uci: "1,797 pictures of 8 × 8 pixels, for slow computers. The lecture’s pictures are those of MNIST.",
};

/**
 * The next test picture that is misread, after a place and then from the start.
 * @param {ArrayLike<number>} answers @param {ArrayLike<number>} labels @param {number} place
 * @returns {number | null}
 */
export function nextMistake(answers, labels, place) {
  for (let step = 1; step <= labels.length; step++) {
    const at = (place + step + labels.length) % labels.length;
    if (answers[at] !== labels[at]) return at;
  }
  return null;
}

/** Pixels between a card and its unit, and the edge of the window. */
const AWAY = 12;
const EDGE = 8;

/**
 * Where the card of a unit is: before it, so that its links to the next layer can be seen, or else after, below or above it.
 * @param {{left: number, top: number, right: number, bottom: number}} at  the unit, in the window
 * @param {{width: number, height: number}} card @param {{width: number, height: number}} view  the window
 * @param {boolean} isOutput  its links come from the left
 * @returns {{x: number, y: number}}
 */
export function cardPlace(at, card, view, isOutput) {
  const within = (/** @type {number} */ start, /** @type {number} */ length, /** @type {number} */ end) => Math.round(Math.max(EDGE, Math.min(start, end - EDGE - length)));
  const sides = [at.left - AWAY - card.width, at.right + AWAY];
  const x = (isOutput ? sides.reverse() : sides).find((start) => start >= EDGE && start + card.width <= view.width - EDGE);
  if (x !== undefined) return { x: Math.round(x), y: within((at.top + at.bottom - card.height) / 2, card.height, view.height) };
  const below = at.bottom + AWAY;
  return { x: within((at.left + at.right - card.width) / 2, card.width, view.width), y: below + card.height <= view.height - EDGE ? below : Math.max(EDGE, at.top - AWAY - card.height) };
}
