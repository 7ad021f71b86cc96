/** When a view whose content may change sixty times a second is drawn, so that it can still be read. Pure. */

/**
 * @param {number} interval  the least time between two drawings while a network is trained, in ms
 * @returns {(parts: readonly unknown[], isPlaying: boolean, now: number) => boolean} whether to draw now: something of
 *   the parts has changed, and while training goes on, the last drawing is long enough ago
 */
export function createDue(interval) {
  /** @type {readonly unknown[]} */
  let drawn = [];
  let last = -Infinity;
  return (parts, isPlaying, now) => {
    const isSame = parts.length === drawn.length && parts.every((part, index) => part === drawn[index]);
    if (isSame || (isPlaying && now - last < interval)) return false;
    [drawn, last] = [parts, now];
    return true;
  };
}
