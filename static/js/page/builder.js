/**
 * The sheet in which a teacher chooses what a class sees and may change. The server writes the link; beside the choices is
 * the page as students will see it, in a frame.
 */

import { all, byId, h, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";

/** @typedef {import("../core/actions.js").PageState} PageState */
/** @typedef {import("../core/types.js").View} View */
/** @typedef {"show" | "lock" | "hide"} Choice */

/** Pause after a change before the link is asked for, in ms. */
const PAUSE = 350;
/** What the page in the frame believes its window to be, in pixels. */
const WINDOW = { width: 1280, height: 860 };
const CHOICES = /** @type {const} */ (["show", "lock", "hide"]);
const WORDS = { lock: "locked", hide: "hidden" };

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createBuilder(element, { actions }) {
  const rows = all(element, "[data-choice]", HTMLElement).map((row) => ({
    row, name: row.dataset.choice ?? "", text: (row.dataset.label ?? "").toLowerCase(), radios: all(row, "input", HTMLInputElement),
  }));
  const places = all(element, "details", HTMLDetailsElement);
  const goals = all(element, "[data-goal]", HTMLInputElement).map((input) => ({
    name: input.dataset.goal ?? "",
    field: createNumberField(input, { onNumber: () => composeSoon(), onRefused: () => composeSoon(), consequence: "Until then, the link has no such goal." }),
  }));
  const search = byId("builder-search", HTMLInputElement);
  const article = byId("builder-article", HTMLInputElement);
  const embed = byId("builder-embed", HTMLInputElement);
  const link = byId("builder-link", HTMLInputElement);
  const code = byId("builder-code", HTMLInputElement);
  const inFrame = byId("builder-frame", HTMLElement);
  const preview = byId("builder-preview", HTMLElement);
  const nothing = byId("builder-nothing", HTMLElement);
  /** @type {PageState | null} */
  let drawn = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pending;
  /** What the frame shows. */
  let shown = "";

  /** @param {HTMLInputElement[]} radios @returns {Choice} */
  const chosen = (radios) => CHOICES[Math.max(0, radios.findIndex((radio) => radio.checked))];

  /** @param {View} view */
  function begin(view) {
    for (const { name, radios } of rows) {
      const choice = view.hidden.includes(name) ? "hide" : view.locked.includes(name) ? "lock" : "show";
      radios[CHOICES.indexOf(choice)].checked = true;
    }
    const values = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (view));
    for (const { name, field } of goals) {
      field.clear();
      field.show(/** @type {number | undefined} */ (values[name]) ?? null);
    }
    article.checked = !view.hide_text;
    search.value = "";
    find();
    compose();
  }

  /** What is hidden is locked as well: nobody changes what cannot be seen. */
  function compose() {
    count();
    const named = (/** @type {Choice[]} */ ...wanted) => rows.filter(({ radios }) => wanted.includes(chosen(radios))).map(({ name }) => name);
    /** @type {Record<string, unknown>} */
    const changes = { hidden: named("hide"), locked: named("lock", "hide"), hide_text: !article.checked };
    for (const { name, field } of goals) {
      const reading = field.read();
      changes[name] = reading.kind === "number" ? reading.value : null;
    }
    actions.compose(changes);
  }

  function composeSoon() {
    clearTimeout(pending);
    pending = setTimeout(compose, PAUSE);
  }

  function count() {
    for (const place of places) {
      const inside = rows.filter(({ row }) => place.contains(row)).map(({ radios }) => chosen(radios));
      const parts = /** @type {const} */ (["lock", "hide"]).map((choice) => [inside.filter((other) => other === choice).length, WORDS[choice]]);
      const said = place.querySelector("[data-count]");
      if (said) setText(said, parts.filter(([many]) => Number(many) > 0).map((part) => part.join(" ")).join(", "));
    }
  }

  /** Shows the controls whose names hold what is looked for. */
  function find() {
    const wanted = search.value.trim().toLowerCase();
    for (const { row, text } of rows) row.hidden = !text.includes(wanted);
    for (const place of places) {
      const isThere = rows.some(({ row }) => place.contains(row) && !row.hidden);
      place.hidden = !isThere;
      if (wanted !== "") place.open = isThere;
    }
    nothing.hidden = rows.some(({ row }) => !row.hidden);
  }

  element.addEventListener("input", (event) => event.target !== search && composeSoon());
  search.addEventListener("input", find);
  for (const button of all(element, "[data-all]", HTMLButtonElement)) {
    button.addEventListener("click", () => {
      const place = button.closest("details");
      const at = CHOICES.indexOf(/** @type {Choice} */ (button.dataset.all));
      for (const { row, radios } of rows) if (place?.contains(row) && !row.hidden) radios[at].checked = true;
      compose();
    });
  }

  /** @param {string} composed */
  function drawLink(composed) {
    const address = new URL(`${embed.checked ? "/?embed=1" : "/"}${composed}`, location.href).href;
    if (address === shown) return;
    shown = address;
    inFrame.hidden = !embed.checked;
    link.value = address;
    code.value = `<iframe src="${address.replaceAll("&", "&amp;")}" width="100%" height="${WINDOW.height}" title="NumPy Playground"></iframe>`;
    const frame = h("iframe", { src: address, title: "The page as students will see it" });
    Object.assign(frame.style, { width: `${WINDOW.width}px`, height: `${WINDOW.height}px` });
    preview.replaceChildren(frame);
    fit();
  }

  function fit() {
    const scale = preview.clientWidth / WINDOW.width;
    preview.style.height = `${WINDOW.height * scale}px`;
    const frame = preview.querySelector("iframe");
    if (frame) frame.style.transform = `scale(${scale})`;
  }
  new ResizeObserver(fit).observe(preview);

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      const isOpen = state.sheet === "builder";
      const wasOpen = drawn?.sheet === "builder";
      if (isOpen && !wasOpen) begin(state.view);
      if (isOpen && wasOpen && state.composed !== null) drawLink(state.composed);
      // a page that nobody sees needs no session
      if (!isOpen && wasOpen) {
        preview.replaceChildren();
        shown = "";
      }
      drawn = state;
    },
  };
}
