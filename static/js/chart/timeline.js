/**
 * The slider under the loss chart, with which one looks back at this run. It stands right below the chart's axis, place
 * for place; in the chart itself a line marks the epoch that is shown, and a veil lies over what came after.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/actions.js").PageState} PageState
 */

import { all, byId, h, setText } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";

/** Which share of the whole run PageUp and PageDown pass over. */
const PAGE = 0.1;

/**
 * @param {HTMLElement} chart  over whose curves line and veil are laid
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {() => number} parts.axisEnd  the epoch at the right end of the chart's axis
 */
export function createTimeline(chart, { actions, axisEnd }) {
  const root = byId("timeline", HTMLElement);
  const slider = byId("timeline-epoch", HTMLInputElement);
  const tag = byId("timeline-tag", HTMLOutputElement);
  const veil = h("div", { class: "past-veil", hidden: true });
  const goOn = h("button", { type: "button", class: "main", "data-control": "playButton" }, "Continue from here");
  const back = h("button", { type: "button" }, "Back to now");
  const ways = h("div", { class: "past-ways", hidden: true, role: "group", "aria-label": "Looking back" }, goOn, back);
  const [chartRoom] = all(chart, ".chart-room", HTMLElement);
  chartRoom.append(veil, ways);

  /** The epoch of now, that which is shown, and those beside it; as drawn last. */
  let [now, shown] = [0, 0];
  /** While the pointer holds the thumb, it is where the pointer is. */
  let isHeld = false;

  /** @param {number} epoch */
  const upToNow = (epoch) => (epoch >= now ? null : Math.max(0, epoch));

  /** Where the keys lead: from one epoch that is kept to the next. @type {Record<string, (status: PageState["status"]) => number>} */
  const KEYS = {
    ArrowLeft: earlier,
    ArrowDown: earlier,
    ArrowRight: later,
    ArrowUp: later,
    PageDown: ({ position }) => (position?.epoch ?? now) - Math.ceil(now * PAGE),
    PageUp: ({ position }) => (position?.epoch ?? now) + Math.ceil(now * PAGE),
    Home: () => 0,
    End: () => now,
  };

  /** @param {PageState["status"]} status */
  function earlier({ position }) {
    return position ? position.previous ?? position.epoch : now - 1;
  }

  /** @param {PageState["status"]} status */
  function later({ position }) {
    return position?.next ?? now;
  }

  slider.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(KEYS, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    actions.travel((status) => upToNow(KEYS[event.key](status)));
  });
  slider.addEventListener("input", () => {
    // beyond now there is nothing
    const epoch = Math.min(Number(slider.value), now);
    place(epoch);
    actions.travel(() => upToNow(epoch));
  });
  slider.addEventListener("pointerdown", () => (isHeld = true));
  for (const type of ["pointerup", "pointercancel", "blur", "change"]) slider.addEventListener(type, release);
  goOn.addEventListener("click", () => leave(actions.resumeFromHere));
  back.addEventListener("click", () => leave(() => actions.travel(() => null)));

  /** The buttons go away, and the focus must stay near. @param {() => void} act */
  function leave(act) {
    slider.focus({ preventScroll: true });
    act();
  }

  function release() {
    isHeld = false;
    place(shown);
  }

  /** @param {number} epoch */
  function place(epoch) {
    const end = axisEnd();
    root.style.setProperty("--shown", String(Math.min(1, epoch / end)));
    root.style.setProperty("--now", String(Math.min(1, now / end)));
    chartRoom.style.setProperty("--shown", String(Math.min(1, epoch / end)));
    if (slider.max !== String(end)) slider.max = String(end);
    if (slider.value !== String(epoch)) slider.value = String(epoch);
    setText(tag, formatCount(epoch));
    slider.setAttribute("aria-valuetext", epoch < now ? `Epoch ${epoch} of ${now}` : `Now, epoch ${now}`);
  }

  return {
    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, { status }) {
      const position = status.position ?? null;
      const isPast = position !== null;
      // a frame of the past may still come after the way back to now
      if (isPast) now = position.latest ?? now;
      else if (frame && !frame.past) now = frame.epoch;
      shown = position?.epoch ?? now;
      document.documentElement.toggleAttribute("data-past", isPast);
      for (const element of [veil, ways, tag]) element.hidden = !isPast && !(element === tag && isHeld);
      slider.disabled = now === 0;
      if (!isHeld) place(shown);
    },
  };
}
