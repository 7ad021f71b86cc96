/** Where a variant is chosen: with one click, or by a setting and its value in a card. */

import { withPresets } from "../core/presets.js";
import { isEqual } from "../core/store.js";
import { byId, h, setText } from "../lib/dom.js";
import { createPopover } from "../lib/popover.js";
import { MOST_VARIANTS, otherValues, parseValue, valueText, variableFields, whatIfs, whyNoValue } from "./variants.js";

/**
 * @typedef {import("../core/types.js").Variant} Variant
 * @typedef {import("../core/actions.js").PageState} PageState
 */

const PRESELECTED = "learning_rate";

/** The index of the first value above the present one; 0 if there is none. @param {readonly unknown[]} values @param {unknown} present */
export function nextLarger(values, present) {
  return Math.max(0, values.findIndex((value) => Number(value) > Number(present)));
}

/**
 * The card with a setting and its value.
 * @param {object} parts
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {() => PageState | null} parts.state
 * @param {(variant: Variant) => void} parts.onChosen
 */
function createForm({ schema, state, onChosen }) {
  const [field, list] = ["compare-field", "compare-value"].map((id) => byId(id, HTMLSelectElement));
  const typed = byId("compare-typed", HTMLInputElement);
  const fault = byId("compare-fault", HTMLElement);
  const popover = createPopover(byId("compare-other", HTMLButtonElement), byId("compare-card", HTMLElement), { onOpen: listFields });
  const chosenField = () => schema.fields.find(({ name }) => name === field.value);

  /** @param {string | null} why */
  function drawFault(why) {
    fault.hidden = why === null;
    setText(fault, why ?? "");
    typed.setAttribute("aria-invalid", String(why !== null));
  }

  function listFields() {
    const now = state();
    if (!now) return;
    const before = field.value;
    const fields = variableFields(now);
    field.replaceChildren(...fields.map(({ name, label }) => h("option", { value: name }, label)));
    field.value = fields.some(({ name }) => name === before) ? before : PRESELECTED;
    listValues();
  }

  function listValues() {
    const [chosen, now] = [chosenField(), state()];
    if (!chosen || !now) return;
    const values = otherValues(chosen, now.config);
    list.parentElement?.toggleAttribute("hidden", values === null);
    typed.hidden = values !== null;
    typed.placeholder = chosen.kind === "integers" ? "4, 2" : "";
    list.replaceChildren(...(values ?? []).map((value) => h("option", {}, valueText(chosen, value))));
    list.selectedIndex = nextLarger(values ?? [], /** @type {any} */ (now.config)[chosen.name]);
    drawFault(null);
  }

  field.addEventListener("change", listValues);
  byId("compare-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const [chosen, now] = [chosenField(), state()];
    if (!chosen || !now) return;
    const values = otherValues(chosen, now.config);
    const value = values ? values[list.selectedIndex] : parseValue(chosen, typed.value);
    drawFault(values ? null : whyNoValue(chosen, typed.value));
    if (value === null || value === undefined) {
      typed.focus();
      return;
    }
    popover.close();
    onChosen(withPresets(schema, now.config, { [chosen.name]: value }));
  });
}

/**
 * @param {object} parts
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {() => PageState | null} parts.state
 * @param {(variant: Variant) => void} parts.onChosen
 */
export function createChooser({ schema, state, onChosen }) {
  const element = byId("compare-choosing", HTMLElement);
  const questions = byId("compare-questions", HTMLElement);
  createForm({ schema, state, onChosen });

  return {
    element,
    /** @param {PageState} now */
    draw(now) {
      const { compare } = now.view;
      element.hidden = compare.length >= MOST_VARIANTS;
      const offered = whatIfs(now).filter(({ variant }) => !compare.some((other) => isEqual(other, variant)));
      questions.replaceChildren(...offered.map(({ label, variant }) => {
        const button = h("button", { type: "button", class: "chip" }, label);
        button.addEventListener("click", () => onChosen(variant));
        return button;
      }));
    },
  };
}
