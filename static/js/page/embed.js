/** A page in a frame of another page: the way out of it, into a page of its own. */

import { byId } from "../lib/dom.js";

/** @typedef {import("../core/actions.js").PageState} PageState */

export function createEmbed() {
  const way = byId("open-page", HTMLAnchorElement);
  way.hidden = document.documentElement.dataset.embed === undefined;

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { link }) {
      const address = `${location.pathname}${link}`;
      if (!way.hidden && way.getAttribute("href") !== address) way.setAttribute("href", address);
    },
  };
}
