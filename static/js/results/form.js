/** The form of a class's experiment: many starts, or a grid of one or two settings. */

import { h, setText } from "../lib/dom.js";
import { readNumber } from "../lib/numbers.js";
import { valueText } from "./grid.js";
import { gridFields, MOST_RUNS, readValues, runsText } from "./values.js";

/** @typedef {import("../core/types.js").Field} Field */
/** @typedef {{epochs: number, count?: number, vary?: string, grid?: Record<string, unknown[]>}} Wanted */

const MOST_EPOCHS = 10_000;
/** @type {[string, string][]} */
const VARIED = [["weights", "initial weights"], ["data", "data"], ["both", "initial weights and data"]];
/** Values that are proposed. @type {Record<string, string>} */
const PROPOSED = { learning_rate: "0.003, 0.01, 0.03, 0.1, 0.3, 1", hidden_layer_sizes: "2; 4; 8; 4, 2; 8, 8" };

/** Proposed values of a number: some of those that its control offers. @param {Field} field */
function proposed({ name, offered }) {
  if (name in PROPOSED) return PROPOSED[name];
  const step = Math.max(1, Math.ceil((offered?.length ?? 0) / 6));
  return (offered ?? []).filter((_, index) => index % step === 0).map((value) => valueText(undefined, value)).join(", ");
}

/** One setting of the grid and its values. @param {{label: string, fields: readonly Field[], first: string, mayBeNone: boolean, onChange: () => void}} parts */
function createAxis({ label, fields, first, mayBeNone, onChange }) {
  const options = [...(mayBeNone ? [{ name: "", label: "nothing else" }] : []), ...fields];
  const select = h("select", { "aria-label": label, change }, ...options.map((option) => h("option", { value: option.name }, option.label)));
  select.value = first;
  const text = h("input", { type: "text", class: "text", "aria-label": "Values", autocomplete: "off", spellcheck: "false", input: onChange });
  const choices = h("span", { class: "experiment-choices", role: "group", "aria-label": "Values" });
  const element = h("div", { class: "experiment-axis" }, h("span", {}, label), h("span", { class: "select" }, select), text, choices);
  const chosen = () => fields.find(({ name }) => name === select.value);

  /** Values to tick. @returns {{value: string, name: string}[]} */
  function listOf() {
    const field = chosen();
    if (field?.kind === "flag") return [{ value: "", name: "off" }, { value: "on", name: "on" }];
    return field?.kind === "choice" ? (field.choices ?? []).map(({ value, label: name }) => ({ value, name })) : [];
  }

  function change() {
    reset();
    onChange();
  }

  function reset() {
    const [field, listed] = [chosen(), listOf()];
    text.hidden = !field || listed.length > 0;
    choices.hidden = listed.length === 0;
    if (field && listed.length === 0) text.value = proposed(field);
    choices.replaceChildren(...listed.map(({ value, name }, index) => {
      const check = h("input", { type: "checkbox", value, change: onChange });
      check.checked = index < 4;
      return h("label", { class: "check" }, check, name);
    }));
  }
  reset();

  return {
    element,
    /** @returns {{name: string, values: unknown[], fault: string | null} | null} null: no setting */
    read() {
      const field = chosen();
      if (!field) return null;
      if (field.kind === "choice" || field.kind === "flag") {
        const ticked = [...choices.querySelectorAll("input")].filter(({ checked }) => checked).map(({ value }) => (field.kind === "flag" ? value === "on" : value));
        return { name: field.name, values: ticked, fault: ticked.length === 0 ? `${field.label}: tick at least one value` : null };
      }
      return { name: field.name, ...readValues(field, text.value) };
    },
  };
}

/**
 * @param {object} parts
 * @param {readonly Field[]} parts.fields  of the schema
 * @param {(wanted: Wanted) => void} parts.onStart
 */
export function createExperimentForm({ fields, onStart }) {
  const offered = gridFields(fields);
  let isGrid = false;
  const kinds = /** @type {const} */ ([["starts", "Many starts"], ["grid", "A grid of settings"]]).map(([value, label]) => {
    const input = h("input", { type: "radio", name: "experiment-kind", value, change: () => { isGrid = value === "grid"; update(); } });
    input.checked = value === "starts";
    return h("label", {}, input, h("span", {}, label));
  });
  const number = (/** @type {string} */ label, /** @type {string} */ value) => h("input", {
    type: "text", class: "text experiment-number", inputmode: "numeric", autocomplete: "off", "aria-label": label, value, input: () => update(),
  });
  const [count, epochs] = [number("Number of starts", "100"), number("Epochs", "200")];
  const vary = h("select", { "aria-label": "What differs" }, ...VARIED.map(([value, label]) => h("option", { value }, label)));
  const axes = [
    createAxis({ label: "Vary", fields: offered, first: offered[0]?.name ?? "", mayBeNone: false, onChange: () => update() }),
    createAxis({ label: "and", fields: offered, first: "", mayBeNone: true, onChange: () => update() }),
  ];
  const starts = h("div", { class: "experiment-line" }, count, h("span", {}, "starts with different"), h("span", { class: "select" }, vary));
  const grid = h("div", { class: "experiment-grid-form", hidden: true }, ...axes.map(({ element: axis }) => axis));
  const note = h("span", { class: "wall-label", role: "status" });
  const start = h("button", { type: "submit", class: "wall-button main" }, "Start");
  const element = h(
    "form", { class: "experiment-form", submit: (/** @type {Event} */ event) => { event.preventDefault(); submit(); } },
    h("div", { class: "wall-options", role: "radiogroup", "aria-label": "Kind of experiment" }, ...kinds), grid,
    h("div", { class: "experiment-line" }, starts, h("div", { class: "experiment-line" }, h("span", {}, "each for"), epochs, h("span", {}, "epochs"))), h("div", { class: "experiment-line" }, start, note),
  );
  let students = 0;

  /** What is in the form, and what is wrong with it. @returns {{wanted: Wanted, runs: number, fault: string | null}} */
  function read() {
    const time = readNumber(epochs.value, { low: 1, high: MOST_EPOCHS, whole: true });
    const [often, how] = [readNumber(count.value, { low: 2, high: MOST_RUNS, whole: true }), time.kind === "number" ? time.value : 0];
    const late = time.kind === "number" ? null : `Epochs: ${time.kind === "refused" ? time.reason : "enter a number"}`;
    if (!isGrid) {
      const runs = often.kind === "number" ? often.value : 0;
      return { wanted: { epochs: how, count: runs, vary: vary.value }, runs, fault: often.kind === "number" ? late : `Starts: ${often.kind === "refused" ? often.reason : "enter a number"}` };
    }
    const found = axes.flatMap((axis) => axis.read() ?? []);
    const isTwice = found.length === 2 && found[0].name === found[1].name;
    const fault = found.find((axis) => axis.fault !== null)?.fault ?? (isTwice ? "Choose two different settings" : late);
    const runs = found.reduce((product, { values }) => product * values.length, 1);
    return { wanted: { epochs: how, grid: Object.fromEntries(found.map(({ name, values }) => [name, values])) }, runs, fault };
  }

  function update() {
    starts.hidden = isGrid;
    grid.hidden = !isGrid;
    const { runs, fault } = read();
    const isPossible = fault === null && runs >= 2 && runs <= MOST_RUNS;
    setText(note, fault ?? runsText(runs, students));
    note.classList.toggle("fault", !isPossible);
    start.setAttribute("aria-disabled", String(!isPossible));
  }

  function submit() {
    const { wanted, runs, fault } = read();
    if (fault === null && runs >= 2 && runs <= MOST_RUNS) onStart(wanted);
  }
  update();

  return {
    element,
    /** @param {number} present  students who are here */
    draw(present) {
      if (present === students) return;
      students = present;
      update();
    },
  };
}
