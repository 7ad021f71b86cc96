/** A row of tabs: the arrow keys, Home and End go from one to the next, and only the chosen one is a stop of the Tab key. */

/** Where a key goes in a row of `count`, from a place in it. @type {Record<string, (index: number, count: number) => number>} */
export const MOVES = {
  ArrowRight: (index, count) => (index + 1) % count,
  ArrowLeft: (index, count) => (index + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * Listens to a row of tabs. Tabs that are hidden are left out.
 * @param {readonly HTMLButtonElement[]} tabs
 * @param {(index: number) => void} choose
 */
export function listenToTabs(tabs, choose) {
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(index));
    tab.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const shown = tabs.filter(({ hidden }) => !hidden);
      const next = shown[move(shown.indexOf(tab), shown.length)];
      choose(tabs.indexOf(next));
      next.focus();
    });
  });
}

/**
 * Marks the chosen tab.
 * @param {readonly HTMLButtonElement[]} tabs
 * @param {number} chosen  its index, -1 for none
 */
export function drawTabs(tabs, chosen) {
  tabs.forEach((tab, index) => {
    tab.setAttribute("aria-selected", String(index === chosen));
    tab.tabIndex = index === chosen ? 0 : -1;
  });
}
