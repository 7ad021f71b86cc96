/** Over a student's shoulder: whose network is shown, and what the teacher can do with it. */

import { all, byId, setText } from "../lib/dom.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 */

/** How long the button says that a snapshot has been kept, in ms. */
const SAID_FOR = 1600;

/**
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 * @param {import("./dialogs.js").Dialogs} parts.dialogs
 * @param {() => void} parts.back  to the teacher's own network
 */
export function createShoulder({ actions, dialogs, back }) {
  const element = byId("shoulder", HTMLElement);
  const name = all(element, "strong", HTMLElement)[0];
  const named = byId("shoulder-named", HTMLInputElement);
  const button = (/** @type {string} */ does) => all(element, `[data-shoulder=${does}]`, HTMLButtonElement)[0];
  const show = button("show");
  const lower = button("lower");
  const keep = button("keep");
  /** @type {{seat: number, name: string, isShown: boolean} | null} */
  let looked = null;
  /** How many snapshots there were when one more was asked for; null: none is on its way. @type {number | null} */
  let asked = null;
  let snapshots = 0;
  let areNamesHidden = false;

  show.addEventListener("click", () => looked && (looked.isShown ? actions.setMode("explore") : actions.setMode("follow", { seat: looked.seat, withName: named.checked })));
  named.addEventListener("change", () => looked?.isShown && actions.setMode("follow", { seat: looked.seat, withName: named.checked }));
  lower.addEventListener("click", () => looked && actions.lowerHand(looked.seat));
  keep.addEventListener("click", () => {
    if (!looked) return;
    asked = snapshots;
    actions.keepSnapshot(looked.seat);
  });
  button("back").addEventListener("click", back);
  button("rename").addEventListener("click", async () => {
    if (!looked) return;
    const { seat } = looked;
    const text = await dialogs.ask({ title: "Rename student", text: "The student sees the new name, too.", label: "Rename", field: { label: "Name", value: areNamesHidden ? "" : looked.name } });
    if (text) actions.rename(seat, text);
  });
  button("remove").addEventListener("click", async () => {
    if (!looked) return;
    const { seat } = looked;
    const text = await dialogs.ask({ title: `Remove ${looked.name}?`, text: "The student is disconnected and loses this network. Lock the class to keep them from joining again.", label: "Remove" });
    if (text === null) return;
    back();
    actions.remove(seat);
  });

  return {
    /** @param {ClassState} state @param {boolean} areHidden  whether numbers are in the place of names */
    draw({ watching, room, tiles }, areHidden) {
      areNamesHidden = areHidden;
      const seat = watching?.seat ?? null;
      element.hidden = seat === null;
      document.documentElement.toggleAttribute("data-shoulder", seat !== null);
      if (seat === null || !room) {
        looked = null;
        return;
      }
      const tile = tiles.get(seat);
      const isShown = room.mode === "follow" && room.shown?.seat === seat;
      if (looked?.seat !== seat) named.checked = isShown && room.shown?.name !== null;
      looked = { seat, name: tile?.name ?? watching?.name ?? "Student", isShown };
      setText(name, looked.name);
      setText(show, isShown ? "Shown to class" : "Show to class");
      show.setAttribute("aria-pressed", String(isShown));
      lower.hidden = !tile?.hand;
      snapshots = room.snapshots.length;
      if (asked === null || snapshots <= asked) return;
      asked = null;
      setText(keep, "Snapshot kept");
      setTimeout(() => setText(keep, "Snapshot"), SAID_FOR);
    },
  };
}
