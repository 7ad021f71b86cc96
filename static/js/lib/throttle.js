/** How much a view may paint in a frame: more where the machine keeps up, less where it does not. Pure. */

/** Frames that are measured before a change. */
const WINDOW = 30;
/** In ms: a frame took too long, or there was time left. A screen of 60 Hz gives 16.7 ms. */
const TOO_LONG = 22;
const TIME_LEFT = 17.6;
/** A longer break is no slow frame: the page was not on the screen. */
const BREAK = 250;
const CUT = 0.7;
const GROWTH = 1.2;
const STAY_AFTER_CUT = 15000;

/**
 * An amount that follows how fast frames come. It changes slowly, and stays for a while after a cut, so that nothing
 * flickers.
 * @param {{least: number, most: number, start: number}} bounds  whole numbers
 */
export function createBudget({ least, most, start }) {
  let amount = start;
  let last = -Infinity;
  let staysUntil = -Infinity;
  /** @type {number[]} */
  let intervals = [];

  /** @param {number} time */
  function judge(time) {
    const median = intervals.toSorted((a, b) => a - b)[WINDOW / 2];
    intervals = [];
    if (median > TOO_LONG) {
      amount = Math.max(least, Math.floor(amount * CUT));
      staysUntil = time + STAY_AFTER_CUT;
    } else if (median < TIME_LEFT && time > staysUntil) {
      amount = Math.min(most, Math.ceil(amount * GROWTH));
    }
  }

  return {
    /** What may be painted now, within the bounds. */
    get amount() {
      return amount;
    },
    /** Notes a frame. @param {number} time  in ms */
    frame(time) {
      if (time - last > 0 && time - last < BREAK) intervals.push(time - last);
      last = time;
      if (intervals.length === WINDOW) judge(time);
    },
  };
}
