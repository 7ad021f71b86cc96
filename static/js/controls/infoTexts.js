/** The card of an "i": what it says about the control now, and its place. Pure. */

/** Pixels between the card, its button or panel, and the edge of the window. */
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
 * Where the card opens: beneath its button, above it if there is no room; next to a panel, so that its lines stay readable.
 * @param {object} parts
 * @param {{left: number, top: number, bottom: number}} parts.button
 * @param {{right: number} | null} parts.panel
 * @param {{width: number, height: number}} parts.card
 * @param {number} parts.width  of the window @param {number} parts.height
 * @returns {{left: number, top: number}} in whole pixels
 */
export function cardPosition({ button, panel, card, width, height }) {
  const isBeside = panel !== null && panel.right + AWAY + card.width <= width - EDGE;
  const left = isBeside ? panel.right + AWAY : Math.min(button.left - 2 * AWAY, width - EDGE - card.width);
  const below = isBeside ? Math.min(button.top - 2 * AWAY, height - EDGE - card.height) : button.bottom + AWAY;
  const top = below + card.height <= height - EDGE ? below : button.top - AWAY - card.height;
  return { left: Math.round(Math.max(EDGE, left)), top: Math.round(Math.max(EDGE, top)) };
}
