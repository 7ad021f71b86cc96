/** How large tiles are. Pure. */

/** @typedef {"fit" | "s" | "m" | "l"} Size */

/** Between tiles, in pixels. */
const GAPS = { wall: 8, screen: 5 };
/** The width of a tile, in type sizes, by the size that the user chose. */
const WIDTHS = { s: 6.2, m: 9, l: 14 };
/** The narrowest and the widest tile when all of them are to fit. */
const BOUNDS = { wall: { least: 5.4, most: 19 }, screen: { least: 2.9, most: 26 } };
/** Narrower tiles have one line of numbers and no room for words; wider ones have larger type. In type sizes. */
const DENSE = 6.2;
const ROOMY = { wall: 11.5, screen: 7.5 };
/** The type of chips, and rows of them: at most two. */
const CHIP = { dense: 0, usual: 0.737, roomy: 0.86 };
/** Between the picture and the text, in type sizes. */
const BELOW_PICTURE = 0.2;

/**
 * What is below and around the picture of a tile, in type sizes.
 * @typedef {object} Around
 * @property {number} padding  on each side
 * @property {number} text  height of all lines
 */

/**
 * @param {number} width  in type sizes @param {{hasNames: boolean, chips: number, isScreen: boolean}} lines
 * @returns {{density: "dense" | "usual" | "roomy", rows: number, padding: number, text: number}}  rows: of chips
 */
function aroundFor(width, { hasNames, chips: most, isScreen }) {
  const density = width < DENSE ? "dense" : width < (isScreen ? ROOMY.screen : ROOMY.wall) ? "usual" : "roomy";
  const line = { dense: 0.87, usual: 1.12, roomy: 1.45 }[density];
  const chips = most > 0 && density !== "dense" ? { usual: 1.25, roomy: most > 2 ? 2.8 : 1.5 }[density] : 0;
  const rows = density === "dense" || most === 0 ? 0 : density === "roomy" && most > 2 ? 2 : 1;
  return { density, rows, padding: { dense: 0.25, usual: 0.4, roomy: 0.6 }[density], text: (hasNames ? 2 : 1) * line + chips };
}

/**
 * The layout of tiles.
 * @param {object} given
 * @param {number} given.count @param {number} given.width  of the room, in pixels
 * @param {number} given.height  that can be seen @param {number} given.type  the type size in pixels
 * @param {Size} given.size @param {boolean} given.isScreen
 * @param {boolean} given.hasNames  whether there is a line for them
 * @param {number} given.chips  the most that a tile has
 * @returns {{columns: number, gap: number, width: number, height: number, picture: number, density: "dense" | "usual" | "roomy", chips: {width: number, rows: number}}}
 *   in pixels, of a tile; of its chips in their own type sizes
 */
export function layoutFor({ count, width, height, type, size, isScreen, hasNames, chips }) {
  const lines = { hasNames, chips, isScreen };
  const bounds = isScreen ? BOUNDS.screen : BOUNDS.wall;
  const gap = isScreen ? GAPS.screen : GAPS.wall;
  const [least, most] = size === "fit" ? [bounds.least * type, bounds.most * type] : [WIDTHS[size] * type, WIDTHS[size] * type * 1.35];
  const fewest = Math.max(1, Math.floor((width + gap) / (most + gap)));
  const mostColumns = Math.max(1, Math.floor((width + gap) / (least + gap)));
  const of = (/** @type {number} */ columns) => {
    const across = Math.max(1, Math.min(most, Math.floor((width - gap * (columns - 1)) / columns)));
    const { density, rows, padding, text } = aroundFor(across / type, lines);
    const picture = across - 2 * Math.round(padding * type);
    return { columns, gap, width: across, height: picture + Math.ceil((2 * padding + BELOW_PICTURE + text) * type), picture, density, chips: { width: rows === 0 ? 0 : picture / (CHIP[density] * type), rows } };
  };
  if (size !== "fit") return of(mostColumns);
  for (let columns = Math.min(fewest, Math.max(1, count)); columns < mostColumns; columns++) {
    const layout = of(columns);
    const rows = Math.ceil(count / columns);
    if (rows * (layout.height + gap) - gap <= height) return layout;
  }
  return of(mostColumns);
}
