/** What covers a student's page until the class has let it in, and when the class is over: the name, and why not. */

import { all, byId, h, setText } from "../lib/dom.js";
import { spokenCode } from "../classroom/seat.js";
import { urlOf } from "../net/root.js";
import { ENDS, isAboutName, nameFaultOf, namesLike, refusalOf } from "./texts.js";

/** @typedef {import("../classroom/state.js").ClassState} ClassState */
/** @typedef {import("../classroom/types.js").DoorMessage} DoorMessage */

const UNKEPT = "This browser blocks storage. If you reload this page, you need to join again.";
/** Of a name. */
const MOST_LETTERS = 24;
/** Names of a list that need no search. */
const FEW = 8;

/** @param {string} label @param {() => void} run @param {string} [kind] */
const button = (label, run, kind = "copy") => h("button", { type: "button", class: kind, click: run }, label);

/** @param {string} href @param {string} label */
const link = (href, label) => h("a", { class: "copy", href }, label);

/** @param {boolean} isKept  whether a reload finds the seat again */
const notes = (isKept) => [
  ...(isKept ? [] : [h("p", { class: "class-note" }, UNKEPT)]),
  h("p", { class: "class-note" }, ...[...byId("class-privacy", HTMLElement).childNodes].map((part) => part.cloneNode(true))),
];

/**
 * @param {HTMLElement} element
 * @param {object} parts
 * @param {(name: string) => void} parts.choose  joins with this name
 * @param {() => void} parts.askOthers  for other names to choose from
 * @param {() => void} parts.retry  tries now
 * @param {() => void} parts.joinAgain  with another seat
 * @param {() => boolean} parts.isKept  whether a reload finds the seat again
 * @param {() => boolean} parts.isKnown  whether this browser has a seat in the class
 */
export function createDoor(element, { choose, askOthers, retry, joinAgain, isKept, isKnown }) {
  const heading = byId("class-door-heading", HTMLElement);
  const body = byId("class-door-body", HTMLElement);
  const code = byId("class-door-code", HTMLElement);
  /** What is shown, so that it is made again only when it changes. */
  let shown = "";

  /** @param {string} name */
  function join(name) {
    for (const part of all(body, "button", HTMLButtonElement)) part.disabled = true;
    choose(name);
  }

  /** @param {readonly string[]} choices */
  const given = (choices) => [
    h("div", { class: "class-names" }, ...choices.map((name) => button(name, () => join(name), "class-choice"))),
    button("Other names", askOthers, "link"),
  ];

  function free() {
    const input = h("input", { id: "class-own-name", type: "text", class: "plain", maxlength: MOST_LETTERS, autocomplete: "off", autocapitalize: "words", spellcheck: "false", required: true });
    const form = h("form", { class: "class-form" }, h("label", { for: "class-own-name" }, "Your name in this class"), input, h("button", { type: "submit", class: "copy main" }, "Join"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim() !== "") join(input.value.trim());
    });
    return [form];
  }

  /** @param {readonly string[]} choices */
  function listed(choices) {
    if (choices.length === 0) return [h("p", {}, "All names of your teacher’s list are taken. Ask your teacher.")];
    const list = h("div", { class: "class-names long" });
    const none = h("p", { hidden: true }, "No such name on the list.");
    const find = h("input", { id: "class-find", type: "search", class: "plain", autocomplete: "off", spellcheck: "false" });
    const fill = () => {
      const found = namesLike(choices, find.value);
      list.replaceChildren(...found.map((name) => button(name, () => join(name), "class-choice")));
      none.hidden = found.length > 0;
    };
    find.addEventListener("input", fill);
    fill();
    const search = choices.length > FEW ? [h("label", { for: "class-find" }, "Find your name"), find] : [];
    return [h("div", { class: "class-form" }, ...search), list, none];
  }

  /** @param {DoorMessage} door */
  function namesOf({ names, choices }) {
    if (names === "given") return given(choices);
    return names === "free" ? free() : listed(choices);
  }

  /** @param {ClassState} state @returns {{key: unknown, title: string, parts: () => (Node | string)[]}} */
  function contentOf({ code: present, door, refusal, ended }) {
    if (present === "") {
      return { key: "none", title: "This is not a class code", parts: () => [h("p", {}, "A class code has six letters and digits. Enter it again."), h("p", { class: "class-door-buttons" }, link(urlOf("join"), "Enter a code"))] };
    }
    if (ended) {
      const { title, text } = ENDS[ended];
      const again = ended === "ended" ? [] : [button("Join again", joinAgain)];
      return { key: ended, title, parts: () => [h("p", {}, text), h("p", { class: "class-door-buttons" }, ...again, link(urlOf(""), "Open the playground"))] };
    }
    if (refusal && !(isAboutName(refusal) && door)) {
      const { title, text, isFinal } = refusalOf(refusal, present, isKnown());
      const retrying = isFinal ? [] : [button("Try now", retry)];
      return { key: refusal.code, title, parts: () => [h("p", {}, text), h("p", { class: "class-door-buttons" }, ...retrying, link(urlOf("join"), "Enter another code"))] };
    }
    if (!door) return { key: "joining", title: "Joining…", parts: () => [] };
    const fault = refusal ? [h("p", { class: "class-fault", role: "alert" }, nameFaultOf(refusal))] : [];
    const wait = door.waiting_room ? [h("p", { class: "class-note" }, "Your teacher then lets you in.")] : [];
    return {
      key: [door.names, door.choices, refusal], title: door.names === "given" ? "Choose a name" : "Who are you?",
      parts: () => [...fault, ...namesOf(door), ...wait, ...notes(isKept())],
    };
  }

  return {
    /** @param {ClassState} state */
    draw(state) {
      const isIn = state.joined !== null && state.ended === null;
      element.hidden = isIn;
      if (isIn) {
        shown = "";
        return;
      }
      setText(code, spokenCode(state.code) || "?");
      const { key, title, parts } = contentOf(state);
      if (JSON.stringify(key) === shown) return;
      shown = JSON.stringify(key);
      setText(heading, title);
      body.replaceChildren(...parts());
      const [first] = [...all(body, "input", HTMLInputElement), element];
      first.focus({ preventScroll: true });
    },
  };
}
