/**
 * How much a view may paint in a frame: more where the machine keeps up, less where it does not. It changes slowly, and
 * after a cut stays put for a while, so that nothing flickers.
 */

/** Frames that are looked at before a change. */
const LOOK_AT = 30;
/** In ms: a frame took too long, or there was time left. The times between are what a screen of 60 Hz gives. */
const TOO_LONG = 22;
const TIME_LEFT = 17.6;
/** A longer break is no slow frame: the page was not on the screen. */
const BREAK = 250;
const CUT = 0.7;
const GROWTH = 1.2;
const STAY_AFTER_CUT = 15000;

/**
 * @param {{least: number, most: number, start: number}} bounds
 */
export function createPace({ least, most, start }) {
  let amount = start;
  let last = -Infinity;
  let staysUntil = -Infinity;
  /** @type {number[]} */
  let intervals = [];

  /** @param {number} time */
  function judge(time) {
    const median = intervals.toSorted((a, b) => a - b)[LOOK_AT / 2];
    intervals = [];
    if (median > TOO_LONG) {
      amount = Math.max(least, Math.floor(amount * CUT));
      staysUntil = time + STAY_AFTER_CUT;
    } else if (median < TIME_LEFT && time > staysUntil) {
      amount = Math.min(most, Math.ceil(amount * GROWTH));
    }
  }

  return {
    get amount() {
      return amount;
    },
    /** One frame of a row of frames. @param {number} time  in ms */
    frame(time) {
      if (time - last > 0 && time - last < BREAK) intervals.push(time - last);
      last = time;
      if (intervals.length === LOOK_AT) judge(time);
    },
  };
}
