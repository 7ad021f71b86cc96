/** The card that explains a control: two sentences, what holds now, and a link to the glossary. */

import { whyIdle } from "../core/applies.js";
import { all, byId, h, setText } from "../lib/dom.js";
import { createCardKeys, createPointing, createPresses } from "./cardEvents.js";
import { createDwell } from "./dwell.js";
import { isLocked, roomOf } from "./explained.js";
import { cardPosition, statusOf } from "./infoTexts.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {{label: string, what: string, why: string, term: string}} Help
 */

/** Words and buttons that scripts make. @type {{selector: string, name: string, about: string, kind?: string}[]} */
const ELSEWHERE = [
  { selector: "#network .caption", name: "features", about: "Features", kind: "has-card" },
  { selector: "#num-layers + span", name: "hidden_layer_sizes", about: "Hidden layers", kind: "has-card" },
  { selector: "#linechart .scales", name: "logScale", about: "Scale of the losses" },
];

function markOthers() {
  for (const { selector, name, about, kind } of ELSEWHERE) {
    const element = document.querySelector(selector);
    if (!(element instanceof HTMLElement)) continue;
    Object.assign(element.dataset, { help: name, about });
    if (kind) element.classList.add(kind);
  }
}

/** Lets screen readers read what a control does along with its name. @param {Record<string, Help>} texts */
function describeControls(texts) {
  const used = new Set();
  for (const around of all(document, "[data-explained], .with-info[data-help]", HTMLElement)) {
    const name = around.dataset.explained ?? around.dataset.help ?? "";
    const isGroup = around.getAttribute("role") === "group";
    const inside = around.matches(".with-info") ? "button" : "select, input, [role=group]";
    for (const control of isGroup ? [around] : all(around, inside, HTMLElement)) {
      const others = control.getAttribute("aria-describedby");
      control.setAttribute("aria-describedby", others ? `${others} about-${name}` : `about-${name}`);
      used.add(name);
    }
  }
  document.body.append(h("div", { id: "help-descriptions", hidden: true },
    ...[...used].map((name) => h("p", { id: `about-${name}` }, texts[name].what))));
}

/** The content of the card. @param {import("../core/types.js").Schema} schema @param {Record<string, Help>} texts */
function createContent(schema, texts) {
  const [title, key, what, why, status] = ["title", "key", "what", "why", "idle"].map((name) => byId(`info-${name}`, HTMLElement));
  const link = byId("info-link", HTMLAnchorElement);
  const glossary = link.href;
  return {
    link,
    /** @param {HTMLElement} source @param {PageState | null} state */
    draw(source, state) {
      const name = source.dataset.help ?? "";
      const text = texts[name];
      const field = schema.fields.find((other) => other.name === name);
      const said = statusOf(isLocked(source, document) && state ? state.lockReason : "", field && state ? whyIdle(field, state) : null);
      const pressed = source.dataset.key ?? all(source, "[data-key]", HTMLElement)[0]?.dataset.key ?? "";
      setText(title, source.dataset.about ?? text.label);
      setText(key, pressed);
      key.hidden = pressed === "";
      setText(what, text.what);
      setText(why, text.why);
      setText(status, said);
      status.hidden = said === "";
      link.href = `${glossary}#${text.term}`;
    },
  };
}

/** Puts the card next to a control. @param {HTMLElement} card @param {HTMLElement} near */
function arrange(card, near) {
  card.style.maxHeight = "";
  const { left, top, maxHeight } = cardPosition({
    button: roomOf(near).getBoundingClientRect(), panel: near.closest("#lab")?.getBoundingClientRect() ?? null,
    card: card.getBoundingClientRect(), width: innerWidth, height: innerHeight,
  });
  Object.assign(card.style, { left: `${left}px`, top: `${top}px`, maxHeight: `${maxHeight}px` });
}

/** @param {HTMLElement} source @param {boolean} isOpen */
function expand(source, isOpen) {
  if (source.matches("button.has-card")) source.setAttribute("aria-expanded", String(isOpen));
}

/**
 * @param {object} parts
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {(run: () => void, delay: number) => unknown} [parts.setTimeout]
 * @param {(timer: any) => void} [parts.clearTimeout]
 */
export function createInfo({
  schema,
  setTimeout = (run, delay) => globalThis.setTimeout(run, delay),
  clearTimeout = (timer) => globalThis.clearTimeout(timer),
}) {
  const card = byId("info-card", HTMLElement);
  /** @type {Record<string, Help>} */
  const texts = JSON.parse(byId("help-texts", HTMLScriptElement).text);
  const content = createContent(schema, texts);
  /** What the card is next to. @type {HTMLElement | null} */
  let near = null;
  /** What has opened the card. @type {HTMLElement | null} */
  let owner = null;
  /** @type {PageState | null} */
  let state = null;
  const isOpen = () => card.matches(":popover-open");
  markOthers();
  describeControls(texts);

  function close() {
    if (isOpen()) card.hidePopover();
    if (owner) expand(owner, false);
    owner = null;
  }

  /** @param {HTMLElement} source */
  function open(source) {
    close();
    owner = source;
    expand(source, true);
    content.draw(source, state);
    card.showPopover();
    arrange(card, near ?? source);
  }

  const dwell = createDwell({ open, close, setTimeout, clearTimeout });
  const parts = {
    card, dwell,
    place: (/** @type {HTMLElement} */ next) => void (near = next),
    isNear: (/** @type {EventTarget | null} */ target) => near !== null && dwell.shown !== null && target instanceof Node && roomOf(near).contains(target),
  };
  createPointing(parts);
  createPresses(parts, { setTimeout, clearTimeout });
  createCardKeys({ ...parts, link: content.link, near: () => near });
  card.addEventListener("toggle", () => !isOpen() && dwell.dismiss());
  // it would no longer be next to its control; what is only waited for may come
  addEventListener("scroll", ({ target }) => {
    if (dwell.shown !== null && !(target instanceof Node && card.contains(target))) dwell.dismiss();
  }, { passive: true, capture: true });
  addEventListener("resize", dwell.dismiss, { passive: true });

  return {
    /** @param {unknown} _frame @param {PageState} newest */
    draw(_frame, newest) {
      state = newest;
    },
  };
}
