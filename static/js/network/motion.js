/** Moves the dashes of the links while training plays, also when no new frame comes. */

import { createBudget } from "../lib/throttle.js";

/** How many links get their full width. */
const IN_FULL = { least: 60, most: 4000, start: 160 };

/**
 * Decides when the links are painted: at once, or while they move once in each frame of the screen; where the machine
 * cannot keep up, in every other frame.
 * @param {() => void} paint
 * @param {() => boolean} isPlaying
 */
export function createMotion(paint, isPlaying) {
  const stillMotion = matchMedia("(prefers-reduced-motion: reduce)");
  const budget = createBudget(IN_FULL);
  /** Time of the screen's frame in which they were painted. */
  let paintedAt = -1;
  let isTicking = false;
  let isSkipped = false;
  const isMoving = () => isPlaying() && !stillMotion.matches;
  const frameTime = () => Number(document.timeline.currentTime);

  function paintNow() {
    paint();
    paintedAt = frameTime();
  }

  function paintMoving() {
    budget.frame(performance.now());
    isSkipped = budget.amount === IN_FULL.least && !isSkipped;
    if (isSkipped) paintedAt = frameTime();
    else paintNow();
  }

  function tick() {
    isTicking = isMoving();
    if (!isTicking) return;
    if (paintedAt !== frameTime()) paintMoving();
    requestAnimationFrame(tick);
  }

  return {
    /** How many links get their full width. */
    inFull: () => budget.amount,
    /** Where the dashes are, in ms; 0: they do not move. */
    time: () => (isMoving() ? performance.now() : 0),
    /** Paints what is new. @param {boolean} isUrgent  whether it must not wait for the next frame of the screen */
    paint(isUrgent) {
      if (isMoving() && !isUrgent) paintMoving();
      else paintNow();
    },
    /** Paints once, unless the next frame of the screen does it anyway. */
    repaint: () => void (isTicking || paintNow()),
    start() {
      if (!isMoving() || isTicking) return;
      isTicking = true;
      requestAnimationFrame(tick);
    },
  };
}
