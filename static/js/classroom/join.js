/** The page on which a class's code is typed. It leads to the class. */

import { byId, setText } from "../lib/dom.js";
import { urlOf } from "../net/root.js";
import { codeOf, faultOf, shownCode } from "./code.js";
import { pathOf } from "./seat.js";

const form = byId("join-form", HTMLFormElement);
const field = byId("join-code", HTMLInputElement);
const fault = byId("join-fault", HTMLElement);

function show() {
  const { text, caret } = shownCode(field.value, field.selectionStart ?? field.value.length);
  if (text === field.value) return;
  field.value = text;
  field.setSelectionRange(caret, caret);
}

/** @param {string} why  "" if nothing is wrong */
function complain(why) {
  setText(fault, why);
  field.setAttribute("aria-invalid", String(why !== ""));
}

field.addEventListener("input", (event) => {
  // an input method is still composing
  if (event instanceof InputEvent && event.isComposing) return;
  show();
  complain("");
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
  const code = codeOf(field.value);
  complain(faultOf(code));
  if (faultOf(code) === "") location.assign(urlOf(pathOf(code, null)));
  else field.focus();
});
