/** Where keys lead among tiles. Pure. */

/** How many tiles a key leads on, by the number of columns. @type {Record<string, (columns: number) => number>} */
const MOVES = {
  ArrowRight: () => 1, ArrowLeft: () => -1, ArrowDown: (columns) => columns, ArrowUp: (columns) => -columns,
  PageDown: (columns) => 3 * columns, PageUp: (columns) => -3 * columns, Home: () => -Infinity, End: () => Infinity,
};

/**
 * Where a key leads.
 * @param {string} key @param {{index: number, count: number, columns: number}} at  index: -1 if nothing has the focus
 * @returns {number | null} null: the key is not one of these
 */
export function moveTo(key, { index, count, columns }) {
  const move = MOVES[key]?.(columns);
  if (move === undefined || count === 0) return null;
  const wanted = Math.max(index, 0) + move;
  // up from the first row and down from the last one stay where they are
  if (Math.abs(move) === columns && (wanted < 0 || wanted >= count)) {
    const isInLastRow = Math.floor(index / columns) === Math.floor((count - 1) / columns);
    return move > 0 && !isInLastRow ? count - 1 : Math.max(index, 0);
  }
  return Math.max(0, Math.min(count - 1, wanted));
}
