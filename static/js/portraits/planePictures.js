/** Pictures of a network's output on the plane, from frames: for Compare, and for the table of runs. Pure. */

import { likeliest } from "../map/picture.js";
import { showsOutput } from "../net/protocol.js";
import { base64 } from "../runs/run.js";

/**
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../runs/run.js").Picture} RunPicture
 */
/**
 * The output of a network, as a map or a curve.
 * @typedef {object} PlanePicture
 * @property {Uint8Array} surface
 * @property {number} size  pixels of a side
 * @property {Uint8Array | null} classes  the likeliest class of each pixel, where there are more than two
 * @property {ArrayLike<number> | null} curve  with examples of one dimension
 */

/** Pixels of the side of a run's picture. */
const SIDE = 25;

/**
 * The picture of the main network's output. If another unit is on the large map, the small picture has to do.
 * @param {Frame} frame @param {number} outputs  number of output units @param {number} features  how many there are, used or not
 * @returns {PlanePicture}
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

/** The picture of a variant's output. @param {Frame} frame @param {number} index @returns {PlanePicture} */
export function variantPicture({ arrays, shapes }, index) {
  const array = (/** @type {string} */ name) => arrays[`variant_${index}_${name}`];
  return {
    surface: /** @type {Uint8Array} */ (array("surface")), size: shapes[`variant_${index}_surface`][1],
    classes: /** @type {Uint8Array | undefined} */ (array("classes")) ?? null, curve: array("curve") ?? null,
  };
}

/**
 * A small picture of a frame's output: from the large one if that shows it, else from the thumbnail.
 * @param {Frame} frame @param {number} outputs  output units @param {number} features  how many there are, used or not
 * @returns {RunPicture}
 */
export function runPicture(frame, outputs, features) {
  const { arrays: { surface, classes, thumbnails }, shapes, thumbnailSize } = frame;
  const first = shapes.thumbnails[0] - outputs;
  if (outputs > 1 && classes) return shrink(surface, classes, shapes.surface[1], outputs);
  if (showsOutput(frame, features, outputs)) return shrink(surface, null, shapes.surface[1], 0);
  const length = thumbnailSize * thumbnailSize;
  const pictures = Array.from({ length: outputs }, (_, unit) => thumbnails.subarray((first + unit) * length, (first + unit + 1) * length));
  if (outputs === 1) return { size: thumbnailSize, bytes: base64(pictures[0]), classes: null, count: 0 };
  const best = Uint8Array.from({ length }, (_, pixel) => pictures.reduce((most, picture, unit) => (picture[pixel] > pictures[most][pixel] ? unit : most), 0));
  return { size: thumbnailSize, bytes: base64(best.map((unit, pixel) => pictures[unit][pixel])), classes: base64(best), count: outputs };
}

/** @param {Uint8Array} picture @param {Uint8Array | null} classes @param {number} size @param {number} count @returns {RunPicture} */
function shrink(picture, classes, size, count) {
  const at = (/** @type {number} */ index) => Math.round((index * (size - 1)) / (SIDE - 1));
  const few = (/** @type {Uint8Array} */ full) => base64(Uint8Array.from({ length: SIDE * SIDE },
    (_, pixel) => full[at(Math.floor(pixel / SIDE)) * size + at(pixel % SIDE)]));
  return { size: SIDE, bytes: few(picture), classes: classes && few(classes), count };
}
