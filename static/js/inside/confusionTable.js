/** Confusion matrices and scores as tables of text. Pure. */

import { formatLoss, formatPercent } from "../lib/format.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {{accuracy: number, precision: number | number[], recall: number | number[], f1: number | number[]}} Scores  of each class, where there are more than two */

const PARTS = /** @type {const} */ ([["train", "Training"], ["test", "Test"]]);
const SCORES = /** @type {const} */ ([["accuracy", "Accuracy"], ["precision", "Precision"], ["recall", "Recall"], ["f1", "F1"]]);

/** @param {number | number[]} scores  of one class or of each */
const mean = (scores) => (Array.isArray(scores) ? scores.reduce((sum, score) => sum + score, 0) / scores.length : scores);

/** The parts of the data that there are. @param {Record<string, any>} values  of a look */
const partsOf = (values) => PARTS.filter(([part]) => values[part]);

/**
 * The matrices, a row for each actual class and a column for each predicted one.
 * @param {Pick<Look, "values" | "arrays">} look
 * @returns {{caption: string, classes: string[], cells: {text: string, share: number, isRight: boolean}[]}[]} cells row by row; share: of its row
 */
export function matricesOf({ values, arrays }) {
  const count = values.classes.length;
  return partsOf(values).map(([part, label]) => {
    const counts = Array.from(arrays[`matrix_${part}`]);
    const totals = values.classes.map((/** @type {string} */ _, /** @type {number} */ row) =>
      counts.slice(row * count, (row + 1) * count).reduce((sum, number) => sum + number, 0));
    return {
      caption: `${label} examples`,
      classes: values.classes,
      cells: counts.map((number, at) => {
        const row = Math.floor(at / count);
        return { text: String(number), share: totals[row] ? number / totals[row] : 0, isRight: row === at % count };
      }),
    };
  });
}

/**
 * The scores, a row for each and a column for each part of the data.
 * @param {Record<string, any>} values  of a look
 * @returns {{columns: string[], rows: {label: string, cells: string[]}[]}}
 */
export function scoresOf(values) {
  const parts = partsOf(values);
  return {
    columns: parts.map(([, label]) => label),
    rows: SCORES.map(([name, label]) => ({ label, cells: parts.map(([part]) => formatPercent(mean(values[part][name]), 0)) })),
  };
}

/** The sentences about losses. @param {Record<string, any>} values  of a look */
export function lossesText({ loss, penalty, loss_with_penalty: whole, entropy, classes }) {
  return [
    `Training loss ${formatLoss(loss)}.`,
    penalty > 0 ? `With the penalty of ${formatLoss(penalty)} it is ${formatLoss(whole)}.` : "",
    entropy === null ? "" : `Mean entropy of the outputs ${formatLoss(entropy)} nats.`,
    classes.length > 2 ? "Precision, recall and F1 are averaged over the classes." : "",
  ].filter(Boolean).join(" ");
}

/** What tells tables apart that need other rows and columns. @param {Record<string, any>} values  of a look */
export const layoutKey = (values) => `${values.classes} ${partsOf(values).map(([part]) => part)}`;
