/**
 * The slider below the loss chart, which shows earlier epochs of this run. It is aligned with the chart's axis; in the
 * chart a line marks the epoch that is shown, and a veil lies over what came after.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/actions.js").PageState} PageState
 */

import { all, byId, h, setText } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { epochBefore, epochFor, isTravelKey, latestEpoch, positionText } from "./travel.js";

/** Over the chart: the veil, and the buttons that lead out of the past. @param {HTMLElement} room */
function makeOverlay(room) {
  const veil = h("div", { class: "past-veil", hidden: true });
  const resume = h("button", { type: "button", class: "main", "data-control": "playButton" }, "Resume from here");
  const back = h("button", { type: "button" }, "Back to latest");
  const buttons = h("div", { class: "past-ways", hidden: true, role: "group", "aria-label": "Viewing an earlier epoch" }, resume, back);
  room.append(veil, buttons);
  return { veil, resume, back, buttons };
}

/**
 * The slider.
 * @param {HTMLElement} chart  over whose curves line and veil are laid
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {() => number} parts.axisEnd  the epoch at the right end of the chart's axis
 */
export function createTimeline(chart, { actions, axisEnd }) {
  const root = byId("timeline", HTMLElement);
  const slider = byId("timeline-epoch", HTMLInputElement);
  const tag = byId("timeline-tag", HTMLOutputElement);
  const [room] = all(chart, ".chart-room", HTMLElement);
  const { veil, resume, back, buttons } = makeOverlay(room);
  /** The latest epoch, and the one that is shown. */
  let [latest, shown] = [0, 0];
  /** While the pointer holds the thumb, it is where the pointer is. */
  let isHeld = false;

  /** @param {number} epoch */
  function put(epoch) {
    const end = axisEnd();
    const share = (/** @type {number} */ at) => String(Math.min(1, at / end));
    for (const element of [root, room]) element.style.setProperty("--shown", share(epoch));
    root.style.setProperty("--now", share(latest));
    if (slider.max !== String(end)) slider.max = String(end);
    if (slider.value !== String(epoch)) slider.value = String(epoch);
    setText(tag, formatCount(epoch));
    slider.setAttribute("aria-valuetext", positionText(epoch, latest));
  }

  /** Follows the run and the chart's axis, except while the pointer holds the thumb. */
  function align() {
    if (!isHeld) put(shown);
  }

  function release() {
    isHeld = false;
    align();
  }

  /** The buttons go away, and the focus must stay near. @param {() => void} act */
  function leave(act) {
    slider.focus({ preventScroll: true });
    act();
  }

  slider.addEventListener("keydown", (event) => {
    if (!isTravelKey(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    actions.travel((status) => epochFor(event.key, status, latest));
  });
  slider.addEventListener("input", () => {
    // after the latest epoch there is nothing
    const epoch = Math.min(Number(slider.value), latest);
    put(epoch);
    actions.travel(() => epochBefore(epoch, latest));
  });
  slider.addEventListener("pointerdown", () => (isHeld = true));
  for (const type of ["pointerup", "pointercancel", "blur", "change"]) slider.addEventListener(type, release);
  resume.addEventListener("click", () => leave(actions.resumeFromHere));
  back.addEventListener("click", () => leave(() => actions.travel(() => null)));

  return {
    align,

    /** @param {Frame | null} frame @param {PageState} state */
    draw(frame, { status }) {
      const position = status.position ?? null;
      latest = latestEpoch(latest, frame, status);
      shown = position?.epoch ?? latest;
      document.documentElement.toggleAttribute("data-past", position !== null);
      veil.hidden = buttons.hidden = position === null;
      tag.hidden = position === null && !isHeld;
      slider.disabled = latest === 0;
      align();
    },
  };
}
