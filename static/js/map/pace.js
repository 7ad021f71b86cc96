/**
 * How finely and how often the surface is drawn, so that drawing it takes no more time than there is: on a slow machine the
 * grid becomes coarser, and pictures are left out. Pure.
 */

/**
 * How finely it is drawn, the coarsest first: the points of a side of the grid, the pixels of a picture to one of the page, and
 * whether pins have rings that say nothing. Those are costly where there is no graphics card.
 * @type {readonly {points: number, density: 1 | 2, hasRings: boolean}[]}
 */
export const LEVELS = [
  { points: 20, density: 1, hasRings: false }, { points: 26, density: 1, hasRings: false }, { points: 34, density: 1, hasRings: true },
  { points: 50, density: 1, hasRings: true }, { points: 50, density: 2, hasRings: true },
];
/** In ms: what a picture may cost, below what the next finer level is tried, and the least time between two pictures. */
const MOST = 70;
const LITTLE = 48;
const APART = 33;
/** Share of the time that is left to everything else. */
const REST = 0.1;
/** Pictures in a row that must be too slow, or fast, until the level changes; fast ones twice as many after each time it was too slow. */
const SLOW = 3;
const FAST = 20;

/** The pace of pictures, which follows what they cost. */
export function createPace() {
  let index = LEVELS.length - 1;
  let [slow, fast, patience] = [0, 0, FAST];
  let cost = 0;

  /** @param {number} next  index of a level */
  function change(next) {
    index = next;
    [slow, fast] = [0, 0];
  }

  return {
    level: () => LEVELS[index],

    /** In ms: how long after the start of the last picture the next one may begin. */
    pause: () => Math.max(APART, cost * (1 + REST)),

    /** A picture was drawn. @param {number} ms  it took until it was on the screen */
    note(ms) {
      cost = ms;
      slow = ms > MOST ? slow + 1 : 0;
      fast = ms < LITTLE ? fast + 1 : 0;
      if (slow >= SLOW && index > 0) {
        patience *= 2;
        change(index - 1);
      } else if (fast >= patience && index < LEVELS.length - 1) change(index + 1);
    },
  };
}
