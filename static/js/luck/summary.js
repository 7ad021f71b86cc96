/** What many starts say together: the sentences, the strip of dots, and the loss that counts. */

import { byId, setText } from "../lib/dom.js";
import { createNumberField } from "../lib/numberfield.js";
import { createStrip } from "./strip.js";
import { accuracyText, epochsText, epochStripLabel, goalText, ownText, reachedText, spreadText, stripLabel, thresholdText } from "./texts.js";
import { verdictOf } from "./verdict.js";

/**
 * @typedef {import("./starts.js").Start} Start
 * @typedef {import("./starts.js").Starts} Starts
 * @typedef {import("./verdict.js").Mine} Mine
 * @typedef {import("./verdict.js").Verdict} Verdict
 */

/** The first sentence. @param {Verdict} verdict @param {Starts} result */
function verdictText({ isGoal, summary, typical, kind, threshold }, { epochs, ended }) {
  return isGoal ? goalText(summary, typical, epochs, ended === null) : reachedText(summary, kind, threshold, ended === null);
}

/** @param {Verdict} verdict @param {Starts} result */
function detailText({ measure, summary, kind }, { starts }) {
  const accuracy = accuracyText(starts);
  const spread = measure.name === "epoch" ? epochsText(summary, starts.filter(({ diverged }) => diverged !== null).length) : spreadText(summary, kind);
  return accuracy === "" ? spread : `${spread} ${accuracy.charAt(0).toUpperCase()}${accuracy.slice(1)}.`;
}

/**
 * @param {object} parts
 * @param {(start: Start | null) => void} parts.onLook
 * @param {(start: Start) => void} parts.onOpen
 * @param {() => void} parts.onThreshold  another one was typed
 */
export function createSummary({ onLook, onOpen, onThreshold }) {
  const [reached, own, spread, source, label, reason] = ["reached", "own", "spread", "source", "kind", "reason"].map((name) => byId(`luck-${name}`, HTMLElement));
  const input = byId("luck-threshold", HTMLInputElement);
  const loss = byId("luck-loss", HTMLElement);
  const strip = createStrip({ onLook, onOpen });
  byId("luck-strip", HTMLElement).append(strip.element);
  /** @type {number | null} */
  let typed = null;
  const field = createNumberField(input, {
    beneath: input.parentElement ?? input,
    onNumber(value) {
      typed = value;
      onThreshold();
    },
  });

  return {
    /**
     * @param {Starts} result @param {Mine} mine @param {boolean} canCatchUp  one's own run may still get as far as the starts
     * @param {Pick<import("../core/actions.js").PageState, "goals">} state @param {number | null} looked
     */
    draw(result, mine, canCatchUp, { goals }, looked) {
      const verdict = verdictOf(result, mine, typed, goals);
      const { measure, kind, isGoal, threshold, summary } = verdict;
      setText(label, isGoal ? `Or count a ${kind} at the end` : `Counted as reached: ${kind}`);
      setText(reached, verdictText(verdict, result));
      setText(own, ownText(verdict, result.epochs, canCatchUp));
      setText(spread, detailText(verdict, result));
      const words = thresholdText(verdict, result);
      setText(source, isGoal ? words : "");
      setText(reason, isGoal || threshold === Infinity ? "" : words);
      loss.hidden = result.untilGoal;
      if (typed === null && document.activeElement !== input) field.show(!isGoal && threshold < Infinity ? Number(threshold.toPrecision(6)) : null);
      const stripWords = measure.name === "epoch" ? epochStripLabel(summary, verdict.own) : stripLabel(summary, kind, verdict.own);
      strip.draw({ starts: result.starts, measure, own: verdict.own, summary, threshold: measure.name === "epoch" ? Infinity : threshold, looked }, stripWords);
    },
  };
}
