/** Where starts agree: at each point of the plane, how many of them say the same. Pure. */

/** @typedef {import("./starts.js").Start} Start */

/**
 * @typedef {object} Agreement
 * @property {Uint8Array} surface  the share of starts as bytes: of two classes that of the blue one, of more that of the most frequent
 * @property {Uint8Array | null} classes  the most frequent class, where there are more than two
 * @property {number} count  how many starts it is of
 */

/** From this byte on a picture is blue. */
const BLUE = 128;

/**
 * @param {readonly Start[]} starts  those that diverged are left out
 * @returns {Agreement | null} null: there are none
 */
export function agreementOf(starts) {
  const those = starts.filter(({ diverged }) => diverged === null);
  if (those.length === 0) return null;
  const [{ surface: { length }, classes: first }] = those;
  const surface = new Uint8Array(length);
  const byte = (/** @type {number} */ count) => Math.round((255 * count) / those.length);
  if (!first) {
    for (let i = 0; i < length; i++) surface[i] = byte(those.reduce((count, start) => count + Number(start.surface[i] >= BLUE), 0));
    return { surface, classes: null, count: those.length };
  }
  const classes = new Uint8Array(length);
  const votes = new Uint16Array(256);
  for (let i = 0; i < length; i++) {
    votes.fill(0);
    for (const start of those) votes[start.classes?.[i] ?? 0] += 1;
    for (const start of those) if (votes[start.classes?.[i] ?? 0] > votes[classes[i]]) classes[i] = start.classes?.[i] ?? 0;
    surface[i] = byte(votes[classes[i]]);
  }
  return { surface, classes, count: those.length };
}
