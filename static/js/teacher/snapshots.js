/** Networks that the teacher has kept: up to six are chosen to be shown side by side. */

import { byId, h, setText } from "../lib/dom.js";
import { createWatch } from "../lib/watch.js";
import { paintPicture } from "../wall/picture.js";
import { ownerOf, reachedText } from "./texts.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("../classroom/types.js").Snapshot} Snapshot
 */

export const MOST_SHOWN = 6;

/**
 * The choice after a snapshot was ticked or not; those that are gone are left out.
 * @param {readonly number[]} chosen @param {number} snapshot @param {boolean} isChosen @param {readonly number[]} existing
 * @returns {number[]}
 */
export function choiceAfter(chosen, snapshot, isChosen, existing) {
  const others = chosen.filter((number) => number !== snapshot && existing.includes(number));
  return isChosen && others.length < MOST_SHOWN ? [...others, snapshot] : others;
}

/**
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 * @param {import("./dialogs.js").Dialogs} parts.dialogs
 */
export function createSnapshots({ actions, dialogs }) {
  const list = byId("snapshots", HTMLElement);
  const hint = byId("snapshots-hint", HTMLElement);
  const show = byId("snapshots-show", HTMLButtonElement);
  const stop = byId("snapshots-stop", HTMLButtonElement);
  const mayTake = byId("snapshots-may-take", HTMLInputElement);
  /** @type {Map<number, ReturnType<typeof createCard>>} */
  const cards = new Map();
  const watch = createWatch();
  /** @type {number[]} */
  let chosen = [];
  /** @type {ClassState | null} */
  let last = null;

  const existing = () => last?.room?.snapshots.map(({ number }) => number) ?? [];

  show.addEventListener("click", () => actions.showSnapshots(chosen, mayTake.checked));
  stop.addEventListener("click", () => actions.showSnapshots([], mayTake.checked));
  mayTake.addEventListener("change", () => last?.room?.side_by_side.length && actions.showSnapshots(last.room.side_by_side, mayTake.checked));
  byId("snapshots-own", HTMLButtonElement).addEventListener("click", () => actions.keepSnapshot(null));

  /** @param {number} number @param {boolean} isChosen */
  function choose(number, isChosen) {
    chosen = choiceAfter(chosen, number, isChosen, existing());
    drawChoice();
  }

  /** @param {Snapshot} snapshot */
  async function remove(snapshot) {
    const answer = await dialogs.ask({ title: "Delete this snapshot?", text: `${ownerOf(snapshot)}: ${reachedText(snapshot)}.`, label: "Delete" });
    if (answer !== null) actions.editSnapshot(snapshot.number, null);
  }

  function drawChoice() {
    const sideBySide = last?.room?.side_by_side ?? [];
    for (const [number, card] of cards) card.drawChoice(chosen.includes(number), sideBySide.includes(number), chosen.length >= MOST_SHOWN);
    show.disabled = chosen.length === 0;
    stop.hidden = sideBySide.length === 0;
    setText(show, sideBySide.length > 0 ? "Show these instead" : "Show to class");
    setText(hint, cards.size === 0
      ? "No snapshots yet. Keep your own network, or look over a student’s shoulder and press Snapshot."
      : `Choose up to ${MOST_SHOWN} to show side by side.`);
  }

  return {
    /** Only while it is open. @param {ClassState} state @param {string} theme */
    draw(state, theme) {
      last = state;
      const { room, snapshots: pictures } = state;
      if (!room || !watch.isNew(room.snapshots, room.side_by_side, pictures, theme)) return;
      for (const [number, card] of cards) {
        if (existing().includes(number)) continue;
        card.element.remove();
        cards.delete(number);
      }
      chosen = chosen.filter((number) => existing().includes(number));
      for (const snapshot of room.snapshots) {
        const card = cards.get(snapshot.number) ?? createCard(snapshot.number, { choose, remove, note: actions.editSnapshot });
        if (!cards.has(snapshot.number)) {
          cards.set(snapshot.number, card);
          list.append(card.element);
        }
        card.draw(snapshot, pictures.get(snapshot.number) ?? null);
      }
      drawChoice();
    },
  };
}

/**
 * @param {number} number
 * @param {{choose: (number: number, isChosen: boolean) => void, remove: (snapshot: Snapshot) => void, note: (number: number, note: string) => void}} parts
 */
function createCard(number, { choose, remove, note }) {
  const canvas = h("canvas", { width: 1, height: 1, "aria-hidden": "true" });
  const check = h("input", { type: "checkbox" });
  const owner = h("strong");
  const reached = h("span", { class: "hint" });
  const text = h("input", { type: "text", class: "class-field", maxlength: 200, placeholder: "Note", "aria-label": "Note" });
  const shown = h("span", { class: "snapshot-shown" }, "Shown");
  /** @type {Snapshot | null} */
  let drawn = null;
  const element = h("li", { class: "snapshot" },
    h("label", { class: "snapshot-pick" }, h("span", { class: "snapshot-picture" }, canvas, check, shown), owner, reached),
    text,
    h("button", { type: "button", class: "as-link", onclick: () => drawn && remove(drawn) }, "Delete"));
  check.addEventListener("change", () => choose(number, check.checked));
  text.addEventListener("change", () => note(number, text.value));

  return {
    element,
    /** @param {Snapshot} snapshot @param {import("../classroom/state.js").Picture | null} picture */
    draw(snapshot, picture) {
      drawn = snapshot;
      setText(owner, ownerOf(snapshot));
      setText(reached, reachedText(snapshot));
      if (document.activeElement !== text) text.value = snapshot.note;
      if (picture) paintPicture(canvas, picture, { discretize: false });
    },
    /** @param {boolean} isChosen @param {boolean} isShown @param {boolean} isFull */
    drawChoice(isChosen, isShown, isFull) {
      check.checked = isChosen;
      check.disabled = isFull && !isChosen;
      element.classList.toggle("chosen", isChosen);
      shown.hidden = !isShown;
    },
  };
}
