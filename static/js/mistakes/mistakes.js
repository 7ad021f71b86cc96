/** The gallery of misread test pictures; a click on one shows why. */

import { inkRamp } from "../digits/pictures.js";
import { h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createToolbar } from "../lib/toolbar.js";
import { createThumbnail } from "../map/thumbnail.js";
import { exampleOf, placeOf } from "../drawing/picture.js";
import { areProbabilities, activationsOf, outputText, outputsOf } from "../drawing/reading.js";
import { createDue } from "./due.js";
import { captionOf, countText, mistakesOf, nameOf } from "./list.js";
import { createWhy } from "./why.js";

/**
 * @typedef {import("../core/types.js").State} State
 * @typedef {import("./list.js").Kind} Kind
 * @typedef {import("./list.js").Mistake} Mistake
 */

/** How often it is drawn while a network is trained, in ms. */
const DRAW_EVERY = 700;
/** Pictures that are shown at first, and that are added. */
const PAGE = 48;

/** Buttons with pictures, as many as there are mistakes to show. @param {HTMLElement} element @param {(mistake: Mistake) => void} choose */
function createThumbs(element, choose) {
  /** @type {{button: HTMLButtonElement, picture: import("../map/thumbnail.js").Thumbnail, caption: HTMLElement, mistake: Mistake | null}[]} */
  const thumbs = [];

  function add() {
    const [picture, caption] = [createThumbnail(), h("span")];
    const button = h("button", { type: "button", class: "mistake", tabindex: "-1" }, picture.canvas, caption);
    /** @type {typeof thumbs[number]} */
    const thumb = { button, picture, caption, mistake: null };
    button.addEventListener("click", () => thumb.mistake && choose(thumb.mistake));
    thumbs.push(thumb);
    element.append(button);
  }

  const toolbar = createToolbar(element, {
    buttons: () => thumbs.map(({ button }) => button),
    isFirst: (button) => button.getAttribute("aria-pressed") === "true",
  });

  return {
    /** @param {readonly Mistake[]} mistakes @param {import("../core/types.js").Data} data @param {{chosen: number, isProbability: boolean}} about  chosen: index of the picture that is followed */
    draw(mistakes, data, { chosen, isProbability }) {
      while (thumbs.length < mistakes.length) add();
      thumbs.forEach((thumb, at) => {
        const mistake = mistakes[at];
        thumb.button.hidden = mistake === undefined;
        if (mistake === undefined) return;
        thumb.mistake = mistake;
        thumb.picture.draw(data.pictures, mistake.index, data.side, inkRamp(currentPalette()));
        setText(thumb.caption, captionOf(mistake));
        thumb.button.setAttribute("aria-label", nameOf(mistake, outputText(mistake.certainty, isProbability)));
        thumb.button.setAttribute("aria-pressed", String(mistake.index === chosen));
      });
      toolbar.update();
    },
    /** Goes to the first of them. */
    focus: () => thumbs[0]?.button.focus(),
  };
}

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {Pick<import("../core/actions.js").PageActions, "read">} parts.actions
 * @param {(() => void) | null} [parts.onFollow]  the picture that is followed is to be shown on its way through the network
 * @returns {import("../core/types.js").Drawing & {show: (kind: Kind) => void}} show: only mistakes of this kind
 */
export function createMistakes(element, { actions, onFollow = null }) {
  /** @type {{digits: import("../core/types.js").FrameDigits, state: State} | null} */
  let shown = null;
  /** @type {Kind | null} */
  let kind = null;
  let most = PAGE;
  const isDue = createDue(DRAW_EVERY);
  const count = h("p", { class: "mistakes-count" });
  const order = h("select", { id: "mistakes-order" },
    h("option", { value: "certain" }, "Most certain first"), h("option", { value: "digit" }, "By digit"));
  const all = h("button", { type: "button", class: "copy", hidden: true }, "Show all");
  const more = h("button", { type: "button", class: "copy", hidden: true }, "Show more");
  const grid = h("div", { class: "mistakes-grid", role: "group", "aria-label": "Misread test pictures" });
  const why = createWhy({ onFollow });
  const thumbs = createThumbs(grid, ({ index }) => shown?.state.data && actions.read({ example: exampleOf(shown.state.data, index) }));
  element.classList.add("mistakes");
  element.append(
    h("div", { class: "mistakes-head" }, count, all,
      h("div", { class: "field" }, h("label", { for: "mistakes-order" }, "Order"), h("span", { class: "select" }, order))),
    h("div", { class: "mistakes-body" }, h("div", { class: "mistakes-list" }, grid, more), why.element));
  order.addEventListener("change", list);
  all.addEventListener("click", () => choose(null));
  more.addEventListener("click", () => {
    most += PAGE;
    list();
  });

  /** @param {Kind | null} next */
  function choose(next) {
    [kind, most] = [next, PAGE];
    list();
  }

  function list() {
    const data = shown?.state.data;
    if (!shown || !data) return;
    const { digits, state } = shown;
    const mistakes = mistakesOf(data.labels, digits, { order: /** @type {import("./list.js").Order} */ (order.value), kind });
    setText(count, kind === null ? countText(mistakes.length, data.labels.length)
      : `${mistakes.length} ${mistakes.length === 1 ? "picture" : "pictures"} of ${kind.label} read as ${kind.answer}.`);
    all.hidden = kind === null;
    more.hidden = mistakes.length <= most;
    thumbs.draw(mistakes.slice(0, most), data, { chosen: placeOf(state), isProbability: areProbabilities(state.config) });
  }

  /** @param {import("../core/types.js").Frame | null} frame @param {State} state */
  function explain(frame, state) {
    const [index, activations] = [placeOf(state), activationsOf(frame, state)];
    if (!state.data || activations === null || index < 0) why.hide();
    else why.draw(state.data, index, outputsOf(activations), areProbabilities(state.config));
  }

  return {
    draw(frame, state) {
      const digits = frame?.digits;
      if (!digits || !state.data || digits.answers.length !== state.data.labels.length) return;
      shown = { digits, state };
      explain(frame, state);
      if (isDue([digits, state.data, state.followed, state.config, currentPalette()], state.status.playing, performance.now())) list();
    },
    show(next) {
      choose(next);
      // what was chosen may be out of sight now, and the focus with it
      if (!document.activeElement?.checkVisibility() || document.activeElement === document.body) thumbs.focus();
    },
  };
}
