/** The small "i" beside each control, and the card that it opens: two sentences and a word of the glossary. */

import { whyIdle } from "../core/applies.js";
import { byId, h, setText } from "../lib/dom.js";
import { LOCKED } from "../core/locks.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {{what: string, why: string, term: string}} Help
 */

/** Controls with markup of their own, and where their "i" goes. @type {{selector: string, name: string, about: string}[]} */
const ELSEWHERE = [
  { selector: "#network .caption:not(.output)", name: "features", about: "Features" },
  { selector: "#network .caption.output", name: "neuron", about: "Units" },
  { selector: "#network .layers-heading", name: "hidden_layer_sizes", about: "Hidden layers" },
  { selector: "#inside", name: "lookInside", about: "Look inside" },
  { selector: "#linechart .scales", name: "logScale", about: "Scale of the losses" },
];

/** Pixels between the card, what it speaks of, and the edge of the window. */
const AWAY = 8;
const EDGE = 8;

/**
 * @param {object} parts
 * @param {import("../core/types.js").Schema} parts.schema
 */
export function createInfo({ schema }) {
  /** @type {Record<string, Help>} */
  const texts = JSON.parse(byId("help-texts", HTMLScriptElement).text);
  const card = byId("info-card", HTMLElement);
  const [title, what, why, idle] = ["title", "what", "why", "idle"].map((name) => byId(`info-${name}`, HTMLElement));
  const link = byId("info-link", HTMLAnchorElement);
  const glossary = link.href;
  /** The button whose card is open. @type {HTMLButtonElement | null} */
  let owner = null;
  /** The same when the pointer went down: a second click on it closes. @type {HTMLButtonElement | null} */
  let pressed = null;
  /** @type {PageState | null} */
  let state = null;

  for (const { selector, name, about } of ELSEWHERE) {
    document.querySelector(selector)?.append(h("button", {
      type: "button", class: "info", "data-help": name, "data-about": about, "aria-label": `About: ${about}`,
      "aria-haspopup": "dialog", "aria-expanded": "false",
    }, "i"));
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

  const isOpen = () => card.matches(":popover-open");

  function hide() {
    if (isOpen()) card.hidePopover();
    release();
  }

  function release() {
    owner?.setAttribute("aria-expanded", "false");
    owner = null;
  }

  /** @param {HTMLButtonElement} button */
  function open(button) {
    const name = button.dataset.help ?? "";
    const text = texts[name];
    owner = button;
    button.setAttribute("aria-expanded", "true");
    setText(title, button.dataset.about ?? "");
    setText(what, text.what);
    setText(why, text.why);
    const field = schema.fields.find((other) => other.name === name);
    const reason = field && state ? whyIdle(field, state) : null;
    const said = [
      isOfLocked(button) && `${LOCKED}.`,
      reason !== null && `At present it changes nothing: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
    ].filter(Boolean).join(" ");
    idle.hidden = said === "";
    setText(idle, said);
    link.href = `${glossary}#${text.term}`;
    card.showPopover();
    place(button);
    card.focus({ preventScroll: true });
  }

  /**
   * Beneath the button, or above it where there is no room; beside a panel, so that its other lines can still be read.
   * @param {HTMLElement} button
   */
  function place(button) {
    const at = button.getBoundingClientRect();
    const panel = button.closest("#lab")?.getBoundingClientRect();
    const { width, height } = card.getBoundingClientRect();
    const isBeside = panel && panel.right + AWAY + width <= innerWidth - EDGE;
    const x = isBeside ? panel.right + AWAY : Math.min(at.left - 2 * AWAY, innerWidth - EDGE - width);
    const below = isBeside ? Math.min(at.top - 2 * AWAY, innerHeight - EDGE - height) : at.bottom + AWAY;
    const y = below + height <= innerHeight - EDGE ? below : at.top - AWAY - height;
    card.style.left = `${Math.round(Math.max(EDGE, x))}px`;
    card.style.top = `${Math.round(Math.max(EDGE, y))}px`;
  }

  return {
    /** @param {unknown} _frame @param {PageState} newest */
    draw(_frame, newest) {
      state = newest;
    },
  };
}

/** Whether what an "i" stands in, or beside, is locked. @param {HTMLElement} button */
function isOfLocked(button) {
  return Boolean(button.closest("[data-locked]") ?? button.parentElement?.querySelector(":scope > [data-locked]"));
}
