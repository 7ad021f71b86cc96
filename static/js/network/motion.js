/**
 * All that moves in the network: the dashes of the links while training plays, also when no new frame comes; pulses while
 * minibatches are trained one at a time; and units on the way to their new places. With reduced motion nothing does.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("./transition.js").Places} Places
 */

import { reducedMotion } from "../lib/dom.js";
import { createBudget } from "../lib/throttle.js";
import { createPulses, isMinibatch, passOf } from "./pulses.js";
import { createTransition } from "./transition.js";

/** How many links get their full width. */
const IN_FULL = { least: 60, most: 4000, start: 160 };

/**
 * Decides when the links are painted: at once, or while they move once in each frame of the screen; where the machine
 * cannot keep up, in every other frame.
 * @param {() => void} paint
 * @param {() => boolean} isPlaying
 */
export function createMotion(paint, isPlaying) {
  const reduced = reducedMotion();
  const budget = createBudget(IN_FULL);
  const transition = createTransition();
  const pulses = createPulses();
  /** Time of the screen's frame in which they were painted. */
  let paintedAt = -1;
  let isTicking = false;
  let isSkipped = false;
  const isAnimated = () => !reduced.matches;
  const isBusy = (/** @type {number} */ time) => transition.isRunning(time) || pulses.isRunning(time);
  const isMoving = () => isAnimated() && (isPlaying() || isBusy(performance.now()));
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
    // once more, so that nothing stays on its way
    if (!isTicking) return paintNow();
    if (paintedAt !== frameTime()) paintMoving();
    requestAnimationFrame(tick);
    return undefined;
  }

  function start() {
    if (!isMoving() || isTicking) return;
    isTicking = true;
    requestAnimationFrame(tick);
  }

  return {
    isAnimated,
    start,
    /** How many links get their full width. */
    inFull: () => budget.amount,
    /** Where the dashes are, in ms; 0: they do not move. */
    time: () => (isPlaying() && isAnimated() ? performance.now() : 0),
    /** Paints what is new. @param {boolean} isUrgent  whether it must not wait for the next frame of the screen */
    paint(isUrgent) {
      if (isMoving() && !isUrgent) paintMoving();
      else paintNow();
    },
    /** Paints once, unless the next frame of the screen does it anyway. */
    repaint: () => void (isTicking || paintNow()),

    /** The network has another shape: everything goes to its place. @param {Places} places @param {boolean} isEased  or is there at once */
    place(places, isEased) {
      pulses.stop();
      if (!isEased || !isAnimated()) return transition.jump(places);
      transition.ease(places, performance.now());
      return start();
    },
    /** Where things are on their way, and how much of it is left; and the pulses. */
    now() {
      const time = performance.now();
      return { shifts: transition.shifts(time), left: transition.left(time), pulses: isAnimated() ? pulses.at(time) : null };
    },
    /** A frame has come: if a minibatch was trained for it, pulses show it. @param {Frame | null} before @param {Frame | null} frame @param {import("../core/types.js").State["status"]} status @param {import("./layout.js").Layout} layout */
    train(before, frame, status, { links }) {
      if (!before || !frame || !isAnimated() || !isMinibatch(before, frame, status)) return;
      pulses.begin(() => passOf(links, frame.arrays.params, before.arrays.params), performance.now());
      start();
    },
  };
}
