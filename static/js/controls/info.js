/** The small "i" next to each control, and its card: two sentences and a link to the glossary. */

import { whyIdle } from "../core/applies.js";
import { LOCKED } from "../core/locks.js";
import { byId, h, setText } from "../lib/dom.js";
import { cardPosition, statusOf } from "./infoTexts.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {{what: string, why: string, term: string}} Help
 */

/** Controls with markup of their own, and where their "i" goes. @type {{selector: string, name: string, about: string}[]} */
const ELSEWHERE = [
  { selector: "#network .caption", name: "features", about: "Features" },
  { selector: "#network .layers-heading", name: "hidden_layer_sizes", about: "Hidden layers" },
  { selector: "#inside", name: "lookInside", about: "Look inside" },
  { selector: "#linechart .scales", name: "logScale", about: "Scale of the losses" },
];

/** Adds the buttons of the controls that have none in the HTML. */
function addButtons() {
  for (const { selector, name, about } of ELSEWHERE) {
    document.querySelector(selector)?.append(h("button", {
      type: "button", class: "info", "data-help": name, "data-about": about, "aria-label": `About: ${about}`,
      "aria-haspopup": "dialog", "aria-expanded": "false",
    }, "i"));
  }
}

/** Whether the control that an "i" belongs to is locked. @param {HTMLElement} button */
function isLocked(button) {
  return Boolean(button.closest("[data-locked]") ?? button.parentElement?.querySelector(":scope > [data-locked]"));
}

/** The content of the card. @param {import("../core/types.js").Schema} schema */
function createContent(schema) {
  /** @type {Record<string, Help>} */
  const texts = JSON.parse(byId("help-texts", HTMLScriptElement).text);
  const [title, what, why, status] = ["title", "what", "why", "idle"].map((name) => byId(`info-${name}`, HTMLElement));
  const link = byId("info-link", HTMLAnchorElement);
  const glossary = link.href;
  return {
    /** @param {HTMLElement} button @param {PageState | null} state */
    draw(button, state) {
      const name = button.dataset.help ?? "";
      const text = texts[name];
      const field = schema.fields.find((other) => other.name === name);
      const said = statusOf(isLocked(button) ? LOCKED : "", field && state ? whyIdle(field, state) : null);
      setText(title, button.dataset.about ?? "");
      setText(what, text.what);
      setText(why, text.why);
      setText(status, said);
      status.hidden = said === "";
      link.href = `${glossary}#${text.term}`;
    },
  };
}

/**
 * @param {object} parts
 * @param {import("../core/types.js").Schema} parts.schema
 */
export function createInfo({ schema }) {
  const card = byId("info-card", HTMLElement);
  const content = createContent(schema);
  /** The button whose card is open. @type {HTMLButtonElement | null} */
  let owner = null;
  /** The same when the pointer went down: a second click on it closes the card. @type {HTMLButtonElement | null} */
  let pressed = null;
  /** @type {PageState | null} */
  let state = null;
  const isOpen = () => card.matches(":popover-open");
  addButtons();

  function release() {
    owner?.setAttribute("aria-expanded", "false");
    owner = null;
  }

  function hide() {
    if (isOpen()) card.hidePopover();
    release();
  }

  /** @param {HTMLButtonElement} button */
  function open(button) {
    owner = button;
    button.setAttribute("aria-expanded", "true");
    content.draw(button, state);
    card.showPopover();
    const { left, top } = cardPosition({
      button: button.getBoundingClientRect(), panel: button.closest("#lab")?.getBoundingClientRect() ?? null,
      card: card.getBoundingClientRect(), width: innerWidth, height: innerHeight,
    });
    card.style.left = `${left}px`;
    card.style.top = `${top}px`;
    card.focus({ preventScroll: true });
  }

  document.addEventListener("pointerdown", () => (pressed = owner), { capture: true });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest(".info") : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const isSecond = event.detail > 0 && pressed === button;
    hide();
    if (!isSecond) open(button);
  });
  card.addEventListener("toggle", () => !isOpen() && release());
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const button = owner;
    hide();
    button?.focus({ preventScroll: true });
  });
  card.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !card.contains(relatedTarget)) hide();
  });
  for (const type of ["scroll", "resize"]) addEventListener(type, hide, { passive: true });

  return {
    /** @param {unknown} _frame @param {PageState} newest */
    draw(_frame, newest) {
      state = newest;
    },
  };
}
