/** What the diagram says of units and of the picture that is read. Pure. */

import { formatValue } from "../lib/format.js";
import { indexOf, linksFrom, linksInto, weightOf } from "./links.js";

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

/** With a sign, since that is what matters here. @param {number} value */
const signed = (value) => `${value > 0 ? "+" : ""}${formatValue(value, 2)}`;

/** The strongest of some links, in words. @param {readonly Link[]} links @param {(link: Link) => string} name @returns {string} */
function listed(links, name) {
  return [...links].sort((one, other) => Math.abs(other.value) - Math.abs(one.value)).slice(0, LISTED)
    .map((link) => `${name(link)} ${signed(link.value)}`).join(" · ");
}

/**
 * The lines of the card of a unit. The bias of the first layer is not in every frame.
 * @param {Reader} reader @param {Unit} unit @param {number | null} firstBias  of a unit of the first layer, if it is known
 * @returns {Line[]}
 */
export function linesOf(reader, unit, firstBias) {
  const { sizes, activations } = reader;
  const activation = activations?.[indexOf(sizes, unit)];
  const bias = unit.layer === 0 ? firstBias : weightOf(reader, unit, null);
  /** @param {Unit} other */
  const short = ({ layer, unit: place }) => (layer === sizes.length - 1 ? `“${place}”` : `neuron ${place + 1}`);
  const into = listed(linksInto(reader, unit), ({ from }) => short(from));
  const out = listed(linksFrom(reader, unit), ({ to }) => short(to));
  return [
    { name: "Activation", value: activation === undefined ? "–" : formatValue(activation, 3) },
    { name: "Bias", value: bias === null ? "–" : formatValue(bias, 3) },
    ...(into ? [{ name: "Strongest from", value: into }] : []),
    ...(out ? [{ name: "Strongest to", value: out }] : []),
  ];
}

/** What a unit's picture is. @param {Unit} unit @param {number} scale  of its layer */
export function meaningOf({ layer }, scale) {
  const range = scale.toPrecision(2);
  return layer === 0
    ? `Its weights: ink on blue raises its sum, ink on orange lowers it (±${range}).`
    : `Where ink raises its sum (blue) or lowers it (orange), at the average picture (±${range}).`;
}

/**
 * What the network makes of the picture that is read.
 * @param {number | null} answer @param {number} certainty  the output of the answer @param {number | null} label
 * @returns {{text: string, kind: "right" | "wrong" | "open"}}
 */
export function verdictOf(answer, certainty, label) {
  if (answer === null) return { text: "", kind: "open" };
  const read = `Reads ${answer} (${Math.round(100 * certainty)}%)`;
  if (label === null) return { text: read, kind: "open" };
  return answer === label ? { text: `${read}: correct`, kind: "right" } : { text: `${read}, but it is a ${label}`, kind: "wrong" };
}

/**
 * The picture that is read, in words.
 * @param {{place: number, count: number} | null} test  of a test picture: its place among them, from 0; null: a drawing
 */
export const captionOf = (test) => (test ? `Test picture ${(test.place + 1).toLocaleString("en-US")} of ${test.count.toLocaleString("en-US")}` : "Your drawing");

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
