/**
 * A field for a number: decimal comma and point mean the same, arrow keys step, and text that is not a number stays in the
 * field with a sentence below until it is corrected. Its range is in its data attributes: `data-low`, `data-high`,
 * `data-step`, `data-whole`, `data-unit`.
 */

import { h } from "./dom.js";
import { readNumber, stepped } from "./numbers.js";

/** @typedef {import("./numbers.js").Reading} Reading */
/**
 * @typedef {object} NumberField
 * @property {() => Reading} read  what is in the field
 * @property {() => boolean} commit  hands over what is in the field, or says why not; returns whether it could
 * @property {(value: number | null) => void} show  a value from elsewhere; it does not overwrite text that is being corrected
 * @property {() => void} clear  removes the sentence
 * @property {() => string | null} take  removes the sentence and returns it; null if there is none
 */

/** How many steps these keys go. @type {Record<string, number>} */
const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
let made = 0;

/**
 * The range of a field, from its data attributes.
 * @param {HTMLInputElement} input
 * @returns {{low: number, high: number, step: number, whole: boolean, unit: string}}
 */
export function rangeOf({ dataset: { low, high, step, whole, unit } }) {
  return {
    low: low === undefined ? -Infinity : Number(low), high: high === undefined ? Infinity : Number(high),
    step: step === undefined ? 1 : Number(step), whole: whole !== undefined, unit: unit ?? "",
  };
}

/**
 * The name of a field: its `aria-label`, or its label.
 * @param {HTMLInputElement} input
 * @returns {string}
 */
export function nameOf(input) {
  return input.getAttribute("aria-label") ?? [...(input.labels?.[0]?.childNodes ?? [])].map((node) => node.textContent).join("").trim();
}

/**
 * Makes an input a field for a number.
 * @param {HTMLInputElement} input  of the type text
 * @param {object} parts
 * @param {(value: number | null) => void} parts.onNumber  the user has entered a number, or emptied the field
 * @param {(sentence: string) => void} [parts.onRefused]  the entry is not a number in the range
 * @param {Element} [parts.beneath]  the element that the sentence follows, instead of the field
 * @param {string} [parts.consequence]  what holds until the entry is corrected
 * @param {boolean} [parts.isRequired]  whether an empty field is refused
 * @returns {NumberField}
 */
export function createNumberField(input, { onNumber, onRefused = () => {}, beneath = input, consequence = "", isRequired = false }) {
  const fault = h("p", { class: "number-fault", id: `number-fault-${++made}`, role: "alert", hidden: true });
  beneath.after(fault);
  const { low, whole } = rangeOf(input);
  // keypads for digits have no minus on some phones
  input.inputMode = low < 0 ? "text" : whole ? "numeric" : "decimal";
  input.autocomplete = "off";
  input.spellcheck = false;

  /** @returns {Reading} */
  function read() {
    const reading = readNumber(input.value, rangeOf(input));
    return reading.kind === "empty" && isRequired ? { kind: "refused", reason: "is empty. Enter a number." } : reading;
  }

  /** @param {string | null} sentence */
  function say(sentence) {
    const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== fault.id);
    const described = sentence === null ? others : [...others, fault.id];
    fault.textContent = sentence ?? "";
    fault.hidden = sentence === null;
    input.toggleAttribute("aria-invalid", false);
    if (sentence !== null) input.setAttribute("aria-invalid", "true");
    if (described.length > 0) input.setAttribute("aria-describedby", described.join(" "));
    else input.removeAttribute("aria-describedby");
  }

  function commit() {
    const reading = read();
    if (reading.kind === "refused") {
      const sentence = `${nameOf(input)}: ${reading.reason}`;
      say(consequence ? `${sentence} ${consequence}` : sentence);
      onRefused(sentence);
      return false;
    }
    say(null);
    onNumber(reading.kind === "number" ? reading.value : null);
    return true;
  }

  input.addEventListener("change", commit);
  input.addEventListener("input", () => !fault.hidden && read().kind !== "refused" && say(null));
  input.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(STEPS, event.key) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || input.readOnly) return;
    event.preventDefault();
    event.stopPropagation();
    const range = rangeOf(input);
    const reading = readNumber(input.value, { ...range, low: -Infinity, high: Infinity });
    if (reading.kind === "refused") return;
    const from = reading.kind === "number" ? reading.value : Math.max(0, range.low) - (STEPS[event.key] > 0 ? range.step : 0);
    input.value = String(stepped(from, STEPS[event.key], range));
    input.dispatchEvent(new Event("input", { bubbles: true }));
    commit();
  });

  return {
    read, commit,
    show(value) {
      if (!fault.hidden) return;
      const text = value === null ? "" : String(value);
      if (input.value !== text) input.value = text;
    },
    clear: () => say(null),
    take() {
      const sentence = fault.hidden ? null : fault.textContent;
      say(null);
      return sentence;
    },
  };
}
