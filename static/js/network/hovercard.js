/** The card of a link or bias: its name, its value, and a field to change it. */

import { h, setText } from "../lib/dom.js";
import { formatInput, formatValue } from "../lib/format.js";
import { createNumberField } from "../lib/numberfield.js";
import { HINTS, cardPosition, thresholdText } from "./card.js";

/** @typedef {import("./card.js").Subject} Subject */
/** @typedef {{x: number, y: number}} Point  in the window */

/** The elements of the card. @param {HTMLElement} element  where it is put */
function makeCard(element) {
  const parts = {
    kind: h("span", { class: "kind" }), name: h("span", { class: "place" }), value: h("output", { class: "value" }),
    input: h("input", { type: "text", "data-step": "0.1", hidden: true }),
    threshold: h("span", { class: "threshold", hidden: true }), hint: h("span", { class: "hint" }),
  };
  const { kind, name, value, input, threshold, hint } = parts;
  const card = h("div", { id: "hovercard", hidden: true }, kind, name, h("span", { class: "line" }, value, input), threshold, hint);
  element.append(card);
  return { card, ...parts };
}

/**
 * The card without its field: it shows a subject and its value.
 * @param {ReturnType<typeof makeCard>} parts
 */
function createDisplay({ card, kind, name, value, threshold }) {
  /** @type {Subject | null} */
  let subject = null;
  /** @type {Float64Array | null} */
  let params = null;

  function draw() {
    if (!subject || !params || subject.index >= params.length) return;
    setText(value, formatValue(params[subject.index]));
    if (subject.hasThreshold) setText(threshold, thresholdText(params[subject.index]));
  }

  return {
    subject: () => subject,
    /** The value of a parameter. @param {number} index @returns {number | undefined} */
    valueAt: (index) => params?.[index],
    /** @param {Subject} next @param {Point} at */
    put(next, at) {
      subject = next;
      card.hidden = false;
      setText(kind, next.kind);
      setText(name, next.name);
      threshold.hidden = !next.hasThreshold;
      draw();
      const { x, y } = cardPosition(at, card.getBoundingClientRect(), { width: innerWidth, height: innerHeight });
      card.style.left = `${x}px`;
      card.style.top = `${y}px`;
    },
    hide() {
      subject = null;
      card.hidden = true;
    },
    /** @param {Float64Array | null} newest  all parameters; null: not known now @returns {boolean} whether the subject is among them */
    update(newest) {
      params = newest;
      draw();
      return !subject || !params || subject.index < params.length;
    },
  };
}

/**
 * The card.
 * @param {HTMLElement} element  where it is put
 * @param {object} parts
 * @param {(index: number, value: number) => void} parts.setParameter
 * @param {() => void} parts.onLeave  an edit has ended by a key
 * @param {(sentence: string) => void} parts.onRefused  the card was left, or its weight is gone, and what was typed did not count
 */
export function createHovercard(element, { setParameter, onLeave, onRefused }) {
  const parts = makeCard(element);
  const { card, input, hint } = parts;
  const display = createDisplay(parts);
  const field = createNumberField(input, { onNumber: take, beneath: hint });
  let isEditing = false;
  /** The number in the field before it was touched. */
  let before = "";

  function hide() {
    isEditing = false;
    display.hide();
    input.hidden = true;
    field.clear();
    card.classList.remove("editing");
  }

  /** @param {number | null} number */
  function take(number) {
    if (!isEditing) return;
    const subject = display.subject();
    if (subject && input.value !== before && number !== null) setParameter(subject.index, number);
    before = input.value;
  }

  /** Closes the card, whatever is in its field; if that is not a number, a message remains. */
  function leave() {
    const reading = field.read();
    const name = input.getAttribute("aria-label") ?? "";
    if (reading.kind === "refused") onRefused(`${name}: ${reading.reason} The value is unchanged.`);
    else field.commit();
    hide();
  }

  /** Takes the card away, since its weight or bias is gone; a message remains of what was typed and not entered. */
  function withdraw() {
    if (isEditing && input.value !== before) {
      onRefused(`${input.getAttribute("aria-label")}: “${input.value}” was not entered, since the network has changed.`);
    }
    hide();
  }

  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    if (event.key === "Enter" && !field.commit()) return;
    hide();
    onLeave();
  });
  input.addEventListener("blur", () => isEditing && leave());

  return {
    get isEditing() {
      return isEditing;
    },
    /** Shows a value without editing it. @param {Subject} next @param {Point} at @param {Exclude<import("./card.js").Mode, "edit">} [mode] */
    show(next, at, mode = "look") {
      if (isEditing) return;
      setText(hint, HINTS[mode]);
      display.put(next, at);
    },
    /** @param {Subject} next @param {Point} at */
    edit(next, at) {
      if (isEditing) leave();
      isEditing = true;
      card.classList.add("editing");
      setText(hint, HINTS.edit);
      input.hidden = false;
      input.setAttribute("aria-label", `${next.kind}, ${next.name}`);
      const value = display.valueAt(next.index);
      before = value === undefined ? "" : formatInput(value);
      input.value = before;
      display.put(next, at);
      input.focus({ preventScroll: true });
      input.select();
    },
    withdraw,
    /** @param {Float64Array | null} newest  all parameters; null: not known now */
    draw(newest) {
      if (!display.update(newest)) withdraw();
    },
  };
}
