/** Light or dark, and the size for a projector: attributes of the whole page, and their two buttons. */

import { byId } from "../lib/dom.js";

/** @typedef {import("../core/actions.js").PageState} PageState */

/** Whether the system is dark, and when that changes. */
const darkScheme = () => matchMedia("(prefers-color-scheme: dark)");

/** The theme of the system. @param {Pick<MediaQueryList, "matches">} [dark] @returns {"light" | "dark"} */
const systemTheme = (dark = darkScheme()) => (dark.matches ? "dark" : "light");

/** The theme which the page starts with: the one chosen here before, else the system's. */
export function initialTheme() {
  return document.documentElement.dataset.theme ?? systemTheme();
}

/**
 * @param {object} parts
 * @param {import("../core/store.js").Store<PageState>} parts.store  follows the system until a theme is chosen
 */
export function createTheme({ store }) {
  const root = document.documentElement;
  const dark = darkScheme();
  const themeButton = byId("theme-button", HTMLButtonElement);
  const presentationButton = byId("presentation-button", HTMLButtonElement);
  /** @type {PageState | null} */
  let drawn = null;
  dark.addEventListener("change", () => {
    if (!root.dataset.theme) store.set({ theme: systemTheme(dark) });
  });

  /** @param {string} theme */
  function drawTheme(theme) {
    themeButton.setAttribute("aria-pressed", String(theme === "dark"));
    if (theme === systemTheme(dark)) delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      if (root.dataset.theme) localStorage.setItem("theme", theme);
      else localStorage.removeItem("theme");
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      if (state.theme !== drawn?.theme) drawTheme(state.theme);
      if (state.presentation !== drawn?.presentation) {
        root.toggleAttribute("data-presentation", state.presentation);
        presentationButton.setAttribute("aria-pressed", String(state.presentation));
      }
      drawn = state;
    },
  };
}
