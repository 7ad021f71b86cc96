/** Which tiles the server sends pictures of: those in view, said no more than a few times a second. Pure but for the timer. */

/** In ms: at most four times a second. */
const EVERY = 250;

/**
 * @param {(on: boolean, seats: number[]) => void} send
 * @param {{now: () => number, later: (run: () => void, wait: number) => unknown, cancel: (timer: any) => void}} [clock]
 */
export function createSubscription(send, clock = { now: () => performance.now(), later: (run, wait) => setTimeout(run, wait), cancel: (timer) => clearTimeout(timer) }) {
  let isOn = false;
  let last = -Infinity;
  /** The last seats that were sent, as text. @type {string | null} */
  let sent = null;
  /** @type {ReadonlySet<number>} */
  let wanted = new Set();
  /** @type {unknown} */
  let timer = null;

  function flush() {
    timer = null;
    const seats = [...wanted].sort((a, b) => a - b);
    if (!isOn || sent === seats.join()) return;
    sent = seats.join();
    last = clock.now();
    send(true, seats);
  }

  function soon() {
    if (!isOn || timer !== null) return;
    const wait = last + EVERY - clock.now();
    if (wait <= 0) flush();
    else timer = clock.later(flush, wait);
  }

  return {
    open() {
      isOn = true;
      sent = null;
      soon();
    },
    /** @param {ReadonlySet<number>} seats  whose tiles are in view */
    show(seats) {
      wanted = seats;
      soon();
    },
    /** The server has forgotten what was said: another connection. */
    renew() {
      sent = null;
      soon();
    },
    close() {
      if (!isOn) return;
      isOn = false;
      clock.cancel(timer);
      timer = null;
      send(false, []);
    },
  };
}
