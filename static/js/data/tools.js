/** What the drawing tools show of the page's state. Pure. */

import { classFill } from "../lib/color.js";
import { formatCount } from "../lib/format.js";
import { classNameOf } from "../map/classes.js";
import { MOST_CLASSES, MOST_EXAMPLES, countsOf } from "./examples.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Data} Data
 */

/**
 * Whether the tools are there: the data are the user's own, and not hidden or locked.
 * @param {Pick<PageState, "own" | "view"> | null} state
 * @returns {boolean}
 */
export function canDraw(state) {
  return state !== null && state.own !== null && ![...state.view.hidden, ...state.view.locked].includes("ownData");
}

/**
 * Whether the data have classes, and not values.
 * @param {Pick<PageState, "config"> | null} state
 * @returns {boolean}
 */
export const hasClasses = (state) => state?.config.problem === "classification";

/**
 * How many classes can be drawn: those there are, and as many as the user asked for.
 * @param {Pick<PageState, "own" | "data">} state
 * @param {number} requested
 * @returns {number} 2 … 6, unless the data have more
 */
export function offeredClasses({ own, data }, requested) {
  return Math.max(2, data?.classes ?? 2, countsOf(own?.list ?? []).length, Math.min(requested, MOST_CLASSES));
}

/**
 * The buttons of the classes.
 * @param {number} offered
 * @param {number} chosen
 * @param {readonly string[]} labels
 * @returns {{name: string, title: string, color: string, isPressed: boolean}[]}
 */
export function classButtons(offered, chosen, labels) {
  return Array.from({ length: offered }, (_, number) => {
    const name = classNameOf(number, labels);
    return { name, title: `${name} (${number + 1})`, color: classFill(number), isPressed: number === chosen };
  });
}

/**
 * The fields for the names of the classes.
 * @param {number} offered
 * @param {readonly string[]} labels
 * @returns {{value: string, placeholder: string, label: string, color: string}[]}
 */
export function nameFields(offered, labels) {
  return Array.from({ length: offered }, (_, number) =>
    ({ value: labels[number] ?? "", placeholder: classNameOf(number, []), label: `Name of class ${number + 1}`, color: classFill(number) }));
}

/**
 * How many examples there are, and of which part.
 * @param {Pick<PageState, "own" | "data">} state
 * @returns {string}
 */
export function countText({ own, data }) {
  const test = data ? data.targets.length - data.trainSize - data.validationSize : 0;
  const count = own?.list.length ?? 0;
  return `${formatCount(count)} of at most ${formatCount(MOST_EXAMPLES)} examples: ${formatCount(data?.trainSize ?? 0)} for training, ${formatCount(test)} for testing`;
}

/* ---- A start ---- */

/** Data to start from, with the name of their data set. @typedef {{data: Data, name: string}} Start */

/**
 * The data that are shown, as a start for drawing; null: they have one dimension.
 * @param {Pick<PageState, "data" | "config" | "schema">} state
 * @returns {Start | null}
 */
export function startOf({ data, config, schema }) {
  if (!data || data.dimensions !== 2) return null;
  const [field, value] = data.classes > 0 ? ["dataset", config.dataset] : ["regression_dataset", config.regression_dataset];
  const choice = schema.fields.find(({ name }) => name === field)?.choices?.find((other) => other.value === value);
  return { data, name: choice?.label ?? "" };
}

/**
 * Whether one can start from these data: they are of the present kind.
 * @param {Start | null} start
 * @param {Pick<PageState, "config"> | null} state
 * @returns {boolean}
 */
export const canStartFrom = (start, state) => start !== null && (start.data.classes > 0) === hasClasses(state);

/**
 * The text of the button that starts from other data.
 * @param {Start | null} start
 * @returns {string}
 */
export const startText = (start) => `Start from ${start?.name || "the previous data"}`;

/**
 * Whether something that the tools show has changed.
 * @param {PageState} state
 * @param {PageState | null} before
 * @returns {{isNew: boolean, areClassesNew: boolean}}
 */
export function newsOf(state, before) {
  return {
    isNew: state.own !== before?.own || state.config !== before?.config || state.data !== before?.data || state.view !== before?.view,
    areClassesNew: state.own?.labels !== before?.own?.labels || state.config.problem !== before?.config.problem,
  };
}

/**
 * The names that the user gave the classes.
 * @param {Pick<PageState, "own"> | null} state
 * @returns {readonly string[]}
 */
export const ownLabels = (state) => state?.own?.labels ?? [];
