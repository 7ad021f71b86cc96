/** Binds every select, slider and checkbox of a config field or view field. */

import { keyName } from "../core/actions.js";
import { hintsOnExamples, whyIdle } from "../core/applies.js";
import { all, setText } from "../lib/dom.js";

/** @typedef {import("../core/actions.js").PageActions} PageActions */
/** @typedef {import("../core/actions.js").PageState} PageState */
/** @typedef {import("../core/types.js").Field} Field */

const NUMERIC = new Set(["number", "integer"]);

/**
 * @param {Document} root
 * @param {object} parts
 * @param {PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 */
export function createControls(root, { actions, schema }) {
  /** @type {Map<string, Field>} */
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  const selects = all(root, "select[data-field]", HTMLSelectElement);
  const sliders = all(root, "input[type=range][data-field]", HTMLInputElement);
  const checks = all(root, "input[type=checkbox][data-view]", HTMLInputElement);
  const texts = all(root, "[data-text]", HTMLElement);
  const outputs = new Map(all(root, "output[data-value]", HTMLOutputElement).map((output) => [output.dataset.value ?? "", output]));
  const batchHint = root.querySelector("#batch-hint");
  /** @type {PageState | null} */
  let drawn = null;

  /** @param {HTMLInputElement | HTMLSelectElement} control */
  function send(control) {
    const name = control.dataset.field ?? "";
    const value = NUMERIC.has(fields.get(name)?.kind ?? "") ? Number(control.value) : control.value;
    actions.configure({ [name]: value });
  }

  for (const select of selects) select.addEventListener("change", () => send(select));
  for (const slider of sliders) {
    slider.addEventListener("input", () => send(slider));
    slider.addEventListener("change", () => send(slider));
  }
  for (const check of checks) {
    check.addEventListener("change", () => actions.setView({ [check.dataset.view ?? ""]: check.checked }));
  }
  for (const button of all(root, "[data-action]:not([title])", HTMLElement)) {
    const action = actions.list.find(({ name }) => name === button.dataset.action);
    if (!action) continue;
    const key = action.key === null ? "" : keyName(action.key);
    // its card says both; two tooltips would be in each other's way
    if (button.closest("[data-help]")) Object.assign(button.dataset, key && { key });
    else button.title = action.label + (key && ` (${key})`);
  }
  root.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-action]") : null;
    if (button instanceof HTMLElement) actions.run(button.dataset.action ?? "");
  });

  /** @param {PageState} state */
  function drawFields({ config }) {
    const values = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (config));
    for (const select of selects) showChoice(select, String(values[select.dataset.field ?? ""]));
    for (const slider of sliders) {
      const name = slider.dataset.field ?? "";
      const output = outputs.get(name);
      const text = `${values[name]}${output?.dataset.unit ?? ""}`;
      slider.value = String(values[name]);
      slider.setAttribute("aria-valuetext", text);
      slider.style.setProperty("--fill", `${share(slider) * 100}%`);
      if (output) setText(output, text);
    }
  }

  /** @param {PageState} state */
  function drawIdle(state) {
    for (const slider of sliders) {
      const field = fields.get(slider.dataset.field ?? "");
      const why = field ? whyIdle(field, state) : null;
      slider.closest(".slider")?.classList.toggle("idle", why !== null);
    }
  }

  /** @param {PageState} state */
  function drawBatchHint(state) {
    if (!(batchHint instanceof HTMLElement)) return;
    const hints = hintsOnExamples(state);
    batchHint.hidden = hints.length === 0;
    setText(batchHint, hints.join(" "));
  }

  /** @param {PageState} state */
  function drawView({ view }) {
    for (const check of checks) {
      check.checked = Boolean(/** @type {Record<string, unknown>} */ (/** @type {unknown} */ (view))[check.dataset.view ?? ""]);
    }
    for (const control of all(root, "[data-control]", HTMLElement)) {
      control.hidden = view.hidden.includes(control.dataset.control ?? "");
    }
    for (const group of all(root, "[data-group]", HTMLElement)) {
      group.toggleAttribute("data-empty", all(group, "[data-control]", HTMLElement).every(({ hidden }) => hidden));
    }
    for (const text of texts) text.hidden = view.hide_text;
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      if (state.config !== drawn?.config) drawFields(state);
      if (state.config !== drawn?.config || state.data !== drawn.data) {
        drawBatchHint(state);
        drawIdle(state);
      }
      if (state.view !== drawn?.view) drawView(state);
      drawn = state;
    },
  };
}

/**
 * Chooses `value`; if the select does not offer it, it is offered from now on, where it belongs among numbers.
 * @param {HTMLSelectElement} select
 * @param {string} value
 */
function showChoice(select, value) {
  const options = [...select.options];
  if (!options.some((option) => option.value === value)) {
    const after = options.find((option) => Number(option.value) > Number(value)) ?? null;
    select.add(new Option(value, value), after);
  }
  if (select.value !== value) select.value = value;
}

/** The position of a slider, 0 … 1. @param {HTMLInputElement} slider */
function share(slider) {
  const [low, high] = [Number(slider.min), Number(slider.max)];
  return high > low ? (Number(slider.value) - low) / (high - low) : 0;
}
