/** The card of a control: what it says about the control now, and its place. Pure. */

/** Pixels between the card, its control or panel, and the edge of the window. */
const AWAY = 8;
const EDGE = 8;

/**
 * What the card says about the state of its control.
 * @param {string} locked  empty: it is not locked @param {string | null} idle  why it makes no difference, as a sentence; null: it does
 */
export function statusOf(locked, idle) {
  return [
    locked && `${locked}.`,
    idle !== null && `No effect right now: ${idle.charAt(0).toLowerCase()}${idle.slice(1)}`,
  ].filter(Boolean).join(" ");
}

/**
 * Where the card opens: beneath its control, above it if there is no room, and where there is more if neither is enough;
 * next to a panel, so that its lines stay readable. It never covers the control.
 * @param {object} parts
 * @param {{left: number, top: number, bottom: number}} parts.button
 * @param {{right: number} | null} parts.panel
 * @param {{width: number, height: number}} parts.card
 * @param {number} parts.width  of the window @param {number} parts.height
 * @returns {{left: number, top: number, maxHeight: number}} in whole pixels
 */
export function cardPosition({ button, panel, card, width, height }) {
  const isBeside = panel !== null && panel.right + AWAY + card.width <= width - EDGE;
  const left = isBeside ? panel.right + AWAY : Math.min(button.left - 2 * AWAY, width - EDGE - card.width);
  const put = (/** @type {number} */ top, /** @type {number} */ room) => ({
    left: Math.round(Math.max(EDGE, left)), top: Math.round(Math.max(EDGE, top)), maxHeight: Math.floor(room),
  });
  if (isBeside) return put(Math.min(button.top - 2 * AWAY, height - EDGE - card.height), height - 2 * EDGE);
  const [above, below] = [button.top - AWAY - EDGE, height - EDGE - button.bottom - AWAY];
  if (card.height <= below || below >= above) return put(button.bottom + AWAY, below);
  return put(button.top - AWAY - Math.min(card.height, above), above);
}
