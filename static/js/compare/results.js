/** What the cards of Compare show: pure, from a frame and the state. */

import { lossRange } from "../chart/series.js";
import { isEqual } from "../core/store.js";
import { formatCount, formatLoss, formatPercent } from "../lib/format.js";
import { leader, variantText } from "./variants.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").Variant} Variant
 * @typedef {import("../core/types.js").Schema} Schema
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../portraits/plane.js").Portraits} Portraits
 * @typedef {{epochs: number[], train: number[], test: number[]}} Losses
 */
/**
 * A network so far.
 * @typedef {object} Result
 * @property {number | null} epoch
 * @property {number | null} train_loss
 * @property {number | null} test_loss
 * @property {number | null} train_accuracy
 * @property {number | null} test_accuracy
 * @property {import("../core/types.js").Diverged | null} diverged
 * @property {any} picture  as its portrait needs it
 * @property {Losses} losses
 */
/**
 * What a card shows.
 * @typedef {object} Card
 * @property {string} best  why the network is the best; empty: it is not
 * @property {string} test
 * @property {string} train
 * @property {string} accuracy
 * @property {string} note
 * @property {any} picture  as its portrait needs it; null: nothing yet
 * @property {import("../portraits/plane.js").Known | null} known
 * @property {Losses | null} losses
 * @property {number} last  the epoch that all charts reach
 * @property {[number, number]} range  of the losses in all charts
 */

/** @param {Frame} frame @param {Pick<PageState, "layers" | "status" | "schema">} state @param {Losses} series @param {Portraits} portraits @returns {Result} */
function mainResult(frame, state, { epochs, train, test }, portraits) {
  const { epoch, train_loss, test_loss, train_accuracy, test_accuracy } = frame;
  const picture = portraits.pictureOf(frame, state);
  return { epoch, train_loss, test_loss, train_accuracy, test_accuracy, diverged: state.status.diverged, picture, losses: { epochs, train, test } };
}

/**
 * What a frame says of a variant.
 * @param {Frame} frame @param {Variant} variant @param {Portraits} portraits
 * @returns {Result | null} null: nothing yet, or the frame is of other variants
 */
export function variantResult(frame, variant, portraits) {
  const { variants = [], arrays } = frame;
  const index = variants.findIndex((state) => isEqual(state.variant, variant));
  if (index < 0 || variants[index].epoch === null) return null;
  const [epochs, train, test] = ["epochs", "train", "test"].map((name) => Array.from(arrays[`variant_${index}_history_${name}`] ?? []));
  return { ...variants[index], picture: portraits.variantPicture(frame, index), losses: { epochs, train, test } };
}

/** What is said beneath a network. @param {Pick<Result, "epoch" | "diverged"> | null} result @param {number} last  the main network's epoch */
export function noteOf(result, last) {
  if (!result || result.epoch === null) return "Starting…";
  if (result.diverged) return `Diverged at epoch ${formatCount(result.diverged.epoch)}: ${result.diverged.reason}.`;
  // they take turns, so one epoch is no delay
  return result.epoch < last - 1 ? `Catching up: epoch ${formatCount(result.epoch)} of ${formatCount(last)}` : "";
}

/**
 * The cards: the main network first, then one for each variant.
 * @param {Frame | null} frame
 * @param {Pick<PageState, "view" | "layers" | "status" | "schema">} state
 * @param {Losses} series  of the main network
 * @param {Portraits} portraits
 * @returns {Card[]}
 */
export function cardsOf(frame, state, series, portraits) {
  const results = [frame && mainResult(frame, state, series, portraits), ...state.view.compare.map((variant) => frame && variantResult(frame, variant, portraits))];
  const best = leader(results);
  const last = frame?.epoch ?? 0;
  const range = lossRange(results.flatMap((result) => (result ? [result.losses.train, result.losses.test] : [])), false);
  return results.map((result, index) => ({
    best: index !== best ? "" : result?.test_loss === null ? "★ Lowest training loss" : "★ Lowest test loss",
    test: formatLoss(result?.test_loss ?? null),
    train: formatLoss(result?.train_loss ?? null),
    accuracy: formatPercent(result?.test_accuracy ?? result?.train_accuracy ?? null),
    note: noteOf(result, last),
    picture: result?.picture ?? null, known: result, losses: result?.losses ?? null, last, range,
  }));
}

/**
 * The headings of the cards.
 * @param {Schema} schema
 * @param {Pick<PageState, "view" | "config">} state
 * @returns {{title: string, detail: string, variant: Variant | null}[]} detail: of the main network what it has where variants differ, else empty
 */
export function headingsOf(schema, { view: { compare }, config }) {
  const names = Object.keys(Object.assign({}, ...compare));
  const own = names.map((name) => variantText(schema, { [name]: /** @type {any} */ (config)[name] })).join(", ");
  return [
    { title: "This network", detail: own || "current settings", variant: null },
    ...compare.map((variant) => ({ title: variantText(schema, variant), detail: "", variant })),
  ];
}
