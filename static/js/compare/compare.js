/** Compare: a card for the main network and for each variant, and one where variants are chosen. */

import { openPanelOf } from "../core/dock.js";
import { isEqual } from "../core/store.js";
import { byId, setText } from "../lib/dom.js";
import { createCard } from "./card.js";
import { createChooser } from "./chooser.js";
import { cardsOf, headingsOf } from "./results.js";

/**
 * @typedef {import("../core/types.js").Variant} Variant
 * @typedef {import("../core/actions.js").PageState} PageState
 */

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {import("../chart/series.js").Series} parts.series  the losses of the main network
 * @param {import("../portraits/plane.js").Portraits} parts.portraits
 */
export function createCompare({ actions, schema, series, portraits }) {
  const button = byId("compare-button", HTMLButtonElement);
  const count = byId("compare-count", HTMLElement);
  /** The main network's first. @type {import("./card.js").Card[]} */
  const cards = [];
  /** @type {PageState | null} */
  let state = null;
  /** @type {unknown[]} */
  let drawnFrom = [];
  const chooser = createChooser({
    schema, state: () => state,
    onChosen: (variant) => state && actions.setView({ compare: [...state.view.compare, variant] }),
  });

  /** @param {Variant | undefined} variant */
  function remove(variant) {
    if (state && variant) actions.setView({ compare: state.view.compare.filter((other) => !isEqual(other, variant)) });
    button.focus({ preventScroll: true });
  }

  /** Makes as many cards as there are networks, and names them. @param {PageState} now */
  function drawHeadings(now) {
    const headings = headingsOf(schema, now);
    while (cards.length > headings.length) cards.pop()?.element.remove();
    while (cards.length < headings.length) {
      const index = cards.length - 1;
      const card = createCard({ portraits, onUse: () => actions.swap(index), onRemove: () => remove(state?.view.compare[index]) });
      cards.push(card);
      chooser.element.before(card.element);
    }
    headings.forEach((heading, index) => cards[index].name(heading));
  }

  return {
    /** @param {import("../core/types.js").Frame | null} frame @param {PageState} now */
    draw(frame, now) {
      state = now;
      const { view, config, data } = now;
      setText(count, String(view.compare.length + 1));
      count.hidden = view.compare.length === 0;
      if (openPanelOf(now) !== "compare") return;
      const from = [view.compare, config, data];
      if (from.some((part, index) => part !== drawnFrom[index])) {
        drawnFrom = from;
        chooser.draw(now);
        drawHeadings(now);
      }
      cardsOf(frame, now, series, portraits).forEach((content, index) => cards[index].draw(content, now));
    },
  };
}
