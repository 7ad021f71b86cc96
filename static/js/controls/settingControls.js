/** The controls of the advanced settings, one for each kind of field: each shows a value and sends what the user chooses. */

import { all, h } from "../lib/dom.js";
import { readNumber } from "../lib/numbers.js";
import { optionLabel, sharedLabel } from "./settingTexts.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../core/types.js").FieldValue} FieldValue
 */
/**
 * @typedef {object} SettingControl
 * @property {(value: FieldValue, state: PageState) => void} show
 * @property {(isEnabled: boolean) => void} enable
 */
/** @typedef {(row: HTMLElement, field: Field, send: (value: FieldValue) => void, refuse: (sentence: string) => void) => SettingControl} MakeControl */

/** What a list of values ends with if others are allowed. */
const OTHER = { value: "other", label: "Other …" };

/**
 * The only element of this kind in a row.
 * @template {Element} T
 * @param {ParentNode} row @param {string} selector @param {new () => T} kind @returns {T}
 */
export function only(row, selector, kind) {
  const [element] = all(row, selector, kind);
  if (!element) throw new Error(`a setting has no ${selector}`);
  return element;
}

/** Marks the default while another value is chosen. @param {HTMLSelectElement} select @param {string} preset */
function markDefault(select, preset) {
  for (const option of select.options) {
    const text = optionLabel(option.text, option.value === preset, select.value === preset);
    if (option.text !== text) option.text = text;
  }
}

/** @type {MakeControl} */
function createChoice(row, field, send) {
  const select = only(row, "select", HTMLSelectElement);
  select.addEventListener("change", () => send(select.value));
  return {
    show(value) {
      select.value = String(value);
      markDefault(select, String(field.default));
    },
    enable: (isEnabled) => (select.disabled = !isEnabled),
  };
}

/**
 * The field for a number that is not in the list: it takes the list's place while it is used.
 * @param {HTMLElement} row @param {Field} field
 * @param {object} parts
 * @param {(value: number) => void} parts.onNumber @param {(sentence: string) => void} parts.onRefused @param {() => void} parts.onEnd  the list takes over again
 */
function createTypedNumber(row, field, { onNumber, onRefused, onEnd }) {
  const input = h("input", {
    type: "text", class: "text", inputmode: "decimal", autocomplete: "off", hidden: true, "aria-label": `${field.label}: another value`,
  });
  const range = { low: field.low ?? -Infinity, high: field.high ?? Infinity, whole: field.kind === "integer", unit: (row.dataset.unit ?? "").trim() };

  /** A text that is not a number, or out of range, is refused in words. */
  function commit() {
    if (input.hidden) return;
    const reading = readNumber(input.value, range);
    row.classList.remove("typing");
    input.hidden = true;
    onEnd();
    if (reading.kind === "refused") onRefused(`${field.label}: ${reading.reason}`);
    if (reading.kind === "number") onNumber(reading.value);
  }

  input.addEventListener("blur", commit);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.stopPropagation();
    if (event.key === "Escape") input.value = "";
    commit();
    only(row, "select", HTMLSelectElement).focus();
  });
  return {
    input,
    /** @param {string} text  to begin with */
    begin(text) {
      row.classList.add("typing");
      input.hidden = false;
      input.value = text;
      input.focus();
      input.select();
    },
  };
}

/** A number is chosen from a list, or typed where the list ends. @type {MakeControl} */
function createNumber(row, field, send, refuse) {
  const select = only(row, "select", HTMLSelectElement);
  let shown = "";
  const typed = createTypedNumber(row, field, {
    onNumber: send,
    onRefused: refuse,
    onEnd() {
      select.hidden = false;
      select.value = shown;
    },
  });
  select.add(new Option(OTHER.label, OTHER.value));
  select.after(typed.input);
  select.addEventListener("change", () => {
    if (select.value !== OTHER.value) {
      send(Number(select.value));
      return;
    }
    select.hidden = true;
    typed.begin(shown);
  });

  return {
    show(value) {
      shown = String(value);
      const options = [...select.options];
      if (!options.some((option) => option.value === shown)) {
        const after = options.find((option) => option.value === OTHER.value || Number(option.value) > Number(value)) ?? null;
        select.add(new Option(shown + (row.dataset.unit ?? ""), shown), after);
      }
      select.value = shown;
      markDefault(select, String(field.default));
    },
    enable: (isEnabled) => (select.disabled = typed.input.disabled = !isEnabled),
  };
}

/** @type {MakeControl} */
function createFlag(row, _field, send) {
  const input = only(row, "input[type=checkbox]", HTMLInputElement);
  input.addEventListener("change", () => send(input.checked));
  return {
    show: (value) => (input.checked = Boolean(value)),
    enable: (isEnabled) => (input.disabled = !isEnabled),
  };
}

/** @type {MakeControl} */
function createText(row, _field, send) {
  const input = only(row, "input[type=text]", HTMLInputElement);
  input.addEventListener("change", () => send(input.value));
  return {
    show(value) {
      if (document.activeElement !== input) input.value = String(value);
    },
    enable: (isEnabled) => (input.disabled = !isEnabled),
  };
}

/**
 * A list for each hidden layer; its first option leaves the layer to what all layers share.
 * @param {HTMLElement} row @param {Field} field @param {(value: FieldValue) => void} send
 * @param {object} kind
 * @param {{value: string, label: string}[]} kind.options
 * @param {(value: string) => string | number | null} kind.valueOf  what is sent for an option; "" is the first one
 * @param {(value: string) => string} kind.labelOf  of a value that is no option
 * @param {(state: PageState) => string} kind.shared  the label of the first option
 * @returns {SettingControl}
 */
function createLayers(row, field, send, { options, valueOf, labelOf, shared }) {
  const group = only(row, ".names", HTMLElement);
  /** @type {HTMLSelectElement[]} */
  let selects = [];
  let isEnabled = true;

  /** @param {number} count */
  function build(count) {
    selects = Array.from({ length: count }, (_, layer) => {
      const select = h("select", { "aria-label": `${field.label}: layer ${layer + 1}` }, new Option("", ""),
        ...options.map(({ value, label }) => new Option(label, value)));
      select.addEventListener("change", () => send(/** @type {FieldValue} */ (selects.map((other) => valueOf(other.value)))));
      select.disabled = !isEnabled;
      return select;
    });
    group.replaceChildren(...selects.map((select, layer) =>
      h("span", { class: "name" }, h("span", { class: "layer" }, `Layer ${layer + 1}`), h("span", { class: "select" }, select))));
  }

  return {
    show(value, state) {
      const values = /** @type {(string | number | null)[]} */ (value);
      const count = state.config.hidden_layer_sizes.length;
      if (selects.length !== count) build(count);
      for (const [layer, select] of selects.entries()) {
        const text = String(values[layer] ?? "");
        select.options[0].text = shared(state);
        if (![...select.options].some((option) => option.value === text)) select.add(new Option(labelOf(text), text));
        select.value = text;
      }
    },
    enable(on) {
      isEnabled = on;
      for (const select of selects) select.disabled = !on;
    },
  };
}

/** @type {MakeControl} */
function createNames(row, field, send) {
  const options = field.choices ?? [];
  const labelOf = (/** @type {string} */ name) => options.find(({ value }) => value === name)?.label ?? name;
  return createLayers(row, field, send, {
    options, labelOf, valueOf: (value) => value, shared: ({ config }) => sharedLabel(labelOf(config.activation), "names"),
  });
}

/** @type {MakeControl} */
function createNumbers(row, field, send) {
  const labelOf = (/** @type {string} */ value) => (Number(value) === 0 ? row.dataset.zero : "") || value + (row.dataset.unit ?? "");
  const options = (field.offered ?? []).map((number) => ({ value: String(number), label: labelOf(String(number)) }));
  return createLayers(row, field, send, {
    options, labelOf, valueOf: (value) => (value === "" ? null : Number(value)), shared: ({ config }) => sharedLabel(labelOf(String(config.dropout)), "numbers"),
  });
}

/** @type {Partial<Record<Field["kind"], MakeControl>>} */
const MAKERS = { choice: createChoice, number: createNumber, integer: createNumber, flag: createFlag, text: createText, names: createNames, numbers: createNumbers };

/**
 * The control of a field.
 * @type {MakeControl}
 * @throws {Error} if there is none for its kind
 */
export function createSettingControl(row, field, send, refuse) {
  const make = MAKERS[field.kind];
  if (!make) throw new Error(`there is no control for ${field.name}`);
  return make(row, field, send, refuse);
}
