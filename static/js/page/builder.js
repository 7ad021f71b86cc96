/**
 * The sheet in which a teacher chooses what a class sees and may change. The server writes the link; a frame shows the
 * page as students will see it.
 */

import { all, byId, h, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { urlOf } from "../net/root.js";
import { pageOf } from "./subject.js";
import { hasGoals } from "../embed/events.js";
import { createPackageDownload } from "../scorm/download.js";
import { CHOICES, changesOf, choiceOf, countText, embedCode } from "./builderTexts.js";

/** @typedef {import("../core/actions.js").PageState} PageState */
/** @typedef {import("../core/types.js").View} View */
/** @typedef {import("./builderTexts.js").Choice} Choice */

/** Pause after a change before the link is requested, in ms. */
const PAUSE = 350;
/** The sizes of the preview's window, in pixels, which is scaled to the room that there is: a page, and a frame in the column of another page. */
const WINDOWS = { page: { width: 1280, height: 860 }, frame: { width: 800, height: 860 } };

/** The choices for all controls, in sections that can be searched. @param {HTMLElement} element @param {() => void} onChanged  all controls of a section */
function createChoices(element, onChanged) {
  const rows = all(element, "[data-choice]", HTMLElement).map((row) => ({
    row, name: row.dataset.choice ?? "", text: (row.dataset.label ?? "").toLowerCase(), radios: all(row, "input", HTMLInputElement),
  }));
  const sections = all(element, "details", HTMLDetailsElement);
  const search = byId("builder-search", HTMLInputElement);
  const nothing = byId("builder-nothing", HTMLElement);
  const chosen = (/** @type {HTMLInputElement[]} */ radios) => CHOICES[Math.max(0, radios.findIndex((radio) => radio.checked))];

  /** Shows the controls whose names contain the search text. */
  function find() {
    const wanted = search.value.trim().toLowerCase();
    for (const { row, text } of rows) row.hidden = !text.includes(wanted);
    for (const section of sections) {
      const isThere = rows.some(({ row }) => section.contains(row) && !row.hidden);
      section.hidden = !isThere;
      if (wanted !== "") section.open = isThere;
    }
    nothing.hidden = rows.some(({ row }) => !row.hidden);
  }

  search.addEventListener("input", find);
  for (const button of all(element, "[data-all]", HTMLButtonElement)) {
    button.addEventListener("click", () => {
      const section = button.closest("details");
      const index = CHOICES.indexOf(/** @type {Choice} */ (button.dataset.all));
      for (const { row, radios } of rows) if (section?.contains(row) && !row.hidden) radios[index].checked = true;
      onChanged();
    });
  }

  return {
    isSearch: (/** @type {EventTarget | null} */ target) => target === search,
    /** @param {View} view */
    begin(view) {
      for (const { name, radios } of rows) radios[CHOICES.indexOf(choiceOf(view, name))].checked = true;
      search.value = "";
      find();
    },
    /** Counts the choices, and returns what they change. */
    changes() {
      for (const section of sections) {
        const count = section.querySelector("[data-count]");
        if (count) setText(count, countText(rows.filter(({ row }) => section.contains(row)).map(({ radios }) => chosen(radios))));
      }
      return changesOf(rows.map(({ name, radios }) => ({ name, choice: chosen(radios) })));
    },
  };
}

/** The page as students will see it, with its address and the code that embeds it. */
function createPreview() {
  const embed = byId("builder-embed", HTMLInputElement);
  const link = byId("builder-link", HTMLInputElement);
  const code = byId("builder-code", HTMLInputElement);
  const inFrame = byId("builder-frame", HTMLElement);
  const preview = byId("builder-preview", HTMLElement);
  const size = () => (embed.checked ? WINDOWS.frame : WINDOWS.page);
  /** The address that is shown. */
  let shown = "";

  function fit() {
    const { width, height } = size();
    const scale = Math.min(1, preview.clientWidth / width);
    preview.style.height = `${height * scale}px`;
    const frame = preview.querySelector("iframe");
    if (frame) frame.style.transform = `scale(${scale})`;
  }
  new ResizeObserver(fit).observe(preview);

  return {
    /** @param {string} composed  the link, from "#" on */
    draw(composed) {
      const address = urlOf(`${pageOf(composed)}${embed.checked ? "?embed=1" : ""}${composed}`);
      if (address === shown) return;
      shown = address;
      inFrame.hidden = !embed.checked;
      link.value = address;
      code.value = embedCode(address, size().height);
      const frame = h("iframe", { src: address, title: "The page as students will see it" });
      Object.assign(frame.style, { width: `${size().width}px`, height: `${size().height}px` });
      preview.replaceChildren(frame);
      fit();
    },
    /** A page that cannot be seen needs no session. */
    clear() {
      preview.replaceChildren();
      shown = "";
    },
  };
}

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createBuilder(element, { actions }) {
  const choices = createChoices(element, compose);
  const preview = createPreview();
  const packaged = createPackageDownload();
  const article = byId("builder-article", HTMLInputElement);
  const goals = all(element, "[data-goal]", HTMLInputElement).map((input) => ({
    name: input.dataset.goal ?? "",
    field: createNumberField(input, { onNumber: () => composeSoon(), onRefused: () => composeSoon(), consequence: "Until then, the link has no such goal." }),
  }));
  /** @type {PageState | null} */
  let drawn = null;
  /** Whether the link has goals. */
  let isGoal = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pending;

  /** @param {View} view */
  function begin(view) {
    choices.begin(view);
    const values = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (view));
    for (const { name, field } of goals) {
      field.clear();
      field.show(/** @type {number | undefined} */ (values[name]) ?? null);
    }
    article.checked = !view.hide_text;
    compose();
  }

  function compose() {
    const targets = goals.map(({ name, field }) => {
      const reading = field.read();
      return [name, reading.kind === "number" ? reading.value : null];
    });
    const own = Object.fromEntries(targets);
    isGoal = hasGoals({ goals: drawn?.view.goals, ...own });
    actions.compose({ ...choices.changes(), hide_text: !article.checked, ...own });
  }

  function composeSoon() {
    clearTimeout(pending);
    pending = setTimeout(compose, PAUSE);
  }

  element.addEventListener("input", (event) => !choices.isSearch(event.target) && composeSoon());

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      const isOpen = state.sheet === "builder";
      const wasOpen = drawn?.sheet === "builder";
      drawn = state;
      if (isOpen && !wasOpen) begin(state.view);
      if (!isOpen && wasOpen) preview.clear();
      if (!isOpen || !wasOpen || state.composed === null) return;
      preview.draw(state.composed);
      packaged.draw(state.composed, isGoal);
    },
  };
}
