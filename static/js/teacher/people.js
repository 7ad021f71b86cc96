/** Whose hands are up, and who waits to be let in. */

import { byId, h, setText } from "../lib/dom.js";
import { createWatch } from "../lib/watch.js";

/**
 * @typedef {import("../classroom/types.js").Tile} Tile
 */

/**
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 * @param {(seat: number) => void} parts.look  over this student's shoulder
 */
export function createPeople({ actions, look }) {
  const hands = byId("people-hands", HTMLElement);
  const waiting = byId("people-waiting", HTMLElement);
  const noHands = byId("people-no-hands", HTMLElement);
  const noWaiting = byId("people-no-waiting", HTMLElement);
  const lowerAll = byId("people-lower-all", HTMLButtonElement);
  const admitAll = byId("people-admit-all", HTMLButtonElement);
  const drawn = createWatch();

  lowerAll.addEventListener("click", () => actions.lowerHand(null));
  admitAll.addEventListener("click", () => actions.admit([]));

  /** @param {Tile} tile @param {...HTMLElement} buttons */
  const row = (tile, ...buttons) => h("li", {}, h("span", {}, tile.name), ...buttons);
  /** @param {string} label @param {Tile} tile @param {() => void} run @param {boolean} [isMain] */
  const button = (label, tile, run, isMain) => h("button", { type: "button", class: `copy small${isMain ? " main" : ""}`, "aria-label": `${label}: ${tile.name}`, onclick: run }, label);

  return {
    /** Only while it is open. @param {import("../classroom/state.js").ClassState} state */
    draw({ tiles, room }) {
      if (!drawn.isNew(tiles, room)) return;
      const sorted = [...tiles.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
      const up = sorted.filter(({ hand, state }) => hand && state !== "waiting");
      const outside = sorted.filter(({ state }) => state === "waiting");
      hands.replaceChildren(...up.map((tile) => row(tile, button("Look", tile, () => look(tile.seat)), button("Lower", tile, () => actions.lowerHand(tile.seat)))));
      waiting.replaceChildren(...outside.map((tile) => row(tile, button("Admit", tile, () => actions.admit([tile.seat]), true), button("Turn away", tile, () => actions.remove(tile.seat)))));
      noHands.hidden = up.length > 0;
      lowerAll.hidden = up.length < 2;
      noWaiting.hidden = outside.length > 0;
      setText(noWaiting, room?.settings.waiting_room ? "Nobody is waiting." : "The waiting room is off; everyone who joins comes in. You can turn it on in the class settings.");
      admitAll.hidden = outside.length < 2;
    },
  };
}
