/**
 * When the card of a control opens and closes: after the pointer has rested on a subject or the Tab key has stopped at
 * it, and some time after both have left, so that the pointer can go into the card. Knows no page.
 */

/** How long the pointer rests on words or a button, the focus stays, and a finger holds a button, in ms. */
export const DWELL = { words: 400, button: 600, focus: 800, hold: 500 };
/** How long the pointer may take from a subject to its card, in ms; shorter than any rest. */
export const GRACE = 300;

/**
 * @template T
 * @param {object} parts
 * @param {(subject: T) => void} parts.open  shows the card of a subject, also in place of that of another one
 * @param {() => void} parts.close
 * @param {(run: () => void, delay: number) => unknown} parts.setTimeout
 * @param {(timer: any) => void} parts.clearTimeout
 */
export function createDwell({ open, close, setTimeout, clearTimeout }) {
  /** What the card is about. @type {T | null} */
  let shown = null;
  /** What is waited for. @type {T | null} */
  let awaited = null;
  /** What was used or closed, and is not shown again before it is left. @type {T | null} */
  let done = null;
  let isPinned = false;
  /** @type {unknown} */
  let opening = null;
  /** @type {unknown} */
  let closing = null;

  function forget() {
    if (opening !== null) clearTimeout(opening);
    opening = awaited = null;
  }

  function keep() {
    if (closing !== null) clearTimeout(closing);
    closing = null;
  }

  function end() {
    keep();
    if (shown === null) return;
    shown = null;
    isPinned = false;
    close();
  }

  /** @param {T} subject @param {boolean} isToStay */
  function show(subject, isToStay) {
    forget();
    keep();
    [shown, done, isPinned] = [subject, null, isToStay];
    open(subject);
  }

  /** The pointer or the focus is elsewhere. */
  function leave() {
    forget();
    done = null;
    if (shown !== null && !isPinned) closing ??= setTimeout(end, GRACE);
  }

  /** The pointer is on the card, or on the control it is about. */
  function stay() {
    forget();
    keep();
  }

  return {
    get shown() {
      return shown;
    },
    /** Whether the card stays until it is closed. */
    get isPinned() {
      return isPinned;
    },
    /** The pointer or the focus is on a subject. @param {T} subject @param {number} delay */
    rest(subject, delay) {
      if (subject === shown) stay();
      if (subject === shown || subject === awaited || subject === done) return;
      leave();
      if (isPinned) return;
      awaited = subject;
      opening = setTimeout(() => show(subject, false), delay);
    },
    stay,
    leave,
    /** Shows the card at once; it stays until it is closed. @param {T} subject */
    pin: (subject) => show(subject, true),
    /** Closes the card at once, and opens none for this subject before it is left. */
    dismiss() {
      done = shown ?? awaited ?? done;
      forget();
      end();
    },
  };
}
