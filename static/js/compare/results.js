/** What the cards of Compare show: pure, from a frame and the state. */

import { lossRange } from "../chart/series.js";
import { isEqual } from "../core/store.js";
import { formatCount, formatLoss, formatPercent } from "../lib/format.js";
import { likeliest } from "../map/picture.js";
import { showsOutput } from "../net/protocol.js";
import { leader, variantText } from "./variants.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").Variant} Variant
 * @typedef {import("../core/types.js").Schema} Schema
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {{epochs: number[], train: number[], test: number[]}} Losses
 */
/**
 * The output of a network, as a map or a curve.
 * @typedef {object} Picture
 * @property {Uint8Array} surface
 * @property {number} size  pixels of a side
 * @property {Uint8Array | null} classes  the likeliest class of each pixel, where there are more than two
 * @property {ArrayLike<number> | null} curve  with examples of one dimension
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
 * @property {Picture} picture
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
 * @property {Picture | null} picture
 * @property {Losses | null} losses
 * @property {number} last  the epoch that all charts reach
 * @property {[number, number]} range  of the losses in all charts
 */

/**
 * The picture of the main network's output. If another unit is on the large map, the small picture has to do.
 * @param {Frame} frame @param {number} outputs  number of output units @param {number} features  how many there are, used or not
 * @returns {Picture}
 */
export function outputPicture(frame, outputs, features) {
  const { arrays, shapes, thumbnailSize } = frame;
  const first = shapes.thumbnails[0] - outputs;
  if (showsOutput(frame, features, outputs) || arrays.classes) {
    return { surface: arrays.surface, size: shapes.surface[1], classes: arrays.classes ?? null, curve: arrays.curve ?? null };
  }
  const length = thumbnailSize * thumbnailSize;
  const small = outputs > 1 ? likeliest(arrays.thumbnails, first, outputs, thumbnailSize) : null;
  const surface = small?.picture ?? arrays.thumbnails.subarray(first * length, (first + 1) * length);
  return { surface, size: thumbnailSize, classes: small?.classes ?? null, curve: null };
}

/** @param {Frame} frame @param {Pick<PageState, "layers" | "status" | "schema">} state @param {Losses} series @returns {Result} */
function mainResult(frame, { layers, status, schema }, { epochs, train, test }) {
  const { epoch, train_loss, test_loss, train_accuracy, test_accuracy } = frame;
  const picture = outputPicture(frame, layers[layers.length - 1], schema.features.length);
  return { epoch, train_loss, test_loss, train_accuracy, test_accuracy, diverged: status.diverged, picture, losses: { epochs, train, test } };
}

/**
 * What a frame says of a variant.
 * @param {Frame} frame @param {Variant} variant
 * @returns {Result | null} null: nothing yet, or the frame is of other variants
 */
export function variantResult({ variants = [], arrays, shapes }, variant) {
  const index = variants.findIndex((state) => isEqual(state.variant, variant));
  if (index < 0 || variants[index].epoch === null) return null;
  const array = (/** @type {string} */ name) => arrays[`variant_${index}_${name}`];
  const picture = {
    surface: /** @type {Uint8Array} */ (array("surface")), size: shapes[`variant_${index}_surface`][1],
    classes: /** @type {Uint8Array | undefined} */ (array("classes")) ?? null, curve: array("curve") ?? null,
  };
  const [epochs, train, test] = ["epochs", "train", "test"].map((name) => Array.from(array(`history_${name}`) ?? []));
  return { ...variants[index], picture, losses: { epochs, train, test } };
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
 * @returns {Card[]}
 */
export function cardsOf(frame, state, series) {
  const results = [frame && mainResult(frame, state, series), ...state.view.compare.map((variant) => frame && variantResult(frame, variant))];
  const best = leader(results);
  const last = frame?.epoch ?? 0;
  const range = lossRange(results.flatMap((result) => (result ? [result.losses.train, result.losses.test] : [])), false);
  return results.map((result, index) => ({
    best: index !== best ? "" : result?.test_loss === null ? "★ Lowest training loss" : "★ Lowest test loss",
    test: formatLoss(result?.test_loss ?? null),
    train: formatLoss(result?.train_loss ?? null),
    accuracy: formatPercent(result?.test_accuracy ?? result?.train_accuracy ?? null),
    note: noteOf(result, last),
    picture: result?.picture ?? null, losses: result?.losses ?? null, last, range,
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
