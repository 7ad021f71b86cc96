/** The form of a sweep: its axes, how many starts each cell gets, and what it costs; and the progress. */

import { locksOf } from "../core/locks.js";
import { all, byId, h, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { progressText } from "../luck/texts.js";
import { createAxisRow } from "./axisRow.js";
import { MOST_AXES, outlineOf, outlineText, sweepText } from "./plan.js";
import { groupedFields, nextSetting, presentValue, whyAxisIdle } from "./settings.js";
import { proposedChoice } from "./values.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Field} Field
 * @typedef {import("./plan.js").Draft} Draft
 * @typedef {import("./plan.js").Plan} Plan
 * @typedef {import("./plan.js").Outline} Outline
 * @typedef {import("../luck/starts.js").Vary} Vary
 */

/** Epochs where one's own run has not been trained. */
const EPOCHS = 200;
const MOST_EPOCHS = 10_000;
const NO_GOAL = "Training until a goal is reached needs a goal: set one over the loss chart.";

/**
 * Radio buttons; a value that none of them has gets one of its own.
 * @param {HTMLFormElement} form @param {string} name
 */
function createChoices(form, name) {
  const inputs = () => all(form, `[name=${name}]`, HTMLInputElement);
  return {
    value: () => inputs().find(({ checked }) => checked)?.value ?? inputs()[0].value,
    /** @param {string} value */
    choose(value) {
      const known = inputs().find((input) => input.value === value);
      const [first] = inputs();
      const input = known ?? h("input", { type: "radio", name, value });
      if (!known) first.closest("div")?.append(h("label", {}, input, h("span", {}, value)));
      input.checked = true;
    },
    /** A value that cannot be chosen gives way to the first one. @param {string} value @param {boolean} isEnabled */
    enable(value, isEnabled) {
      const input = inputs().find((other) => other.value === value);
      if (!input) return;
      input.disabled = !isEnabled;
      if (!isEnabled && input.checked) inputs()[0].checked = true;
    },
  };
}

/**
 * @param {object} parts
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {(plan: Plan, outline: Outline, untilGoal: boolean) => void} parts.onTrain
 * @param {() => void} parts.onCancel
 */
export function createForm({ schema, onTrain, onCancel }) {
  const form = byId("sweep-form", HTMLFormElement);
  const list = byId("sweep-axes", HTMLElement);
  const add = byId("sweep-add", HTMLButtonElement);
  const [counts, varied, ends] = ["sweep-count", "sweep-vary", "sweep-end"].map((name) => createChoices(form, name));
  const input = byId("sweep-epochs", HTMLInputElement);
  const goal = byId("sweep-goal", HTMLElement);
  const train = byId("sweep-train", HTMLButtonElement);
  const cost = byId("sweep-cost", HTMLElement);
  const progress = byId("sweep-progress", HTMLElement);
  const bar = byId("sweep-bar", HTMLProgressElement);
  const left = byId("sweep-left", HTMLElement);
  const cancel = byId("sweep-cancel", HTMLButtonElement);
  const groups = groupedFields(schema);
  /** @type {{draft: Draft, row: import("./axisRow.js").AxisRow}[]} */
  let axes = [];
  /** What was typed; null: as many as one's own run has. @type {number | null} */
  let typed = null;
  let usual = EPOCHS;
  /** @type {PageState | null} */
  let newest = null;
  const epochs = createNumberField(input, { beneath: input.parentElement ?? input, onNumber: (value) => (typed = value) });

  const hasOwn = () => newest !== null && newest.data?.examples !== null;

  /** @param {Field} field @returns {Draft} */
  const draftOf = (field) => ({ field, choice: proposedChoice(field, newest ? presentValue(field, newest.config) : field.default, hasOwn()) });

  /** @param {Draft} draft */
  function addAxis(draft) {
    /** @type {(typeof axes)[number]} */
    const axis = { draft, row: createAxisRow({
      groups,
      onField(field) {
        axis.draft = draftOf(field);
        drawAxes();
      },
      onChoice(choice, isOther) {
        axis.draft = { ...axis.draft, choice };
        // what is being typed stays as it is
        if (!isOther) axis.row.note(axis.draft, "", false);
        drawAxes();
        if (isOther) axis.row.focus(true);
      },
      onRemove() {
        const index = axes.indexOf(axis);
        axes.splice(index, 1);
        axis.row.element.remove();
        drawAxes();
        if (axes.length > 0) axes[Math.min(index, axes.length - 1)].row.focus(false);
        else add.focus();
      },
    }) };
    axes.push(axis);
    list.append(axis.row.element);
    return axis;
  }

  /** @returns {Plan} */
  function planOf() {
    const reading = epochs.read();
    return {
      drafts: axes.map(({ draft }) => draft), starts: Number(counts.value()), vary: /** @type {Vary} */ (varied.value()),
      epochs: reading.kind === "number" ? reading.value : typed ?? usual,
    };
  }

  /** @param {Plan} plan */
  const outlineNow = (plan) => outlineOf(plan, newest?.startsCost ?? null, newest ? locksOf(schema.controls ?? [], newest.view.locked ?? []).fields : undefined);

  function drawAxes() {
    if (!newest) return;
    const state = newest;
    const outline = outlineNow(planOf());
    axes.forEach(({ draft, row }, index) => {
      const others = axes.flatMap((other, at) => (at === index ? [] : [{ field: other.draft.field, values: outline.axes[at].values }]));
      row.draw(draft, whyAxisIdle(draft.field, state, others) ?? "", outline.axes[index].fault !== null, hasOwn());
    });
    add.hidden = axes.length >= MOST_AXES;
    setText(add, axes.length === 0 ? "+ Vary a setting" : "+ Vary another setting");
    const isPossible = outline.fault === null;
    setText(train, isPossible ? `Train ${outline.runs.toLocaleString("en-US")} runs` : "Train");
    setText(cost, outlineText(planOf(), outline, state.startsCost));
    cost.classList.toggle("fault", !isPossible);
    train.disabled = !isPossible || form.hasAttribute("data-running");
    const hasGoals = state.goals.length > 0;
    ends.enable("goal", hasGoals);
    goal.title = hasGoals ? "" : NO_GOAL;
  }

  add.addEventListener("click", () => {
    if (!newest) return;
    const axis = addAxis(draftOf(nextSetting(newest, axes.map(({ draft }) => draft.field.name))));
    drawAxes();
    axis.row.focus(false);
  });
  form.addEventListener("input", drawAxes);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const outline = outlineNow(planOf());
    if (!epochs.commit()) input.focus();
    else if (outline.fault === null) onTrain(planOf(), outline, ends.value() === "goal");
  });
  cancel.addEventListener("click", onCancel);

  /** @param {import("../luck/starts.js").Starts | null} running */
  function drawProgress(running) {
    if (progress.hidden === Boolean(running)) {
      const hadFocus = [train, cancel].some((button) => button === document.activeElement);
      progress.hidden = !running;
      form.toggleAttribute("data-running", Boolean(running));
      drawAxes();
      if (hadFocus) (running ? cancel : train).focus({ preventScroll: true });
    }
    if (!running) return;
    bar.value = running.share;
    setText(left, progressText(running));
  }

  /** @type {unknown[]} */
  let drawn = [];
  return {
    /** Scrolls to the progress, below which the results are. */
    passBy: () => progress.scrollIntoView({ block: "start" }),
    /** Fills the form with a plan from elsewhere. @param {import("./plan.js").OpenPlan} plan @param {boolean | null} untilGoal  null: links do not say */
    fill(plan, untilGoal) {
      for (const { row } of axes) row.element.remove();
      axes = [];
      for (const draft of plan.drafts) addAxis(draft);
      counts.choose(String(plan.starts));
      varied.choose(plan.vary);
      if (untilGoal !== null) ends.choose(untilGoal ? "goal" : "epoch");
      typed = plan.epochs;
      epochs.clear();
      epochs.show(typed ?? usual);
      drawn = [];
    },
    /** The sweep that is in the form, as links have it; null: it cannot be run. */
    text() {
      const plan = planOf();
      const outline = outlineOf(plan, null);
      return outline.fault === null ? sweepText(plan, outline) : null;
    },
    /** @param {number} epoch  of one's own run @param {PageState} state @param {import("../luck/starts.js").Starts | null} running */
    draw(epoch, state, running) {
      newest = state;
      usual = epoch < 1 ? EPOCHS : Math.min(epoch, MOST_EPOCHS);
      if (axes.length === 0 && drawn.length === 0) for (const name of FIRST) addAxis(draftOf(groups.flatMap(({ fields }) => fields).find((field) => field.name === name) ?? nextSetting(state, [])));
      if (typed === null && document.activeElement !== input) epochs.show(usual);
      drawProgress(running);
      const from = [state.config, state.data, state.startsCost, state.goals, state.view.locked, usual];
      if (from.every((part, index) => part === drawn[index])) return;
      drawn = from;
      drawAxes();
    },
  };
}

/** The axes that an empty form begins with. */
const FIRST = ["learning_rate", "activation"];
