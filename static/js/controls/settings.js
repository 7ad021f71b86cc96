/**
 * "More settings": the fields of the config that the original does not have, in three groups. What makes no difference
 * at present is folded away at the end of its group, and says why.
 */

import { valuesOf, whyIdle } from "../core/applies.js";
import { all, byId, h, setText } from "../lib/dom.js";
import { readNumber } from "../lib/numbers.js";
import { presetText } from "../core/presets.js";
import { isEqual } from "../core/store.js";

/**
 * @typedef {import("../core/actions.js").PageActions} PageActions
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("../core/types.js").FieldValue} FieldValue
 */

/**
 * A field's control: it shows a value, and sends what the user chooses.
 * @typedef {object} Control
 * @property {(value: FieldValue, state: PageState) => void} show
 * @property {(isEnabled: boolean) => void} enable
 */
/** @typedef {(row: HTMLElement, field: Field, send: (value: FieldValue) => void, refuse: (sentence: string) => void) => Control} MakeControl */

/** @typedef {{field: Field, row: HTMLElement, control: Control, back: HTMLButtonElement, why: HTMLElement, active: HTMLElement, idle: HTMLDetailsElement}} Setting */

/** What a list of values ends with, if others are just as good. */
const OTHER = { value: "other", label: "Other …" };
const DEFAULT = " (default)";

/**
 * The only element of this kind in a row.
 * @template {Element} T
 * @param {ParentNode} row @param {string} selector @param {new () => T} kind @returns {T}
 */
function only(row, selector, kind) {
  const [element] = all(row, selector, kind);
  if (!element) throw new Error(`a setting has no ${selector}`);
  return element;
}

/** The default is marked in the list while another value is chosen. @param {HTMLSelectElement} select @param {string} preset */
function markDefault(select, preset) {
  for (const option of select.options) {
    const label = option.text.replace(DEFAULT, "");
    const text = option.value === preset && select.value !== preset ? label + DEFAULT : label;
    if (option.text !== text) option.text = text;
  }
}

/** @type {MakeControl} */
function makeChoice(row, field, send) {
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

/** A number is chosen from a list, or typed in where the list ends. @type {MakeControl} */
function makeNumber(row, field, send, refuse) {
  const select = only(row, "select", HTMLSelectElement);
  const input = h("input", {
    type: "text", class: "text", inputmode: "decimal", autocomplete: "off", hidden: true, "aria-label": `${field.label}: another value`,
  });
  let shown = "";
  select.add(new Option(OTHER.label, OTHER.value));
  select.after(input);

  /** @param {boolean} isTyping */
  function type(isTyping) {
    row.classList.toggle("typing", isTyping);
    input.hidden = !isTyping;
    select.hidden = isTyping;
    select.value = shown;
  }

  select.addEventListener("change", () => {
    if (select.value !== OTHER.value) {
      send(Number(select.value));
      return;
    }
    type(true);
    input.value = shown;
    input.focus();
    input.select();
  });
  /** What is no number, or out of range, comes to nothing and is told. */
  const commit = () => {
    if (input.hidden) return;
    const range = { low: field.low ?? -Infinity, high: field.high ?? Infinity, whole: field.kind === "integer", unit: (row.dataset.unit ?? "").trim() };
    const reading = readNumber(input.value, range);
    type(false);
    if (reading.kind === "refused") refuse(`${field.label}: ${reading.reason}`);
    if (reading.kind === "number") send(reading.value);
  };
  input.addEventListener("blur", commit);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.stopPropagation();
    if (event.key === "Escape") input.value = "";
    commit();
    select.focus();
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
    enable: (isEnabled) => (select.disabled = input.disabled = !isEnabled),
  };
}

/** @type {MakeControl} */
function makeFlag(row, _field, send) {
  const input = only(row, "input[type=checkbox]", HTMLInputElement);
  input.addEventListener("change", () => send(input.checked));
  return {
    show: (value) => (input.checked = Boolean(value)),
    enable: (isEnabled) => (input.disabled = !isEnabled),
  };
}

/** @type {MakeControl} */
function makeText(row, _field, send) {
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
 * One list for each hidden layer; its first entry leaves it to what all layers share.
 * @param {HTMLElement} row @param {Field} field @param {(value: FieldValue) => void} send
 * @param {object} kind
 * @param {{value: string, label: string}[]} kind.options
 * @param {(value: string) => string | number | null} kind.valueOf  what is sent of an option's value; "" is the first's
 * @param {(value: string) => string} kind.labelOf  of a value that is no option
 * @param {(state: PageState) => string} kind.usual  the first entry's label
 * @returns {Control}
 */
function makeLayers(row, field, send, { options, valueOf, labelOf, usual }) {
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
        select.options[0].text = usual(state);
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
function makeNames(row, field, send) {
  const options = field.choices ?? [];
  const labelOf = (/** @type {string} */ name) => options.find(({ value }) => value === name)?.label ?? name;
  return makeLayers(row, field, send, {
    options, labelOf, valueOf: (value) => value, usual: ({ config }) => `${labelOf(config.activation)}, as in the bar`,
  });
}

/** @type {MakeControl} */
function makeNumbers(row, field, send) {
  const labelOf = (/** @type {string} */ value) => (Number(value) === 0 ? row.dataset.zero : "") || value + (row.dataset.unit ?? "");
  const options = (field.offered ?? []).map((number) => ({ value: String(number), label: labelOf(String(number)) }));
  return makeLayers(row, field, send, {
    options, labelOf, valueOf: (value) => (value === "" ? null : Number(value)), usual: ({ config }) => `${labelOf(String(config.dropout))}, as for all`,
  });
}

/** How a kind of field is set. @type {Partial<Record<Field["kind"], MakeControl>>} */
const CONTROLS = { choice: makeChoice, number: makeNumber, integer: makeNumber, flag: makeFlag, text: makeText, names: makeNames, numbers: makeNumbers };

/** A value in the words of its control. @param {Field} field @param {HTMLElement} row */
function defaultLabel(field, row) {
  if (typeof field.default === "boolean") return field.default ? "on" : "off";
  const option = all(row, "option", HTMLOptionElement).find((other) => other.value === String(field.default));
  return option?.text ?? (Array.isArray(field.default) ? (field.kind === "names" ? "as in the bar" : "as for all") : String(field.default));
}

/**
 * @param {object} parts
 * @param {PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 */
export function createLab({ actions, schema }) {
  const panel = byId("lab", HTMLElement);
  const button = byId("lab-button", HTMLButtonElement);
  const count = byId("lab-count", HTMLElement);
  const reset = byId("lab-reset", HTMLButtonElement);
  const settings = all(panel, "[data-setting]", HTMLElement).map(makeSetting);
  /** @type {PageState | null} */
  let drawn = null;

  /** @param {HTMLElement} row @returns {Setting} */
  function makeSetting(row) {
    const field = schema.fields.find(({ name }) => name === row.dataset.setting);
    const make = field && CONTROLS[field.kind];
    const group = row.closest(".lab-group");
    if (!make || !group) throw new Error(`there is no control for ${row.dataset.setting}`);
    const control = make(row, field, (value) => actions.configure({ [field.name]: value }), actions.refuse);
    const back = only(row, ".back", HTMLButtonElement);
    const label = `Back to the default: ${defaultLabel(field, row)}`;
    back.title = label;
    back.setAttribute("aria-label", `${field.label}: ${label}`);
    back.addEventListener("click", () => {
      actions.configure({ [field.name]: field.default });
      only(row, "select, input, .names", HTMLElement).focus();
    });
    return { field, row, control, back, why: only(row, ".why", HTMLElement), active: only(group, ".settings", HTMLElement), idle: only(group, "details", HTMLDetailsElement) };
  }

  reset.addEventListener("click", () => {
    if (!drawn) return;
    const values = valuesOf(drawn.config);
    const changed = settings.filter(({ row }) => !row.hasAttribute("data-locked")).map(({ field }) => field).filter((field) => !isEqual(values[field.name], field.default));
    actions.configure(Object.fromEntries(changed.map((field) => [field.name, field.default])));
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    actions.run("toggle_lab");
  });

  /** @param {boolean} isOpen */
  function drawOpen(isOpen) {
    if (isOpen === !panel.hidden) return;
    const hadFocus = panel.contains(document.activeElement);
    panel.hidden = !isOpen;
    document.documentElement.toggleAttribute("data-lab", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) panel.focus({ preventScroll: true });
    else if (hadFocus) button.focus({ preventScroll: true });
  }

  /** @param {PageState} state */
  function drawValues(state) {
    const values = valuesOf(state.config);
    let changes = 0;
    for (const { field, row, control, back } of settings) {
      const isChanged = !isEqual(values[field.name], field.default);
      control.show(values[field.name], state);
      row.classList.toggle("changed", isChanged);
      back.hidden = !isChanged;
      changes += Number(isChanged);
    }
    count.hidden = changes === 0;
    count.replaceChildren(String(changes), h("span", { class: "visually-hidden" }, changes === 1 ? " differs from the original" : " differ from the original"));
    reset.setAttribute("aria-disabled", String(changes === 0));
  }

  /** Puts what is idle to the end of its group; nothing moves that stays what it was. @param {PageState} state */
  function drawIdle(state) {
    for (const { field, row, control, why, active, idle } of settings) {
      const reason = whyIdle(field, state);
      const words = reason ?? presetText(schema, state.config, field);
      why.hidden = words === null;
      setText(why, words ?? "");
      const home = reason === null ? active : only(idle, ".settings", HTMLElement);
      if (row.parentElement === home) continue;
      control.enable(reason === null && !row.hasAttribute("data-locked"));
      const after = settings.slice(settings.findIndex((other) => other.row === row) + 1).find((other) => other.row.parentElement === home);
      home.insertBefore(row, after?.row ?? null);
    }
    for (const idle of new Set(settings.map((setting) => setting.idle))) {
      const rows = all(idle, ".setting", HTMLElement);
      const changed = rows.filter((row) => row.classList.contains("changed")).length;
      idle.hidden = rows.length === 0;
      setText(only(idle, "summary", HTMLElement), `${rows.length} without effect now${changed > 0 ? `, ${changed} changed` : ""}`);
    }
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      if (state.lab !== drawn?.lab) drawOpen(state.lab);
      const isNews = state.config !== drawn?.config;
      if (isNews) drawValues(state);
      if (isNews || state.data !== drawn?.data) drawIdle(state);
      drawn = state;
    },
  };
}
