/** The form of a sweep: its axes, how many starts each cell gets, and what it costs; and the progress. */

import { locksOf } from "../core/locks.js";
import { byId, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { createProgress, createStartChoices, usualEpochs } from "../luck/form.js";
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
 */

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
  const choices = createStartChoices(form, "sweep");
  const input = byId("sweep-epochs", HTMLInputElement);
  const train = byId("sweep-train", HTMLButtonElement);
  const cost = byId("sweep-cost", HTMLElement);
  const progress = createProgress(form, "sweep", { onCancel, onSwitch: () => drawAxes() });
  const groups = groupedFields(schema);
  /** @type {{draft: Draft, row: import("./axisRow.js").AxisRow}[]} */
  let axes = [];
  /** What was typed; null: as many as one's own run has. @type {number | null} */
  let typed = null;
  let usual = usualEpochs(0, { data: null });
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
    const [reading, { count, vary }] = [epochs.read(), choices.read()];
    return {
      drafts: axes.map(({ draft }) => draft), starts: count, vary,
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
    choices.allowGoal(state.goals.length > 0);
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
    else if (outline.fault === null) onTrain(planOf(), outline, choices.read().untilGoal);
  });

  /** @type {unknown[]} */
  let drawn = [];
  return {
    /** Scrolls to the progress, below which the results are. */
    passBy: () => progress.element.scrollIntoView({ block: "start" }),
    /** Fills the form with a plan from elsewhere. @param {import("./plan.js").OpenPlan} plan @param {boolean | null} untilGoal  null: links do not say */
    fill(plan, untilGoal) {
      for (const { row } of axes) row.element.remove();
      axes = [];
      for (const draft of plan.drafts) addAxis(draft);
      choices.choose({ count: plan.starts, vary: plan.vary, untilGoal });
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
      usual = usualEpochs(epoch, state);
      if (axes.length === 0 && drawn.length === 0) for (const name of FIRST) addAxis(draftOf(groups.flatMap(({ fields }) => fields).find((field) => field.name === name) ?? nextSetting(state, [])));
      if (typed === null && document.activeElement !== input) epochs.show(usual);
      progress.draw(running);
      const from = [state.config, state.data, state.startsCost, state.goals, state.view.locked, usual];
      if (from.every((part, index) => part === drawn[index])) return;
      drawn = from;
      drawAxes();
    },
  };
}

/** The axes that an empty form begins with. */
const FIRST = ["learning_rate", "activation"];
