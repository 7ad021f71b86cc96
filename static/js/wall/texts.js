/** What the wall says. Pure. */

import { formatCount, formatLoss, formatPercent } from "../lib/format.js";
import { lossText } from "../luck/texts.js";
import { accuracyOf, hasReached, lossOf } from "./order.js";

/**
 * @typedef {import("../classroom/types.js").Tile} Tile
 * @typedef {import("../classroom/types.js").Task} Task
 * @typedef {import("./order.js").Filter} Filter
 */

/** @type {Record<Tile["state"], string>} */
export const STATES = {
  waiting: "waiting", away: "away", diverged: "diverged", reached: "goal reached", stuck: "stuck", training: "training", resting: "paused",
};

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${formatCount(count)} ${count === 1 ? one : many}`;

/** A name as it is shown: a number, if names are hidden. @param {Pick<Tile, "name" | "seat">} tile @param {boolean} areHidden */
export const nameShown = ({ name, seat }, areHidden) => (areHidden || name === "" ? `Student ${seat}` : name);

/** The number below a picture. @param {Tile} tile @param {boolean} isAccuracy  whether the accuracy is wanted, where there is one */
export function numberText(tile, isAccuracy) {
  const accuracy = accuracyOf(tile);
  // of pictures, nobody knows what a loss means
  return (isAccuracy || tile.dimensions === 0) && accuracy !== null ? formatPercent(accuracy) : formatLoss(lossOf(tile));
}

/** What a screen reader says: "Blue Otter, training, epoch 120, test loss 0.012, goal reached". @param {Tile} tile @param {string} name */
export function tileLabel(tile, name) {
  const { state, epoch, hand, test_loss: test, train_loss: train, differs } = tile;
  const accuracy = accuracyOf(tile);
  return [
    name,
    ...(hand ? ["hand raised"] : []),
    ...(state === "reached" ? [] : [STATES[state]]),
    `epoch ${formatCount(epoch)}`,
    ...(test !== null ? [`test loss ${formatLoss(test)}`] : train !== null ? [`training loss ${formatLoss(train)}`] : []),
    ...(accuracy !== null ? [`${formatPercent(accuracy)} correct`] : []),
    ...(hasReached(tile) ? ["goal reached"] : []),
    ...differs.map(({ label, value }) => `${label}: ${value}`),
  ].join(", ");
}

/** Short names of settings whose values do not speak for themselves. @type {Record<string, string>} */
const SHORT = {
  learning_rate: "rate", hidden_layer_sizes: "", batch_size: "batch", noise: "noise", train_percent: "train", regularization_rate: "reg.",
  dropout: "dropout", momentum: "momentum", seed: "seed", weight_seed: "weights", features: "", activation: "", optimizer: "", dataset: "",
  regression_dataset: "", problem: "", regularizer: "", loss: "", initializer: "",
};

/** A difference in few letters: "Tanh", "rate 0.1". @param {import("../classroom/types.js").Difference} difference */
export function chipText({ field, label, value }) {
  const name = SHORT[field] ?? label;
  return name === "" ? value : `${name} ${value}`;
}

/** A filter in words. @param {Filter} filter @param {(field: string) => string} labelOf */
export function filterText(filter, labelOf) {
  switch (filter.kind) {
    case "state": return filter.value[0].toUpperCase() + filter.value.slice(1);
    case "reached": return "Goal reached";
    case "hand": return "Hand raised";
    case "chosen": return `${labelOf(filter.field)}: ${filter.value}`;
    case "loss": return `Loss ${lossText(filter.low)} to ${lossText(filter.high)}`;
  }
}

/** A column of the histogram in words. @param {{low: number, high: number, count: number, reached: number}} bin */
export function binText({ low, high, count, reached }) {
  return `Loss ${lossText(low)} to ${lossText(high)}: ${counted(count, "student")}${reached > 0 ? `, ${formatCount(reached)} reached the goal` : ""}`;
}

/** The sentence that a task is known by. @param {Task | null} task */
export function taskText(task) {
  if (task === null) return "No task yet";
  return task.text || task.title || "Experiment";
}

/**
 * Which steps of a lesson are open: "step 2 of 4", "steps 1 to 3 of 4", "step 2".
 * @param {Task | null} task @param {number | null} steps  that the lesson has, if it is known
 */
export function stepsText(task, steps) {
  if (!task?.lesson) return "";
  const of = steps === null ? "" : ` of ${steps}`;
  const last = task.last ?? (steps === null ? null : steps - 1);
  if (last === null) return task.first === 0 ? "all steps" : `from step ${task.first + 1}`;
  if (last === task.first) return `step ${last + 1}${of}`;
  return task.first === 0 && last + 1 === steps ? `all ${steps} steps` : `steps ${task.first + 1} to ${last + 1}${of}`;
}

/** How many tiles are shown. @param {number} shown @param {number} total */
export const shownText = (shown, total) => (shown === total ? counted(total, "student") : `${formatCount(shown)} of ${counted(total, "student")}`);
