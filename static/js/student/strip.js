/** The line at the top of a student's page, the card of the student's own name, and what covers the page in a pause. */

import { all, byId, setText } from "../lib/dom.js";
import { spokenCode } from "../classroom/seat.js";
import { lineOf, pauseOf, presenceOf, titleOf } from "./texts.js";

/** @typedef {import("../classroom/state.js").ClassState} ClassState */

/** What stays usable in a pause. */
const USABLE = ["class-question", "class-compare", "class-pause", "class-door", "messages", "live"];

/**
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 * @param {() => boolean} parts.isKept  whether a reload finds the seat again
 */
export function createStrip({ actions, isKept }) {
  const strip = byId("class-strip", HTMLElement);
  const line = byId("class-line", HTMLElement);
  const text = byId("class-text", HTMLElement);
  const more = byId("class-more", HTMLButtonElement);
  const command = byId("class-button-line", HTMLButtonElement);
  const hands = all(document, "[data-hand]", HTMLButtonElement);
  const pause = byId("class-pause", HTMLElement);
  /** @type {import("./texts.js").Command | null} */
  let offered = null;
  let isUp = false;

  command.addEventListener("click", () => offered && actions[offered]());
  for (const hand of hands) hand.addEventListener("click", () => actions.raiseHand(!isUp));
  byId("class-leave", HTMLButtonElement).addEventListener("click", () => {
    byId("class-card", HTMLElement).hidePopover();
    actions.leave();
  });
  more.addEventListener("click", () => showAll(!strip.classList.contains("whole")));
  new ResizeObserver(fit).observe(text);

  /** A long sentence shows its end when that is asked for. @param {boolean} isWhole */
  function showAll(isWhole) {
    strip.classList.toggle("whole", isWhole);
    more.setAttribute("aria-expanded", String(isWhole));
    setText(more, isWhole ? "Less" : "More");
  }

  function fit() {
    more.hidden = !strip.classList.contains("whole") && text.scrollHeight <= text.clientHeight + 1;
  }

  /** @param {ClassState} state */
  function cover(state) {
    const paused = pauseOf(state);
    const isCovered = state.joined === null || state.ended !== null;
    for (const part of document.body.children) {
      const isInert = isCovered ? !["class-door", "messages"].includes(part.id) : paused !== null && !USABLE.includes(part.id);
      if (part instanceof HTMLElement && part.inert !== isInert) part.inert = isInert;
    }
    pause.hidden = paused === null;
    document.documentElement.toggleAttribute("data-paused", paused !== null);
    if (!paused) return;
    setText(/** @type {HTMLElement} */ (pause.querySelector("h2")), paused.title);
    setText(/** @type {HTMLElement} */ (pause.querySelector("p")), paused.text);
  }

  return {
    /** @param {ClassState} state */
    draw(state) {
      const { joined, room } = state;
      cover(state);
      strip.hidden = joined === null;
      const { text: words, tone, button } = lineOf(state);
      const title = tone === "task" ? titleOf(room) : "";
      const sentence = [title, words].filter(Boolean).join(" · ");
      if (sentence !== text.textContent) {
        text.textContent = sentence;
        showAll(false);
        fit();
      }
      line.dataset.tone = tone;
      offered = button?.command ?? null;
      command.hidden = button === null;
      if (button) setText(command, button.label);
      setText(byId("class-here", HTMLElement), presenceOf(room));
      isUp = joined?.hand ?? false;
      for (const hand of hands) {
        hand.hidden = joined?.waiting ?? true;
        hand.setAttribute("aria-pressed", String(isUp));
        setText(hand, isUp ? "Lower hand" : "Raise hand");
      }
      document.documentElement.toggleAttribute("data-watching", state.watching !== null);
      document.documentElement.toggleAttribute("data-door", joined === null);
      setText(byId("class-me", HTMLElement), joined?.name ?? "");
      setText(byId("class-card-name", HTMLElement), joined?.name ?? "");
      setText(byId("class-card-code", HTMLElement), spokenCode(state.code));
      byId("class-card-note", HTMLElement).hidden = isKept();
    },
  };
}
