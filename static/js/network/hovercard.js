/**
 * The card beside a link or bias: what it is, its value as it is now, and a field to set it.
 */

import { h, setText } from "../lib/dom.js";
import { formatInput, formatValue } from "../lib/format.js";
import { LOCKED } from "../core/locks.js";
import { createNumberField } from "../lib/numberfield.js";

const HINTS = { look: "Click to change it", keys: "Enter changes it", edit: "Enter sets it, Escape leaves it", locked: LOCKED, hidden: "" };
/** Pixels between the card and what it speaks of, and the edge of the window. */
const AWAY = 14;
const EDGE = 8;

/**
 * What the card speaks of.
 * @typedef {object} Subject
 * @property {number} index  into `params`
 * @property {string} kind  "Weight" or "Bias"
 * @property {string} place  as "x₁ to unit 2"
 * @property {boolean} [hasThreshold]  it is the bias of a unit that switches where its weighted sum reaches −b
 */
/** @typedef {{x: number, y: number}} Place  in the window */

/**
 * @param {HTMLElement} element  where the card is put
 * @param {object} parts
 * @param {(index: number, value: number) => void} parts.setParameter
 * @param {() => void} parts.onLeave  an edit has come to its end, by a key
 * @param {(sentence: string) => void} parts.onRefused  the card was left with something in it that is no number
 */
export function createHovercard(element, { setParameter, onLeave, onRefused }) {
  const kind = h("span", { class: "kind" });
  const place = h("span", { class: "place" });
  const value = h("output", { class: "value" });
  const input = h("input", { type: "text", "data-step": "0.1", hidden: true });
  const threshold = h("span", { class: "threshold", hidden: true });
  const hint = h("span", { class: "hint" });
  const card = h("div", { id: "hovercard", hidden: true }, kind, place, h("span", { class: "line" }, value, input), threshold, hint);
  const field = createNumberField(input, { onNumber: take, beneath: hint });
  element.append(card);

  /** @type {Subject | null} */
  let subject = null;
  /** @type {Float64Array | null} */
  let params = null;
  let isEditing = false;
  /** The number in the field before it was touched. */
  let before = "";

  function drawValue() {
    if (!subject || !params || subject.index >= params.length) return;
    setText(value, formatValue(params[subject.index]));
    // 0 − b, and not −b: there is no −0 on a card
    if (subject.hasThreshold) setText(threshold, `Threshold θ = −b = ${formatValue(0 - params[subject.index])}: the unit switches where Σ w·x = θ.`);
  }

  /** @param {Subject} next @param {Place} at */
  function put(next, at) {
    subject = next;
    card.hidden = false;
    setText(kind, next.kind);
    setText(place, next.place);
    threshold.hidden = !next.hasThreshold;
    drawValue();
    const { width, height } = card.getBoundingClientRect();
    const isRight = at.x + AWAY + width < innerWidth - EDGE;
    const x = isRight ? at.x + AWAY : at.x - AWAY - width;
    const y = at.y + AWAY + height < innerHeight - EDGE ? at.y + AWAY : at.y - AWAY - height;
    card.style.left = `${Math.round(Math.max(EDGE, x))}px`;
    card.style.top = `${Math.round(Math.max(EDGE, y))}px`;
  }

  function hide() {
    isEditing = false;
    subject = null;
    card.hidden = true;
    input.hidden = true;
    field.clear();
    card.classList.remove("editing");
  }

  /** @param {number | null} number */
  function take(number) {
    if (!isEditing) return;
    if (subject && input.value !== before && number !== null) setParameter(subject.index, number);
    before = input.value;
  }

  /** The card closes, whatever is in its field; of what is no number, a message remains. */
  function leave() {
    const reading = field.read();
    const name = input.getAttribute("aria-label") ?? "";
    if (reading.kind === "refused") onRefused(`${name}: ${reading.reason} It is unchanged.`);
    else field.commit();
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
    /** Shows a value without changing it. @param {Subject} next @param {Place} at @param {"look" | "keys" | "locked" | "hidden"} [by] */
    show(next, at, by = "look") {
      if (isEditing) return;
      setText(hint, HINTS[by]);
      put(next, at);
    },
    /** @param {Subject} next @param {Place} at */
    edit(next, at) {
      if (isEditing) leave();
      isEditing = true;
      card.classList.add("editing");
      setText(hint, HINTS.edit);
      input.hidden = false;
      input.setAttribute("aria-label", `${next.kind}, ${next.place}`);
      before = params ? formatInput(params[next.index]) : "";
      input.value = before;
      put(next, at);
      input.focus({ preventScroll: true });
      input.select();
    },
    hide,
    /** @param {Float64Array | null} newest  all parameters */
    draw(newest) {
      params = newest;
      if (!subject) return;
      if (!params || subject.index >= params.length) hide();
      else drawValue();
    },
  };
}
