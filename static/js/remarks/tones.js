/** Which tones the losses are: pure. */

/** The tone of a loss of 1, in Hz. Ten times smaller is an octave lower. */
const TONE_OF_ONE = 880;
/** Tones that small speakers can play, and that ears can stand, in Hz. */
const LOWEST = 110;
const HIGHEST = 1760;

/** @typedef {{train: number | null, test: number | null}} Tones  in Hz; null is silent */

/** The tone of a loss in Hz, or null without one. @param {number | null} loss */
export function toneOf(loss) {
  if (loss === null) return null;
  return Math.min(HIGHEST, Math.max(LOWEST, TONE_OF_ONE * 2 ** Math.log10(Math.max(loss, 0))));
}

/**
 * What is to be heard now; null: nothing.
 * @param {{train_loss: number | null, test_loss: number | null, past: boolean} | null} frame
 * @param {{view: {sound: boolean}, status: {playing: boolean}, connection: string}} state
 * @returns {Tones | null}
 */
export function tonesOf(frame, { view, status, connection }) {
  if (!frame || frame.past || !view.sound || !status.playing || connection !== "open") return null;
  return { train: toneOf(frame.train_loss), test: toneOf(frame.test_loss) };
}
