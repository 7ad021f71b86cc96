/** Which differences a tile has room for. Pure. */

/** The mean width of a character, and what a chip has around its text, in type sizes of a chip. */
const CHARACTER = 0.56;
const AROUND = 0.7;
/** Between chips. */
const GAP = 0.3;

/** @param {string} text */
const widthOf = (text) => text.length * CHARACTER + AROUND;

/**
 * The chips that are shown: as many as are legible as a whole, and how many there are beside them. If not even the first
 * one is, a count says more than a stump.
 * @param {readonly string[]} texts  of all chips
 * @param {{width: number, rows: number}} room  of a row, in type sizes of a chip
 * @returns {{shown: string[], rest: string}} rest: "" if all are shown
 */
export function chipsFor(texts, { width, rows }) {
  if (texts.length === 0 || rows === 0) return { shown: [], rest: "" };
  let [row, used, count] = [0, 0, 0];
  for (const text of texts) {
    const isLast = count === texts.length - 1;
    const needed = widthOf(text) + (used > 0 ? GAP : 0);
    // in the last row, the rest needs room, too
    const kept = isLast || row < rows - 1 ? 0 : GAP + widthOf(`+${texts.length}`);
    if (used + needed + kept <= width) used += needed;
    else if (row < rows - 1 && used > 0) [row, used] = [row + 1, widthOf(text)];
    else break;
    count++;
  }
  // one alone ends with dots
  if (count === 0 && texts.length === 1) return { shown: [texts[0]], rest: "" };
  if (count === 0) return { shown: [], rest: `${texts.length} changes` };
  return { shown: texts.slice(0, count), rest: count < texts.length ? `+${texts.length - count}` : "" };
}
