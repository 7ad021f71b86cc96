/** Snapshots side by side, with what the teacher has noted about each. */

import { byId, h, setText } from "../lib/dom.js";
import { createWatch } from "../lib/watch.js";
import { paintPicture } from "../wall/picture.js";
import { ownerText, reachedText } from "./texts.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("../classroom/state.js").Picture} Picture
 * @typedef {import("../classroom/types.js").Snapshot} Snapshot
 */

/** Up to four fit into a row. @param {number} count */
export const columnsFor = (count) => (count <= 4 ? Math.max(1, count) : Math.ceil(count / 2));

function createCard() {
  const canvas = h("canvas", { width: 1, height: 1, "aria-hidden": "true" });
  const [owner, note, reached] = [h("strong"), h("p"), h("span")];
  return {
    element: h("li", { class: "screen-snapshot" }, h("span", { class: "screen-snapshot-picture" }, canvas), owner, reached, note),
    /** @param {Snapshot} snapshot @param {Picture | null} picture */
    draw(snapshot, picture) {
      setText(owner, ownerText(snapshot));
      setText(reached, reachedText(snapshot));
      setText(note, snapshot.note);
      if (picture) paintPicture(canvas, picture, { discretize: false });
    },
  };
}

export function createSnapshots() {
  const section = byId("screen-snapshots", HTMLElement);
  const list = byId("screen-snapshot-list", HTMLElement);
  const taking = byId("screen-may-take", HTMLElement);
  /** @type {Map<number, ReturnType<typeof createCard>>} */
  const cards = new Map();
  const watch = createWatch();

  return {
    /** @param {ClassState} state @param {{theme: string}} page */
    draw({ room, snapshots: pictures }, { theme }) {
      if (section.hidden || !room || !watch.isNew(room.snapshots, room.side_by_side, pictures, theme)) return;
      const shown = room.side_by_side.flatMap((number) => room.snapshots.find((snapshot) => snapshot.number === number) ?? []);
      for (const snapshot of shown) {
        const card = cards.get(snapshot.number) ?? createCard();
        cards.set(snapshot.number, card);
        card.draw(snapshot, pictures.get(snapshot.number) ?? null);
      }
      list.replaceChildren(...shown.flatMap(({ number }) => cards.get(number)?.element ?? []));
      list.style.setProperty("--columns", String(columnsFor(shown.length)));
      list.style.setProperty("--rows", String(Math.ceil(shown.length / columnsFor(shown.length))));
      taking.hidden = !room.may_take;
    },
  };
}
