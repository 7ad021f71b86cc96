/** One student on the wall: picture, name, numbers, what differs, and the state as border, icon and word. */

import { h, setText } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { chipsFor } from "./chips.js";
import { hasReached } from "./order.js";
import { createMark } from "./marks.js";
import { paintPicture, SIDE } from "./picture.js";
import { chipText, numberText, STATES, tileLabel } from "./texts.js";

/** @typedef {import("../classroom/types.js").Tile} Tile */

/** States with an icon and a word on the picture. */
const MARKED = new Set(["reached", "stuck", "diverged", "away", "waiting"]);

/** What a tile is marked with. @param {Tile} tile */
const markOf = (tile) => (MARKED.has(tile.state) ? tile.state : hasReached(tile) ? "reached" : "");

/** @param {Element} element @param {string} name @param {string} value */
function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * @param {number} seat
 * @param {{isScreen: boolean, onOpen: (seat: number) => void}} parts  the screen's tiles are no buttons
 */
export function createTile(seat, { isScreen, onOpen }) {
  const canvas = h("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
  const mark = h("span", { class: "wall-mark", hidden: true });
  const hand = h("span", { class: "wall-mark wall-hand", hidden: true }, createMark("hand"), h("span", { class: "wall-word" }, "hand"));
  const name = h("span", { class: "wall-name" });
  const number = h("b");
  const epoch = h("span", { class: "wall-epoch" });
  const chips = h("span", { class: "wall-chips" });
  const element = h(
    isScreen ? "div" : "button",
    isScreen ? { class: "wall-tile", role: "img" } : { class: "wall-tile", type: "button", tabindex: "-1" },
    h("span", { class: "wall-picture" }, canvas, h("span", { class: "wall-marks" }, hand, mark)),
    name, h("span", { class: "wall-numbers" }, number, epoch), chips,
  );
  element.dataset.seat = String(seat);
  if (!isScreen) element.addEventListener("click", () => onOpen(seat));

  /** What is drawn: nothing is drawn twice. */
  let drawn = { mark: "", differs: /** @type {Tile["differs"] | null} */ (null), room: /** @type {unknown} */ (null) };
  /** @type {unknown[]} */
  let painted = [];

  /** @param {string} state */
  function drawMark(state) {
    if (state === drawn.mark) return;
    mark.hidden = state === "";
    mark.dataset.mark = state;
    if (state !== "") mark.replaceChildren(createMark(state), h("span", { class: "wall-word" }, state === "reached" ? "goal" : STATES[/** @type {Tile["state"]} */ (state)]));
    drawn.mark = state;
  }

  /** @param {Tile["differs"]} differs @param {Parameters<typeof chipsFor>[1]} room */
  function drawChips(differs, room) {
    const { shown, rest } = chipsFor(differs.map(chipText), room);
    chips.replaceChildren(...shown.map((text) => h("span", { class: "wall-chip" }, text)), ...(rest === "" ? [] : [h("span", { class: `wall-chip${shown.length > 0 ? " rest" : ""}` }, rest)]));
    chips.title = differs.map(({ label, value }) => `${label}: ${value}`).join("\n");
  }

  return {
    element,
    /**
     * @param {Tile} tile
     * @param {{name: string, isAccuracy: boolean, isGone: boolean, room: Parameters<typeof chipsFor>[1]}} shown  name: as it is shown; room: of the chips
     */
    draw(tile, { name: shownName, isAccuracy, isGone, room }) {
      setAttribute(element, "data-state", isGone ? "gone" : tile.state);
      element.classList.toggle("raised", tile.hand && !isGone);
      element.classList.toggle("reached", hasReached(tile));
      setAttribute(element, "aria-label", isGone ? `${shownName}, left the class` : tileLabel(tile, shownName));
      if (!isScreen) setAttribute(element, "aria-disabled", String(isGone));
      setText(name, shownName);
      setText(number, numberText(tile, isAccuracy));
      setText(epoch, formatCount(tile.epoch));
      hand.hidden = !tile.hand || isGone;
      drawMark(isGone ? "" : markOf(tile));
      if (drawn.differs === tile.differs && drawn.room === room) return;
      Object.assign(drawn, { differs: tile.differs, room });
      drawChips(tile.differs, room);
    },
    /**
     * Paints a picture, if it is not the one shown.
     * @param {import("./picture.js").SmallPicture} picture @param {{discretize: boolean}} view
     * @param {{palette: unknown, isLarge: boolean}} parts
     */
    paint(picture, view, { palette, isLarge }) {
      const from = [picture, view.discretize, palette, isLarge];
      if (from.every((part, index) => part === painted[index])) return false;
      painted = from;
      paintPicture(canvas, picture, view, { isLarge });
      return true;
    },
  };
}
