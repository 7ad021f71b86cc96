/** The drawn digits of a class as tiles: each with what is read in it; those that are read wrongly first. */

import { createPicture } from "../drawing/picture.js";
import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createWatch } from "../lib/watch.js";
import { createMark } from "../wall/marks.js";
import { layoutFor } from "../wall/fit.js";
import { ordered, tileLabel, tileTexts, verdictOf } from "./drawn.js";

/**
 * @typedef {import("../classroom/state.js").DrawnDigits} DrawnDigits
 * @typedef {import("../classroom/types.js").DrawnDigit} DrawnDigit
 */

/** The marks of tiles, by verdict. @type {Record<string, string>} */
const MARKS = { right: "reached", wrong: "wrong" };

/** @param {number} number */
function createTile(number) {
  const picture = createPicture("drawn-picture");
  const mark = h("span", { class: "drawn-mark" });
  const [meant, read] = [h("b"), h("b")];
  // one of them is shown, as there is room
  const as = h("span", { class: "drawn-as" }, h("span", {}, "read as"), h("span", {}, "→"));
  const name = h("span", { class: "drawn-name" });
  const element = h("li", { class: "drawn-tile" }, picture.element, h("span", { class: "drawn-verdict" }, mark, meant, as, read), name);
  element.dataset.number = String(number);
  let verdict = "";
  return {
    element,
    /** @param {DrawnDigit} drawn @param {Uint8Array | undefined} pixels @param {number} side */
    draw(drawn, pixels, side) {
      element.setAttribute("aria-label", tileLabel(drawn));
      const next = verdictOf(drawn);
      if (next !== verdict) {
        verdict = element.dataset.verdict = next;
        mark.replaceChildren(...(MARKS[next] ? [createMark(MARKS[next])] : []));
      }
      const texts = tileTexts(drawn);
      setText(meant, texts.meant);
      setText(read, texts.read);
      setText(name, drawn.name);
      if (pixels) picture.draw(pixels, side, currentPalette());
    },
  };
}

/**
 * @param {HTMLElement} element  which is filled
 * @param {{isScreen?: boolean, room: () => {width: number, height: number}}} parts  room: for the tiles, in pixels
 */
export function createDrawnTiles(element, { isScreen = false, room }) {
  /** @type {Map<number, ReturnType<typeof createTile>>} */
  const tiles = new Map();
  const watch = createWatch();
  element.classList.add("drawn-tiles");
  element.setAttribute("role", "list");

  /** @param {number} count @param {boolean} hasNames */
  function lay(count, hasNames) {
    const type = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const { columns, gap, width, density } = layoutFor({ ...room(), count, type, size: "fit", isScreen, hasNames, chips: 0 });
    const values = { "--columns": String(columns), "--tile": `${width}px`, "--tile-gap": `${gap}px` };
    for (const [name, value] of Object.entries(values)) element.style.setProperty(name, value);
    element.dataset.density = density;
  }

  return {
    /** @param {DrawnDigits | null} digits */
    draw(digits) {
      if (!watch.isNew(digits, currentPalette(), innerWidth, innerHeight, element.clientWidth)) return;
      const drawn = ordered(digits?.drawn ?? []);
      const numbers = new Set(drawn.map(({ number }) => number));
      for (const [number, tile] of tiles) {
        if (numbers.has(number)) continue;
        tile.element.remove();
        tiles.delete(number);
      }
      drawn.forEach((one, index) => {
        const tile = tiles.get(one.number) ?? createTile(one.number);
        tiles.set(one.number, tile);
        if (element.children[index] !== tile.element) element.insertBefore(tile.element, element.children[index] ?? null);
        if (digits) tile.draw(one, digits.pictures.get(one.number), digits.side);
      });
      lay(drawn.length, drawn.some(({ name }) => name !== ""));
    },
  };
}
