/** Stop conditions of Run until: as they are stored, and in words. Pure. */

import { formatCount } from "../lib/format.js";

/** @typedef {{until: string, epochs: number, patience: number}} Condition */

/**
 * A condition as it was stored.
 * @param {string | null} text @param {readonly string[]} choices  values of `until`
 * @returns {{until: string, epochs?: number, patience?: number}} without numbers that are not whole
 */
export function readCondition(text, choices) {
  let found;
  try {
    found = Object(JSON.parse(text ?? "{}"));
  } catch {
    found = {};
  }
  const { until, epochs, patience } = found;
  return {
    until: choices.includes(until) ? until : "epochs",
    ...(Number.isInteger(epochs) && { epochs }), ...(Number.isInteger(patience) && { patience }),
  };
}

/** The choice "until the next goal". @param {readonly {label: string, reached: number | null}[]} goals */
export function goalText(goals) {
  const next = goals.find(({ reached }) => reached === null);
  return next?.label ?? (goals.length > 0 ? "All goals have been reached" : "No goal is set");
}

/** What is announced at the end. @param {{epoch: number, reason: string}} ended */
export const endText = ({ epoch, reason }) => `Stopped at epoch ${formatCount(epoch)}: ${reason}.`;
