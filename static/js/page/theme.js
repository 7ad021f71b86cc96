/** Light or dark, and the size for a projector: attributes of the whole page, and their two buttons. */

import { byId, darkScheme } from "../lib/dom.js";

/** @typedef {import("../core/actions.js").PageState} PageState */

/** The theme of the system. @returns {"light" | "dark"} */
const systemTheme = () => (darkScheme().matches ? "dark" : "light");

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
  const themeButton = byId("theme-button", HTMLButtonElement);
  const presentationButton = byId("presentation-button", HTMLButtonElement);
  /** @type {PageState | null} */
  let drawn = null;
  darkScheme().addEventListener("change", () => {
    if (!root.dataset.theme) store.set({ theme: systemTheme() });
  });

  /** @param {string} theme */
  function drawTheme(theme) {
    themeButton.setAttribute("aria-pressed", String(theme === "dark"));
    if (matchMedia("(forced-colors: active)").matches) return;
    if (theme === systemTheme()) delete root.dataset.theme;
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
