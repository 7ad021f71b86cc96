/** Where starts agree: at each point of the plane, how many of them say the same. Pure. */

/** @typedef {Pick<import("../luck/starts.js").Start, "surface" | "classes" | "diverged">} Pictured */

/**
 * @typedef {object} Agreement
 * @property {Uint8Array} surface  the share of starts as bytes: of two classes that of the blue one, of more that of the most frequent
 * @property {Uint8Array | null} classes  the most frequent class, where there are more than two
 * @property {number} count  how many starts it is of
 */

/** From this byte on a picture is blue. */
const BLUE = 128;

/**
 * Counts point by point what starts say. They can be added while they come.
 * @returns {{add: (start: Pictured) => void, agreement: () => Agreement | null}} those that diverged are left out; null: there are no others
 */
export function createTally() {
  let count = 0;
  let hasClasses = false;
  /** How many starts choose a class at each point; of two classes only that of the blue one is counted. @type {Map<number, Uint16Array>} */
  const votes = new Map();

  /** @param {number} number  of a class @param {number} length  points */
  function votesFor(number, length) {
    const found = votes.get(number) ?? new Uint16Array(length);
    votes.set(number, found);
    return found;
  }

  /** The most frequent class of each point, the first of several, and its share. @param {number} length */
  function mostFrequent(length) {
    const [surface, classes, most] = [new Uint8Array(length), new Uint8Array(length), new Uint16Array(length)];
    for (const [number, counts] of [...votes].sort(([one], [other]) => one - other)) {
      for (let i = 0; i < length; i++) {
        if (counts[i] <= most[i]) continue;
        most[i] = counts[i];
        classes[i] = number;
      }
    }
    for (let i = 0; i < length; i++) surface[i] = Math.round((255 * most[i]) / count);
    return { surface, classes, count };
  }

  return {
    add({ surface, classes, diverged }) {
      if (diverged !== null) return;
      count += 1;
      const { length } = surface;
      if (classes) {
        hasClasses = true;
        for (let i = 0; i < length; i++) votesFor(classes[i], length)[i] += 1;
      } else {
        const counts = votesFor(1, length);
        for (let i = 0; i < length; i++) if (surface[i] >= BLUE) counts[i] += 1;
      }
    },
    agreement() {
      if (count === 0) return null;
      const [counts] = votes.values();
      if (hasClasses) return mostFrequent(counts.length);
      return { surface: Uint8Array.from(counts, (blue) => Math.round((255 * blue) / count)), classes: null, count };
    },
  };
}

/**
 * @param {readonly Pictured[]} starts  those that diverged are left out
 * @returns {Agreement | null} null: there are none
 */
export function agreementOf(starts) {
  const tally = createTally();
  for (const start of starts) tally.add(start);
  return tally.agreement();
}
