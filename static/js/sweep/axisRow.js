/** One axis in the form of a sweep: a setting, and the values it takes. */

import { h, setText } from "../lib/dom.js";
import { valueText } from "../compare/variants.js";
import { asList, isNumeric, linkText, proposedRange, readChoice, tickable } from "./values.js";

/**
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("./values.js").Choice} Choice
 * @typedef {import("./plan.js").Draft} Draft
 */

/** What a list of values looks like. @type {Record<string, string>} */
const HINTS = { integers: "Layer sizes, with a semicolon between networks: 4; 8; 4, 2", names: "ReLU, Tanh; Tanh, Tanh", numbers: "0.1, 0.5; 0, 0.2" };
/** Of the values of a range, these many are shown at each end. */
const SHOWN = 3;

/** "0.001, 0.00314, 0.00985, …, 3" @param {readonly unknown[]} values */
function previewText(values) {
  const texts = values.map(String);
  return texts.length <= 2 * SHOWN + 2 ? texts.join(", ") : [...texts.slice(0, SHOWN), "…", ...texts.slice(-SHOWN)].join(", ");
}

/** @param {string} label @param {string} value @param {number} characters  for which there is room */
function textField(label, value, characters) {
  const input = h("input", { type: "text", class: "text", "aria-label": label, autocomplete: "off", spellcheck: "false", value });
  input.style.width = `${characters}ch`;
  return input;
}

/**
 * @param {object} parts
 * @param {readonly {label: string, fields: readonly Field[]}[]} parts.groups  the settings that can be chosen
 * @param {(field: Field) => void} parts.onField  another setting is chosen
 * @param {(choice: Choice, isOther: boolean) => void} parts.onChoice  isOther: the values are chosen in another way
 * @param {() => void} parts.onRemove
 */
export function createAxisRow({ groups, onField, onChoice, onRemove }) {
  const fields = groups.flatMap((group) => group.fields);
  const select = h("select", { "aria-label": "Setting to vary" },
    ...groups.map(({ label, fields: some }) => h("optgroup", { label }, ...some.map((field) => h("option", { value: field.name }, field.label)))));
  const values = h("div", { class: "sweep-values" });
  const remove = h("button", { type: "button", class: "sweep-remove" }, h("span", { "aria-hidden": "true" }, "×"));
  const [preview, why] = [h("p", { class: "sweep-preview" }), h("p", { class: "sweep-why", hidden: true })];
  const element = h("li", { class: "sweep-axis", "data-control": "luck" }, h("span", { class: "select" }, select), values, remove, preview, why);
  /** @type {HTMLInputElement[]} */
  let inputs = [];
  /** @type {Draft | null} */
  let drawn = null;

  select.addEventListener("change", () => {
    const field = fields.find(({ name }) => name === select.value);
    if (field) onField(field);
  });
  remove.addEventListener("click", onRemove);

  /** @param {Field} field @param {Extract<Choice, {kind: "ticked"}>} choice @param {boolean} hasOwn */
  function drawTicks(field, choice, hasOwn) {
    const offered = tickable(field, hasOwn || choice.values.some((value) => String(value).endsWith("own"))) ?? [];
    inputs = offered.map((value) => {
      const input = h("input", { type: "checkbox", value: linkText(value) });
      input.checked = choice.values.includes(value);
      input.addEventListener("change", () => onChoice({ kind: "ticked", values: offered.filter((_, index) => inputs[index].checked) }, false));
      return input;
    });
    const group = h("div", { class: "sweep-ticks", role: "group", "aria-label": field.label },
      ...offered.map((value, index) => h("label", {}, inputs[index], h("span", {}, valueText(field, value)))));
    values.replaceChildren(group);
  }

  /** @param {Field} field @param {Extract<Choice, {kind: "range"}>} choice */
  function drawRange(field, choice) {
    const [from, to, count] = [
      textField(`${field.label}, from`, choice.from, 7), textField(`${field.label}, to`, choice.to, 7), textField(`${field.label}, how many values`, choice.count, 4),
    ];
    const isLog = h("input", { type: "checkbox" });
    isLog.checked = choice.isLog;
    const read = () => /** @type {Choice} */ ({ kind: "range", from: from.value, to: to.value, count: count.value, isLog: isLog.checked });
    inputs = [from, to, count];
    for (const input of [...inputs, isLog]) input.addEventListener("input", () => onChoice(read(), false));
    const other = h("button", { type: "button", class: "link" }, "List values");
    other.addEventListener("click", () => onChoice(asList(field, read()), true));
    values.replaceChildren(h("span", {}, "from"), from, h("span", {}, "to"), to, h("span", {}, "in"), count, h("span", {}, "values"), h("label", { class: "check" }, isLog, "logarithmic"), other);
  }

  /** @param {Field} field @param {Extract<Choice, {kind: "list"}>} choice */
  function drawList(field, choice) {
    const input = textField(`${field.label}, values`, choice.text, 30);
    input.title = HINTS[field.kind] ?? "";
    input.addEventListener("input", () => onChoice({ kind: "list", text: input.value }, false));
    inputs = [input];
    const other = h("button", { type: "button", class: "link" }, "Use a range");
    other.addEventListener("click", () => onChoice(proposedRange(field), true));
    values.replaceChildren(input, ...(isNumeric(field) ? [other] : []));
  }

  /** What is said beneath the values, which stay as they are typed. @param {Draft} draft @param {string} reason @param {boolean} isFaulty */
  function note(draft, reason, isFaulty) {
    drawn = draft;
    const { field, choice } = draft;
    const text = choice.kind === "range" && !isFaulty ? previewText(readChoice(field, choice).values) : "";
    preview.hidden = text === "";
    setText(preview, text);
    why.hidden = reason === "";
    setText(why, reason);
    for (const input of inputs) {
      if (isFaulty) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }

  return {
    element,
    /** @param {boolean} onValues  the focus goes to the values, else to the setting */
    focus: (onValues) => ((onValues && inputs[0]) || select).focus(),
    /**
     * @param {Draft} draft
     * @param {string} reason  why it changes nothing; empty: it does
     * @param {boolean} isFaulty
     * @param {boolean} hasOwn  whether there are examples of the user's own
     */
    draw(draft, reason, isFaulty, hasOwn) {
      const { field, choice } = draft;
      if (drawn?.field !== field || drawn.choice !== choice) {
        select.value = field.name;
        remove.setAttribute("aria-label", `Do not vary ${field.label}`);
        if (choice.kind === "ticked") drawTicks(field, choice, hasOwn);
        else if (choice.kind === "range") drawRange(field, choice);
        else drawList(field, choice);
      }
      note(draft, reason, isFaulty);
    },
    note,
  };
}

/** @typedef {ReturnType<typeof createAxisRow>} AxisRow */
