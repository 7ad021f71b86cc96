/** The card of a unit: what it looks for, large, and its numbers. It is next to the unit, and takes no clicks. */

import { h, setText } from "../lib/dom.js";
import { createThumbnail } from "../map/thumbnail.js";
import { indexOf } from "./links.js";
import { cardPlace, linesOf, meaningOf, nameOf } from "./texts.js";

/** Lines that there is room for. */
const LINES = 4;

/** @param {HTMLElement} element  where it is put */
export function createCard(element) {
  const thumbnail = createThumbnail();
  const title = h("strong");
  const meaning = h("p");
  const lines = Array.from({ length: LINES }, () => ({ name: h("dt"), value: h("dd") }));
  const card = h("div", { id: "digit-card", class: "digit-card", hidden: true },
    thumbnail.canvas, h("div", {}, title, meaning, h("dl", {}, ...lines.flatMap(({ name, value }) => [name, value]))));
  element.append(card);

  return {
    /**
     * @param {import("./links.js").Unit | null} unit  null: none
     * @param {object} shown
     * @param {import("./links.js").Reader} shown.reader
     * @param {import("../core/types.js").FrameDigits} shown.digits
     * @param {number | null} shown.bias
     * @param {boolean} shown.areChanges  pictures show how training has changed them
     * @param {Uint32Array} shown.ramp
     * @param {DOMRect | null} shown.at  of the unit, in the window
     */
    draw(unit, { reader, digits, bias, areChanges, ramp, at }) {
      card.hidden = unit === null || at === null;
      if (!unit || !at) return;
      setText(title, nameOf(reader.sizes, unit));
      thumbnail.draw(digits.pictures, indexOf(reader.sizes, unit), digits.side, ramp);
      setText(meaning, meaningOf(unit, digits.scales[unit.layer] ?? 0, areChanges));
      const texts = linesOf(reader, unit, bias);
      lines.forEach(({ name, value }, index) => {
        setText(name, texts[index]?.name ?? "");
        setText(value, texts[index]?.value ?? "");
      });
      const { x, y } = cardPlace(at, card.getBoundingClientRect(), { width: innerWidth, height: innerHeight }, unit.layer === reader.sizes.length - 1);
      Object.assign(card.style, { left: `${x}px`, top: `${y}px` });
    },
  };
}
