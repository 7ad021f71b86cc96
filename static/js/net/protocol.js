/**
 * The page's side of the protocol, see docs/protocol.md. No other module knows its byte layouts. Its mirror is
 * app/protocol/; both are tested with the same golden frame.
 *
 * @typedef {import("../core/types.js").Decoded} Decoded
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/types.js").Checkpoint} Checkpoint
 */

// generated: version
export const VERSION = 4;
// end generated

/** The bytes "NPG" and the version, as a little-endian number. */
const MAGIC = 0x0047504e + VERSION.toString().charCodeAt(0) * 2 ** 24;
const PREFIX = 8;

/** Typed arrays use the machine's byte order; that of every browser is little-endian. */
const DTYPES = { u1: Uint8Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array };

/**
 * The schema in the page's HTML, with the pictures of the features, which never change and are therefore in no frame.
 * @param {string} text
 * @returns {import("../core/types.js").Schema}
 */
export function readSchema(text) {
  const schema = JSON.parse(text);
  for (const feature of schema.features) {
    const picture = Uint8Array.from(atob(feature.picture), (letter) => letter.charCodeAt(0));
    feature.picture = { picture, size: Math.sqrt(picture.length), classes: null };
  }
  return schema;
}

/**
 * @param {Record<string, unknown>} message  with its `type`
 * @returns {string}
 */
export function encodeMessage(message) {
  return JSON.stringify(message);
}

/** A message is intact, but of another version than this page's. */
export class OtherVersion extends Error {}

/** @param {unknown} value */
export const isText = (value) => typeof value === "string";
/** @param {unknown} value */
export const isFlag = (value) => typeof value === "boolean";
/** @param {unknown} value */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The fields that the page needs in a message, by type, each with its check.
 * @type {Record<string, Record<string, (value: any) => boolean>>} */
// generated: needed
const NEEDED = {
  welcome: { version: Number.isInteger, session: isText, limits: isObject },
  config: { revision: Number.isInteger, config: isObject, view: isObject, link: isText, layers: Array.isArray, effect: isText },
  status: { playing: isFlag, speed: isText },
  warnings: { warnings: Array.isArray },
  error: { code: isText, message: isText, errors: Array.isArray, fatal: isFlag },
  goals: { goals: Array.isArray },
  export: { format: isText, filename: isText, text: isText },
  composed: { link: isText },
  reading: { answer: Number.isInteger, activations: Array.isArray },
  starts_cost: { epoch_seconds: Number.isFinite, start_seconds: Number.isFinite },
};
// end generated

/**
 * @param {string | ArrayBuffer} received  text is a message, binary a container
 * @returns {Decoded}
 * @throws {OtherVersion} when it is of another version
 * @throws {Error} when it is damaged
 */
export function decodeMessage(received) {
  if (typeof received === "string") return decodeText(received);
  return /** @type {Decoded} */ (/** @type {unknown} */ (decodeContainer(received)));
}

/** @param {string} text */
function decodeText(text) {
  const message = JSON.parse(text);
  if (!isObject(message) || !isText(message.type)) throw new Error("not a message");
  const needed = Object.hasOwn(NEEDED, message.type) ? NEEDED[message.type] : {};
  for (const [name, fits] of Object.entries(needed)) {
    if (!fits(message[name])) throw new Error(`${message.type} has no valid ${name}`);
  }
  if (message.type === "remark") checkRemark(message.remark);
  return message;
}

/** A remark with a part missing is not shown. @param {any} remark */
function checkRemark(remark) {
  if (remark === null) return;
  const isWhole = isText(remark?.sentence) && isText(remark.reason);
  const isTriable = !remark?.remedy || (isText(remark.remedy.label) && isText(remark.remedy.action) && isObject(remark.remedy.changes));
  if (!isWhole || !isTriable) throw new Error("the remark is damaged");
}

/** @param {ArrayBuffer} buffer */
function decodeContainer(buffer) {
  if (buffer.byteLength < PREFIX) throw new Error(`a container of ${buffer.byteLength} bytes is too short`);
  const prefix = new DataView(buffer);
  const magic = prefix.getUint32(0, true);
  if (magic !== MAGIC && magic << 8 === MAGIC << 8) throw new OtherVersion("a container of another version");
  if (magic !== MAGIC) throw new Error("not a container");
  const start = PREFIX + prefix.getUint32(4, true);
  if (start > buffer.byteLength) throw new Error("the container's header is cut off");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, PREFIX, start - PREFIX)));

  /** @type {Record<string, Uint8Array | Uint32Array | Float32Array | Float64Array>} */
  const arrays = {};
  /** @type {Record<string, number[]>} */
  const shapes = {};
  for (const [name, dtype, shape, offset] of header.arrays) {
    if (!Object.hasOwn(DTYPES, dtype)) continue;
    const Kind = DTYPES[/** @type {keyof typeof DTYPES} */ (dtype)];
    const length = shape.reduce((/** @type {number} */ product, /** @type {number} */ side) => product * side, 1);
    arrays[name] = new Kind(buffer, start + offset, length);
    shapes[name] = shape;
  }
  const message = { ...header.message, arrays, shapes };
  if (!isText(message.type)) throw new Error("not a message");
  const isFile = message.type === "animation" || message.type === "archive";
  if (isFile && !(arrays.file && isText(message.filename) && isText(message.mime))) throw new Error(`the ${message.type} is damaged`);
  if (message.type === "starts") checkStarts(message);
  if (message.type === "data" && message.side) checkPictures(message);
  if (message.type === "frame") {
    message.digits = digitsOf(message);
    checkFrame(message);
    message.thumbnailSize = message.digits ? 0 : shapes.thumbnails[1];
  }
  return message;
}

/** @param {number[] | undefined} shape @param {number} dimensions */
const isPicture = (shape, dimensions) => shape?.length === dimensions && shape[dimensions - 1] > 0 && shape[dimensions - 1] === shape[dimensions - 2];

/** @param {import("../core/types.js").StartsMessage & {shapes: Record<string, number[]>}} message */
function checkStarts({ starts, arrays, shapes }) {
  const isWhole = Array.isArray(starts) && Object.values(shapes).every(([count]) => count === starts.length);
  const isRead = arrays.answers !== undefined && arrays.answers.length === arrays.labels?.length;
  const hasPictures = isWhole && (starts.length === 0 || isRead || isPicture(shapes.surfaces, 3));
  const isPainted = !arrays.classes || arrays.classes.length === arrays.surfaces?.length;
  const isDrawn = !arrays.curves || arrays.curves.every(Number.isFinite);
  if (!hasPictures || !isPainted || !isDrawn) throw new Error("the starts are damaged");
}

/** @param {import("../core/types.js").DataMessage} message  of pictures */
function checkPictures({ side = 0, test_size: count, content, arrays }) {
  const isKnown = Boolean(content) && !arrays.pictures && !arrays.labels;
  if (isKnown) return;
  if (arrays.pictures?.length !== count * side * side || arrays.labels?.length !== count) throw new Error("the pictures are damaged");
}

/**
 * What a frame shows of a network that reads pictures.
 * @param {Frame} frame
 * @returns {import("../core/types.js").FrameDigits | null} null: its network reads points
 */
function digitsOf({ arrays, shapes }) {
  if (!arrays.pictures) return null;
  const { pictures, answers, certainty } = /** @type {Record<string, Uint8Array>} */ (arrays);
  const { scales, biases, links, activations = null } = /** @type {Record<string, Float32Array>} */ (arrays);
  return { side: shapes.pictures[2], pictures, scales, biases, answers, certainty, links, activations };
}

/** @param {Frame} frame @returns {boolean} */
function isWhole({ arrays, shapes, digits }) {
  if (!digits) return isPicture(shapes.surface, 2) && isPicture(shapes.thumbnails, 3);
  const { scales, biases, answers, certainty, links, activations } = digits;
  const vectors = [scales, biases, links, ...(activations ? [activations] : [])];
  const units = shapes.pictures[0];
  const isRead = biases?.length === units && (!activations || activations.length === units);
  return isPicture(shapes.pictures, 3) && isRead && Boolean(answers) && answers.length === certainty?.length
    && vectors.every((vector) => vector?.every(Number.isFinite));
}

/** A damaged frame is neither shown nor kept as a checkpoint. @param {Frame} frame */
function checkFrame(frame) {
  const { arrays, shapes, checkpoint, digits } = frame;
  const hasPictures = isWhole(frame) && Boolean(checkpoint ?? digits);
  const vectors = checkpoint ? ["params", ...checkpoint.arrays].map((name) => arrays[name]) : [];
  const isPainted = !arrays.classes || arrays.classes.length === arrays.surface.length;
  const isDrawn = !arrays.curve || (arrays.curve.length > 1 && arrays.curve.every(Number.isFinite));
  const isSummed = !arrays.summands || (shapes.summands.length === 2 && arrays.summands.every(Number.isFinite));
  if (!hasPictures || !isPainted || !isDrawn || !isSummed || !vectors.every((vector) => vector?.every(Number.isFinite))) throw new Error("the frame is damaged");
  if (arrays.history_train && arrays.history_epochs?.length !== arrays.history_train.length) throw new Error("the frame's losses are damaged");
}

const NO_POINTS = new Float32Array(0);

/** The part of data about pictures where the examples are points. */
export const NO_PICTURES = { side: 0, pictures: new Uint8Array(0), labels: new Uint8Array(0) };

/**
 * @param {import("../core/types.js").DataMessage} message
 * @returns {import("../core/types.js").Data}
 */
export function dataOf({ train_size: trainSize, validation_size: validationSize = 0, test_size: testSize = 0, classes = 2, dimensions = 2, examples, labels = [], side = 0, arrays }) {
  const { points = NO_POINTS, targets = NO_POINTS, order = null, own_points: ownPoints, own_targets: ownTargets, own_parts: ownParts } = arrays;
  const own = ownPoints && ownTargets && ownParts ? { points: ownPoints, targets: ownTargets, parts: ownParts, labels } : null;
  const { pictures = NO_PICTURES.pictures, labels: digits = NO_PICTURES.labels } = arrays;
  return { trainSize, validationSize, testSize, classes, dimensions, points, targets, order, examples: examples ?? null, own, side, pictures, labels: digits };
}

/**
 * What `hello` needs to resume from this frame, or else from the last one before it that had a checkpoint.
 * @param {Frame} frame
 * @param {string} link  of the experiment that the frame shows
 * @returns {Checkpoint | null} null: there is no checkpoint yet
 */
export function checkpointOf(frame, link) {
  const whole = frame.checkpoint ? frame : frame.whole;
  if (!whole?.checkpoint) return null;
  const { epoch, step, batch, carried, arrays, goals } = whole.checkpoint;
  const texts = arrays.map((name) => [name, base64(Float64Array.from(whole.arrays[name]))]);
  return { link, epoch, step, batch, carried, arrays: Object.fromEntries(texts), ...(goals && { goals }) };
}

/** @param {Float64Array} array */
const base64 = (array) => base64Of(new Uint8Array(array.buffer));

/** The bytes of a text that `base64Of` made. @param {string} text @throws {Error} if it is none */
export const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Bytes as text, as messages hold them. @param {Uint8Array} bytes @returns {string} */
export function base64Of(bytes) {
  const CHUNK = 0x8000;
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(text);
}

/**
 * The number of weights and biases of a network.
 * @param {readonly number[]} layers  units per layer: inputs, hidden layers, output
 * @returns {number}
 */
export function parameterCount(layers) {
  return layers.slice(1).reduce((count, units, layer) => count + units * (layers[layer] + 1), 0);
}

/**
 * Whether a frame is of a network with these layers, with all of its pictures, weights and biases. What follows them in
 * `params`, for normalization and further maxout pieces, only matters to the server.
 * @param {Frame} frame
 * @param {readonly number[]} layers  units per layer: inputs, hidden layers, output
 * @returns {boolean}
 */
export function showsNetwork({ layers: shown, arrays, shapes, digits }, layers) {
  const pictures = layers.slice(1).reduce((count, units) => count + units, 0);
  if (digits) return String(shown) === String(layers) && layers[0] === digits.side ** 2 && shapes.pictures[0] === pictures;
  return String(shown) === String(layers) && shapes.thumbnails[0] === pictures && arrays.params.length >= parameterCount(layers);
}

/**
 * Whether a frame shows a single output in full.
 * @param {Pick<Frame, "selected" | "shapes">} frame
 * @param {number} features  how many there are, used or not
 * @param {number} outputs  output units
 */
export const showsOutput = ({ selected, shapes }, features, outputs) => outputs === 1 && selected === features + shapes.thumbnails[0] - 1;

/**
 * The index of a weight or bias in `params`.
 * @param {readonly number[]} layers  units per layer: inputs, hidden layers, output
 * @param {number} layer  of the unit, from 1
 * @param {number} unit  in its layer, from 0
 * @param {number | null} source  the unit of the previous layer that the weight comes from; null for the bias
 * @returns {number}
 */
export function parameterIndex(layers, layer, unit, source) {
  const sources = layers[layer - 1];
  return parameterCount(layers.slice(0, layer)) + unit * (sources + 1) + (source ?? sources);
}
