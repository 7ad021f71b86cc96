/** How links look by their weights: their width, and the order in which they are painted. Pure. */

/** 1 … 10 pixels for |weight| 0 … 5. */
const WIDTH = { least: 1, most: 10, weight: 5 };
/** Levels of strength into which links are sorted, and these by sign. */
const LEVELS = 64;

/**
 * The width of a link.
 * @param {number} weight
 * @returns {number} 1 … 10 CSS pixels
 */
export function linkWidth(weight) {
  return WIDTH.least + (Math.min(Math.abs(weight), WIDTH.weight) / WIDTH.weight) * (WIDTH.most - WIDTH.least);
}

/** The level of a weight: even if it is negative. @param {number} weight @returns {number} 0 … 2 LEVELS - 1 */
function levelOf(weight) {
  const strength = Math.min(Math.abs(weight) / WIDTH.weight, 1);
  return 2 * Math.floor(Math.sqrt(strength) * (LEVELS - 1)) + (weight < 0 ? 0 : 1);
}

/**
 * Sorts links from weak to strong, those of one level by sign. It counts instead of comparing, and its lists are used
 * again, since thousands of links change with every frame.
 * @returns {(links: readonly {index: number}[], params: ArrayLike<number>) => {order: Uint16Array, levels: Uint8Array}}
 *   `order`: indices of links; `levels`: of each link. Both are valid until the next call.
 */
export function createSorter() {
  let order = new Uint16Array(0);
  let levels = new Uint8Array(0);
  return (links, params) => {
    if (order.length !== links.length) {
      order = new Uint16Array(links.length);
      levels = new Uint8Array(links.length);
    }
    const starts = new Uint32Array(2 * LEVELS + 1);
    for (let i = 0; i < links.length; i++) {
      levels[i] = levelOf(params[links[i].index]);
      starts[levels[i] + 1] += 1;
    }
    for (let level = 0; level < 2 * LEVELS; level++) starts[level + 1] += starts[level];
    for (let i = 0; i < links.length; i++) order[starts[levels[i]]++] = i;
    return { order, levels };
  };
}
