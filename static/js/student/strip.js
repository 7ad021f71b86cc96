/** The line at the top of a student's page, the cards of the student's own name and of who is here, and what covers the page in a pause. */

import { all, byId, h, setText } from "../lib/dom.js";
import { createPopover } from "../lib/popover.js";
import { createWatch } from "../lib/watch.js";
import { spokenCode } from "../classroom/seat.js";
import { lineOf, pauseOf, presenceOf } from "./texts.js";

/** @typedef {import("../classroom/state.js").ClassState} ClassState */

/** What stays usable in a pause. */
const USABLE = ["class-question", "class-compare", "class-experiment", "class-pause", "class-door", "messages", "live", "blocked"];

/**
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 * @param {() => void} parts.seeRuns  shows the experiment of the class
 * @param {() => boolean} parts.isKept  whether a reload finds the seat again
 * @param {readonly import("../core/types.js").Field[]} parts.fields  of the schema
 */
export function createStrip({ actions, seeRuns, isKept, fields }) {
  const strip = byId("class-strip", HTMLElement);
  const line = byId("class-line", HTMLElement);
  const text = byId("class-text", HTMLElement);
  const more = byId("class-more", HTMLButtonElement);
  const command = byId("class-button-line", HTMLButtonElement);
  const hands = all(document, "[data-hand]", HTMLButtonElement);
  const pause = byId("class-pause", HTMLElement);
  const me = byId("class-me", HTMLButtonElement);
  const [who, here] = [byId("class-who", HTMLButtonElement), byId("class-here", HTMLElement)];
  const cards = [createPopover(me, byId("class-card", HTMLElement)), createPopover(who, byId("class-names", HTMLElement))];
  const named = createWatch();
  const covered = createWatch();
  const commands = { tryIt: actions.tryIt, goBack: actions.goBack, seeRuns };
  /** @type {import("./texts.js").Command | null} */
  let offered = null;
  let isUp = false;

  command.addEventListener("click", () => offered && commands[offered]());
  for (const hand of hands) hand.addEventListener("click", () => actions.raiseHand(!isUp));
  byId("class-leave", HTMLButtonElement).addEventListener("click", () => {
    closeCards();
    actions.leave();
  });
  strip.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !cards.some((card) => card.isOpen())) return;
    event.preventDefault();
    event.stopPropagation();
    closeCards();
  });
  more.addEventListener("click", () => showAll(!strip.classList.contains("whole")));
  new ResizeObserver(fit).observe(text);

  function closeCards() {
    for (const card of cards) card.close();
  }

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
      const isInert = isCovered ? !["class-door", "messages", "blocked"].includes(part.id) : paused !== null && !USABLE.includes(part.id);
      if (part instanceof HTMLElement && part.inert !== isInert) part.inert = isInert;
    }
    pause.hidden = paused === null;
    document.documentElement.toggleAttribute("data-paused", paused !== null);
    if (!paused) return;
    setText(/** @type {HTMLElement} */ (pause.querySelector("h2")), paused.title);
    setText(/** @type {HTMLElement} */ (pause.querySelector("p")), paused.text);
  }

  /** @param {ClassState} state */
  function drawLine(state) {
    const { text: words, tone, button } = lineOf(state, fields);
    if (words !== text.textContent) {
      text.textContent = words;
      showAll(false);
      fit();
    }
    line.dataset.tone = tone;
    offered = button?.command ?? null;
    command.hidden = button === null;
    if (button) setText(command, button.label);
  }

  /** @param {ClassState} state */
  function drawPresence(state) {
    const { room } = state;
    const presence = presenceOf(state);
    const seen = room?.names ?? [];
    who.hidden = seen.length === 0;
    setText(who, presence.here);
    setText(here, [who.hidden ? presence.here : "", presence.away].filter(Boolean).join(" · "));
    if (!named.isNew(room?.names, presence.here)) return;
    if (who.hidden) cards[1].close();
    setText(byId("class-names-heading", HTMLElement), presence.here);
    byId("class-names-list", HTMLElement).replaceChildren(...seen.map((name) => h("li", {}, name)));
  }

  /** @param {ClassState["joined"]} joined */
  function drawHands(joined) {
    isUp = joined?.hand ?? false;
    for (const hand of hands) {
      hand.hidden = joined?.waiting ?? true;
      hand.toggleAttribute("data-up", isUp);
      setText(/** @type {HTMLElement} */ (hand.querySelector("span")), isUp ? "Lower hand" : "Raise hand");
    }
  }

  return {
    /** @param {ClassState} state */
    draw(state) {
      const { joined, room } = state;
      // what the teacher asks or pauses is not to be behind a card
      if (covered.isNew(room?.mode, room?.question?.number, state.ended)) closeCards();
      cover(state);
      strip.hidden = joined === null;
      drawLine(state);
      drawPresence(state);
      drawHands(joined);
      document.documentElement.toggleAttribute("data-watching", state.watching !== null);
      document.documentElement.toggleAttribute("data-door", joined === null);
      setText(me, joined?.name ?? "");
      me.title = joined?.name ?? "";
      setText(byId("class-card-name", HTMLElement), joined?.name ?? "");
      setText(byId("class-card-code", HTMLElement), spokenCode(state.code));
      byId("class-card-note", HTMLElement).hidden = isKept();
    },
  };
}
