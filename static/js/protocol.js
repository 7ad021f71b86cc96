/**
 * The wire, on the page's side: see docs/protocol.md. No other module knows a byte of it. Its mirror is
 * app/protocol.py; both are tested with the same golden frame.
 *
 * @typedef {import("./types.js").Decoded} Decoded
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("./types.js").Checkpoint} Checkpoint
 */

export const VERSION = 1;

/** "NPG" and the version, as a little-endian number. */
const MAGIC = 0x0047504e + VERSION.toString().charCodeAt(0) * 2 ** 24;
const PREFIX = 8;

/** Typed arrays read with the machine's order of bytes; every browser's is little-endian. */
const DTYPES = { u1: Uint8Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array };

/**
 * @param {Record<string, unknown>} message  with its `type`
 * @returns {string}
 */
export function encodeMessage(message) {
  return JSON.stringify(message);
}

/**
 * @param {string | ArrayBuffer} received  text is one message, binary a container
 * @returns {Decoded}
 * @throws {Error} when it is not of this version or damaged
 */
export function decodeMessage(received) {
  if (typeof received === "string") return JSON.parse(received);
  return /** @type {Decoded} */ (/** @type {unknown} */ (decodeContainer(received)));
}

/** @param {ArrayBuffer} buffer */
function decodeContainer(buffer) {
  if (buffer.byteLength < PREFIX) throw new Error(`a container of ${buffer.byteLength} bytes is too short`);
  const prefix = new DataView(buffer);
  if (prefix.getUint32(0, true) !== MAGIC) throw new Error("not a container of this version");
  const start = PREFIX + prefix.getUint32(4, true);
  if (start > buffer.byteLength) throw new Error("the container's header is cut off");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, PREFIX, start - PREFIX)));

  /** @type {Record<string, Uint8Array | Uint32Array | Float32Array | Float64Array>} */
  const arrays = {};
  /** @type {Record<string, number[]>} */
  const shapes = {};
  for (const [name, dtype, shape, offset] of header.arrays) {
    const Kind = DTYPES[/** @type {keyof typeof DTYPES} */ (dtype)];
    if (!Kind) continue;
    const length = shape.reduce((/** @type {number} */ product, /** @type {number} */ side) => product * side, 1);
    arrays[name] = new Kind(buffer, start + offset, length);
    shapes[name] = shape;
  }
  const message = { ...header.message, arrays, shapes };
  if (message.type === "frame") message.thumbnailSize = shapes.thumbnails[1];
  return message;
}

/**
 * What `hello` needs in order to go on from this frame.
 * @param {Frame} frame
 * @param {string} link  of the experiment that the frame shows
 * @returns {Checkpoint}
 */
export function checkpointOf(frame, link) {
  const { epoch, step, batch, carried, arrays } = frame.checkpoint;
  const texts = arrays.map((name) => [name, base64(Float64Array.from(frame.arrays[name]))]);
  return { link, epoch, step, batch, carried, arrays: Object.fromEntries(texts) };
}

/** @param {Float64Array} array */
function base64(array) {
  const bytes = new Uint8Array(array.buffer);
  const CHUNK = 0x8000;
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(text);
}

/**
 * How many weights and biases a network has.
 * @param {readonly number[]} layers  units per layer: inputs, hidden layers, output
 * @returns {number}
 */
export function parameterCount(layers) {
  return layers.slice(1).reduce((count, units, layer) => count + units * (layers[layer] + 1), 0);
}

/**
 * Where a weight or bias stands in `params`.
 * @param {readonly number[]} layers  units per layer: inputs, hidden layers, output
 * @param {number} layer  of the unit, from 1
 * @param {number} unit  in its layer, from 0
 * @param {number | null} source  the unit of the layer before that the weight comes from; null is the bias
 * @returns {number}
 */
export function parameterIndex(layers, layer, unit, source) {
  const sources = layers[layer - 1];
  return parameterCount(layers.slice(0, layer)) + unit * (sources + 1) + (source ?? sources);
}
