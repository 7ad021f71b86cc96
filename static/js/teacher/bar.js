/** The class bar: code and address, who is here, what all students do, and the tools. */

import { all, byId, setText } from "../lib/dom.js";
import { handsText, presentText, spacedCode, spelledCode, waitingText } from "./texts.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("./panels.js").PanelName} PanelName
 */

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 * @param {(name: string) => void} parts.use  opens a dialog or panel, or closes the panel
 */
export function createBar(element, { actions, use }) {
  const address = byId("class-address", HTMLElement);
  const code = byId("class-code", HTMLElement);
  const join = all(element, ".class-join", HTMLButtonElement)[0];
  const present = byId("class-present", HTMLElement);
  const said = byId("class-said", HTMLElement);
  const menu = byId("menu", HTMLElement);
  const modes = all(element, "[data-mode]", HTMLButtonElement);
  const panels = all(element, "[data-tool][aria-pressed]", HTMLButtonElement);
  const badges = { hands: byId("class-hands", HTMLButtonElement), waiting: byId("class-waiting", HTMLButtonElement) };

  // tools are in the bar, in its menu, and in panels
  document.addEventListener("click", ({ target }) => {
    const name = target instanceof Element && target.closest("[data-tool]")?.getAttribute("data-tool");
    if (!name) return;
    if (menu.matches(":popover-open")) menu.hidePopover();
    use(name);
  });
  for (const button of modes) {
    button.addEventListener("click", () => actions.setMode(/** @type {"explore" | "follow" | "pause"} */ (button.dataset.mode)));
  }

  /** @param {HTMLButtonElement} badge @param {number} count @param {string} text */
  function drawBadge(badge, count, text) {
    badge.hidden = count === 0;
    badge.title = text;
    setText(badge.querySelector("b") ?? badge, String(count));
    setText(badge.querySelector("span") ?? badge, ` ${text}`);
  }

  return {
    /**
     * @param {ClassState} state
     * @param {{panel: PanelName | null, spoken: string}} page  spoken: the address that students type
     */
    draw({ room, code: known }, { panel, spoken }) {
      const shownCode = room?.code ?? known ?? "";
      setText(address, spoken);
      setText(code, spacedCode(shownCode));
      join.setAttribute("aria-label", `Join at ${spoken}, code ${spelledCode(shownCode)}`);
      for (const button of panels) button.setAttribute("aria-pressed", String(button.dataset.tool === panel));
      for (const button of modes) {
        button.setAttribute("aria-pressed", String(button.dataset.mode === room?.mode));
        button.disabled = room === null;
      }
      if (!room) return;
      const followed = room.mode === "follow" && room.shown?.seat != null;
      setText(modes[1].querySelector("span") ?? modes[1], followed ? "Follow student" : "Follow me");
      present.title = presentText(room);
      setText(present.querySelector("b") ?? present, String(room.present));
      setText(present.querySelector("span") ?? present, "here");
      drawBadge(badges.hands, room.hands, handsText(room.hands));
      drawBadge(badges.waiting, room.waiting, waitingText(room.waiting));
      setText(said, [room.hands > 0 ? handsText(room.hands) : "", room.waiting > 0 ? waitingText(room.waiting) : ""].filter(Boolean).join(", "));
    },
  };
}

/** What the bar leaves to its menu, or shows smaller, step by step: the style sheet says what each letter means. */
const STEPS = "abcdefghijk";

/**
 * Shows as much in the bar as fits. Badges that come and go have their room in any case, so that nothing moves with them.
 * @param {HTMLElement} element
 */
export function fitBar(element) {
  const line = all(element, ".class-line", HTMLElement)[0];
  const menu = byId("menu-button", HTMLElement);

  /** Whether the last part is pushed out of its place. */
  function isTooWide() {
    const room = line.getBoundingClientRect().right - parseFloat(getComputedStyle(line).paddingRight);
    return menu.getBoundingClientRect().right + parseFloat(getComputedStyle(menu).marginRight) > room + 0.5;
  }

  function fit() {
    element.toggleAttribute("data-measured", true);
    let count = 0;
    do element.dataset.less = STEPS.slice(0, count);
    while (isTooWide() && count++ < STEPS.length);
    element.removeAttribute("data-measured");
  }
  const observer = new ResizeObserver(fit);
  for (const part of [line, ...all(line, ".class-join, .class-present", HTMLElement)]) observer.observe(part);
}
