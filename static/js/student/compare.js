/** Snapshots side by side on a student's page: each can be taken over, if the teacher allows it. */

import { byId, h } from "../lib/dom.js";
import { formatCount, formatLoss } from "../lib/format.js";
import { currentPalette } from "../lib/palette.js";
import { paintPicture } from "../wall/picture.js";
import { isPaused } from "../classroom/follow.js";

/** @typedef {import("../classroom/state.js").ClassState} ClassState */
/** @typedef {import("../classroom/types.js").Snapshot} Snapshot */

/** What a snapshot says of itself. @param {Snapshot} snapshot */
export function aboutSnapshot({ epoch, train_loss: train, test_loss: test }) {
  const loss = test ?? train;
  const named = loss === null ? "" : ` · ${test === null ? "training" : "test"} loss ${formatLoss(loss)}`;
  return `Epoch ${formatCount(epoch)}${named}`;
}

/**
 * @param {HTMLElement} element
 * @param {{actions: import("../classroom/actions.js").ClassActions}} parts
 */
export function createCompare(element, { actions }) {
  const opener = byId("class-snapshots", HTMLButtonElement);
  const grid = h("div", { class: "class-grid" });
  const note = h("p", { class: "class-note" });
  element.append(
    h("div", { class: "class-panel-head" }, h("h2", { id: "class-compare-heading" }, "Compare these networks"), h("button", { type: "button", class: "link", click: () => open(false) }, "Hide")),
    grid, note);
  opener.addEventListener("click", () => open(true));
  /** @type {Map<number, HTMLCanvasElement>} */
  const canvases = new Map();
  let numbers = "";
  let key = "";
  /** @type {unknown} */
  let painted = null;
  /** @type {unknown} */
  let themed = null;

  /** @param {boolean} isNow */
  function open(isNow) {
    element.hidden = !isNow;
    document.documentElement.toggleAttribute("data-snapshots", isNow);
    opener.hidden = isNow || numbers === "";
    if (isNow) element.focus({ preventScroll: true });
    else if (element.contains(document.activeElement)) opener.focus();
  }

  /** @param {Snapshot} snapshot @param {boolean} mayTake */
  function figure(snapshot, mayTake) {
    const canvas = h("canvas", { role: "img", "aria-label": `What this network has learned. ${aboutSnapshot(snapshot)}` });
    canvases.set(snapshot.number, canvas);
    const take = h("button", { type: "button", class: "copy", click: () => takeOver(snapshot.number) }, "Take this one over");
    return h("figure", {}, canvas, h("figcaption", {},
      ...(snapshot.name ? [h("strong", {}, snapshot.name)] : []), ...(snapshot.note ? [h("span", {}, snapshot.note)] : []), h("small", {}, aboutSnapshot(snapshot))),
    ...(mayTake ? [take] : []));
  }

  /** @param {number} number */
  function takeOver(number) {
    actions.takeOver(number);
    open(false);
  }

  return {
    /** @param {ClassState} state */
    draw(state) {
      const { joined, room, snapshots } = state;
      const shown = joined && !joined.waiting && room ? room.side_by_side.flatMap((number) => room.snapshots.filter((one) => one.number === number)) : [];
      const mayTake = Boolean(room?.may_take) && !isPaused(state);
      const now = JSON.stringify([shown, mayTake]);
      if (now !== key) {
        key = now;
        painted = null;
        canvases.clear();
        grid.style.setProperty("--count", String(shown.length));
        grid.replaceChildren(...shown.map((snapshot) => figure(snapshot, mayTake)));
        note.textContent = mayTake ? "If you take one over, you go on with it. What you had stays in your table of runs." : "";
      }
      const next = shown.map(({ number }) => number).join(" ");
      if (next !== numbers) {
        numbers = next;
        open(next !== "");
      }
      if (element.hidden || (painted && painted === snapshots && themed === currentPalette())) return;
      painted = snapshots;
      themed = currentPalette();
      for (const [number, canvas] of canvases) {
        const picture = snapshots.get(number);
        if (picture) paintPicture(canvas, picture, { discretize: false });
      }
    },
  };
}
