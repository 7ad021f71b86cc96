/** Shows what the page reports, with its buttons. */

import { byId, setText } from "../lib/dom.js";
import { MESSAGES, connectionMessage, linkAfter, newLink } from "./messageTexts.js";

/** @typedef {import("../core/actions.js").PageState} PageState */
/** @typedef {import("./messageTexts.js").Message} Message */
/** @typedef {Record<import("./messageTexts.js").Command, () => void>} Commands */

/** @param {HTMLTemplateElement} template @param {Message} message @param {Commands} commands */
function createMessage(template, { tone, items = [], choices = [], dismiss }, commands) {
  const element = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (template.content.cloneNode(true)).firstElementChild);
  element.classList.add(tone);
  const list = /** @type {HTMLElement} */ (element.querySelector("ul"));
  list.hidden = items.length === 0;
  list.append(...items.map((item) => Object.assign(document.createElement("li"), { textContent: item })));
  const buttons = /** @type {HTMLElement} */ (element.querySelector(".message-buttons"));
  for (const { label, command, isMain } of choices) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.classList.toggle("main", Boolean(isMain));
    button.addEventListener("click", commands[command]);
    buttons.append(button);
  }
  const close = /** @type {HTMLElement} */ (element.querySelector("[data-dismiss]"));
  close.hidden = !dismiss;
  if (dismiss) close.addEventListener("click", commands[dismiss]);
  return element;
}

/**
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {() => void} parts.retry  connects at once
 * @param {() => void} parts.takeOver  connects although the experiment has moved to another tab
 * @param {() => void} parts.reload
 * @param {() => void} parts.explain  shows what to do about blocked connections
 * @param {() => number} [parts.now]  ms, as the `retryAt` of the state
 */
export function createMessages({ actions, retry, takeOver, reload, explain, now = () => performance.now() }) {
  const root = byId("messages", HTMLElement);
  const template = byId("message-template", HTMLTemplateElement);
  const { recover, dismissStop, dismissEnd, dismissErrors, dismissStorageError, dismissWarnings } = actions;
  /** @type {Commands} */
  const commands = { retry, takeOver, reload, explain, recover, rewind: () => actions.run("rewind"), dismissStop, dismissEnd, dismissErrors, dismissStorageError, dismissWarnings };
  /** What is shown, by kind. @type {Map<string, {key: string, element: HTMLElement}>} */
  const shown = new Map();
  let link = newLink(now());

  /** Replaces a message only if more than its text has changed: a button under the finger stays.
   * @param {string} kind @param {Message | null} message */
  function show(kind, message) {
    const key = message ? JSON.stringify([message.title, message.items, message.choices]) : "";
    const old = shown.get(kind);
    if (old && old.key !== key) {
      old.element.remove();
      shown.delete(kind);
    }
    if (!message) return;
    const element = shown.get(kind)?.element ?? createMessage(template, message, commands);
    if (!shown.has(kind)) root.append(element);
    shown.set(kind, { key, element });
    setText(/** @type {HTMLElement} */ (element.querySelector("strong")), message.title);
    setText(/** @type {HTMLElement} */ (element.querySelector("p")), message.text);
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      const time = now();
      link = linkAfter(link, state, time);
      show("connection", connectionMessage(state, link, time));
      for (const [kind, messageOf] of Object.entries(MESSAGES)) show(kind, messageOf(state));
    },
  };
}
